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

"""``openstack image share usage``: what counts as use, and what breaks."""

import typing

from tests.live import base
from tests.live import consumers

FROM_IMAGE = {'Booted From': 'image', 'Breaks': ['rebuild', 'rescue']}
FROM_VOLUME = {'Booted From': 'volume', 'Breaks': ['rebuild']}
VOLUME = {'Type': 'volume', 'Booted From': None, 'Breaks': ['reimage']}


class TestShareUsage(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.a = self.project_id('alice')
        self.b = self.project_id('bob')
        self.image = self.make_image(visibility='shared')
        self.add_member(self.image, self.b)

    def usage(
        self, cloud: str = 'bob', image: str | None = None
    ) -> dict[str, dict[str, typing.Any]]:
        """Return the rows by ID."""
        rows = self.share('share usage', image or self.image, cloud=cloud)
        found = {row['ID']: row for row in rows.rows}
        self.assertEqual(len(found), len(rows.rows))
        return found

    def assertRow(
        self, row: dict[str, typing.Any], **expected: typing.Any
    ) -> None:
        expected = {k.replace('_', ' '): v for k, v in expected.items()}
        self.assertEqual(expected, {key: row[key] for key in expected})

    def test_nothing_is_an_empty_list_and_success(self) -> None:
        result = self.share(f'share usage {self.image}', cloud='both-a')
        self.assertEqual([], result.rows)
        self.assertIn('were found in the places checked', result.stderr)

    def test_a_row_says_all_there_is_to_know_about_a_server(self) -> None:
        server = self.make_server('bob', self.image, name='web 1')
        self.assertEqual(
            {
                server: {
                    'Project ID': self.b,
                    'Type': 'server',
                    'ID': server,
                    'Name': 'web 1',
                    'Status': 'ACTIVE',
                    'Booted From': 'image',
                    'Breaks': ['rebuild', 'rescue'],
                    'May Break': [
                        'start',
                        'hard reboot',
                        'resize',
                        'migrate (manager)',
                    ],
                    'Region': 'RegionOne',
                    'Checked As': 'rescoped',
                }
            },
            self.usage('both-a'),
        )

    def test_a_server_made_of_the_image_counts_in_every_state(self) -> None:
        server = self.make_server('bob', self.image)
        for change, status in (
            (consumers.stop, 'SHUTOFF'),
            (consumers.break_down, 'ERROR'),
            (consumers.shelve, 'SHELVED_OFFLOADED'),
        ):
            if change is consumers.shelve:
                # Nova shelves no server that is in error.
                self.delete_server('bob', server)
                server = self.make_server('bob', self.image)
            change(self, 'bob', server)
            for cloud in 'bob', 'both-a', 'admin':
                with self.subTest(status=status, cloud=cloud):
                    row = self.usage(cloud)[server]
                    self.assertRow(
                        row, Type='server', Status=status, **FROM_IMAGE
                    )

    def test_a_server_booted_from_a_volume_of_it_counts_in_every_state(
        self,
    ) -> None:
        # Nova's record of such a server does not name the image.
        server, volume = consumers.boot_from_volume(self, 'bob', self.image)
        for change, status in (
            (lambda *_: None, 'ACTIVE'),
            (consumers.stop, 'SHUTOFF'),
            # Now Cinder does not name the server either.
            (consumers.shelve, 'SHELVED_OFFLOADED'),
            (consumers.break_down, 'ERROR'),
        ):
            change(self, 'bob', server)
            for cloud in 'bob', 'reader', 'both-a', 'admin':
                with self.subTest(status=status, cloud=cloud):
                    found = self.usage(cloud)
                    self.assertEqual({server, volume}, set(found))
                    self.assertRow(
                        found[server],
                        Type='server',
                        Status=status,
                        Project_ID=self.b,
                        **FROM_VOLUME,
                    )
                    self.assertRow(found[volume], **VOLUME)

    def test_a_volume_alone_counts_as_a_volume(self) -> None:
        volume = self.make_volume('bob', self.image)
        consumers.rename_volume(self, 'bob', volume, 'data')
        found = self.usage('both-a')
        self.assertEqual({volume}, set(found))
        self.assertRow(
            found[volume],
            Project_ID=self.b,
            Name='data',
            Status='available',
            Region='RegionOne',
            Checked_As='rescoped',
            **VOLUME,
        )

    def test_a_data_volume_does_not_make_its_server_a_user(self) -> None:
        volume = self.make_volume('bob', self.image)
        other = self.make_image('bob')
        server = self.make_server('bob', other)
        consumers.attach(self, 'bob', server, volume)
        for cloud in 'bob', 'both-a', 'admin':
            with self.subTest(cloud=cloud):
                found = self.usage(cloud)
                self.assertEqual({volume}, set(found))
                self.assertRow(found[volume], Status='in-use', **VOLUME)

    def test_a_data_volume_of_a_server_booted_from_another_volume(
        self,
    ) -> None:
        volume = self.make_volume('bob', self.image)
        other = self.make_image('bob')
        server, _ = consumers.boot_from_volume(self, 'bob', other)
        consumers.attach(self, 'bob', server, volume)
        # Nova tells administrators which one is the root disk.
        self.assertEqual({volume}, set(self.usage('admin')))
        for cloud in 'bob', 'both-a':
            with self.subTest(cloud=cloud):
                found = self.usage(cloud)
                self.assertEqual({volume, server}, set(found))
                self.assertRow(found[server], **FROM_VOLUME)

    def test_the_root_disk_need_not_be_the_first_one(self) -> None:
        volume = self.make_volume('bob', self.image)
        other = self.make_volume('bob', self.make_image('bob'))
        server = consumers.boot_from_devices(
            self, 'bob', {volume: '/dev/vdb', other: '/dev/vda'}
        )
        for cloud in 'bob', 'both-a', 'admin':
            with self.subTest(cloud=cloud):
                self.assertEqual({volume, server}, set(self.usage(cloud)))

    def test_a_server_of_another_image_is_no_use(self) -> None:
        self.make_server('bob', self.make_image('bob'))
        self.assertEqual({}, self.usage('both-a'))

    def test_the_member_s_snapshot_of_such_a_server_is_named(self) -> None:
        server = self.make_server('bob', self.image)
        image = consumers.snapshot(self, 'bob', server)
        for cloud in 'bob', 'both-a', 'admin':
            with self.subTest(cloud=cloud):
                found = self.usage(cloud)
                self.assertEqual({server, image}, set(found))
                self.assertRow(
                    found[image],
                    Type='image',
                    Project_ID=self.b,
                    Name=f'snapshot of {server}',
                    Status='active',
                    Booted_From=None,
                    Breaks=['rescue'],
                    Region='RegionOne',
                )
        # Hidden images are images.
        answer = base.connect('bob').image.patch(
            f'/images/{image}',
            json=[{'op': 'replace', 'path': '/os_hidden', 'value': True}],
            headers={
                'Content-Type': (
                    'application/openstack-images-v2.1-json-patch'
                )
            },
        )
        self.assertEqual(200, answer.status_code, answer.text)
        self.assertIn(image, self.usage('both-a'))

    def test_a_snapshot_is_an_image_of_its_own_with_users_of_its_own(
        self,
    ) -> None:
        server = self.make_server('bob', self.image)
        image = consumers.snapshot(self, 'bob', server)
        self.assertEqual({}, self.usage('bob', image))
        of_snapshot = self.make_server('bob', image)
        self.assertEqual({of_snapshot}, set(self.usage('bob', image)))

    def test_the_owner_s_own_servers_count(self) -> None:
        mine = self.make_server('alice', self.image)
        theirs = self.make_server('bob', self.image)
        found = self.usage('both-a')
        self.assertRow(
            found[mine], Project_ID=self.a, Checked_As='own project'
        )
        self.assertRow(found[theirs], Project_ID=self.b, Checked_As='rescoped')
        self.assertEqual({mine, theirs}, set(self.usage('admin')))
        # A member is shown its own.
        self.assertEqual({theirs}, set(self.usage('bob')))

    def test_a_private_image_is_used_by_its_owner_only(self) -> None:
        image = self.make_image()
        server = self.make_server('alice', image)
        self.assertEqual({server}, set(self.usage('alice', image)))

    def test_a_deleted_server_is_no_use_any_more(self) -> None:
        server = self.make_server('bob', self.image)
        self.assertEqual({server}, set(self.usage()))
        self.delete_server('bob', server)
        self.assertEqual({}, self.usage())
