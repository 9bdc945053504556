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

import typing

from openstack import connection

from tests.functional import base


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
        return self._server(imageRef=image_id)

    def boot_from_volume(self, image_id: str) -> str:
        """Boot a server from a volume of the image and return its ID."""
        answer = self._own.block_storage.post(
            '/volumes', json={'volume': {'size': 1, 'imageRef': image_id}}
        )
        self._test.assertEqual(202, answer.status_code, answer.text)
        volume = str(answer.json()['volume']['id'])
        self._keep(self._own.block_storage, 'volume', volume, 'available')
        return self._server(
            block_device_mapping_v2=[
                {
                    'boot_index': 0,
                    'uuid': volume,
                    'source_type': 'volume',
                    'destination_type': 'volume',
                }
            ]
        )

    def _server(self, **how: typing.Any) -> str:
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
        server = str(answer.json()['server']['id'])
        self._keep(self._own.compute, 'server', server, 'ACTIVE')
        return server

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
