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

"""The whole program, from its command line to fake services."""

from __future__ import annotations

import shlex
import typing

from testtools import content

from tests import fakes
from tests.live import base as functional
from tests.unit import base


class ShellTestCase(base.CloudTestCase):
    """A test that runs ``openstack`` in this process.

    Every user of the fake cloud has an entry in clouds.yaml.
    """

    def setUp(self) -> None:
        super().setUp()
        self.write_clouds()

    def write_clouds(self, **more: dict[str, typing.Any]) -> None:
        """Write clouds.yaml with entries besides those of the users."""
        users = ('alice', 'bob', 'both', 'admin')
        entries = {user: self.cloud.entry(user) for user in users}
        self.clouds_yaml(**{**entries, **more})

    def openstack(
        self,
        command: str,
        *more: str,
        cloud: str | None = 'alice',
        options: typing.Sequence[str] = (),
        env: typing.Mapping[str, str] | None = None,
    ) -> functional.Result:
        """Run ``openstack image <command> -f json`` as a user.

        :param command: what is typed, split as a shell would.
        :param more: further words, as they are.
        :param cloud: entry of clouds.yaml; None for what the rest says.
        """
        self.cloud.server.requests.clear()
        words = [*options, 'image', *shlex.split(command), *more, '-f', 'json']
        if cloud is not None:
            words = ['--os-cloud', cloud, *words]
        result = functional.run_shell(words, env or {})
        told = (
            f'$ openstack {shlex.join(words)}\n{result.stdout}'
            f'{result.stderr}exit code {result.code}\n'
        )
        self.addDetailUniqueName('command', content.text_content(told))
        self.assertNotIn('Traceback', result.stdout + result.stderr)
        if result.code:
            self.assertNotEqual('', result.stderr.strip())
        return result

    def asked(self) -> list[fakes.Request]:
        """Return the requests that went to another service than Keystone."""
        return [
            request
            for request in self.cloud.server.requests
            if not request.path.startswith('/identity')
        ]

    def acted_as(self) -> set[str | None]:
        """Return the projects as which services were asked."""
        callers = self.cloud.keystone.callers
        return {
            callers[request.token].project_id
            for request in self.asked()
            # Which versions there are is asked without a token.
            if request.token is not None
        }

    def writes(self) -> list[str]:
        """Return the requests that change something, in order."""
        return [
            str(request) for request in self.asked() if request.method != 'GET'
        ]
