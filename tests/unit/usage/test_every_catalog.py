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

"""Whatever a catalog says: what was not asked is not taken for none.

Three services of one type, one of which holds a record that was made of the
image, under whatever names, addresses, interfaces, regions and versions a
catalog may give them, to the owner, to the member or to both.
"""

import dataclasses
import typing

import hypothesis
from hypothesis import strategies

from tests import fakes
from tests.fakes import block_storage
from tests.fakes import compute
from tests.fakes import image
from tests.unit import surveys

A, B = fakes.A, fakes.B
ONE, TWO, THREE = fakes.ONE, fakes.TWO, fakes.THREE

_INTERFACES = ['public', 'internal', 'admin']


@dataclasses.dataclass(frozen=True)
class Kind:
    """A type of service, and how its entries in a catalog may look."""

    name: str
    types: list[str]
    paths: list[str]
    make: type[compute.Nova] | type[block_storage.Cinder]


KINDS = [
    Kind(
        'compute',
        ['compute'],
        ['/backend-{}', '/backend-{}/v2', '/backend-{}/v2.1/'],
        compute.Nova,
    ),
    Kind(
        'block_storage',
        ['block-storage', 'volumev2', 'volumev3'],
        [
            '/backend-{}',
            '/backend-{}/v2/{{project}}',
            '/backend-{}/v3/{{project}}',
        ],
        block_storage.Cinder,
    ),
]


@dataclasses.dataclass(frozen=True)
class Entry:
    """A service of a catalog.

    :ivar shown_to: the project whose catalog it is in; None for both.
    :ivar backend: the number of the service that is behind all addresses.
    :ivar endpoints: interface, region and path of each.
    """

    type: int
    shown_to: str | None
    backend: int
    endpoints: list[tuple[str, str | None, int]]


ENTRIES = strategies.lists(
    strategies.builds(
        Entry,
        strategies.integers(0, 2),
        strategies.sampled_from([A, B, None]),
        strategies.integers(0, 2),
        strategies.lists(
            strategies.tuples(
                strategies.sampled_from(_INTERFACES),
                strategies.sampled_from([ONE, ONE, TWO, THREE, None]),
                strategies.integers(0, 2),
            ),
            min_size=1,
            max_size=3,
        ),
    ),
    min_size=1,
    max_size=4,
)


class EveryCatalogTest(surveys.SurveyTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.cloud.mounted['inside'] = self.cloud.glance
        self.cloud.mounted['image-two'] = image.Glance()

    def put(self, kind: Kind, entries: list[Entry], holder: int) -> None:
        """Make the services and the catalogs that name them."""
        for number in range(3):
            backend = kind.make()
            for name in 'backend', 'tunnel':
                self.cloud.mounted[f'{name}-{number}'] = backend
            if number == holder:
                backend.add(B, self.image_id)
        self.cloud.entries = {}
        for number, entry in enumerate(entries):
            self.cloud.entries.setdefault(entry.shown_to, []).append(
                self.cloud.service(
                    kind.types[entry.type % len(kind.types)],
                    f'service-{number}',
                    *(
                        (at, region, kind.paths[path].format(entry.backend))
                        for at, region, path in entry.endpoints
                    ),
                )
            )

    # It is run with the same examples by whoever runs it.
    @hypothesis.settings(max_examples=100, deadline=None, derandomize=True)
    @hypothesis.given(
        kind=strategies.sampled_from(KINDS),
        entries=ENTRIES,
        holder=strategies.integers(0, 2),
        images_at=strategies.fixed_dictionaries(
            dict.fromkeys(
                (TWO, THREE),
                strategies.sampled_from(
                    ['', '/image', '/inside', '/image-two', '/nothing']
                ),
            )
        ),
        interface=strategies.sampled_from([*_INTERFACES, _INTERFACES]),
        overridden=strategies.one_of(
            strategies.none(), strategies.integers(0, 3)
        ),
    )
    def test_nothing_is_overlooked(
        self,
        kind: Kind,
        entries: list[Entry],
        holder: int,
        images_at: dict[str, str],
        interface: str | list[str],
        overridden: int | None,
    ) -> None:
        self.cloud.catalog = {'image': {ONE: '/image'}}
        self.cloud.catalog['image'].update(
            {region: path for region, path in images_at.items() if path}
        )
        self.put(kind, entries, holder)
        settings: dict[str, typing.Any] = {f'{kind.name}_interface': interface}
        here = [
            entry.backend
            for entry in entries
            if any(region == ONE for _, region, _ in entry.endpoints)
        ]
        if overridden is not None and here:
            # It is an address of a service there is, of the same network
            # or another one.
            backend = here[overridden % len(here)]
            settings[f'{kind.name}_endpoint_override'] = (
                f'{self.cloud.url}/tunnel-{backend}'
            )
        wanted = [interface] if isinstance(interface, str) else interface
        found = self.survey('both', **settings).of(B)
        for entry in entries:
            for _, region, _ in entry.endpoints:
                if entry.backend != holder:
                    continue
                same = images_at.get(region or '')
                if same == '/image-two':
                    # Somebody has shown that there are other images.
                    continue
                if same != '/nothing' and any(
                    at in wanted and there == region
                    for at, there, _ in entry.endpoints
                ):
                    self.assertTrue(found.consumers)
                self.assertTrue(
                    found.consumers
                    or (region or '') in {gap.region for gap in found.gaps}
                )
