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

from __future__ import annotations

import typing

from osc_imageshare import errors
from osc_imageshare import sharing
from osc_imageshare.sharing import outcomes
from osc_imageshare.usage import risk
from tests import fakes
from tests.unit.sharing import base

A, B, C = fakes.A, fakes.B, fakes.C


class UsageTestCase(base.FlowTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.image_id = self.cloud.glance.add(
            A, 'shared', 'ubuntu', members={B: 'accepted', C: 'pending'}
        )
        self.servers = {
            project_id: self.cloud.nova.add(project_id, self.image_id)
            for project_id in (A, B, C)
        }

    def used(self, user: str, **more: typing.Any) -> outcomes.UsageOutcome:
        request = sharing.UsageRequest(self.image_id, **more)
        return sharing.Usage(self.cloud.connect(user), request).run()

    def whose(self, outcome: outcomes.UsageOutcome) -> dict[str, str]:
        """Return whose servers were found."""
        return {one.project_id: one.id for one in outcome.consumers}


class UsageTest(UsageTestCase):
    def unseen(self, outcome: outcomes.UsageOutcome) -> set[str | None]:
        """Return whose records were not seen."""
        return {gap.project_id for gap in outcome.gaps}

    def test_everybody_who_could_use_it_is_looked_at(self) -> None:
        table: dict[str, tuple[set[str], set[str | None], int]] = {
            # user: whose servers are found, whose are unseen, exit code
            'alice': ({A}, {B, C}, errors.UNSEEN),
            'both': ({A, B}, {C}, errors.UNSEEN),
            'admin': ({A, B, C}, set(), errors.OK),
        }
        for user, (found, unseen, code) in table.items():
            outcome = self.used(user)
            self.assertEqual(found, set(self.whose(outcome)), user)
            self.assertEqual(unseen, self.unseen(outcome), user)
            self.assertEqual(code, outcome.exit_code, user)

    def test_a_member_cloud_is_one_more_way_to_look(self) -> None:
        outcome = self.used('alice', member_clouds=('bob',))
        self.assertEqual({A, B}, set(self.whose(outcome)))
        self.assertEqual({C}, self.unseen(outcome))

    def test_only_the_projects_that_are_named_can_be_looked_at(self) -> None:
        for words in B, 'project-b':
            outcome = self.used('both', projects=(words,))
            self.assertEqual({B: self.servers[B]}, self.whose(outcome))
            self.assertEqual(errors.OK, outcome.exit_code)

    def test_a_project_named_twice_is_looked_at_once(self) -> None:
        outcome = self.used('both', projects=(B, 'project-b'))
        self.assertEqual(1, len(outcome.consumers))

    def test_the_gate_says_whether_it_is_in_use(self) -> None:
        table: list[tuple[str, tuple[str, ...], int]] = [
            ('both', (B,), errors.IN_USE),
            ('alice', (B,), errors.UNSEEN),
            # What was found weighs more than what was not seen.
            ('both', (B, C), errors.IN_USE),
            ('admin', (fakes.ADMIN,), errors.OK),
        ]
        for user, named, code in table:
            outcome = self.used(user, projects=named, fail_in_use=True)
            self.assertEqual(code, outcome.exit_code, f'{user} {named}')

    def test_that_nothing_was_found_is_said(self) -> None:
        for user, code in ('admin', errors.OK), ('alice', errors.UNSEEN):
            image_id = self.cloud.glance.add(
                A, 'shared', members={B: 'pending'}
            )
            request = sharing.UsageRequest(image_id)
            found = sharing.Usage(self.cloud.connect(user), request).run()
            self.assertEqual(code, found.exit_code)
            self.assertIn(
                'other resources', base.said(found, outcomes.Level.NOTE)
            )
        self.assertNotIn('other resources', base.said(self.used('admin')))

    def test_copies_count_for_the_gate(self) -> None:
        del self.cloud.nova.servers[self.servers[B]]
        self.cloud.cinder.add(B, self.image_id)
        outcome = self.used('both', projects=(B,), fail_in_use=True)
        self.assertEqual(errors.IN_USE, outcome.exit_code)

    def test_what_breaks_is_said_for_the_withdrawal_that_is_meant(
        self,
    ) -> None:
        for withdrawal in risk.WITHDRAWALS:
            (found,) = self.used(
                'both', projects=(B,), withdrawal=withdrawal
            ).consumers
            how = risk.SERVER, risk.FROM_IMAGE, withdrawal
            self.assertEqual(
                (risk.breaks(*how), risk.may_break(*how)),
                (found.breaks, found.may_break),
            )
        self.assertRaises(
            errors.UsageError, self.used, 'both', withdrawal='delete'
        )

    def test_an_administrator_is_told_the_same_of_every_project(self) -> None:
        for found in self.used('admin', withdrawal=risk.DELETED).consumers:
            self.assertEqual(
                risk.may_break(risk.SERVER, risk.FROM_IMAGE, risk.DELETED),
                found.may_break,
            )

    def test_what_can_be_done_is_said_to_who_asks(self) -> None:
        for remedies, withdrawal, words, expected in (
            (False, risk.DELETED, 'Nobody can heal', False),
            (True, risk.DELETED, 'Nobody can heal', True),
            (True, risk.REVOKED, 'Nobody can heal', False),
        ):
            outcome = self.used(
                'admin', withdrawal=withdrawal, remedies=remedies
            )
            note = base.said(outcome, outcomes.Level.NOTE)
            self.assertEqual(expected, words in note)

    def test_a_server_on_no_host_is_named(self) -> None:
        server = self.cloud.nova.servers[self.servers[B]]
        server['status'] = 'SHELVED_OFFLOADED'
        note = base.said(self.used('admin'), outcomes.Level.NOTE)
        self.assertIn(f'Server {server["id"]}', note)
        self.assertEqual(1, note.count('on no host'))

    def test_of_a_public_image_only_an_administrator_sees_all(self) -> None:
        for visibility in 'public', 'community':
            self.cloud.glance.images[self.image_id]['visibility'] = visibility
            outcome = self.used('both')
            self.assertEqual({A}, set(self.whose(outcome)))
            self.assertEqual({None}, self.unseen(outcome))
            self.assertEqual(errors.UNSEEN, outcome.exit_code)
            self.assertEqual(errors.OK, self.used('admin').exit_code)

    def test_a_private_image_is_used_by_its_owner_alone(self) -> None:
        self.cloud.glance.images[self.image_id]['visibility'] = 'private'
        outcome = self.used('both')
        self.assertEqual({A}, set(self.whose(outcome)))
        self.assertEqual(errors.OK, outcome.exit_code)

    def test_projects_of_an_old_share_are_warned_about(self) -> None:
        glance = self.cloud.glance
        glance.images[self.image_id]['visibility'] = 'private'
        table: list[tuple[str, tuple[str, ...], bool]] = [
            # They cannot be listed, and their servers are there.
            ('alice', (), True),
            ('alice', (A,), False),
            ('both', (B,), False),
            ('admin', (), False),
        ]
        for user, named, warned in table:
            outcome = self.used(user, projects=named)
            warnings = base.said(outcome, outcomes.Level.WARNING)
            self.assertEqual(warned, 'Previous members' in warnings, user)
            self.assertEqual(warned, '--project' in warnings, user)
            self.assertEqual(errors.OK, outcome.exit_code, user)
        self.assertIn(B, self.whose(self.used('admin')))

    def test_an_image_that_is_shared_or_open_has_no_old_share(self) -> None:
        for visibility in 'shared', 'public', 'community':
            self.cloud.glance.images[self.image_id]['visibility'] = visibility
            outcome = self.used('alice')
            self.assertNotIn('Previous members', base.said(outcome))

    def test_a_member_is_told_that_it_sees_its_own_use_only(self) -> None:
        outcome = self.used('bob')
        self.assertEqual({B: self.servers[B]}, self.whose(outcome))
        self.assertIn(f'belongs to project {A}', base.said(outcome))

    def test_everything_that_was_not_seen_is_said(self) -> None:
        self.breaks('GET', '/volumes/detail', 403, times=None)
        message = base.said(self.used('both'))
        self.assertIn(
            f"block-storage resources of project {A} in region '{fakes.ONE}'",
            message,
        )
        self.assertIn(f'resources of project {C}: you have no', message)
        self.assertIn('--member-cloud', message)

    def test_members_that_cannot_be_read_are_an_error(self) -> None:
        self.breaks('GET', '/members$')
        self.assertRaises(errors.ServiceError, self.used, 'alice')


class NoAdministratorTest(UsageTestCase):
    """An administrator who is none to Nova looks as any other user."""

    def setUp(self) -> None:
        super().setUp()
        self.cloud.keystone.roles['both'] = {
            A: ('admin',),
            B: ('member',),
        }
        self.volume = self.cloud.cinder.add(B, self.image_id)
        self.forbid()

    def forbid(self) -> None:
        """Let nobody look at all projects."""
        self.cloud.server.rules.clear()
        self.breaks(
            *('GET', '/servers/detail', 403),
            parameter='all_tenants',
            times=None,
        )

    def check(self, user: str, *clouds: str) -> outcomes.UsageOutcome:
        outcome = self.used(user, member_clouds=clouds)
        self.assertEqual(
            {(A, self.servers[A]), (B, self.servers[B]), (B, self.volume)},
            {(one.project_id, one.id) for one in outcome.consumers},
        )
        self.assertEqual(3, len(outcome.consumers))
        self.assertIn((None, 'compute'), self.services(outcome))
        self.assertEqual(errors.UNSEEN, outcome.exit_code)
        return outcome

    def services(
        self, outcome: outcomes.UsageOutcome
    ) -> set[tuple[str | None, str | None]]:
        return {(gap.project_id, gap.service) for gap in outcome.gaps}

    def test_its_projects_and_members_are_looked_at(self) -> None:
        outcome = self.check('both')
        self.assertEqual({(None, 'compute')}, self.services(outcome))

    def test_so_are_member_clouds(self) -> None:
        self.cloud.keystone.roles['both'] = {A: ('admin',)}
        self.check('both', 'bob')

    def test_so_are_those_of_the_owner(self) -> None:
        self.cloud.glance.images[self.image_id]['owner'] = B
        for visibility in 'shared', 'private', 'public':
            self.cloud.glance.images[self.image_id]['visibility'] = visibility
            self.forbid()
            self.check('both')

    def test_what_was_seen_is_kept_when_the_members_are_not(self) -> None:
        self.breaks('GET', '/members$')
        outcome = self.used('both')
        self.assertEqual({A, B}, {one.project_id for one in outcome.consumers})
        self.assertEqual(errors.UNSEEN, outcome.exit_code)
        self.assertIn('/members', base.said(outcome, outcomes.Level.WARNING))

    def test_who_is_one_asks_for_all_projects_and_no_more(self) -> None:
        self.cloud.server.rules.clear()
        self.assertEqual({A, B, C}, set(self.whose(self.used('both'))))
        self.assertEqual([], self.cloud.server.sent('GET', '/members$'))
        self.assertEqual(
            3, len(self.cloud.server.sent('GET', '/servers/detail'))
        )
