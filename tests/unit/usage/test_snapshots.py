#    Licensed under the Apache License, Version 2.0 (the "License"); you may
#    not use this file except in compliance with the License. You may obtain
#    a copy of the License at
#
#         http://www.apache.org/licenses/LICENSE-2.0
#
#    Unless required by applicable law or agreed to in writing, software
#    distributed under the License is distributed on an "AS IS" BASIS, WITHOUT
#    WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the
#    License for the specific language governing permissions and limitations
#    under the License.

from osc_imageshare.usage import consumers
from osc_imageshare.usage import risk
from osc_imageshare.usage import snapshots
from tests import fakes
from tests.unit import base

A, B, C = fakes.A, fakes.B, fakes.C


class SnapshotsTest(base.CloudTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.image_id = self.cloud.glance.add(A, 'shared', 'ubuntu')

    def ids(self, user: str = 'bob', everyone: bool = False) -> list[str]:
        asked = self.question(self.image_id, user, everyone)
        scope = asked.scope
        api = scope.images()
        ids = []
        for one in snapshots.made_of(asked, api):
            assert isinstance(one, consumers.Consumer)
            self.assertEqual((risk.IMAGE, ('rescue',)), (one.kind, one.breaks))
            ids.append(one.id)
        return ids

    def test_the_projects_own_snapshots_count_whatever_their_visibility(
        self,
    ) -> None:
        mine = [
            self.cloud.glance.add(
                B, visibility, base_image_ref=self.image_id, os_hidden=hidden
            )
            for hidden in (False, True)
            for visibility in ('private', 'shared', 'community', 'public')
        ]
        self.assertEqual(mine, self.ids())

    def test_other_images_do_not(self) -> None:
        glance = self.cloud.glance
        glance.add(B, base_image_ref='another')
        glance.add(B)
        glance.images[self.image_id]['base_image_ref'] = self.image_id
        self.assertEqual([], self.ids())

    def test_snapshots_of_others_are_not_this_projects_use(self) -> None:
        glance = self.cloud.glance
        glance.add(C, 'public', base_image_ref=self.image_id)
        glance.add(
            C,
            'shared',
            members={B: 'accepted'},
            base_image_ref=self.image_id,
        )
        self.assertEqual([], self.ids())

    def test_an_administrator_sees_those_of_all_projects(self) -> None:
        mine = [
            self.cloud.glance.add(owner, base_image_ref=self.image_id)
            for owner in (B, C)
        ]
        self.assertEqual(mine, self.ids('admin', everyone=True))
