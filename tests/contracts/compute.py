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

"""What Nova answers to those who look who uses an image."""

from __future__ import annotations

from tests.contracts import base


class Servers(base.Consumers):
    SERVICE = 'compute'

    def setUp(self) -> None:
        super().setUp()
        self.server = self.create_server('bob', self.image_id)

    def found(self, user: str, query: str) -> set[str]:
        """Return the servers of a list that are made of the image."""
        answer = self.ask(user, 'GET', f'/servers/detail?{query}')
        self.assertEqual(200, answer.status, answer.body)
        return {
            each['id']
            for each in answer.body['servers']
            if each['image'] and each['image']['id'] == self.image_id
        }

    def test_who_finds_the_servers_of_an_image(self) -> None:
        mine, other = f'image={self.image_id}', f'image={self.server}'
        everyone = f'all_tenants=1&{mine}'
        table = (
            ('bob', mine, True),
            ('reader', mine, True),
            ('bob', other, False),
            # Two filters: the last one counts.
            ('bob', f'{other}&{mine}', True),
            ('alice', mine, False),
            # That is not heeded without all_tenants, and no error.
            ('alice', f'{mine}&project_id={{B}}', False),
            ('admin', everyone, True),
            ('admin', f'{everyone}&project_id={{B}}', True),
            ('admin', f'{everyone}&project_id={{C}}', False),
            ('bob', f'{mine}&status=ACTIVE', True),
            ('bob', f'{mine}&status=SHELVED', False),
        )
        for user, query, seen in table:
            self.assertEqual(
                (user, query, {self.server} if seen else set()),
                (user, query, self.found(user, query)),
            )

    def test_who_may_look_at_what(self) -> None:
        for user, path, status in (
            ('bob', f'/servers/{self.server}', 200),
            ('admin', f'/servers/{self.server}', 200),
            ('alice', f'/servers/{self.server}', 404),
            ('alice', '/servers/detail?all_tenants=1', 403),
            ('bob', '/servers/detail?all_tenants=1', 403),
            ('admin', '/servers/detail?all_tenants=1', 200),
        ):
            answer = self.ask(user, 'GET', path)
            self.assertEqual(
                (user, path, status),
                (user, path, answer.status),
                answer.body,
            )

    def test_a_record_has_what_is_read_of_it(self) -> None:
        answer = self.ask('bob', 'GET', f'/servers/{self.server}')
        record = answer.body['server']
        self.assertEqual(
            (self.server, self.project('B'), 'ACTIVE', self.image_id),
            (
                record['id'],
                record['tenant_id'],
                record['status'],
                record['image']['id'],
            ),
        )

    def test_a_microversion_that_is_too_new_is_refused(self) -> None:
        answer = self.ask('bob', 'GET', '/servers', microversion='2.9999')
        self.assertEqual(406, answer.status)
