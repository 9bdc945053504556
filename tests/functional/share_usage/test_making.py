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

"""What is still being made of an image is unknown, and never none."""

import contextlib
import pathlib
import typing

from tests.live import base
from tests.live import consumers

#: How the owner, or an administrator, can look at project-b.
CALLERS = (
    ('alice', ('--member-cloud', 'bob')),
    ('both-a', ()),
    ('admin', ()),
)


class TestShareUsageMaking(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        # It takes long, and in a project that others look at.
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        stack.enter_context(base.QUIET.making())
        self.b = self.project_id('bob')
        self.image = self.make_image(visibility='shared')
        self.add_member(self.image, self.b)

    @contextlib.contextmanager
    def held(self, image_id: str) -> typing.Iterator[None]:
        """Let Cinder come to no end with volumes of an image."""
        directory = pathlib.Path(self.cloud_directory, 'volumes')
        hold = directory / f'hold-{image_id}'
        hold.touch()
        try:
            yield
        finally:
            hold.unlink()

    def volume(self, volume_id: str) -> dict[str, typing.Any]:
        answer = base.connect('bob').block_storage.get(f'/volumes/{volume_id}')
        return typing.cast('dict[str, typing.Any]', answer.json()['volume'])

    def wait_for_volume(self, volume_id: str, status: str) -> None:
        self.wait_for(lambda: self.volume(volume_id)['status'], status)

    def begin_volume(self) -> str:
        """Ask for a volume of the image, and do not wait for it."""
        storage = base.connect('bob').block_storage
        answer = storage.post(
            '/volumes', json={'volume': {'size': 1, 'imageRef': self.image}}
        )
        self.assertEqual(202, answer.status_code, answer.text)
        volume_id = str(answer.json()['volume']['id'])

        def status() -> int:
            return int(storage.get(f'/volumes/{volume_id}').status_code)

        def delete() -> None:
            storage.delete(f'/volumes/{volume_id}')
            self.wait_for(status, 404)

        self.addCleanup(delete)
        return volume_id

    def begin_server(self, image_id: str) -> str:
        """Boot a server from a volume that Nova makes of an image."""
        compute = base.connect('bob').compute
        answer = compute.post(
            '/servers',
            json={
                'server': {
                    'name': 'being built',
                    'flavorRef': str(
                        compute.find_flavor('m1.nano', ignore_missing=False).id
                    ),
                    'networks': 'none',
                    'block_device_mapping_v2': [
                        {
                            'boot_index': 0,
                            'uuid': image_id,
                            'source_type': 'image',
                            'destination_type': 'volume',
                            'volume_size': 1,
                            'delete_on_termination': True,
                        }
                    ],
                }
            },
            microversion='2.37',
        )
        self.assertEqual(202, answer.status_code, answer.text)
        server_id = str(answer.json()['server']['id'])
        self.addCleanup(self.delete_server, 'bob', server_id)
        return server_id

    def assertUnknown(self, said: str) -> None:
        """Nobody may take for unused what is being made."""
        before = self.state(self.image)
        for cloud, options in CALLERS:
            with self.subTest(cloud=cloud):
                result = self.share(
                    f'share revoke {self.image} {self.b}',
                    *options,
                    cloud=cloud,
                    code=4,
                )
                self.assertIn(said, result.stderr)
                result = self.share(
                    f'share usage --fail-in-use {self.image}',
                    *options,
                    cloud=cloud,
                    code=4,
                )
                self.assertIn(said, result.stderr)
                self.assertEqual(
                    {self.b}, {row['Project ID'] for row in result.rows}
                )
                (row,) = self.share(
                    f'share status {self.image}', *options, cloud=cloud
                ).rows
                self.assertIsNone(row['Servers'])
                self.assertIsNone(row['Volumes'])
        self.assertEqual(before, self.state(self.image))

    def assertInUse(self, *ids: str) -> None:
        for cloud, options in CALLERS:
            with self.subTest(cloud=cloud):
                result = self.share(
                    f'share usage --fail-in-use {self.image}',
                    *options,
                    cloud=cloud,
                    code=3,
                )
                self.assertEqual(set(ids), {row['ID'] for row in result.rows})

    def test_a_volume_that_is_being_made(self) -> None:
        with self.held(self.image):
            volume = self.begin_volume()
            self.wait_for_volume(volume, 'creating')
            self.assertUnknown('1 volume in the making')
        self.wait_for_volume(volume, 'available')
        self.assertInUse(volume)

    def test_a_volume_that_is_overwritten_with_the_image(self) -> None:
        volume = self.make_volume('bob', self.make_image('bob'))
        with self.held(self.image):
            self.act(
                base.connect('bob').block_storage.post,
                f'/volumes/{volume}',
                {'os-reimage': {'image_id': self.image}},
                '3.68',
            )
            self.wait_for_volume(volume, 'downloading')
            # So far it names the other one.
            self.assertNotEqual(
                self.image,
                self.volume(volume)['volume_image_metadata']['image_id'],
            )
            self.assertUnknown('1 volume in the making')
        self.wait_for_volume(volume, 'available')
        self.assertInUse(volume)

    def test_a_server_in_build_and_the_volume_it_boots_from(self) -> None:
        with self.held(self.image):
            server = self.begin_server(self.image)
            self.wait_for(self.creating, 1)
            # Nova does not name the volume before it is there.
            self.assertEqual([], self.attached(server))
            self.assertEqual('BUILD', self.server_status('bob', server))
            self.assertUnknown('1 server in status BUILD')
            self.assertUnknown('1 volume in the making')
        self.wait_for(lambda: self.server_status('bob', server), 'ACTIVE')
        self.assertInUse(server, *self.attached(server))

    def test_a_server_in_build_may_turn_out_to_be_no_use(self) -> None:
        # Of what it will boot nobody can tell: it may be any image.
        other = self.make_image('bob')
        with self.held(other):
            server = self.begin_server(other)
            self.wait_for(self.creating, 1)
            self.assertUnknown('1 server in status BUILD')
        self.wait_for(lambda: self.server_status('bob', server), 'ACTIVE')
        for cloud, options in CALLERS:
            self.share(
                f'share usage --fail-in-use {self.image}',
                *options,
                cloud=cloud,
            )

    def test_a_server_that_is_rebuilt_with_the_image(self) -> None:
        server, volume = consumers.boot_from_volume(
            self, 'bob', self.make_image('bob')
        )
        with self.held(self.image):
            self.act(
                base.connect('bob').compute.post,
                f'/servers/{server}',
                {'rebuild': {'imageRef': self.image}},
                '2.93',
            )
            self.wait_for_volume(volume, 'downloading')
            self.assertUnknown('1 server in status REBUILD')
        self.wait_for(lambda: self.server_status('bob', server), 'ACTIVE')
        self.assertInUse(server, volume)

    def act(
        self,
        post: typing.Callable[..., typing.Any],
        path: str,
        action: dict[str, typing.Any],
        microversion: str,
    ) -> None:
        answer = post(f'{path}/action', json=action, microversion=microversion)
        self.assertEqual(202, answer.status_code, answer.text)

    def creating(self) -> int:
        answer = base.connect('bob').block_storage.get(
            '/volumes', params={'status': 'creating'}
        )
        return len(answer.json()['volumes'])

    def attached(self, server_id: str) -> list[str]:
        answer = base.connect('bob').compute.get(f'/servers/{server_id}')
        volumes = answer.json()['server'][
            'os-extended-volumes:volumes_attached'
        ]
        return [str(one['id']) for one in volumes]
