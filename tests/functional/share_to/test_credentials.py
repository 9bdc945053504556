# Licensed under the Apache License, Version 2.0 (the "License"); you may
# not use this file except in compliance with the License. You may obtain
# a copy of the License at
#
#      http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS, WITHOUT
# WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the
# License for the specific language governing permissions and limitations
# under the License.

"""Application credentials, which are bound to one project."""

from tests.live import base
from tests.live import entries


class TestShareToApplicationCredentials(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('bob')
        self.image = self.make_image()

    def test_the_owners_is_bound_to_its_project_and_says_so(self) -> None:
        for cloud in ('alice', 'both-a'):
            with self.subTest(cloud=cloud):
                image = self.make_image()
                env = entries.written(
                    self, bound=entries.application_credential(self, cloud)
                )
                result = self.share(
                    f'share-to {image} {self.b}', cloud='bound', env=env
                )
                self.assertEqual('pending', result.row['Status'])
                self.assertEqual({self.b: 'pending'}, self.members(image))
                self.assertIn('application credential', result.stderr)
                self.assertIn('--member-cloud', result.stderr)

    def test_the_owners_works_with_a_member_cloud(self) -> None:
        env = entries.written(
            self, bound=entries.application_credential(self, 'alice')
        )
        row = self.share(
            f'share-to {self.image} --member-cloud bob',
            cloud='bound',
            env=env,
        ).row
        self.assertEqual('accepted', row['Status'])
        self.assertIs(True, row['Verified'])
        self.assertEqual({self.b: 'accepted'}, self.members(self.image))

    def test_the_owners_is_refused_where_accepting_is_a_must(self) -> None:
        env = entries.written(
            self, bound=entries.application_credential(self, 'both-a')
        )
        before = self.state(self.image)
        result = self.share(
            f'share-to {self.image} {self.b} --accept',
            cloud='bound',
            env=env,
            code=1,
        )
        self.assertIn('application credential', result.stderr)
        self.assertIn('--member-cloud', result.stderr)
        self.assertEqual(before, self.state(self.image))

    def test_the_members_is_a_member_cloud_like_any_other(self) -> None:
        env = entries.written(
            self,
            bound=entries.application_credential(self, 'alice'),
            theirs=entries.application_credential(self, 'bob'),
        )
        for cloud in ('alice', 'bound'):
            with self.subTest(cloud=cloud):
                image = self.make_image()
                row = self.share(
                    f'share-to {image} --member-cloud theirs',
                    cloud=cloud,
                    env=env,
                ).row
                self.assertEqual(self.b, row['Project ID'])
                self.assertEqual('accepted', row['Status'])
                self.assertIs(True, row['Verified'])
                self.assertEqual({self.b: 'accepted'}, self.members(image))
