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
from osc_imageshare import projects
from tests.unit import base
from tests.unit import fake_services

A, B, C = fake_services.A, fake_services.B, fake_services.C
UNKNOWN = 'e' * 32


class LooksLikeIdTest(base.TestCase):
    def test_only_what_keystone_makes_does(self) -> None:
        table = {
            A: True,
            'ABCDEF0123456789abcdef0123456789': True,
            '01234567-89ab-cdef-0123-456789abcdef': True,
            'a' * 31: False,
            'a' * 33: False,
            'g' * 32: False,
            'default': False,
            '': False,
            f'{A}\n': False,
            f' {A}': False,
        }
        self.assertEqual(
            table, {words: projects.looks_like_id(words) for words in table}
        )


class NamedTest(base.CloudTestCase):
    def named(
        self, words: str, user: str = 'ann', domain: str | None = None
    ) -> projects.Project:
        found = projects.Projects(self.scopes(user), domain)
        self.cloud.server.requests.clear()
        return found.named(words)

    def refusal(
        self, words: str, user: str = 'ann', domain: str | None = None
    ) -> str:
        return str(
            self.assertRaises(errors.Refused, self.named, words, user, domain)
        )

    def test_the_own_project_needs_no_request(self) -> None:
        for words in A, 'project-a':
            self.assertEqual(
                projects.Project(A, 'project-a'), self.named(words)
            )
            self.assertEqual([], self.cloud.server.requests)

    def test_a_member_cloud_is_known_by_its_token(self) -> None:
        self.clouds_yaml(bob=self.cloud.entry('bob'))
        found = projects.Projects(self.scopes('ann', 'bob'))
        self.cloud.server.requests.clear()
        for words in B, 'project-b':
            self.assertEqual(
                projects.Project(B, 'project-b'), found.named(words)
            )
        self.assertEqual([], self.cloud.server.requests)

    def test_another_project_of_the_user_is_in_its_list(self) -> None:
        for words in B, 'project-b':
            self.assertEqual(
                projects.Project(B, 'project-b'), self.named(words, 'both')
            )
            self.assertEqual(
                {'GET /identity/v3/auth/projects': 1},
                self.cloud.server.counts(),
            )

    def test_a_name_that_may_not_be_looked_up_is_never_taken_for_an_id(
        self,
    ) -> None:
        message = self.refusal('project-b')
        self.assertIn("'project-b' cannot be looked up", message)
        self.assertIn('Nothing has been changed.', message)

    def test_an_id_that_may_not_be_looked_up_is_not_verified(self) -> None:
        for words in B, UNKNOWN:
            self.assertEqual(
                projects.Project(words, verified=False), self.named(words)
            )

    def test_an_administrator_looks_up_what_it_does_not_know(self) -> None:
        for words in B, 'project-b':
            self.assertEqual(
                projects.Project(B, 'project-b'), self.named(words, 'root')
            )

    def test_an_administrator_learns_that_there_is_no_such_project(
        self,
    ) -> None:
        for words in UNKNOWN, 'nothing':
            self.assertIn(
                f'There is no project {words!r}', self.refusal(words, 'root')
            )

    def test_a_name_may_look_like_an_id(self) -> None:
        self.cloud.keystone.projects[B] = UNKNOWN
        self.assertEqual(
            projects.Project(B, UNKNOWN), self.named(UNKNOWN, 'root')
        )

    def test_an_id_wins_over_a_name(self) -> None:
        self.cloud.keystone.projects[B] = A
        self.assertEqual(
            projects.Project(A, 'project-a'), self.named(A, 'both')
        )

    def test_an_identity_service_that_fails_is_an_error(self) -> None:
        for path in '/auth/projects', '/v3/projects':
            self.cloud.server.rule(
                'GET', path, fake_services.Answer(500, 'oops')
            )
            self.assertRaises(
                errors.ServiceError, self.named, 'project-b', 'root'
            )

    def test_a_name_that_several_projects_have_is_refused(self) -> None:
        self.cloud.keystone.projects[C] = 'project-b'
        message = self.refusal('project-b', 'root')
        self.assertIn(f'{B}, {C}', message)
        self.assertIn('--project-domain', message)

    def test_a_name_that_no_project_can_have_is_not_found(self) -> None:
        self.cloud.server.rule(
            'GET', '/v3/projects$', fake_services.Answer(400, 'too long')
        )
        self.assertIn('There is no project', self.refusal('x' * 1000, 'root'))

    def test_an_answer_without_project_is_an_error_of_the_service(
        self,
    ) -> None:
        answers: list[object] = [{}, [], {'project': None}]
        for answer in answers:
            self.cloud.server.rule(
                'GET',
                f'/v3/projects/{B}',
                fake_services.Answer(body=answer),
            )
            self.assertRaises(errors.ServiceError, self.named, B, 'root')

    def test_an_empty_word_is_wrong_usage(self) -> None:
        self.assertRaises(errors.UsageError, self.named, '')

    def test_a_domain_counts_by_name_and_by_id(self) -> None:
        for domain in 'Default', 'default':
            for user in 'both', 'root':
                self.assertEqual(B, self.named('project-b', user, domain).id)

    def test_names_of_other_domains_are_not_found(self) -> None:
        self.assertIn(
            'There is no project',
            self.refusal('project-b', 'root', 'Elsewhere'),
        )
        self.assertIn(
            'cannot be looked up',
            self.refusal('project-b', 'both', 'Elsewhere'),
        )

    def test_a_domain_that_cannot_be_an_id_is_not_taken_for_one(self) -> None:
        # Keystone takes what follows in such a query for another parameter.
        for domain in 'a b', 'a&name=x', 'é', '':
            self.assertIn(
                f'The domain {domain!r} is not known',
                self.refusal('project-b', 'root', domain),
            )

    def test_a_domain_is_looked_up_where_it_is_allowed(self) -> None:
        # Nobody's token is for a project of that domain.
        self.refusal('project-b', 'root', 'Elsewhere')
        (request,) = self.cloud.server.sent('GET', '/domains')
        self.assertEqual('Elsewhere', request.parameter('name'))
        # What nobody knows by this name may be an ID.
        (request,) = self.cloud.server.sent('GET', '/v3/projects$')
        self.assertEqual('Elsewhere', request.parameter('domain_id'))

    def test_a_domain_nobody_could_look_up_is_an_error(self) -> None:
        self.cloud.server.rule(
            'GET', '/domains', fake_services.Answer(500, '')
        )
        self.assertRaises(
            errors.ServiceError, self.named, 'project-b', 'root', 'Elsewhere'
        )


class NameOfTest(base.CloudTestCase):
    def test_names_are_shown_where_they_are_known(self) -> None:
        table = {
            # user, project: name
            ('ann', A): 'project-a',
            ('ann', B): None,
            ('both', B): 'project-b',
            ('root', B): 'project-b',
            ('root', UNKNOWN): None,
            ('root', '../x'): None,
        }
        self.assertEqual(
            table,
            {
                (user, project_id): projects.Projects(
                    self.scopes(user)
                ).name_of(project_id)
                for user, project_id in table
            },
        )

    def test_a_member_clouds_name_is_known(self) -> None:
        self.clouds_yaml(bob=self.cloud.entry('bob'))
        found = projects.Projects(self.scopes('ann', 'bob'))
        self.assertEqual('project-b', found.name_of(B))

    def test_a_name_is_never_worth_an_error(self) -> None:
        self.cloud.server.rule(
            'GET',
            '/auth/projects|/v3/projects',
            fake_services.Answer(500, ''),
            times=None,
        )
        for user in 'ann', 'root':
            found = projects.Projects(self.scopes(user))
            self.assertIsNone(found.name_of(B))


class DirectoryTest(base.CloudTestCase):
    def test_only_administrators_have_one(self) -> None:
        self.assertIsNone(projects.Projects(self.scopes('ann')).directory)
        self.assertEqual(
            self.cloud.keystone.projects,
            projects.Projects(self.scopes('root')).directory,
        )

    def test_a_list_that_could_not_be_read_is_no_empty_one(self) -> None:
        self.cloud.server.rule(
            'GET', '/v3/projects', fake_services.Answer(403, '')
        )
        self.assertIsNone(projects.Projects(self.scopes('root')).directory)

    def test_a_list_that_was_cut_short_is_no_full_one(self) -> None:
        # What Keystone says when its "list_limit" was exceeded.
        self.cloud.server.rule(
            'GET',
            '/v3/projects',
            fake_services.Answer(
                body={
                    'projects': [{'id': A, 'name': 'project-a'}],
                    'links': {'next': None},
                    'truncated': True,
                }
            ),
        )
        self.assertIsNone(projects.Projects(self.scopes('root')).directory)


class DisplayTest(base.TestCase):
    def test_a_project_is_shown_with_its_name_if_it_is_known(self) -> None:
        self.assertEqual('team (x)', str(projects.Project('x', 'team')))
        self.assertEqual('x', str(projects.Project('x')))
