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

"""What projects offer each other, and projects made for one test.

A test that accepts everything, or lists everything, would meet what other
tests offer at the same time: it needs projects of its own.
"""

import typing
import uuid

import fixtures

from tests.live import base
from tests.live import entries
from tests.live import relay
from tests.live import relayed


class TestCase(base.TestCase):
    """A test in which project A offers images to project B."""

    def setUp(self) -> None:
        super().setUp()
        self.a = self.project_id('alice')
        self.b = self.project_id('bob')
        self.c = self.project_id('carol')

    def offer(
        self,
        status: str = 'pending',
        *,
        owner: str = 'alice',
        member: str = 'bob',
        **image: typing.Any,
    ) -> str:
        """Make an image, share it, and return its ID.

        :param owner: entry of clouds.yaml of the project that offers.
        :param member: entry of clouds.yaml of the project it is offered to.
        """
        image_id = self.make_image(owner, 'shared', **image)
        region = image.get('region', 'RegionOne')
        self.add_member(
            image_id, self.project_id(member), cloud=owner, region=region
        )
        if status != 'pending':
            self.set_status(image_id, member, status)
        return image_id

    def status(self, image_id: str, member: str | None = None) -> str | None:
        """Return the status of a membership, B's by default."""
        return self.members(image_id).get(member or self.b)

    def unique(self, name: str) -> str:
        """Return a name that no other test gives to an image."""
        return f'{name} {uuid.uuid4().hex}'

    def use(self, **more: entries.Entry) -> None:
        """Let the test have more entries of clouds.yaml."""
        self._set(entries.written(self, **more))

    def make_project(self, role: str = 'member') -> str:
        """Make a project and a user with a role; return the cloud's name.

        The names of the project, of the user and of the entry are the same.
        """
        name = f'project-{uuid.uuid4().hex[:12]}'
        project_id = self._made(
            'projects', 'project', name=name, domain_id='default'
        )
        self._give(name, project_id, role)
        self.use(
            **{name: entries.entry('alice', username=name, project_name=name)}
        )
        return name

    def make_domain(self) -> str:
        """Make a domain and return its ID."""
        made = self._made('domains', 'domain', name=self.unique('domain'))
        # Keystone deletes no domain that is enabled.
        self.addCleanup(
            base.connect('admin').identity.patch,
            f'/domains/{made}',
            json={'domain': {'enabled': False}},
        )
        return made

    def delete_project(self, project_id: str) -> None:
        answer = base.connect('admin').identity.delete(
            f'/projects/{project_id}'
        )
        self.assertEqual(204, answer.status_code, answer.text)

    def through(
        self, cloud: str, service: str = 'image'
    ) -> tuple[relay.Relay, str]:
        """Put a relay before a service for one user.

        :returns: the relay, and the entry of clouds.yaml that uses it.
        """
        found = relayed.before(self, service, cloud)
        self._set(found.env)
        return found.relay, found.cloud

    def _set(self, env: typing.Mapping[str, str]) -> None:
        for name, value in env.items():
            self.useFixture(fixtures.EnvironmentVariable(name, value))

    def _give(self, user: str, project_id: str, role: str) -> None:
        """Make a user who has a role in a project."""
        identity = base.connect('admin').identity
        user_id = self._made(
            'users',
            'user',
            name=user,
            domain_id='default',
            password=entries.entry('alice')['auth']['password'],
        )
        (found,) = identity.get('/roles', params={'name': role}).json()[
            'roles'
        ]
        answer = identity.put(
            f'/projects/{project_id}/users/{user_id}/roles/{found["id"]}'
        )
        self.assertEqual(204, answer.status_code, answer.text)

    def _made(self, collection: str, kind: str, **record: str) -> str:
        identity = base.connect('admin').identity
        answer = identity.post(f'/{collection}', json={kind: record})
        self.assertEqual(201, answer.status_code, answer.text)
        made = str(answer.json()[kind]['id'])
        self.addCleanup(identity.delete, f'/{collection}/{made}')
        return made
