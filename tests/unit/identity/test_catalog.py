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

import typing

import hypothesis
from hypothesis import strategies
from keystoneauth1.access import service_catalog

from osc_imageshare.api import urls
from osc_imageshare.identity import catalog
from tests.unit import base

COMPUTE, STORAGE = catalog.COMPUTE, catalog.STORAGE


def record(
    kind: str, name: str | None, *endpoints: tuple[str, str | None, str]
) -> dict[str, typing.Any]:
    """Return an entry of a catalog, as Keystone writes it.

    :param endpoints: interface, region and address of each.
    """
    return {
        'type': kind,
        'name': name,
        'id': f'id-of-{name}',
        'endpoints': [
            {'interface': interface, 'region_id': region, 'url': url}
            for interface, region, url in endpoints
        ],
    }


def one(
    name: str, *at: tuple[str, str], kind: str = COMPUTE
) -> catalog.Service:
    return catalog.Service(kind, name, 'One', at)


class ServicesTest(base.TestCase):
    def test_an_entry_is_a_service_in_each_region(self) -> None:
        found = catalog.services(
            [
                record(
                    'compute',
                    'nova',
                    ('public', 'One', 'http://one'),
                    ('internal', 'One', 'http://inside'),
                    ('publicURL', 'Two', 'http://two'),
                    ('public', None, 'http://anywhere'),
                    ('public', 'Three', ''),
                ),
                record('dns', 'designate', ('public', 'One', 'http://dns')),
                record('no such type', 'x', ('public', 'One', 'http://x')),
            ],
            'p',
        )
        self.assertEqual(
            [
                ('One', ['internal', 'public']),
                ('Two', ['public']),
                ('', ['public']),
            ],
            [(service.region, service.interfaces) for service in found],
        )
        self.assertEqual(
            {(COMPUTE, 'nova')}, {(s.type, s.name) for s in found}
        )

    def test_a_type_has_many_names(self) -> None:
        names = 'block-storage', 'volumev3', 'volume', 'block-store', 'mine'
        for name in names:
            (found,) = catalog.services(
                [record(name, 'cinder', ('public', 'One', 'http://c/v3/p'))],
                'p',
                {'mine': STORAGE},
            )
            self.assertEqual(STORAGE, found.type, name)
            self.assertEqual(
                [f'http://c/v3/{urls.PROJECT}'], found.under(['public'])
            )

    def test_two_catalogs_name_one_service_if_an_address_is_the_same(
        self,
    ) -> None:
        outside, inside = ('public', 'http://a'), ('internal', 'http://b')
        table: list[tuple[list[catalog.Service], int]] = [
            ([one('nova', outside), one('nova', outside, inside)], 1),
            ([one('nova', outside), one('cells', outside)], 1),
            ([one('nova', outside), one('nova', inside)], 2),
            ([one('nova', outside), one('x', outside, kind=STORAGE)], 2),
        ]
        for services, number in table:
            found = catalog.merged(services[:1], services[1:])
            self.assertEqual(number, len(found), str(services))
        (both,) = catalog.merged(table[0][0])
        self.assertEqual(['internal', 'public'], both.interfaces)


_INTERFACES = ['public', 'internal', 'admin']
_REGIONS = ['One', 'Two']
_NAMES = ['a', 'b']


class ConfiguredTest(base.TestCase):
    @hypothesis.settings(deadline=None, max_examples=300)
    @hypothesis.example(
        # Without a region, the place in the catalog decides.
        [('a', [('internal', 'One'), ('public', 'Two'), ('public', 'One')])],
        ['public'],
        None,
        None,
    )
    @hypothesis.given(
        services=strategies.lists(
            strategies.tuples(
                strategies.sampled_from([*_NAMES, None]),
                strategies.lists(
                    strategies.tuples(
                        strategies.sampled_from(_INTERFACES),
                        strategies.sampled_from(_REGIONS),
                    ),
                    max_size=4,
                ),
            ),
            max_size=4,
        ),
        interfaces=strategies.lists(
            strategies.sampled_from(_INTERFACES),
            min_size=1,
            max_size=3,
            unique=True,
        ),
        region=strategies.sampled_from([None, *_REGIONS]),
        name=strategies.sampled_from([None, *_NAMES]),
    )
    def test_the_clients_choice_is_the_same(
        self,
        services: list[tuple[str | None, list[tuple[str, str]]]],
        interfaces: list[str],
        region: str | None,
        name: str | None,
    ) -> None:
        records = [
            record(
                'image',
                called,
                *(
                    (interface, there, f'http://{number}-{at}')
                    for at, (interface, there) in enumerate(endpoints)
                ),
            )
            for number, (called, endpoints) in enumerate(services)
        ]
        for number, entry in enumerate(records):
            entry['id'] = str(number)
        native = service_catalog.ServiceCatalogV3(records)
        expected = native.get_endpoints_data(
            service_type='image',
            interface=interfaces,
            region_name=region,
            service_name=name,
        ).get('image')
        settings = catalog.Settings(tuple(interfaces), region, name)
        found = catalog.configured_url(
            catalog.services(native.normalize_catalog(), 'p'),
            'image',
            settings,
        )
        self.assertEqual(expected[0].url if expected else None, found)

    def test_an_override_is_the_choice(self) -> None:
        settings = catalog.Settings(override='http://o')
        self.assertEqual(
            'http://o', catalog.configured_url((), COMPUTE, settings)
        )
