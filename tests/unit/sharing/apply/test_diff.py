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

import io
import json
import types
import typing

import fixtures

from osc_imageshare import errors
from osc_imageshare import sharing
from osc_imageshare.sharing import outcomes
from tests import fakes
from tests.fakes import image
from tests.unit.sharing.apply import base
from tests.unit.sharing import base as flows

A, B, C = fakes.A, fakes.B, fakes.C
ADMIN = fakes.ADMIN
ONE, TWO = fakes.ONE, fakes.TWO


class DiffTest(base.FileTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.image_id = self.cloud.glance.add(
            A, 'shared', 'web', members={B: 'accepted'}
        )

    def test_what_is_in_order_differs_in_nothing(self) -> None:
        for user in 'alice', 'both', 'admin':
            for member in (
                f'project: {B}',
                f'project: {B.upper()}',
                f'project: {B}, accept: required',
                'cloud: bob',
            ):
                outcome = self.diff(
                    user,
                    f'{{name: web, members: [{{{member}}}], exact: true}}',
                )
                self.assertEqual([(B, 'keep')], self.actions(outcome))
                self.assertEqual(errors.OK, outcome.exit_code)
                self.assertEqual([], self.writes())

    def test_what_differs_ends_with_a_code_of_its_own(self) -> None:
        # What the file says, the row of B and of C, and the exit code.
        for members, rows, code, told in (
            (
                f'[{{project: {B}}}, {{project: {C}}}]',
                [(B, 'keep'), (C, 'share')],
                errors.DIFFERENT,
                '1 to share, 1 to keep.',
            ),
            ('[]', [(B, 'prune')], errors.DIFFERENT, '1 to prune.'),
            (
                '[{project: nobody}]',
                [('', 'unknown'), (B, 'unknown')],
                errors.FAILED,
                '2 unknown.',
            ),
        ):
            outcome = self.diff(
                'admin', f'{{name: web, members: {members}, exact: true}}'
            )
            self.assertEqual(rows, self.actions(outcome))
            self.assertEqual(code, outcome.exit_code)
            self.assertEqual(told, flows.said(outcome).splitlines()[-1])
            self.assertEqual(
                code == errors.FAILED,
                'what the file wants cannot be done:' in flows.said(outcome),
            )
            self.assertEqual([], self.writes())

    def test_what_could_not_be_seen_comes_before_what_differs(self) -> None:
        outcome = self.diff(
            'alice',
            f'{{name: web, members: [{{project: {C}}}], exact: true}}',
        )
        self.assertEqual([(C, 'share'), (B, 'unknown')], self.actions(outcome))
        self.assertEqual(errors.UNSEEN, outcome.exit_code)
        self.assertIn('you have no role in project', flows.said(outcome))

    def test_what_is_in_use_is_kept(self) -> None:
        self.cloud.nova.add(B, self.image_id, name='www')
        for user in 'both', 'admin':
            outcome = self.diff(user, '{name: web, members: [], exact: true}')
            (row,) = outcome.rows
            self.assertEqual('keep', row.action)
            self.assertIn('in use: server', str(row.reason))
            self.assertIn('www', str(row.reason))
            self.assertEqual(errors.DIFFERENT, outcome.exit_code)

    def test_a_scan_that_breaks_ends_no_share(self) -> None:
        self.breaks('GET', '/compute/v2.1/servers')
        outcome = self.diff('both', '{name: web, members: [], exact: true}')
        self.assertEqual([(B, 'unknown')], self.actions(outcome))
        self.assertEqual(errors.UNSEEN, outcome.exit_code)

    def test_who_can_accept_is_known_without_a_token(self) -> None:
        self.cloud.glance.add(A, 'shared', 'db', members={B: 'pending'})
        for user, accept, action, code in (
            ('both', 'auto', 'accept', errors.DIFFERENT),
            ('alice', 'auto', 'keep', errors.OK),
            ('both', 'never', 'keep', errors.OK),
            ('alice', 'required', 'accept', errors.FAILED),
            ('admin', 'auto', 'keep', errors.OK),
            ('admin', 'required', 'accept', errors.DIFFERENT),
        ):
            outcome = self.diff(
                user,
                f'{{name: db, members: [{{project: {B}, accept: {accept}}}]}}',
            )
            self.assertEqual([(B, action)], self.actions(outcome), user)
            self.assertEqual(code, outcome.exit_code)
            tokens = [
                request
                for request in self.cloud.server.requests
                if request.path.endswith('/auth/tokens')
            ]
            self.assertEqual(1, len(tokens))

    def test_the_credentials_of_another_project_are_refused(self) -> None:
        for user in 'bob', 'alice':
            owner = A if user == 'bob' else C
            exc = self.assertRaises(
                errors.Refused,
                self.diff,
                user,
                '{name: web, members: []}',
                owner=owner,
            )
            self.assertIn(f'project {owner}', exc.lines[0])
            self.assertEqual([], self.asked())

    def test_an_administrator_by_another_name_is_shown_by_glance(self) -> None:
        self.cloud.keystone.roles['operator'] = {C: ('image_admin',)}
        self.cloud.glance.admin_role = 'image_admin'
        outcome = self.diff(
            'operator', f'{{name: web, members: [{{project: {B}}}]}}'
        )
        self.assertEqual([(B, 'keep')], self.actions(outcome))
        self.cloud.glance.admin_role = 'admin'
        self.assertRaises(
            errors.Refused,
            self.diff,
            'operator',
            f'{{name: web, members: [{{project: {B}}}]}}',
        )

    def test_an_image_that_cannot_be_told_is_said(self) -> None:
        theirs = self.cloud.glance.add(
            C, 'shared', 'theirs', members={A: 'accepted'}
        )
        self.cloud.glance.add(A, 'shared', 'two')
        self.cloud.glance.add(A, 'shared', 'two')
        nothing = '0b5a7cc1-8c1b-4e5a-9c4e-3c7f6a2b1d00'
        for named, reason in (
            ('name: nope', "has no image called 'nope'"),
            ('name: two', "has several images called 'two'"),
            ('name: theirs', "has no image called 'theirs'"),
            (f'id: "{theirs}"', f'belongs to project {C}'),
            (f'id: {nothing}', f'There is no image {nothing}'),
        ):
            outcome = self.diff(
                'alice',
                f'{{{named}, members: [{{project: {B}}}], exact: true}}',
                f'{{name: web, members: [{{project: {C}}}]}}',
            )
            unknown = outcome.rows[0]
            self.assertEqual('unknown', unknown.action)
            self.assertIn(reason, str(unknown.reason))
            self.assertEqual(
                [(C, 'share'), (B, 'keep')], self.actions(outcome)[1:]
            )
            self.assertEqual(errors.FAILED, outcome.exit_code)
            self.assertIn(reason, flows.said(outcome))

    def test_a_hidden_image_is_an_old_version(self) -> None:
        self.cloud.glance.add(A, 'shared', 'web', os_hidden=True)
        outcome = self.diff('alice', '{name: web, members: []}')
        self.assertEqual([(self.image_id, ONE, 'keep')], self.places(outcome))
        old = self.cloud.glance.add(A, 'shared', 'old', os_hidden=True)
        outcome = self.diff('alice', '{name: old, members: [{cloud: bob}]}')
        self.assertEqual(old, self.places(outcome)[0][0])

    def test_one_image_named_in_two_ways_is_not_planned_twice(self) -> None:
        outcome = self.diff(
            'alice',
            f'{{name: web, members: [{{project: {B}}}]}}',
            f'{{id: "{self.image_id}", members: []}}',
        )
        self.assertEqual(
            [(B, 'keep'), (None, 'unknown')], self.actions(outcome)
        )
        self.assertEqual(errors.FAILED, outcome.exit_code)

    def test_an_image_that_must_not_be_shared_is_blocked(self) -> None:
        self.cloud.glance.images[self.image_id]['status'] = 'queued'
        outcome = self.diff(
            'alice', f'{{name: web, members: [{{project: {C}}}]}}'
        )
        self.assertEqual([(C, 'share'), (B, 'keep')], self.actions(outcome))
        self.assertEqual(errors.FAILED, outcome.exit_code)

    def test_the_owner_needs_no_share(self) -> None:
        outcome = self.diff(
            'alice', f'{{name: web, members: [{{project: {A}}}]}}'
        )
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertIn('needs no share', str(outcome.rows[0].reason))

    def test_more_than_half_is_said_beforehand(self) -> None:
        self.cloud.glance.add_member(self.image_id, C, 'accepted')
        outcome = self.diff('admin', '{name: web, members: [], exact: true}')
        self.assertIn('--max-prune', flows.said(outcome))

    def test_a_project_that_nobody_can_verify_is_said(self) -> None:
        outcome = self.diff(
            'alice', f'{{name: web, members: [{{project: {C}}}]}}'
        )
        self.assertIn(
            f'Could not verify that project {C} exists', flows.said(outcome)
        )
        outcome = self.diff(
            'admin', f'{{name: web, members: [{{project: {"e" * 32}}}]}}'
        )
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertIn('No project found', str(outcome.rows[0].reason))


class DomainTest(base.FileTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.image_id = self.cloud.glance.add(
            A, 'shared', 'web', members={B: 'accepted'}
        )
        self.cloud.keystone.domains = {C: 'campus', A: 'campus'}

    def diff_of(
        self, members: str, user: str = 'admin'
    ) -> outcomes.DiffOutcome:
        return self.diff(
            user, f'{{name: web, members: [{members}], exact: true}}'
        )

    def test_every_project_of_a_domain_but_the_owner_is_named(self) -> None:
        outcome = self.diff_of('{domain: campus}')
        self.assertEqual([(C, 'share'), (B, 'prune')], self.actions(outcome))
        self.assertEqual(f'project-c ({C})', str(outcome.rows[0].project))

    def test_what_is_named_by_itself_counts_more(self) -> None:
        for members in (
            f'{{domain: campus}}, {{project: {C}, accept: never}}',
            f'{{project: {C}, accept: never}}, {{domain: campus}}',
        ):
            outcome = self.diff_of(members)
            self.assertEqual('never', outcome.rows[0].accept)
            self.assertEqual(2, len(outcome.rows))

    def test_what_is_named_twice_is_named_alike(self) -> None:
        outcome = self.diff_of('{project: project-b}, {cloud: bob}')
        self.assertEqual([(B, 'keep')], self.actions(outcome))
        outcome = self.diff_of(
            '{project: project-b, accept: never}, {cloud: bob}'
        )
        self.assertEqual([(B, 'keep'), ('', 'unknown')], self.actions(outcome))
        self.assertEqual(errors.FAILED, outcome.exit_code)

    def test_a_domain_that_cannot_be_listed_ends_no_share(self) -> None:
        for user, domain in (
            ('both', 'campus'),
            ('admin', 'camps'),
        ):
            outcome = self.diff_of(f'{{domain: {domain}}}', user)
            self.assertEqual(
                [('', 'unknown'), (B, 'unknown')], self.actions(outcome)
            )
            self.assertEqual(errors.UNSEEN, outcome.exit_code)
        self.breaks('GET', '/identity/v3/projects')
        outcome = self.diff_of('{domain: campus}')
        self.assertEqual(
            [('', 'unknown'), (B, 'unknown')], self.actions(outcome)
        )

    def test_a_name_is_looked_up_in_its_domain(self) -> None:
        self.cloud.keystone.projects[ADMIN] = 'project-c'
        outcome = self.diff_of('{project: project-c, domain: campus}')
        self.assertEqual((C, 'share'), self.actions(outcome)[0])
        outcome = self.diff_of('{project: project-c}')
        self.assertEqual(('', 'unknown'), self.actions(outcome)[0])
        self.assertEqual(errors.FAILED, outcome.exit_code)


class RegionsTest(base.FileTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.there = self.cloud.mounted['there'] = image.Glance()
        self.cloud.catalog['image'][TWO] = '/there/v2'
        self.here_id = self.cloud.glance.add(
            A, 'shared', 'web', members={B: 'accepted'}
        )
        # Both begin to count at the same number.
        self.there.add(A, 'shared', 'other')
        self.there_id = self.there.add(A, 'shared', 'web')

    def test_a_name_means_an_image_in_each_region(self) -> None:
        outcome = self.diff(
            'both',
            f'{{name: web, regions: [{ONE}, {TWO}], '
            f'members: [{{project: {B}}}]}}',
        )
        self.assertEqual(
            [(self.here_id, ONE, 'keep'), (self.there_id, TWO, 'share')],
            self.places(outcome),
        )

    def test_a_region_that_does_not_exist_concerns_itself(self) -> None:
        outcome = self.diff(
            'both',
            f'{{name: web, regions: [Nowhere, {ONE}], '
            f'members: [{{project: {B}}}]}}',
        )
        self.assertEqual(
            [('Nowhere', 'unknown'), (ONE, 'keep')],
            [(row.state.region, row.action) for row in outcome.rows],
        )
        self.assertEqual(errors.FAILED, outcome.exit_code)

    def test_the_use_is_that_of_the_images_of_the_region(self) -> None:
        self.there.add_member(self.there_id, B, 'accepted')
        self.cloud.catalog['compute'][TWO] = '/compute/v2.1'
        self.cloud.nova.add(B, self.there_id)
        outcome = self.diff(
            'both',
            f'{{name: web, regions: [{ONE}, {TWO}], members: [], '
            'exact: true}',
        )
        self.assertEqual(
            [(ONE, 'prune'), (TWO, 'keep')],
            [(row.state.region, row.action) for row in outcome.rows],
        )


class BoundsTest(base.FileTestCase):
    """How many requests a look takes."""

    def number(self, images: int, members: int, user: str = 'alice') -> int:
        """Return how many requests a file takes that is in order."""
        ids = [f'{n:032x}' for n in range(members)]
        for one in ids:
            self.cloud.keystone.projects[one] = f'project-{one}'
        made = [
            self.cloud.glance.add(
                A, 'shared', members=dict.fromkeys(ids, 'accepted')
            )
            for _ in range(images)
        ]
        named = ', '.join(f'{{project: "{one}"}}' for one in ids)
        outcome = self.diff(
            user,
            *(
                f'{{id: "{one}", members: [{named}], exact: true}}'
                for one in made
            ),
        )
        self.assertEqual(errors.OK, outcome.exit_code)
        self.assertEqual(images * members, len(outcome.rows))
        return len(self.cloud.server.requests)

    def test_order_is_seen_with_two_requests_for_an_image(self) -> None:
        for user in 'alice', 'admin':
            few = self.number(2, 1, user)
            self.assertEqual(few + 2 * 3, self.number(5, 1, user))
            more = self.number(5, 20, user)
            # Names of projects are listed, whatever their number is.
            self.assertLessEqual(more - few, 2 * 3 + 2)

    def test_prunes_take_one_look_at_each_project(self) -> None:
        counts = []
        for number in 2, 6:
            outcome = self.diff(
                'both',
                *self.left_out(number),
            )
            self.assertEqual([(B, 'prune')] * number, self.actions(outcome))
            counts.append(len(self.cloud.server.requests))
        self.assertEqual(2 * 4, counts[1] - counts[0])


class OutTest(base.FileTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.cloud.glance.add(A, 'shared', 'web', members={B: 'accepted'})

    def test_the_plan_is_saved(self) -> None:
        out = self.path('plan.json')
        outcome = self.diff('alice', '{name: web, members: []}', out=out)
        with open(out, encoding='utf-8') as file:
            plan = json.load(file)
        self.assertEqual(
            [row.action for row in outcome.rows],
            [one['action'] for one in plan['actions']],
        )

    def test_a_plan_that_cannot_be_written_is_an_error(self) -> None:
        out = self.path('nowhere/plan.json')
        exc = self.assertRaises(
            errors.Refused,
            self.diff,
            'alice',
            '{name: web, members: []}',
            out=out,
        )
        self.assertIn('No such file', str(exc))

    def test_the_file_may_come_from_standard_input(self) -> None:
        with open(self.file('{name: web, members: []}'), 'rb') as file:
            content = io.BytesIO(file.read())
        stdin = types.SimpleNamespace(buffer=content)
        self.useFixture(fixtures.MonkeyPatch('sys.stdin', stdin))
        outcome = sharing.Diff(
            self.cloud.connect(), sharing.DiffRequest('-')
        ).run()
        self.assertEqual([(B, 'keep')], self.actions(outcome))

    def test_a_file_that_cannot_be_read_is_refused(self) -> None:
        self.useFixture(fixtures.MonkeyPatch('sys.stdin', None))
        cases: tuple[tuple[str, type[errors.ImageShareError]], ...] = (
            (self.path('nowhere'), errors.Refused),
            (self.directory, errors.Refused),
            ('a\0b', errors.Refused),
            ('-', errors.Refused),
            ('', errors.UsageError),
        )
        for path, kind in cases:
            flow = sharing.Diff(
                self.cloud.connect(), sharing.DiffRequest(path)
            )
            self.assertRaises(kind, flow.run)
        self.assertEqual([], self.writes())

    def test_progress_counts_images(self) -> None:
        seen: list[typing.Any] = []
        self.cloud.glance.add(A, 'shared', 'db')
        flow = sharing.Diff(
            self.cloud.connect(),
            sharing.DiffRequest(
                self.file(
                    '{name: web, members: []}', '{name: db, members: []}'
                )
            ),
            sharing.Context(progress=lambda *one: seen.append(one)),
        )
        flow.run()
        self.assertEqual([(1, 2), (2, 2)], seen)
