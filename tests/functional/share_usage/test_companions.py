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

"""``image share usage``, ``status`` and ``revoke`` of a kernel or ramdisk.

No filter of Nova finds the servers of such an image: they are those of the
images that name it.
"""

import typing

from tests.live import base
from tests.live import consumers

_BREAKS = ['rebuild', 'server of the snapshot']
_MAY_BREAK = ['rescue', 'resize', 'migrate (manager)', 'unshelve']

#: Who looks, with which options, and how the member's server is seen then.
_WAYS = (
    ('both-a', (), 'rescoped'),
    ('alice', ('--member-cloud', 'bob'), 'member cloud bob'),
    ('admin', (), 'administrator'),
    ('bob', (), 'own project'),
)


class TestCompanions(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.a = self.project_id('alice')
        self.b = self.project_id('bob')
        self.kernel = self.make_image(visibility='shared')
        self.add_member(self.kernel, self.b)

    def relying(self, name: str = 'kernel_id') -> str:
        """Make an image that names the kernel, shared with the member."""
        properties: dict[str, typing.Any] = {name: self.kernel}
        image = self.make_image(visibility='shared', **properties)
        self.add_member(image, self.b)
        return image

    def usage(
        self, cloud: str, *options: str, code: int = 0
    ) -> dict[str, dict[str, typing.Any]]:
        """Return the rows by ID."""
        rows = self.share(
            f'share usage {self.kernel}', *options, cloud=cloud, code=code
        ).rows
        return {row['ID']: row for row in rows}

    def revoke(self, *options: str, code: int, cloud: str) -> base.Result:
        return self.share(
            f'share revoke {self.kernel} {self.b}',
            *options,
            cloud=cloud,
            code=code,
        )

    def test_the_servers_of_images_that_name_it_are_found(self) -> None:
        for name, how in (
            ('kernel_id', 'kernel image'),
            ('ramdisk_id', 'ramdisk image'),
        ):
            image = self.relying(name)
            server = self.make_server('bob', image)
            for cloud, options, label in _WAYS:
                with self.subTest(name=name, cloud=cloud):
                    row = self.usage(cloud, *options)[server]
                    self.assertEqual(
                        {
                            'Project ID': self.b,
                            'Type': 'server',
                            'ID': server,
                            'Name': row['Name'],
                            'Status': 'ACTIVE',
                            'Booted From': how,
                            'Breaks': _BREAKS,
                            'May Break': _MAY_BREAK,
                            'Region': 'RegionOne',
                            'Checked As': label,
                        },
                        row,
                    )

    def test_the_owner_sees_the_images_that_rely_on_it(self) -> None:
        image = self.relying()
        row = self.usage('both-a')[image]
        self.assertEqual(
            (self.a, 'image', 'kernel image', ['new server']),
            tuple(
                row[key]
                for key in ('Project ID', 'Type', 'Booted From', 'Breaks')
            ),
        )

    def test_status_counts_them(self) -> None:
        self.make_server('bob', self.relying())
        for cloud, options, _ in _WAYS:
            with self.subTest(cloud=cloud):
                row = self.share(
                    f'share status {self.kernel}', *options, cloud=cloud
                ).row
                self.assertEqual(1, row['Servers'])

    def test_a_share_of_the_image_itself_is_not_needed(self) -> None:
        # The server is there, and only the owner can tell of what it is made.
        image = self.relying()
        server = self.make_server('bob', image)
        answer = base.connect('alice').image.delete(
            f'/images/{image}/members/{self.b}'
        )
        self.assertEqual(204, answer.status_code, answer.text)
        for cloud, options, _ in _WAYS[:3]:
            with self.subTest(cloud=cloud):
                self.assertIn(server, self.usage(cloud, *options))

    def test_it_is_not_revoked_while_they_are_there(self) -> None:
        server = self.make_server('bob', self.relying())
        for cloud, options, _ in _WAYS[:3]:
            with self.subTest(cloud=cloud):
                result = self.revoke(*options, cloud=cloud, code=3)
                self.assertEqual('in use', result.row['Result'])
                self.assertIn(f'server {server}', result.stderr)
                self.assertIn('does not heal a server', result.stderr)
        self.assertEqual({self.b: 'pending'}, self.members(self.kernel))
        self.delete_server('bob', server)
        self.revoke(code=0, cloud='both-a')
        self.assertEqual({}, self.members(self.kernel))

    def test_what_is_said_to_break_breaks(self) -> None:
        image = self.relying()
        server = self.make_server('bob', image)
        snapshot = consumers.snapshot(self, 'bob', server)
        restored = self.make_server('bob', snapshot)
        for cloud, options, _ in _WAYS:
            with self.subTest(cloud=cloud):
                found = self.usage(cloud, *options)
                self.assertLessEqual({server, snapshot, restored}, set(found))
                self.assertEqual(['new server'], found[snapshot]['Breaks'])
        self.revoke('--force', cloud='both-a', code=0)
        # The image itself is still there.
        self.assertTrue(self.can_read('bob', image))
        self.assertEqual(400, consumers.rebuild(self, 'bob', server, image))
        self.assertEqual(
            400, consumers.boot(self, 'bob', snapshot).status_code
        )

    def test_an_image_with_a_kernel_of_its_own_needs_no_more(self) -> None:
        # Only the withdrawal of the kernel breaks what a kernel is for.
        image = self.relying()
        server = self.make_server('bob', image)
        row = self.share(f'share usage {image}', cloud='bob').row
        self.assertEqual(
            (server, 'image', ['rebuild', 'rescue']),
            (row['ID'], row['Booted From'], row['Breaks']),
        )
