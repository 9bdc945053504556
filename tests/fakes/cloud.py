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

"""The fake services together, with users and a catalog."""

from __future__ import annotations

import re
import typing

import fixtures
import openstack
from openstack import connection

from tests.fakes import block_storage
from tests.fakes import compute
from tests.fakes import container_infra
from tests.fakes import identity
from tests.fakes import image
from tests.fakes import server

#: The owner, a member, a stranger, and the administrators' project.
A, B, C = 'a' * 32, 'b' * 32, 'c' * 32
ADMIN = 'd' * 32

ONE, TWO, THREE = 'RegionOne', 'RegionTwo', 'RegionThree'


class Service(typing.Protocol):
    """A service that is told who asks."""

    def handle(
        self, request: server.Request, path: str, caller: identity.Caller
    ) -> server.Answer: ...


class Cloud(fixtures.Fixture):
    """A cloud of fake services behind one address.

    Users: alice is in A, bob in B (and reader, who may change nothing), carol
    in C, both in A and B; admin is administrator.

    :ivar catalog: service type to region to path; ``{project}`` in a path
        stands for the project that has the token.
    :ivar catalogs: project ID to the catalog of that project, where it is
        another one.
    :ivar entries: project ID to what its catalog has besides, as Keystone
        writes it (:meth:`service`); None stands for every project.
    :ivar versions: what services say that they speak, by class.
    :ivar mounted: first part of a path to the service that answers there.
    """

    def __init__(self) -> None:
        super().__init__()
        self.keystone = identity.Keystone(self._catalog_of)
        self.glance = image.Glance()
        self.nova = compute.Nova()
        self.cinder = block_storage.Cinder()
        self.magnum = container_infra.Magnum()
        self.keystone.projects = {
            A: 'project-a',
            B: 'project-b',
            C: 'project-c',
            ADMIN: 'admin',
        }
        self.keystone.roles = {
            'alice': {A: ('member',)},
            'bob': {B: ('member',)},
            'carol': {C: ('member',)},
            'reader': {B: ('reader',)},
            'both': {A: ('member',), B: ('member',)},
            'admin': {ADMIN: ('admin', 'member')},
        }
        self.keystone.credentials = {'app-of-both': ('both', A)}
        self.catalog: dict[str, dict[str, str]] = {
            'image': {ONE: '/image'},
            'compute': {ONE: '/compute/v2.1'},
            'block-storage': {ONE: '/volume/v3/{project}'},
        }
        self.catalogs: dict[str, dict[str, dict[str, str]]] = {}
        self.entries: dict[str | None, list[dict[str, typing.Any]]] = {}
        self.versions = {
            'Glance': ['2'],
            'Nova': ['2', '2.1'],
            'Cinder': ['3'],
            'Magnum': ['1'],
        }
        self.mounted: dict[str, Service] = {
            'image': self.glance,
            'compute': self.nova,
            'volume': self.cinder,
            'container-infra': self.magnum,
        }
        self.server = server.Server(self._handle)

    def _setUp(self) -> None:
        self.useFixture(self.server)
        self.keystone.url = f'{self.url}/identity'

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def auth_url(self) -> str:
        return f'{self.url}/identity/v3'

    def _handle(self, request: server.Request) -> server.Answer:
        _, first, rest = re.split('/', request.path + '//', maxsplit=2)
        rest = f'/{rest}'.rstrip('/')
        if first == 'identity':
            return self.keystone.handle(request, rest)
        service = self.mounted.get(first)
        if service is not None and request.token is None:
            return self._versions(service, first, rest)
        caller = self.keystone.callers.get(request.token or '')
        if caller is None:
            return server.Answer(401, {'error': {'message': 'No token.'}})
        if service is None:
            return server.Answer(503, 'no such service')
        return service.handle(request, rest, caller)

    def _versions(
        self, service: Service, first: str, rest: str
    ) -> server.Answer:
        """Answer who asks without a token which versions there are."""
        kind = type(service).__name__
        numbers = self.versions.get(kind, [])
        if rest:
            numbers = [n for n in numbers if rest == f'/v{n}']
        if not numbers:
            return server.Answer(401, {'error': {'message': 'No token.'}})
        documents = [
            {
                'id': f'v{number}',
                'status': 'CURRENT',
                'links': [
                    {'rel': 'self', 'href': f'{self.url}/{first}/v{number}/'}
                ],
            }
            for number in numbers
        ]
        return server.Answer(
            300 if kind == 'Glance' else 200, {'versions': documents}
        )

    def service(
        self,
        service_type: str,
        name: str,
        *endpoints: tuple[str, str | None, str],
    ) -> dict[str, typing.Any]:
        """Return a service for :attr:`entries`.

        :param endpoints: interface, region and path of each.
        """
        return {
            'type': service_type,
            'name': name,
            'id': f'id-of-{name}',
            'endpoints': [
                {
                    'id': f'{name}-{region}-{interface}',
                    'interface': interface,
                    'region': region,
                    'region_id': region,
                    'url': self.url + path,
                }
                for interface, region, path in endpoints
            ],
        }

    def _catalog_of(self, project_id: str) -> list[dict[str, typing.Any]]:
        catalog = self.catalogs.get(project_id, self.catalog)
        entries = [
            {
                **entry,
                'endpoints': [
                    {**e, 'url': e['url'].replace('{project}', project_id)}
                    for e in entry['endpoints']
                ],
            }
            for key in (None, project_id)
            for entry in self.entries.get(key, ())
        ]
        return entries + [
            {
                'type': service,
                'name': service,
                'id': service,
                'endpoints': [
                    {
                        'id': f'{service}-{region}',
                        'interface': 'public',
                        'region': region,
                        'region_id': region,
                        'url': self.url + path.format(project=project_id),
                    }
                    for region, path in regions.items()
                ],
            }
            for service, regions in catalog.items()
        ]

    def entry(self, user: str, **more: typing.Any) -> dict[str, typing.Any]:
        """Return what clouds.yaml would say for a user's first project."""
        return {
            'auth_type': 'password',
            'auth': {
                'auth_url': self.auth_url,
                'username': user,
                'password': identity.SECRET,
                'user_domain_name': 'Default',
                'project_id': next(iter(self.keystone.roles[user])),
            },
            'region_name': ONE,
            **more,
        }

    def connect(
        self, user: str = 'alice', **more: typing.Any
    ) -> connection.Connection:
        """Return the connection of a user, in the user's first project."""
        found = openstack.connect(
            load_yaml_config=False,
            load_envvars=False,
            **self.entry(user, **more),
        )
        self.addCleanup(found.close)
        return found

    def connect_with_credential(self) -> connection.Connection:
        """Return a connection by an application credential of both, in A."""
        return self.connect(
            'both',
            auth_type='v3applicationcredential',
            auth={
                'auth_url': self.auth_url,
                'application_credential_id': 'app-of-both',
                'application_credential_secret': identity.SECRET,
            },
        )
