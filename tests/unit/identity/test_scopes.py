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

from osc_imageshare import errors
from osc_imageshare.identity import scopes
from tests.unit import base


def scope(*roles: str, entry: object = None) -> scopes.Scope:
    """Return the scope of a token with roles.

    :param entry: what its catalog has, if it has anything.
    """
    token = ksa_fixture.V3Token(project_id='p', project_name='team')
    if entry is not None:
        token['token']['catalog'] = [entry]
    for role in roles:
        token.add_role(name=role)
    return scopes.Scope(
        label=scopes.OWN,
        program=(),
        session=unittest.mock.sentinel.session,
        auth=unittest.mock.sentinel.auth,
        traffic=unittest.mock.sentinel.traffic,
        access=access.create(body=dict(token), auth_token='t'),
        region='One',
        image_url='http://one/v2',
        settings={},
    )


class ServicesTest(base.TestCase):
    def test_a_catalog_of_another_shape_is_an_error(self) -> None:
        endpoints: list[object] = ['public', [None], {'public': 'x'}]
        odd = [{'type': 'compute', 'endpoints': one} for one in endpoints]
        for entry in 5, *odd:
            found = scope(entry=entry)
            error = self.assertRaises(
                errors.ImageShareError, lambda found=found: found.services
            )
            self.assertIn('catalog of project p', str(error))

    def test_what_has_no_address_is_no_service(self) -> None:
        for odd in {}, {'type': 'compute'}, {'type': 5, 'endpoints': []}:
            self.assertEqual((), scope(entry=odd).services)


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
            table, {roles: scope(*roles).administrator for roles in table}
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
            hint = scope(*roles).api('image', 'One', 'http://one').hint
            if words is None:
                self.assertIsNone(hint)
            else:
                self.assertIn(words, hint or '')
