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

"""A user who reaches one service through a relay.

The way people are sent past the catalog by ``*_endpoint_override`` in their
clouds.yaml.
"""

import dataclasses

from tests.live import base
from tests.live import entries
from tests.live import relay


@dataclasses.dataclass(frozen=True)
class Relayed:
    """The relay and how to go through it.

    :ivar cloud: name of an entry of clouds.yaml.
    :ivar env: what leads to that clouds.yaml.
    """

    relay: relay.Relay
    cloud: str
    env: dict[str, str]

    def asked(self, method: str, path: str) -> list[str]:
        """Return the addresses below *path* that were asked for."""
        return [
            address
            for seen, address in self.relay.seen
            if seen == method and path in address
        ]


def before(
    test: base.TestCase, service: str, cloud: str, region: str = 'RegionOne'
) -> Relayed:
    """Put a relay before a service, for one user."""
    url = base.connect(cloud, region).session.get_endpoint(
        service_type=service, interface='public', region_name=region
    )
    if url is None:
        raise AssertionError(f'no {service} service in {region}')
    # The address is for the projects the user is rescoped to as well.
    own_id = test.project_id(cloud)
    between = relay.Relay(test, url.replace(own_id, '%(project_id)s'))
    entry = entries.entry(cloud)
    entry[f'{service.replace("-", "_")}_endpoint_override'] = between.url
    return Relayed(between, 'relayed', entries.written(test, relayed=entry))
