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

"""What B makes of an image, so that it is in use."""

import pathlib
import typing

from openstack import connection

from tests.live import base


class Consumers:
    """Servers and volumes of one project, until the test is over."""

    def __init__(
        self, test: base.TestCase, own: connection.Connection
    ) -> None:
        self._test = test
        self._own = own
        flavor = own.compute.find_flavor('m1.nano', ignore_missing=False)
        self._flavor = flavor.id

    def boot(self, image_id: str) -> str:
        """Boot a server and return its ID."""
        server = self._asked_for_server(imageRef=image_id)
        self._keep(self._own.compute, 'server', server, 'ACTIVE')
        return server

    def boot_from_volume(self, image_id: str) -> str:
        """Boot a server from a volume of the image and return its ID."""
        with base.QUIET.making():
            volume = self._asked_for_volume(image_id)
            self._keep(self._own.block_storage, 'volume', volume, 'available')
            server = self._asked_for_server(
                **_booted_from(volume, source_type='volume')
            )
            self._keep(self._own.compute, 'server', server, 'ACTIVE')
        return server

    def begin_volume(self, image_id: str) -> None:
        """Let a volume of an image be in the making."""
        let_go = self._held(image_id)
        volume = self._asked_for_volume(image_id)
        storage = self._own.block_storage
        self._keep(storage, 'volume', volume, 'creating')
        self._ending(let_go, storage, 'volume', volume, 'available')

    def begin_server(self, image_id: str) -> None:
        """Let a server be built, and the volume of an image it boots from."""
        let_go = self._held(image_id)
        server = self._asked_for_server(
            **_booted_from(
                image_id,
                source_type='image',
                volume_size=1,
                delete_on_termination=True,
            )
        )
        compute = self._own.compute
        self._keep(compute, 'server', server, 'BUILD')
        self._test.wait_for(self._volumes, ['creating'])
        self._ending(let_go, compute, 'server', server, 'ACTIVE')

    def _volumes(self) -> list[str]:
        answer = self._own.block_storage.get('/volumes/detail')
        return [one['status'] for one in answer.json()['volumes']]

    def _held(self, image_id: str) -> typing.Callable[[], None]:
        """Let Cinder come to no end with volumes of an image.

        :returns: what to call to let it.
        """
        directory = pathlib.Path(self._test.cloud_directory, 'volumes')
        hold = directory / f'hold-{image_id}'
        hold.touch()
        return hold.unlink

    def _ending(
        self,
        let_go: typing.Callable[[], None],
        service: typing.Any,
        kind: str,
        found: str,
        wanted: str,
    ) -> None:
        """Let what was begun end before it is deleted.

        Cinder deletes no volume that is being made.
        """

        def status() -> str:
            answer = service.get(f'/{kind}s/{found}')
            return str(answer.json()[kind]['status'])

        def end() -> None:
            let_go()
            self._test.wait_for(status, wanted, 'error', 'ERROR')

        self._test.addCleanup(end)

    def _asked_for_volume(self, image_id: str) -> str:
        answer = self._own.block_storage.post(
            '/volumes', json={'volume': {'size': 1, 'imageRef': image_id}}
        )
        self._test.assertEqual(202, answer.status_code, answer.text)
        return str(answer.json()['volume']['id'])

    def _asked_for_server(self, **how: typing.Any) -> str:
        answer = self._own.compute.post(
            '/servers',
            json={
                'server': {
                    'name': 'consumer',
                    'flavorRef': self._flavor,
                    'networks': 'none',
                    **how,
                }
            },
            microversion='2.37',
        )
        self._test.assertEqual(202, answer.status_code, answer.text)
        return str(answer.json()['server']['id'])

    def _keep(
        self, service: typing.Any, kind: str, found: str, wanted: str
    ) -> None:
        """Wait until it is usable; it is deleted when the test is over."""
        address = f'/{kind}s/{found}'

        def status() -> str | None:
            answer = service.get(address)
            if answer.status_code == 404:
                return None
            return str(answer.json()[kind]['status'])

        self._test.addCleanup(self._test.wait_for, status, None)
        self._test.addCleanup(service.delete, address)
        self._test.wait_for(status, wanted, 'error', 'ERROR')
        self._test.assertEqual(wanted, status())


def _booted_from(found: str, **how: typing.Any) -> dict[str, typing.Any]:
    """Return what asks for a server whose root disk is a volume."""
    disk = {
        'boot_index': 0,
        'uuid': found,
        'destination_type': 'volume',
        **how,
    }
    return {'block_device_mapping_v2': [disk]}
