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

import json
import typing

from tests.live import base
from tests.live import consumers
from tests.live import entries
from tests.live import relay

ONE, FOUR = 'RegionOne', 'RegionFour'

#: Who looks at the use by project B, and how it is told to.
WAYS: dict[str, tuple[str, tuple[str, ...]]] = {
    'member cloud': ('alice', ('--member-cloud', 'bob')),
    'rescoped': ('both-a', ()),
    'administrator': ('admin', ()),
}

#: Exit codes.
IN_USE, UNSEEN = 3, 4


class CatalogTestCase(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('bob')
        self.identity = base.connect('admin').identity
        self.image_id = self.make_image(visibility='shared')
        self.add_member(self.image_id, self.b)

    # Changing the catalog

    def endpoints(self, service_type: str) -> list[dict[str, typing.Any]]:
        """Return Keystone's records of the endpoints of a type."""
        services = self.identity.get(
            '/services', params={'type': service_type}
        ).json()['services']
        ids = {service['id'] for service in services}
        found = self.identity.get('/endpoints').json()['endpoints']
        return [one for one in found if one['service_id'] in ids]

    def endpoint(
        self, service_type: str, region: str = ONE
    ) -> dict[str, typing.Any]:
        (found,) = (
            one
            for one in self.endpoints(service_type)
            if one['region_id'] == region and one['interface'] == 'public'
        )
        return found

    def change(self, endpoint: dict[str, typing.Any], **more: str) -> None:
        """Change an endpoint until the test is over."""
        path = f'/endpoints/{endpoint["id"]}'
        before = {key: endpoint[key] for key in more}
        self.addCleanup(self.identity.patch, path, json={'endpoint': before})
        answer = self.identity.patch(path, json={'endpoint': more})
        self.assertEqual(200, answer.status_code, answer.text)

    def add_service(self, service_type: str, name: str) -> str:
        return self._add(
            '/services', 'service', {'type': service_type, 'name': name}
        )

    def add_endpoint(
        self,
        service_id: str,
        url: str,
        region: str = ONE,
        interface: str = 'public',
    ) -> str:
        return self._add(
            '/endpoints',
            'endpoint',
            {
                'service_id': service_id,
                'url': url,
                'region_id': region,
                'interface': interface,
            },
        )

    def add_region(self, region: str) -> None:
        self._add('/regions', 'region', {'id': region})

    def _add(self, path: str, key: str, record: dict[str, str]) -> str:
        answer = self.identity.post(path, json={key: record})
        self.assertEqual(201, answer.status_code, answer.text)
        record_id = str(answer.json()[key]['id'])
        self.addCleanup(self.identity.delete, f'{path}/{record_id}')
        return record_id

    def hide(self, service_type: str, project_id: str) -> None:
        """Let the catalog of a project have all but one type of service."""
        hidden = {one['id'] for one in self.endpoints(service_type)}
        for one in self.identity.get('/endpoints').json()['endpoints']:
            if one['id'] in hidden:
                continue
            path = f'/OS-EP-FILTER/projects/{project_id}/endpoints/{one["id"]}'
            answer = self.identity.put(path)
            self.assertEqual(204, answer.status_code, answer.text)
            self.addCleanup(self.identity.delete, path)

    def empty_nova(self) -> str:
        """Return the address of a Nova without servers."""
        nova = relay.Relay(self, self.endpoint('compute')['url'])

        def none(request: relay.Request) -> relay.Answer:
            asked = request.headers.get('OpenStack-API-Version')
            return relay.Answer(
                200,
                json.dumps({'servers': []}).encode(),
                {
                    'Content-Type': 'application/json',
                    **({'OpenStack-API-Version': asked} if asked else {}),
                },
            )

        nova.on('GET', r'/servers(/detail)?(\?.*)?', none)
        return nova.url

    def move_nova(self) -> dict[str, typing.Any]:
        """Move Nova to another region, and leave an empty one behind.

        :returns: the endpoint of the image service, which is in none there.
        """
        self.add_region(FOUR)
        for kind in 'compute', 'block-storage':
            there = self.endpoint(kind)
            self.add_endpoint(there['service_id'], there['url'], FOUR)
        self.change(self.endpoint('compute'), url=self.empty_nova())
        return self.endpoint('image')

    # What the commands make of it

    def check(self, code: int, **settings: object) -> None:
        """Look in every way with every command; nothing is ever revoked.

        :param settings: what clouds.yaml says in all entries.
        """
        env = entries.written(
            self,
            **{
                name: {**entries.entry(name), **settings}
                for name in ('alice', 'bob', 'both-a', 'admin')
            },
        )
        for about, (cloud, how) in WAYS.items():
            words = (self.image_id, *how)
            seen = 1 if code == IN_USE else None
            status = self.share('share status', *words, cloud=cloud, env=env)
            self.assertEqual(seen, status.row['Servers'], about)
            self.share(
                f'share usage --fail-in-use --project {self.b}',
                *words,
                cloud=cloud,
                code=code,
                env=env,
            )
            self.share(
                f'share revoke {self.image_id} {self.b}',
                *how,
                cloud=cloud,
                code=code,
                env=env,
            )
            self.assertEqual(
                {self.b: 'pending'}, self.members(self.image_id), about
            )


class TestServers(CatalogTestCase):
    """A server was booted from the image by project B."""

    def setUp(self) -> None:
        super().setUp()
        self.make_server('bob', self.image_id)

    def test_nova_has_another_interface_than_glance(self) -> None:
        self.change(self.endpoint('compute'), interface='internal')
        self.check(UNSEEN)
        self.check(IN_USE, compute_interface='internal')

    def test_glance_has_another_interface_than_nova(self) -> None:
        glance = self.endpoint('image')
        self.add_endpoint(
            glance['service_id'], glance['url'], interface='internal'
        )
        self.check(IN_USE, image_interface='internal')
        for nova in self.endpoints('compute'):
            if nova['interface'] == 'internal':
                self.change(nova, interface='admin')
        self.check(UNSEEN, interface='internal')

    def test_nova_is_hidden_from_the_member(self) -> None:
        self.hide('compute', self.b)
        self.check(IN_USE)

    def test_there_are_two_novas_and_one_is_empty(self) -> None:
        nova, empty = self.endpoint('compute'), self.empty_nova()
        other = self.add_service('compute', 'other')
        self.add_endpoint(other, nova['url'])
        # The one that comes first in catalogs.
        self.change(nova, url=empty)
        self.check(IN_USE)
        self.check(IN_USE, compute_service_name='nova')

    def test_nova_has_no_version_in_its_address(self) -> None:
        nova = self.endpoint('compute')
        root = nova['url'].removesuffix('/v2.1')
        for address in root, f'{root}/v2':
            self.change(nova, url=address)
            self.check(IN_USE)

    def test_one_glance_has_two_addresses(self) -> None:
        glance = self.move_nova()
        self.add_endpoint(
            glance['service_id'],
            glance['url'].replace('127.0.0.1', 'localhost'),
            FOUR,
        )
        self.check(IN_USE)

    def test_nobody_can_tell_whether_a_glance_is_another(self) -> None:
        glance = self.move_nova()
        between = relay.Relay(self, glance['url'])
        between.on('GET', '/v2/images/.*', lambda _: relay.Answer(500))
        self.add_endpoint(glance['service_id'], between.url, FOUR)
        self.check(UNSEEN)


class TestBootedFromVolume(CatalogTestCase):
    """A server was booted from a volume that was made of the image."""

    def setUp(self) -> None:
        super().setUp()
        consumers.boot_from_volume(self, 'bob', self.image_id)

    def test_cinder_has_another_interface_than_glance(self) -> None:
        for kind in 'block-storage', 'volumev3':
            self.change(self.endpoint(kind), interface='internal')
        self.check(UNSEEN)
        self.check(IN_USE, block_storage_interface='internal')

    def test_cinder_is_hidden_from_the_member(self) -> None:
        hidden = {
            one['id']
            for kind in ('block-storage', 'volumev3')
            for one in self.endpoints(kind)
        }
        self.hide('block-storage', self.b)
        for one in hidden:
            self.identity.delete(
                f'/OS-EP-FILTER/projects/{self.b}/endpoints/{one}'
            )
        self.check(IN_USE)


class TestImageServices(CatalogTestCase):
    def test_the_image_is_the_one_of_the_native_client(self) -> None:
        first = self.endpoint('image')['service_id']
        second = self.add_service('image', 'second')
        self.add_endpoint(second, self.endpoint('image', 'RegionTwo')['url'])
        name = 'of two services'
        images = {
            'glance': self.make_image(name=name),
            'second': self.make_image(name=name, region='RegionTwo'),
        }
        called = self.identity.get(f'/services/{first}').json()['service']
        for service, image_id in images.items():
            settings = {
                'image_service_name': (
                    called['name'] if service == 'glance' else service
                )
            }
            env = entries.written(
                self, alice={**entries.entry('alice'), **settings}
            )
            # A process keeps the first native client that it makes.
            native = self.program(
                f'--os-cloud alice image show "{name}" -f json',
                env=env,
            )
            self.assertEqual(image_id, json.loads(native.stdout)['id'])
            shared = self.share(
                f'share-to "{name}" {self.b} --no-accept',
                cloud='alice',
                env=env,
            )
            self.assertEqual(image_id, shared.row['Image ID'])
