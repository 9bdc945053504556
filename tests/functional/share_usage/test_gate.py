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

"""``openstack image share usage`` as the gate before something final."""

from tests.live import base
from tests.live import consumers


class TestShareUsageGate(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('bob')
        self.image = self.make_image(visibility='shared')
        self.add_member(self.image, self.b)

    def gate(self, *argv: str, cloud: str, code: int) -> base.Result:
        return self.share(
            f'share usage --fail-in-use {self.image}',
            *argv,
            cloud=cloud,
            code=code,
        )

    def test_it_is_open_when_everybody_was_asked_and_nobody_uses_it(
        self,
    ) -> None:
        self.assertEqual([], self.gate(cloud='both-a', code=0).rows)
        self.assertEqual([], self.gate(cloud='admin', code=0).rows)

    def test_it_is_shut_by_each_kind_of_use(self) -> None:
        volume = self.make_volume('bob', self.image)
        self.assertEqual(volume, self.gate(cloud='both-a', code=3).row['ID'])
        server = self.make_server('bob', self.image)
        result = self.gate(cloud='both-a', code=3)
        self.assertEqual({volume, server}, {r['ID'] for r in result.rows})
        self.assertIn('in use', result.stderr)
        self.assertIn(self.image, result.stderr)
        snapshot = consumers.snapshot(self, 'bob', server)
        self.delete_server('bob', server)
        result = self.gate(cloud='both-a', code=3)
        self.assertEqual({volume, snapshot}, {r['ID'] for r in result.rows})

    def test_it_is_shut_by_the_owner_s_own_servers(self) -> None:
        server = self.make_server('alice', self.image)
        result = self.gate(cloud='both-a', code=3)
        self.assertEqual(server, result.row['ID'])

    def test_without_it_use_is_no_failure(self) -> None:
        self.make_server('bob', self.image)
        for cloud in 'both-a', 'admin', 'bob':
            with self.subTest(cloud=cloud):
                self.share(f'share usage {self.image}', cloud=cloud)

    def test_what_nobody_could_see_shuts_it_with_a_code_of_its_own(
        self,
    ) -> None:
        result = self.gate(cloud='alice', code=4)
        self.assertEqual('unknown', result.row['Type'])

    def test_whom_an_old_share_was_with_is_unknown_and_that_is_said(
        self,
    ) -> None:
        server = self.make_server('bob', self.image)
        self.set_visibility(self.image, 'private')
        result = self.gate(cloud='both-a', code=0)
        self.assertEqual([], result.rows)
        self.assertIn('Previous members', result.stderr)
        for cloud, options in (
            ('both-a', ('--project', 'project-b')),
            ('admin', ()),
        ):
            with self.subTest(cloud=cloud):
                result = self.gate(*options, cloud=cloud, code=3)
                self.assertEqual(server, result.row['ID'])
                self.assertNotIn('Previous members', result.stderr)

    def test_use_is_graver_than_what_could_not_be_seen(self) -> None:
        self.add_member(self.image, self.project_id('carol'))
        server = self.make_server('bob', self.image)
        result = self.gate(cloud='both-a', code=3)
        self.assertEqual([server, None], [row['ID'] for row in result.rows])
        self.assertIn(self.project_id('carol'), result.stderr)

    def test_it_is_a_failure_when_the_image_is_not_there(self) -> None:
        # Neither "not in use" nor "in use".
        self.gate(cloud='carol', code=1)

    def test_it_asks_only_about_the_projects_that_were_named(self) -> None:
        self.make_server('bob', self.image)
        self.gate('--project', 'project-a', cloud='both-a', code=0)
        self.gate('--project', 'project-b', cloud='both-a', code=3)

    def test_the_help_says_what_it_is_the_gate_to(self) -> None:
        said = self.openstack('image share usage --help').stdout
        words = ' '.join(said.split())
        self.assertIn('--fail-in-use', words)
        for native in (
            'image delete',
            'image set --private',
            'image set --deactivate',
        ):
            self.assertIn(native, words.replace('- ', '-'))
