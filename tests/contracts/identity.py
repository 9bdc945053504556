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

"""What Keystone answers to those who look for a project."""

from __future__ import annotations

from tests.contracts import base


class Projects(base.Contract):
    SERVICE = 'identity'

    def name(self, letter: str) -> str:
        answer = self.ask('admin', 'GET', f'/projects/{{{letter}}}')
        return str(answer.body['project']['name'])

    def test_who_may_look_up_a_project(self) -> None:
        nobody = '0' * 32
        table = (
            ('alice', '/projects/{B}', 403),
            ('alice', '/projects?name=x', 403),
            ('alice', '/domains?name=x', 403),
            ('admin', '/projects/{B}', 200),
            ('admin', f'/projects/{nobody}', 404),
            ('admin', '/projects?name=x', 200),
            ('admin', '/domains?name=x', 200),
            ('alice', '/auth/projects', 200),
            ('reader', '/auth/projects', 200),
        )
        for user, path, status in table:
            answer = self.ask(user, 'GET', path)
            self.assertEqual((user, path, status), (user, path, answer.status))

    def test_everybody_may_list_its_own_projects(self) -> None:
        for user, letter in base.CAST.items():
            answer = self.ask(user, 'GET', '/auth/projects')
            self.assertEqual(
                [(self.project(letter), self.name(letter), True)],
                [
                    (each['id'], each['name'], each['enabled'])
                    for each in answer.body['projects']
                ],
            )

    def test_an_administrator_finds_projects_by_name(self) -> None:
        for query, found in (
            (f'name={self.name("B")}', {'B'}),
            (f'name={self.name("B")}&domain_id=default', {'B'}),
            (f'name={self.name("B")}&domain_id=other', set()),
            (f'name={self.name("B")}&enabled=true', {'B'}),
            (f'name={self.name("B").upper()}x', set()),
        ):
            answer = self.ask('admin', 'GET', f'/projects?{query}')
            self.assertEqual(
                {self.project(letter) for letter in found},
                {each['id'] for each in answer.body['projects']},
            )

    def test_a_domain_is_found_by_its_name(self) -> None:
        for name, found in ('Default', ['default']), ('nowhere', []):
            answer = self.ask('admin', 'GET', f'/domains?name={name}')
            self.assertEqual(
                found, [each['id'] for each in answer.body['domains']]
            )
