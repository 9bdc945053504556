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

import re

from osc_imageshare import errors
from osc_imageshare.identity import projects
from tests import fakes
from tests.unit import base

A, B, C = fakes.A, fakes.B, fakes.C
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
        self, words: str, user: str = 'alice', domain: str | None = None
    ) -> projects.Project:
        found = projects.Projects(self.scopes(user), domain)
        self.cloud.server.requests.clear()
        return found.named(words)

    def refusal(
        self, words: str, user: str = 'alice', domain: str | None = None
    ) -> str:
        return str(
            self.assertRaises(errors.Refused, self.named, words, user, domain)
        )

    def test_the_id_of_the_own_project_needs_no_request(self) -> None:
        for words in A, A.upper():
            self.assertEqual(
                projects.Project(A, 'project-a'), self.named(words)
            )
            self.assertEqual([], self.cloud.server.requests)

    def test_the_name_of_the_own_project_may_be_that_of_another(self) -> None:
        own = projects.Project(A, 'project-a')
        self.assertEqual(own, self.named('project-a'))
        self.cloud.keystone.roles['alice'] = {A: ('admin',)}
        self.assertEqual(own, self.named('project-a'))
        self.cloud.keystone.projects[C] = 'project-a'
        self.assertIn(f'{A}, {C}', self.refusal('project-a'))

    def test_a_member_cloud_is_known_by_its_token(self) -> None:
        self.clouds_yaml(bob=self.cloud.entry('bob'))
        found = projects.Projects(self.scopes('alice', 'bob'))
        self.cloud.server.requests.clear()
        for words in B, 'project-b':
            self.assertEqual(
                projects.Project(B, 'project-b'), found.named(words)
            )
        self.assertEqual([], self.cloud.server.requests)

    def test_another_project_of_the_user_is_in_its_list(self) -> None:
        table: dict[str, dict[str, int]] = {
            B: {},
            B.upper(): {},
            # Whoever may look it up has to: other projects may be called so.
            'project-b': {'GET /identity/v3/projects': 1},
        }
        for words, more in table.items():
            self.assertEqual(
                projects.Project(B, 'project-b'), self.named(words, 'both')
            )
            self.assertEqual(
                {'GET /identity/v3/auth/projects': 1, **more},
                self.cloud.server.counts(),
            )

    def test_a_name_that_may_not_be_looked_up_is_never_taken_for_an_id(
        self,
    ) -> None:
        message = self.refusal('project-b')
        self.assertIn("Cannot look up the project name 'project-b'", message)

    def test_an_id_that_may_not_be_looked_up_is_not_verified(self) -> None:
        for words in B, UNKNOWN:
            self.assertEqual(
                projects.Project(words, verified=False), self.named(words)
            )

    def test_an_administrator_looks_up_what_it_does_not_know(self) -> None:
        for words in B, 'project-b':
            self.assertEqual(
                projects.Project(B, 'project-b'), self.named(words, 'admin')
            )

    def test_an_administrator_learns_that_there_is_no_such_project(
        self,
    ) -> None:
        for words in UNKNOWN, 'nothing':
            self.assertIn(
                f'No project found for {words!r}', self.refusal(words, 'admin')
            )

    def test_an_id_is_never_a_name(self) -> None:
        # Of a project that is the caller's own, a member cloud's, or known
        # to the identity service only.
        self.cloud.keystone.projects[B] = UNKNOWN
        self.clouds_yaml(bob=self.cloud.entry('bob'))
        unsure = projects.Project(UNKNOWN, verified=False)
        for user, clouds in (('both', ()), ('alice', ('bob',)), ('alice', ())):
            found = projects.Projects(self.scopes(user, *clouds))
            self.assertEqual(unsure, found.named(UNKNOWN))
        self.assertIn('No project found', self.refusal(UNKNOWN, 'admin'))
        self.cloud.keystone.projects[B] = A
        for user in 'alice', 'both', 'admin':
            self.assertEqual(
                projects.Project(A, 'project-a'), self.named(A, user)
            )

    def test_an_id_in_capitals_is_the_one_that_keystone_has(self) -> None:
        odd = 'F' * 32
        self.cloud.keystone.projects[odd] = 'odd'
        table = {
            ('admin', B.upper()): projects.Project(B, 'project-b'),
            ('admin', odd): projects.Project(odd, 'odd'),
            # Nobody can tell, and Keystone makes them in lower case.
            ('alice', B.upper()): projects.Project(B, verified=False),
        }
        self.assertEqual(
            table, {(user, w): self.named(w, user) for user, w in table}
        )

    def test_a_name_of_the_own_list_is_taken_where_no_other_has_it(
        self,
    ) -> None:
        # Native commands refuse a name that several projects have, and so
        # does whoever may know.
        self.cloud.keystone.projects[C] = 'project-b'
        self.assertEqual(B, self.named('project-b', 'both').id)
        self.cloud.keystone.roles['both'] = {A: ('admin',), B: ('member',)}
        self.assertIn(f'{B}, {C}', self.refusal('project-b', 'both'))
        # Whatever the role of those is called who may look projects up.
        self.cloud.keystone.admin_role = 'auditor'
        self.cloud.keystone.roles['both'] = {A: ('auditor',), B: ('member',)}
        self.assertIn(f'{B}, {C}', self.refusal('project-b', 'both'))

    def test_a_member_clouds_project_is_what_its_name_means(self) -> None:
        self.clouds_yaml(bob=self.cloud.entry('bob'))
        self.cloud.keystone.projects[C] = 'project-b'
        found = projects.Projects(self.scopes('admin', 'bob'))
        self.assertEqual(B, found.named('project-b').id)

    def test_optional_look_ups_may_be_refused(self) -> None:
        for status in 401, 403, 404:
            self.cloud.server.rule(
                'GET',
                '/auth/projects|/v3/projects',
                fakes.Answer(status, 'No.'),
                times=None,
            )
            for user in 'both', 'admin':
                self.assertEqual(
                    projects.Project(B, verified=False), self.named(B, user)
                )
                self.assertIn(
                    'Cannot look up', self.refusal('project-b', user)
                )
            self.assertEqual('project-a', self.named('project-a').name)
            self.cloud.server.rules.clear()

    def test_without_the_own_list_the_identity_service_is_asked(self) -> None:
        self.cloud.server.rule(
            'GET',
            '/auth/projects',
            fakes.Answer(403, 'No.'),
            times=None,
        )
        for words in B, 'project-b':
            self.assertEqual(B, self.named(words, 'admin').id)

    def test_an_identity_service_that_fails_is_an_error(self) -> None:
        for path in '/auth/projects', '/v3/projects':
            # Nobody waits for what is asked beside it, which may be late.
            self.cloud.server.rules.clear()
            self.cloud.server.rule(
                'GET', path, fakes.Answer(500, 'oops'), times=None
            )
            self.assertRaises(
                errors.ServiceError, self.named, 'project-b', 'admin'
            )

    def test_a_name_that_several_projects_have_is_refused(self) -> None:
        self.cloud.keystone.projects[C] = 'project-b'
        message = self.refusal('project-b', 'admin')
        self.assertIn(f'{B}, {C}', message)
        self.assertIn('--project-domain', message)

    def test_a_name_that_no_project_can_have_is_not_found(self) -> None:
        self.cloud.server.rule(
            'GET', '/v3/projects$', fakes.Answer(400, 'too long')
        )
        self.assertIn('No project found', self.refusal('x' * 1000, 'admin'))

    def test_an_answer_without_project_is_an_error_of_the_service(
        self,
    ) -> None:
        answers: list[object] = [{}, [], {'project': None}]
        for answer in answers:
            self.cloud.server.rule(
                'GET',
                f'/v3/projects/{B}',
                fakes.Answer(body=answer),
            )
            self.assertRaises(errors.ServiceError, self.named, B, 'admin')

    def test_an_empty_word_is_wrong_usage(self) -> None:
        self.assertRaises(errors.UsageError, self.named, '')

    def test_a_domain_counts_by_name_and_by_id(self) -> None:
        for domain in 'Default', 'default':
            for user in 'both', 'admin':
                self.assertEqual(B, self.named('project-b', user, domain).id)

    def test_names_of_other_domains_are_not_found(self) -> None:
        self.assertIn(
            'No project found',
            self.refusal('project-b', 'admin', 'Elsewhere'),
        )
        self.assertIn(
            'Cannot look up',
            self.refusal('project-b', 'both', 'Elsewhere'),
        )

    def test_a_domain_that_cannot_be_an_id_is_not_taken_for_one(self) -> None:
        # Keystone takes what follows in such a query for another parameter.
        for domain in 'a b', 'a&name=x', 'é', '':
            self.assertIn(
                f'No domain found for {domain!r}',
                self.refusal('project-b', 'admin', domain),
            )

    def test_a_domain_is_looked_up_where_it_is_allowed(self) -> None:
        # Nobody's token is for a project of that domain.
        self.refusal('project-b', 'admin', 'Elsewhere')
        (request,) = self.cloud.server.sent('GET', '/domains')
        self.assertEqual('Elsewhere', request.parameter('name'))
        # What nobody knows by this name may be an ID.
        (request,) = self.cloud.server.sent('GET', '/v3/projects$')
        self.assertEqual('Elsewhere', request.parameter('domain_id'))

    def test_a_domain_nobody_could_look_up_is_an_error(self) -> None:
        self.cloud.server.rule('GET', '/domains', fakes.Answer(500, ''))
        self.assertRaises(
            errors.ServiceError, self.named, 'project-b', 'admin', 'Elsewhere'
        )


class AllNamedTest(base.CloudTestCase):
    """Projects that are named together are looked up together."""

    def setUp(self) -> None:
        super().setUp()
        self.ids = [f'{number:032x}' for number in range(1, 13)]
        for one in self.ids:
            self.cloud.keystone.projects[one] = f'team-{one}'

    def counts(self, user: str, words: list[str]) -> dict[str, int]:
        """Look projects up, and return the requests that this took."""
        look_up = projects.Projects(self.scopes(user))
        self.cloud.server.requests.clear()
        found = look_up.all_named(words)
        self.assertEqual(
            [w.removeprefix('team-') for w in words], [p.id for p in found]
        )
        counted: dict[str, int] = {}
        for request in self.cloud.server.requests:
            what = re.sub('[0-9a-f]{32}$', 'ID', request.path[13:])
            counted[what] = counted.get(what, 0) + 1
        return counted

    def test_many_ids_are_one_list_for_an_administrator(self) -> None:
        # Whichever domains they are in.
        self.cloud.keystone.domains.update(
            {
                **dict.fromkeys(self.ids[:4], 'elsewhere'),
                **dict.fromkeys(self.ids[4:8], 'further'),
            }
        )
        names = [f'team-{one}' for one in self.ids]
        table: list[tuple[str, list[str], dict[str, int]]] = [
            ('admin', self.ids[:8], {'projects/ID': 8}),
            ('admin', self.ids[:9], {'projects': 1}),
            ('admin', names, {'projects': 12}),
            ('alice', self.ids, {'projects/ID': 12}),
        ]
        for user, words, expected in table:
            self.assertEqual(
                {'auth/projects': 1, **expected}, self.counts(user, words)
            )

    def test_what_a_list_does_not_tell_is_looked_up_by_itself(self) -> None:
        cut = {
            'projects': [{'id': self.ids[0], 'name': 'x'}],
            'links': {'next': None},
            'truncated': True,
        }
        leaves_out = {
            'projects': [
                {'id': one, 'name': f'team-{one}'} for one in self.ids[1:]
            ],
            'links': {'next': None},
        }
        for answer, singles in (
            (fakes.Answer(403, ''), 12),
            (fakes.Answer(500, ''), 12),
            (fakes.Answer(body=cut), 12),
            (fakes.Answer(body=leaves_out), 1),
        ):
            self.cloud.server.rule('GET', '/v3/projects$', answer)
            self.assertEqual(
                {'auth/projects': 1, 'projects': 1, 'projects/ID': singles},
                self.counts('admin', self.ids),
            )

    def test_names_that_may_not_be_looked_up_cost_one_attempt(self) -> None:
        self.cloud.keystone.roles['both'].update(
            dict.fromkeys(self.ids, ('member',))
        )
        names = [f'team-{one}' for one in self.ids]
        self.assertEqual(
            {'auth/projects': 1, 'projects': 1}, self.counts('both', names)
        )

    def test_the_own_ones_are_spoken_for_meanwhile(self) -> None:
        spoken: list[str] = []
        projects.Projects(self.scopes('both')).all_named(
            [A, B, C], spoken.append
        )
        self.assertEqual([B], spoken)


class NameOfTest(base.CloudTestCase):
    def test_names_are_shown_where_they_are_known(self) -> None:
        table = {
            # user, project: name
            ('alice', A): 'project-a',
            ('alice', B): None,
            ('both', B): 'project-b',
            ('admin', B): 'project-b',
            ('admin', UNKNOWN): None,
            ('admin', '../x'): None,
        }
        self.assertEqual(
            table,
            {
                (user, project_id): projects.Projects(
                    self.scopes(user)
                ).names_of([project_id])[project_id]
                for user, project_id in table
            },
        )

    def test_names_are_asked_for_at_once(self) -> None:
        ids = [f'{number:032x}' for number in range(1, 13)]
        self.cloud.keystone.projects.update({i: f'team-{i}' for i in ids})
        found = projects.Projects(self.scopes('admin'))
        self.cloud.server.requests.clear()
        self.assertEqual({i: f'team-{i}' for i in ids}, found.names_of(ids))
        self.assertEqual(
            {'GET /identity/v3/projects': 1},
            self.cloud.server.counts(),
        )

    def test_a_member_clouds_name_is_known(self) -> None:
        self.clouds_yaml(bob=self.cloud.entry('bob'))
        found = projects.Projects(self.scopes('alice', 'bob'))
        self.assertEqual('project-b', found.names_of([B])[B])

    def test_a_name_is_never_worth_an_error(self) -> None:
        self.cloud.server.rule(
            'GET',
            '/auth/projects|/v3/projects',
            fakes.Answer(500, ''),
            times=None,
        )
        for user in 'alice', 'admin':
            found = projects.Projects(self.scopes(user))
            self.assertIsNone(found.names_of([B])[B])


class DirectoryTest(base.CloudTestCase):
    def test_only_administrators_have_one(self) -> None:
        self.assertIsNone(projects.Projects(self.scopes('alice')).directory)
        self.assertEqual(
            self.cloud.keystone.projects,
            projects.Projects(self.scopes('admin')).directory,
        )

    def test_a_list_that_could_not_be_read_is_no_empty_one(self) -> None:
        self.cloud.server.rule('GET', '/v3/projects', fakes.Answer(403, ''))
        self.assertIsNone(projects.Projects(self.scopes('admin')).directory)

    def test_a_list_that_was_cut_short_is_no_full_one(self) -> None:
        # What Keystone says when its "list_limit" was exceeded.
        self.cloud.server.rule(
            'GET',
            '/v3/projects',
            fakes.Answer(
                body={
                    'projects': [{'id': A, 'name': 'project-a'}],
                    'links': {'next': None},
                    'truncated': True,
                }
            ),
        )
        self.assertIsNone(projects.Projects(self.scopes('admin')).directory)


class DisplayTest(base.TestCase):
    def test_a_project_is_shown_with_its_name_if_it_is_known(self) -> None:
        self.assertEqual('team (x)', str(projects.Project('x', 'team')))
        self.assertEqual('x', str(projects.Project('x')))
