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

from osc_imageshare import errors
from osc_imageshare.identity import domains
from tests import fakes
from tests.unit import base

A, B, C = fakes.A, fakes.B, fakes.C


class EnabledTest(base.CloudTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.cloud.keystone.domains = {B: 'campus', C: 'campus'}

    def enabled(self, domain: str, user: str = 'admin') -> list[str]:
        found = domains.enabled(self.scopes(user), domain)
        return [project.id for project in found]

    def test_they_are_listed_by_name(self) -> None:
        self.assertEqual([B, C], self.enabled('campus'))
        self.cloud.keystone.projects[B] = 'z'
        self.assertEqual([C, B], self.enabled('campus'))
        # Keystone is asked for the ID of a domain that is named.
        self.assertEqual([fakes.ADMIN, A], self.enabled('Default'))

    def test_a_disabled_project_is_none_of_them(self) -> None:
        self.cloud.keystone.disabled = {B}
        self.assertEqual([C], self.enabled('campus'))

    def answers(self, **more: object) -> None:
        """Let Keystone answer with three projects, whatever is asked for."""
        projects = [
            {'id': A, 'name': 'a', 'domain_id': 'default'},
            {'id': B, 'name': 'b', 'domain_id': 'campus'},
            {'id': C, 'name': 'c', 'domain_id': 'campus', 'enabled': False},
        ]
        answer = fakes.Answer(body={'projects': projects, **more})
        self.cloud.server.rule('GET', '/identity/v3/projects', answer)

    def test_a_keystone_that_drops_filters_is_not_believed(self) -> None:
        self.answers()
        self.assertEqual([B], self.enabled('campus'))

    def test_no_project_is_no_answer(self) -> None:
        for domain in 'camps', 'campus':
            self.cloud.keystone.disabled = {B, C}
            exc = self.assertRaises(errors.Refused, self.enabled, domain)
            self.assertIn(f"Domain '{domain}' has no project", str(exc))

    def test_who_may_not_list_them_is_told(self) -> None:
        exc = self.assertRaises(errors.Refused, self.enabled, 'campus', 'both')
        self.assertIn("domain 'campus' cannot be listed", str(exc))

    def test_a_list_that_is_cut_short_is_none(self) -> None:
        self.answers(truncated=True)
        self.assertRaises(errors.ServiceError, self.enabled, 'campus')
