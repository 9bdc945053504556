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

"""Images that Nova makes when an administrator shelves somebody's server.

Nova keeps the disk of such a server in an image ``NAME-shelved`` that belongs
to the administrator's project and is shared with the server's. What hangs on
it is one server, and unshelving is what breaks.
"""

import typing

from tests.live import base
from tests.live import consumers


class TestShareShelved(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('bob')
        self.original = self.make_image('bob')
        self.server = self.make_server('bob', self.original)
        self.image = consumers.shelved_image(self, self.server)

    def expected(self, checked_as: str) -> dict[str, typing.Any]:
        return {
            'Project ID': self.b,
            'Type': 'server',
            'ID': self.server,
            'Status': 'SHELVED_OFFLOADED',
            'Booted From': 'shelved image',
            'Breaks': ['unshelve'],
            'May Break': [],
            'Region': 'RegionOne',
            'Checked As': checked_as,
        }

    def test_nova_makes_the_image_as_this_program_knows_it(self) -> None:
        record = base.connect('admin').image.get(f'/images/{self.image}')
        found = record.json()
        self.assertTrue(found['name'].endswith('-shelved'))
        self.assertEqual('snapshot', found['image_type'])
        self.assertEqual(self.server, found['instance_uuid'])
        self.assertEqual('shared', found['visibility'])
        self.assertEqual(self.project_id('admin'), found['owner'])
        self.assertEqual({self.b: 'pending'}, self.members(self.image))

    def test_usage_names_the_server_that_could_not_be_unshelved(
        self,
    ) -> None:
        for cloud, checked_as in (
            ('admin', 'administrator'),
            ('bob', 'own project'),
            ('both-b', 'own project'),
        ):
            with self.subTest(cloud=cloud):
                row = self.share(f'share usage {self.image}', cloud=cloud).row
                row.pop('Name')
                self.assertEqual(self.expected(checked_as), row)

    def test_status_counts_the_server(self) -> None:
        row = self.share(f'share status {self.image}', cloud='admin').row
        self.assertEqual((self.b, 1), (row['Project ID'], row['Servers']))

    def test_the_original_image_is_used_by_the_server_as_before(self) -> None:
        rows = self.share(f'share usage {self.original}', cloud='bob').rows
        self.assertEqual(
            [(self.server, ['rebuild', 'rescue'])],
            [(row['ID'], row['Breaks']) for row in rows],
        )

    def test_revoke_refuses_until_the_server_is_back(self) -> None:
        result = self.share(
            f'share revoke {self.image} {self.b}', cloud='admin', code=3
        )
        self.assertEqual('in use', result.row['Result'])
        self.assertEqual(
            [self.server], [use['id'] for use in result.row['In Use By']]
        )
        self.assertIn(self.server, result.stderr)
        self.assertIn('unshelve', result.stderr)
        self.assertEqual({self.b: 'pending'}, self.members(self.image))
        # And it is true: the server needs this very membership.
        consumers.unshelve(self, 'bob', self.server)
        # Nova may not delete an image of another project and leaves it.
        row = self.share(
            f'share revoke {self.image} {self.b}', cloud='admin'
        ).row
        self.assertEqual(('revoked', []), (row['Result'], row['In Use By']))
        self.assertEqual('ACTIVE', self.server_status('bob', self.server))

    def test_a_forced_revocation_really_breaks_unshelving(self) -> None:
        self.share(
            f'share revoke {self.image} {self.b} --force',
            cloud='admin',
        )
        self.assertEqual({}, self.members(self.image))
        consumers.act(self, 'bob', self.server, {'unshelve': None}, 'ERROR')

    def test_a_server_that_failed_to_come_back_still_needs_the_image(
        self,
    ) -> None:
        # Its disk is nowhere else.
        consumers.break_down(self, 'bob', self.server)
        row = self.share(f'share usage {self.image}', cloud='admin').row
        self.assertEqual(self.server, row['ID'])
        self.assertEqual(
            ('ERROR', ['unshelve']), (row['Status'], row['Breaks'])
        )
