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

"""A Keystone as an ordinary user meets it.

Imitates: tokens by password, application credential and token; rescoping that
is refused; ``GET /v3/auth/projects`` for everyone and look-ups of projects
for administrators only.
"""

from __future__ import annotations

import dataclasses
import itertools
import typing

from tests.fakes import server

#: The secret of every user and application credential.
SECRET = 'not so secret'
DOMAIN = {'id': 'default', 'name': 'Default'}


@dataclasses.dataclass(frozen=True)
class Caller:
    """Whom a token speaks for."""

    token: str
    user: str
    project_id: str | None
    roles: tuple[str, ...]
    rescopable: bool = True

    def has(self, role: str) -> bool:
        """Compare as oslo.policy does, without case."""
        return role.lower() in map(str.lower, self.roles)


def refuse(status: int, message: str) -> server.Answer:
    """Return an error as Keystone words it."""
    return server.Answer(
        status,
        {'error': {'code': status, 'message': message, 'title': 'Refused'}},
        {'x-openstack-request-id': 'req-identity'},
    )


class Keystone:
    """Users, projects, and the tokens that were issued.

    :ivar roles: user to project ID to roles.
    :ivar credentials: application credential ID to user and project ID.
    :ivar projects: project ID to name.
    :ivar domains: project ID to domain ID, where it is not the usual one.
    :ivar disabled: IDs of projects that are disabled.
    :ivar instead: project asked for to the project the token is made for.
    :ivar refusal: what rescoping is answered with, if it is refused.
    :ivar token_details: added to each token, for special kinds of it.
    :ivar service_types: what the list of services shows.
    :ivar admin_role: the role that its policies give everything to.
    :ivar endpoints: what the list of endpoints shows; the ID of a service is
        its type.
    """

    def __init__(
        self, catalog: typing.Callable[[str], list[dict[str, typing.Any]]]
    ) -> None:
        self._catalog = catalog
        self._numbers = itertools.count(1)
        self.url = ''
        self.roles: dict[str, dict[str, tuple[str, ...]]] = {}
        self.credentials: dict[str, tuple[str, str]] = {}
        self.projects: dict[str, str] = {}
        self.domains: dict[str, str] = {}
        self.disabled: set[str] = set()
        self.instead: dict[str, str] = {}
        self.refusal: server.Answer | None = None
        self.token_details: dict[str, typing.Any] = {}
        self.service_types: list[str] = []
        self.endpoints: list[dict[str, typing.Any]] = []
        self.callers: dict[str, Caller] = {}
        self.admin_role = 'admin'

    def handle(self, request: server.Request, path: str) -> server.Answer:
        if path in ('', '/v3', '/v3/'):
            return self._version()
        if (request.method, path) == ('POST', '/v3/auth/tokens'):
            return self._issue(request.body['auth'])
        caller = self.callers.get(request.token or '')
        if caller is None:
            return refuse(401, 'The request you have made requires a token.')
        if path == '/v3/auth/projects':
            return _collection(
                'projects',
                [self._project(one) for one in self.roles[caller.user]],
            )
        if not caller.has(self.admin_role):
            return refuse(403, 'You are not authorized to do this.')
        return self._administrate(request, path)

    def _version(self) -> server.Answer:
        link = {'rel': 'self', 'href': f'{self.url}/v3/'}
        return server.Answer(
            body={
                'version': {
                    'id': 'v3.14',
                    'status': 'stable',
                    'links': [link],
                    'media-types': [],
                }
            }
        )

    def _issue(self, auth: dict[str, typing.Any]) -> server.Answer:
        (method,) = auth['identity']['methods']
        given = auth['identity'][method]
        scope = auth.get('scope', {})
        project = scope.get('project', {})
        project_id = project.get('id')
        for known, name in self.projects.items():
            if name == project.get('name'):
                project_id = known
        if method == 'token':
            parent = self.callers.get(given['id'])
            if parent is None:
                return refuse(401, 'Unknown token.')
            if not parent.rescopable:
                return refuse(403, 'This token cannot be rescoped.')
            if self.refusal is not None:
                return self.refusal
            user = parent.user
        elif method == 'application_credential':
            if given['secret'] != SECRET:
                return refuse(401, 'Wrong secret.')
            user, project_id = self.credentials[given['id']]
        else:
            named = given['user']
            user = named.get('name') or named['id'].removeprefix('id-of-')
            if named['password'] != SECRET or user not in self.roles:
                return refuse(401, 'Wrong password.')
        project_id = self.instead.get(project_id, project_id)
        if project_id is not None and project_id not in self.roles[user]:
            return refuse(401, 'The user has no role in that project.')
        return self._token(user, project_id, method, 'system' in scope)

    def _token(
        self, user: str, project_id: str | None, method: str, system: bool
    ) -> server.Answer:
        token = f'token-{next(self._numbers)}-of-{user}'
        roles = self.roles[user].get(project_id or '', ())
        caller = Caller(
            token, user, project_id, roles, method != 'application_credential'
        )
        self.callers[token] = caller
        body: dict[str, typing.Any] = {
            'methods': [method],
            'user': {'id': f'id-of-{user}', 'name': user, 'domain': DOMAIN},
            'issued_at': '2020-01-01T00:00:00.000000Z',
            'expires_at': '2120-01-01T00:00:00.000000Z',
            **self.token_details,
        }
        if project_id is not None:
            body['project'] = self._project(project_id, nested=True)
            body['catalog'] = self._catalog(project_id)
        if project_id is not None or system:
            body['roles'] = [{'id': name, 'name': name} for name in roles]
        if system:
            body['system'] = {'all': True}
        if method == 'application_credential':
            body['application_credential'] = {'id': 'x', 'restricted': True}
        return server.Answer(201, {'token': body}, {'X-Subject-Token': token})

    def _project(
        self, project_id: str, nested: bool = False
    ) -> dict[str, typing.Any]:
        record = {'id': project_id, 'name': self.projects[project_id]}
        if nested:
            return {**record, 'domain': DOMAIN}
        return {
            **record,
            'domain_id': self._domain(project_id),
            'enabled': project_id not in self.disabled,
        }

    def _domain(self, project_id: str) -> str:
        return self.domains.get(project_id, DOMAIN['id'])

    def _administrate(
        self, request: server.Request, path: str
    ) -> server.Answer:
        _, _, collection, *rest = path.split('/')
        if collection == 'services':
            return _collection(
                'services',
                [{'id': kind, 'type': kind} for kind in self.service_types],
            )
        if collection == 'endpoints':
            return _collection('endpoints', self.endpoints)
        if collection == 'domains':
            found = (
                [DOMAIN] if DOMAIN['name'] == request.parameter('name') else []
            )
            return _collection('domains', found)
        if rest:
            if rest[0] not in self.projects:
                return refuse(404, f'Could not find project: {rest[0]}.')
            return server.Answer(body={'project': self._project(rest[0])})
        domain = request.parameter('domain_id')
        return _collection(
            'projects',
            [
                self._project(project_id)
                for project_id, name in self.projects.items()
                if request.parameter('name') in (None, name)
                and domain in (None, self._domain(project_id))
                and (
                    request.parameter('enabled') != 'true'
                    or project_id not in self.disabled
                )
            ],
        )


def _collection(key: str, records: list[typing.Any]) -> server.Answer:
    links = {'next': None, 'self': '', 'previous': None}
    return server.Answer(body={key: records, 'links': links})
