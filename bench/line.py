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

"""Relays before the services, for as long as requests are to be seen.

The catalog itself leads through them, so that every client goes the way it
always goes: an override in clouds.yaml would change what clients ask for.
Seeing takes time, so nothing is timed meanwhile but the way to the first
request, and what is compared on a line that is long anyway.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
import contextlib
import dataclasses
import json
import os
import pathlib
import time
import typing

from bench import stage as stage_
from bench import timing
import fixtures
from tests.live import base
from tests.live import relay

_Thing = typing.TypeVar('_Thing')


@dataclasses.dataclass(frozen=True)
class Asked:
    """One request, and when it came in (by the monotonic clock)."""

    service: str
    method: str
    target: str
    when: float

    def __str__(self) -> str:
        return f'{self.method} {self.service} {self.target}'


@dataclasses.dataclass(frozen=True)
class _Endpoint:
    """An entry of the catalog."""

    id: str
    service: str
    url: str


class Line:
    """A relay before each service of the first region.

    :param delay: seconds that each request is on its way besides.
    :ivar asked: the requests since the line was last opened.
    """

    def __init__(self, stage: stage_.Stage, delay: float = 0.0) -> None:
        self._stage = stage
        self._delay = delay
        self.asked: list[Asked] = []
        self._relays = {
            endpoint: self._relay(endpoint) for endpoint in _endpoints()
        }

    def _relay(self, endpoint: _Endpoint) -> relay.Relay:
        between = relay.Relay(self._stage, endpoint.url)

        def note(request: relay.Request) -> None:
            self.asked.append(
                Asked(
                    endpoint.service,
                    request.method,
                    request.path,
                    time.monotonic(),
                )
            )

            time.sleep(self._delay)

        between.on('.*', '', note)
        return between

    @contextlib.contextmanager
    def open(self) -> Iterator[list[Asked]]:
        """Lead clients through the relays; yields the requests as they come.

        Connections that are open already keep going to the services.
        """
        self.asked.clear()
        urls = {
            endpoint: between.url for endpoint, between in self._relays.items()
        }
        (identity,) = {
            url for each, url in urls.items() if each.service == 'identity'
        }
        with _catalog(urls), _clouds_at(identity):
            yield self.asked


@contextlib.contextmanager
def leading_to(url: str, service: str) -> Iterator[None]:
    """Let the catalog lead to another address of one service."""
    with _catalog({e: url for e in _endpoints() if e.service == service}):
        yield


def _endpoints() -> list[_Endpoint]:
    """Return the addresses that clients use."""
    identity = base.connect('admin').identity
    services = {
        record['id']: str(record['type'])
        for record in identity.get('/services').json()['services']
    }
    found = identity.get(
        '/endpoints',
        params={'interface': 'public', 'region_id': stage_.REGION},
    ).json()['endpoints']
    return [
        _Endpoint(str(e['id']), services[e['service_id']], str(e['url']))
        for e in found
    ]


@contextlib.contextmanager
def _catalog(urls: Mapping[_Endpoint, str]) -> Iterator[None]:
    """Change the public addresses of services, and change them back."""
    identity = base.connect('admin').identity

    def change(endpoint: _Endpoint, url: str) -> None:
        answer = identity.patch(
            f'/endpoints/{endpoint.id}', json={'endpoint': {'url': url}}
        )
        if answer.status_code != 200:
            raise AssertionError(answer.text)

    try:
        for endpoint, url in urls.items():
            change(endpoint, url)
        yield
    finally:
        for endpoint in urls:
            change(endpoint, endpoint.url)


@contextlib.contextmanager
def _clouds_at(auth_url: str) -> Iterator[None]:
    """Let every entry of clouds.yaml begin at another address."""
    path = pathlib.Path(os.environ['OS_CLIENT_CONFIG_FILE'])
    clouds = json.loads(path.read_text())
    for entry in clouds['clouds'].values():
        entry['auth']['auth_url'] = auth_url
    with fixtures.TempDir() as directory:
        there = pathlib.Path(directory.path, 'clouds.yaml')
        there.write_text(json.dumps(clouds))
        with fixtures.EnvironmentVariable('OS_CLIENT_CONFIG_FILE', str(there)):
            yield


def counted(
    stage: stage_.Stage,
    ways: Mapping[str, timing.Way[_Thing]],
    prepare: Callable[[], _Thing],
) -> dict[str, list[str]]:
    """Return the requests that each way makes for a thing."""
    line = Line(stage)
    found = {}
    for name, way in ways.items():
        thing = prepare()
        with line.open() as asked:
            way(thing)
        found[name] = [str(each) for each in asked]
    return found
