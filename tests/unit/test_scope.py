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
import unittest.mock

from keystoneauth1 import access
from keystoneauth1 import fixture as ksa_fixture

from osc_imageshare import scope as scope_
from tests.unit import base


def scope(
    *endpoints: tuple[str, str, str, str],
    interfaces: tuple[str, ...] = ('public',),
    roles: tuple[str, ...] = (),
    overrides: dict[str, str] | None = None,
) -> scope_.Scope:
    """Return a scope whose catalog has endpoints.

    :param endpoints: service type, region, interface and URL of each.
    """
    token = ksa_fixture.V3Token(project_id='p', project_name='team')
    for service_type, region, interface, url in endpoints:
        service = token.add_service(service_type)
        service.add_endpoint(interface, url, region=region)
    for role in roles:
        token.add_role(name=role)
    return scope_.Scope(
        label=scope_.OWN,
        program=(),
        session=unittest.mock.sentinel.session,
        auth=unittest.mock.sentinel.auth,
        access=access.create(body=dict(token), auth_token='t'),
        interfaces=interfaces,
        region='One',
        overrides=overrides or {},
    )


class VersionRootTest(base.TestCase):
    def test_addresses_of_the_same_service_become_the_same(self) -> None:
        table = {
            'http://cloud:5000': 'http://cloud:5000',
            'http://cloud:5000/': 'http://cloud:5000',
            'http://cloud:5000/v3': 'http://cloud:5000',
            'HTTP://Cloud:5000/v3/': 'http://cloud:5000',
            'https://cloud/identity/v2.0': 'https://cloud/identity',
            'https://cloud/image/v2//': 'https://cloud/image',
            'https://cloud/image?x=1#y': 'https://cloud/image',
            # No versions:
            'https://cloud/volumes': 'https://cloud/volumes',
            'https://cloud/v': 'https://cloud/v',
            'https://cloud/vnext': 'https://cloud/vnext',
            'https://cloud/v3/project': 'https://cloud/v3/project',
            'https://v3.cloud': 'https://v3.cloud',
            # A path may tell services apart by case.
            'https://cloud/Image/v2': 'https://cloud/Image',
        }
        self.assertEqual(
            table, {url: scope_.version_root(url) for url in table}
        )

    def test_the_usual_port_may_be_left_out(self) -> None:
        table = {
            'https://cloud:443/image': 'https://cloud/image',
            'http://cloud:80': 'http://cloud',
            'http://cloud:443': 'http://cloud:443',
            'https://[::1]:443/': 'https://[::1]',
            'https://[::1]:9292/': 'https://[::1]:9292',
        }
        self.assertEqual(
            table, {url: scope_.version_root(url) for url in table}
        )


class CatalogTest(base.TestCase):
    def test_a_service_is_found_by_region(self) -> None:
        found = scope(
            ('image', 'One', 'public', 'http://one'),
            ('image', 'Two', 'public', 'http://two'),
            ('image', 'Two', 'internal', 'http://inside'),
            ('compute', 'Three', 'public', 'http://three'),
        )
        self.assertEqual(
            {'One': 'http://one', 'Two': 'http://two'}, found.catalog('image')
        )

    def test_a_service_that_is_nowhere_is_nothing(self) -> None:
        self.assertEqual({}, scope().catalog('compute'))

    def test_the_interface_that_is_preferred_wins(self) -> None:
        found = scope(
            ('image', 'One', 'public', 'http://outside'),
            ('image', 'One', 'internal', 'http://inside'),
            ('image', 'Two', 'public', 'http://outside-two'),
            ('image', 'Three', 'admin', 'http://nobody'),
            interfaces=('internal', 'public'),
        )
        self.assertEqual(
            {'One': 'http://inside', 'Two': 'http://outside-two'},
            found.catalog('image'),
        )

    def test_cinder_is_found_under_each_of_its_names(self) -> None:
        for name in 'block-storage', 'volumev3', 'volume', 'block-store':
            self.assertEqual(
                {'One': 'http://cinder/v3/p'},
                scope((name, 'One', 'public', 'http://cinder/v3/p')).catalog(
                    'block-storage'
                ),
                name,
            )

    def test_the_newer_cinder_is_taken_in_either_order(self) -> None:
        both = [
            ('volumev2', 'One', 'public', 'http://cinder/v2/p'),
            ('volumev3', 'One', 'public', 'http://cinder/v3/p'),
        ]
        for endpoints in both, both[::-1]:
            self.assertEqual(
                {'One': 'http://cinder/v3/p'},
                scope(*endpoints).catalog('block-storage'),
            )

    def test_so_it_is_when_both_have_one_name(self) -> None:
        urls = ['http://cinder/v2/p', 'http://cinder/v3/p']
        for both in urls, urls[::-1]:
            endpoints = [('volume', 'One', 'public', url) for url in both]
            self.assertEqual(
                {'One': 'http://cinder/v3/p'},
                scope(*endpoints).catalog('block-storage'),
            )

    def test_an_old_cinder_is_better_than_none(self) -> None:
        self.assertEqual(
            {'One': 'http://cinder/v2/p'},
            scope(('volumev2', 'One', 'public', 'http://cinder/v2/p')).catalog(
                'block-storage'
            ),
        )

    def test_the_name_of_a_host_is_no_version(self) -> None:
        url = 'http://v2.cinder/v3/p'
        self.assertEqual(
            {'One': url},
            scope(('volumev3', 'One', 'public', url)).catalog('block-storage'),
        )


class EndpointsTest(base.TestCase):
    def test_an_override_speaks_for_the_own_region(self) -> None:
        found = scope(
            ('image', 'One', 'public', 'http://one'),
            ('image', 'Two', 'public', 'http://two'),
            overrides={'image': 'http://other/v2'},
        )
        self.assertEqual(
            {'One': 'http://other/v2', 'Two': 'http://two'},
            found.endpoints('image'),
        )
        self.assertEqual('http://other', found.image_url)

    def test_an_override_needs_no_catalog(self) -> None:
        found = scope(overrides={'compute': 'http://nova'})
        self.assertEqual({'One': 'http://nova'}, found.endpoints('compute'))


class TokenTest(base.TestCase):
    def test_an_administrator_is_known_by_the_role(self) -> None:
        table: dict[tuple[str, ...], bool] = {
            (): False,
            ('member',): False,
            ('member', 'admin'): True,
            # Not the role that the default policies ask for.
            ('cloud_admin',): False,
        }
        self.assertEqual(
            table, {roles: scope(roles=roles).administrator for roles in table}
        )

    def test_the_project_is_the_tokens(self) -> None:
        found: typing.Any = scope()
        self.assertEqual(('p', 'team'), (found.project_id, found.project_name))

    def test_a_service_is_told_who_asks(self) -> None:
        api = scope().api('image', 'One', 'http://one/v2/')
        self.assertEqual('http://one/v2', api.url)
        self.assertEqual('project p, own project', api.asker)

    def test_who_may_only_look_is_told_that_it_is_so(self) -> None:
        table: dict[tuple[str, ...], str | None] = {
            ('member', 'reader'): None,
            ('admin',): None,
            ('manager',): None,
            ('reader',): 'only the role reader in project p',
            ('load-balancer_member', 'reader'): 'load-balancer_member, reader',
            (): 'only the role (none)',
        }
        for roles, words in table.items():
            hint = scope(roles=roles).api('image', 'One', 'http://one').hint
            if words is None:
                self.assertIsNone(hint)
            else:
                self.assertIn(words, hint or '')
