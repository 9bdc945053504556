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

"""The processes of the cloud and the service catalog that leads to them.

Knows names, ports and URLs. A port is chosen by the kernel at each start and
never given back before the end: the socket that has it is handed on to the
service, so that nobody can take it in between.
"""

from collections.abc import Mapping
from dataclasses import dataclass
import socket

from devcloud.accounts import REGIONS

# In the order of starting: the slowest first.
NAMES = (
    'nova',
    'keystone',
    'cinder',
    'glance',
    'glance2',
    'placement',
    'neutron',
)

Urls = Mapping[str, str]


@dataclass(frozen=True)
class Entry:
    """An endpoint as Keystone's catalog names it, and who answers there."""

    service: str
    type: str
    region: str
    name: str
    path: str = ''

    def url(self, urls: Urls) -> str:
        return urls[self.name] + self.path


_VOLUMES = '/v3/%(project_id)s'
_ONE, _TWO = REGIONS
CATALOG = (
    Entry('keystone', 'identity', _ONE, 'keystone', '/v3'),
    Entry('keystone', 'identity', _TWO, 'keystone', '/v3'),
    Entry('glance', 'image', _ONE, 'glance'),
    Entry('glance', 'image', _TWO, 'glance2'),
    Entry('placement', 'placement', _ONE, 'placement'),
    Entry('nova', 'compute', _ONE, 'nova', '/v2.1'),
    # The official type, and the one that Nova's default catalog_info and
    # older clients ask for.
    Entry('cinder', 'block-storage', _ONE, 'cinder', _VOLUMES),
    Entry('cinder', 'volumev3', _ONE, 'cinder', _VOLUMES),
)


def auth_url(urls: Urls) -> str:
    return urls['keystone'] + '/v3'


def bind() -> socket.socket:
    """A socket on a free port that takes connections already.

    Whoever is early waits until the service answers. That is how all of them
    can start side by side, although a nova-compute registers itself in
    Placement as it starts, which asks Keystone who that is.
    """
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.bind(('127.0.0.1', 0))
    bound.listen(128)
    return bound


def url(bound: socket.socket) -> str:
    return f'http://127.0.0.1:{bound.getsockname()[1]}'
