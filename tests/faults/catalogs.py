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

"""Catalogs that are not as one would expect, as Keystone's answers have them.

Keystone's own catalog is everybody's, and scenarios run side by side: so a
relay before it puts another one into what it says. Behind the addresses are
the relays to the real services.
"""

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
import dataclasses
import json
import typing
from urllib import parse

from tests.live import relay

Record = dict[str, typing.Any]

ONE, FOUR = 'RegionOne', 'RegionFour'

#: Stands for a project in an address.
PROJECT = '%(project_id)s'


@dataclasses.dataclass(frozen=True)
class Catalog:
    """Where services are said to be, and who is told.

    :ivar nova_for: the letters of the projects that are told of Nova, as
        Keystone's endpoint filter has it.
    :ivar nova_interface: the only one that Nova is published under.
    :ivar nova_versioned: whether Nova's address names a version.
    :ivar moved: whether Nova has its servers in another region, where the
        same Glance has another address, and none in the first.
    """

    nova_for: str = 'abc'
    nova_interface: str = 'public'
    nova_versioned: bool = True
    moved: bool = False

    @property
    def regions(self) -> tuple[str, ...]:
        return (ONE, FOUR) if self.moved else (ONE,)

    def _places(self, letter: str | None) -> Iterator[tuple[str, str, str]]:
        """Yield type, region and interface of each endpoint.

        :param letter: of the project that is told; None for administrators.
        """
        yield 'identity', ONE, 'public'
        for region in self.regions:
            yield 'image', region, 'public'
            yield 'block-storage', region, 'public'
            if letter is None or letter in self.nova_for:
                yield 'compute', region, self.nova_interface

    def told(
        self,
        addresses: Mapping[tuple[str, str], str],
        project: str,
        letter: str | None,
    ) -> list[Record]:
        """Return the catalog of a project, as a token has it.

        :param addresses: of each type of service in each region.
        """
        services: dict[str, Record] = {}
        for kind, region, interface in self._places(letter):
            url = addresses[kind, region].replace(PROJECT, project)
            if kind == 'compute' and not self.nova_versioned:
                url = parse.urljoin(url, '/')
            service = services.setdefault(
                kind,
                {'id': kind, 'type': kind, 'name': kind, 'endpoints': []},
            )
            service['endpoints'].append(
                {
                    'id': f'{kind}-{region}',
                    'interface': interface,
                    'region': region,
                    'region_id': region,
                    'url': url,
                }
            )
        return list(services.values())


def retold(
    answer: relay.Answer, catalog_of: Callable[[str], list[Record]]
) -> relay.Answer:
    """Return Keystone's answer with another catalog, if it gives a token.

    :param catalog_of: called with the ID of the project.
    """
    if 'X-Subject-Token' not in answer.headers:
        return answer
    found = json.loads(answer.body)
    token = found['token']
    token['catalog'] = catalog_of(token['project']['id'])
    return dataclasses.replace(answer, body=json.dumps(found).encode())


def without_servers(answer: relay.Answer) -> relay.Answer:
    """Return Nova's answer as one gives it that has no servers."""
    try:
        found = json.loads(answer.body)
    except ValueError:
        return answer
    if 'servers' not in found:
        return answer
    body = json.dumps({'servers': []}).encode()
    return dataclasses.replace(answer, body=body)
