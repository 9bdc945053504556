# Licensed under the Apache License, Version 2.0 (the "License"); you may
# not use this file except in compliance with the License. You may obtain
# a copy of the License at
#
#      http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS, WITHOUT
# WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the
# License for the specific language governing permissions and limitations
# under the License.

"""Who may do what in the cloud, and how a client is told about it.

Knows the users, their projects and roles, and the two ways in which people
keep credentials: clouds.yaml and a file of exports. Pure data and text.
"""

from dataclasses import dataclass
import json
import shlex

# It guards a cloud that listens on 127.0.0.1 and holds nothing of worth.
PASSWORD = 'on-loopback-only'
REGIONS = ('RegionOne', 'RegionTwo')
SERVICE_PROJECT = 'service'
SERVICE_USERS = ('cinder', 'glance', 'nova', 'placement')


@dataclass(frozen=True)
class Account:
    """A user as seen from one of its projects: an entry in clouds.yaml."""

    cloud: str
    user: str
    project: str
    role: str

    def auth(self, auth_url: str) -> dict[str, str]:
        return {
            'auth_url': auth_url,
            'username': self.user,
            'password': PASSWORD,
            'project_name': self.project,
            'user_domain_id': 'default',
            'project_domain_id': 'default',
        }


# keystone-manage bootstrap makes this one.
ADMIN = Account('admin', 'admin', 'admin', 'admin')
MEMBERS = (
    Account('alice', 'alice', 'project-a', 'member'),
    Account('bob', 'bob', 'project-b', 'member'),
    Account('carol', 'carol', 'project-c', 'member'),
    Account('both-a', 'both', 'project-a', 'member'),
    Account('both-b', 'both', 'project-b', 'member'),
    Account('reader', 'reader', 'project-b', 'reader'),
)


def clouds_yaml(auth_url: str) -> str:
    """The text of clouds.yaml, in the part of YAML that is also JSON.

    Both regions are listed, as the SDK refuses any region that is not.
    """
    clouds = {
        account.cloud: {
            'auth': account.auth(auth_url),
            'regions': list(REGIONS),
        }
        for account in (ADMIN, *MEMBERS)
    }
    return json.dumps({'clouds': clouds}, indent=2) + '\n'


def openrc(account: Account, auth_url: str) -> str:
    """Shell exports for people who use environment variables."""
    settings = {
        f'OS_{name.upper()}': value
        for name, value in account.auth(auth_url).items()
    }
    settings['OS_REGION_NAME'] = REGIONS[0]
    lines = [
        f'export {name}={shlex.quote(value)}'
        for name, value in settings.items()
    ]
    # An OS_CLOUD left in the shell would win over all of them.
    return '\n'.join(['unset OS_CLOUD', *lines]) + '\n'
