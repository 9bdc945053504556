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

"""Projects and users of scenarios, and how a client is told about them.

Each process has its own, so that several can run side by side on one cloud
and nothing that another test shares is listed here. Scenarios of a process
run one after the other and leave nothing behind. The password is random:
found anywhere in an output, it can only have come from clouds.yaml.
"""

import atexit
from collections.abc import Mapping
import functools
import json
import pathlib
import typing
import uuid

import openstack
from openstack import connection

from tests.faults import truth
from tests.live import base

#: Entry of clouds.yaml to user and project. A shares, B is shared with, C is
#: a third party; the user AB is a member of both A and B.
_ENTRIES = {
    'a': ('a', 'a'),
    'ab': ('ab', 'a'),
    'b': ('b', 'b'),
    'c': ('c', 'c'),
}

Entry = dict[str, typing.Any]


class People:
    """Three projects with their users, until the process ends.

    :ivar ids: the project of each letter, by ID.
    :ivar names: the same, by name.
    :ivar admin: ID of the administrators' project.
    :ivar password: of every user here.
    """

    def __init__(self) -> None:
        self._identity = base.connect('admin').identity
        self._suffix = uuid.uuid4().hex[:8]
        self.admin = str(base.connect('admin').current_project_id)
        self.password = f'never-printed-{uuid.uuid4().hex}'
        self.names = {letter: self._name(letter) for letter in 'abc'}
        self.ids = {
            letter: self._made('project', name=name)
            for letter, name in self.names.items()
        }
        role = self._role('member')
        for user, letters in ('a', 'a'), ('ab', 'ab'), ('b', 'b'), ('c', 'c'):
            user_id = self._user(user)
            for letter in letters:
                self._grant(self.ids[letter], user_id, role)

    def _name(self, name: str) -> str:
        return f'fault-{name}-{self._suffix}'

    def _made(self, kind: str, **attributes: str) -> str:
        answer = self._identity.post(f'/{kind}s', json={kind: attributes})
        made = str(truth.checked(answer, 201)[kind]['id'])
        atexit.register(self._identity.delete, f'/{kind}s/{made}')
        return made

    def _user(self, name: str) -> str:
        return self._made(
            'user', name=self._name(name), password=self.password
        )

    def _role(self, name: str) -> str:
        answer = self._identity.get('/roles', params={'name': name})
        return str(answer.json()['roles'][0]['id'])

    def _grant(self, project: str, user: str, role: str) -> None:
        answer = self._identity.put(
            f'/projects/{project}/users/{user}/roles/{role}'
        )
        truth.checked(answer, 204)

    def _auth(self, cloud: str, auth_url: str) -> dict[str, str]:
        user, project = _ENTRIES[cloud]
        return {
            'auth_url': auth_url,
            'username': self._name(user),
            'password': self.password,
            'project_id': self.ids[project],
            'user_domain_id': 'default',
        }

    def connect(
        self, cloud: str, **settings: typing.Any
    ) -> connection.Connection:
        """Return a new connection to the real services.

        :param settings: what an entry of clouds.yaml would say in addition.
        """
        auth_url = base.connect('admin').config.auth['auth_url']
        return openstack.connect(
            load_yaml_config=False,
            load_envvars=False,
            auth_type='password',
            auth=self._auth(cloud, auth_url),
            region_name='RegionOne',
            **settings,
        )

    def write_clouds(
        self,
        path: pathlib.Path,
        auth_url: str,
        overrides: Mapping[str, str],
        api_timeouts: Mapping[str, float],
    ) -> None:
        """Write a clouds.yaml with everybody and an administrator.

        :param overrides: service type, with underscores, to its address.
        :param api_timeouts: cloud to the setting of that name; OpenStackClient
            has no other limit until a command's own code runs.
        """
        admin: Entry = {
            'auth': {
                **base.connect('admin').config.auth,
                'auth_url': auth_url,
            }
        }
        clouds: dict[str, Entry] = {'admin': admin}
        for cloud in _ENTRIES:
            clouds[cloud] = {'auth': self._auth(cloud, auth_url)}
        for cloud, entry in clouds.items():
            entry['region_name'] = 'RegionOne'
            if cloud in api_timeouts:
                entry['api_timeout'] = api_timeouts[cloud]
            for service, url in overrides.items():
                entry[f'{service}_endpoint_override'] = url
        path.write_text(json.dumps({'clouds': clouds}))


@functools.cache
def people() -> People:
    """Return the people of this process."""
    return People()


@functools.cache
def connect(cloud: str) -> connection.Connection:
    """Return the connection of this process that has no settings."""
    return people().connect(cloud)
