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

from osc_imageshare import errors
from osc_imageshare.usage import cluster_templates
from osc_imageshare.usage import consumers
from osc_imageshare.usage import risk
from tests import fakes
from tests.unit import base

A, B, C = fakes.A, fakes.B, fakes.C


class ClusterTemplatesTest(base.CloudTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.image_id = self.cloud.glance.add(A, 'shared', 'coreos')
        self.cloud.catalog['container-infra'] = {
            fakes.ONE: '/container-infra/v1'
        }

    def found(
        self, user: str = 'bob', everyone: bool = False
    ) -> list[consumers.Consumer]:
        asked = self.question(self.image_id, user, everyone)
        found = []
        for one in cluster_templates.made_of(
            asked, self.api(asked, 'container-infra')
        ):
            assert isinstance(one, consumers.Consumer)
            found.append(one)
        return found

    def test_an_image_is_named_by_id_or_by_name(self) -> None:
        mine = []
        for image in self.image_id, 'coreos':
            # Those of other images are listed before, between and after.
            self.cloud.magnum.add(B, 'another')
            mine.append(self.cloud.magnum.add(B, image))
        self.cloud.magnum.add(B, 'another')
        found = self.found()
        self.assertEqual(mine, [one.id for one in found])
        self.assertEqual(
            {(risk.CLUSTER_TEMPLATE, ('cluster create', 'cluster resize'))},
            {(one.kind, one.breaks) for one in found},
        )

    def test_an_administrator_sees_those_of_all_projects(self) -> None:
        mine = [self.cloud.magnum.add(owner, 'coreos') for owner in (B, C)]
        self.assertEqual(
            mine, [one.id for one in self.found('admin', everyone=True)]
        )

    def test_a_public_template_of_others_is_not_this_projects_use(
        self,
    ) -> None:
        # Magnum lists it for everybody; it must neither count nor keep the
        # project's own templates from being seen.
        self.cloud.magnum.add(fakes.ADMIN, 'coreos', public=True)
        mine = self.cloud.magnum.add(B, self.image_id)
        self.assertEqual([mine], [one.id for one in self.found()])

    def test_a_magnum_that_fails_is_an_error(self) -> None:
        self.cloud.server.rule(
            'GET', '/clustertemplates', fakes.Answer(403, {})
        )
        self.assertRaises(errors.ServiceError, self.found)
