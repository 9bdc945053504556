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

"""Sharing when services fail, lose answers, or others interfere."""

from __future__ import annotations

import functools
import typing

import fixtures

from osc_imageshare import errors
from osc_imageshare.sharing import outcomes
from tests import fakes
from tests.unit.sharing import base
from tests.unit.sharing import test_outcomes as test_outcome

A, B, C = fakes.A, fakes.B, fakes.C
_OLD = 'e' * 32


class TroubleTestCase(base.FlowTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.image_id = self.cloud.glance.add(A, 'private', 'ubuntu')
        self.useFixture(
            fixtures.MonkeyPatch(
                'osc_imageshare.sharing.share.visibility._PAUSES', (0, 0)
            )
        )

    def shared(
        self, user: str, *projects: str, **more: typing.Any
    ) -> outcomes.ShareOutcome:
        return self.share(user, self.image_id, *projects, **more).run()

    def members(self) -> dict[str, str]:
        return self.cloud.glance.members(self.image_id)

    def private(self) -> bool:
        return self.visibility(self.image_id) == 'private'


class LostAnswerTest(TroubleTestCase):
    """The service does what it is asked to, and nobody hears of it."""

    STEPS = (('PATCH', '/images/'), ('POST', '/members$'), ('PUT', '/members'))

    def test_what_is_true_all_the_same_is_no_failure(self) -> None:
        lost = [
            fakes.LOST,
            fakes.Answer(504, 'upstream timed out'),
            fakes.Answer(200, '<html>'),
            fakes.Answer(200, '{"id', cut=True),
        ]
        for method, path in self.STEPS:
            for answer in lost:
                self.image_id = self.cloud.glance.add(A)
                self.cloud.server.rule(method, path, answer, carried_out=True)
                outcome = self.shared('both', B)
                self.assertEqual(
                    (errors.OK, {B: 'accepted'}, True),
                    (outcome.exit_code, self.members(), not self.private()),
                    f'{method} {answer}: {base.said(outcome)}',
                )
                # It was asked for once.
                self.assertEqual(
                    1, len(self.cloud.server.sent(method, self.image_id))
                )

    def test_what_is_not_true_is_a_failure(self) -> None:
        for method, path, status in (
            ('POST', '/members$', None),
            ('PUT', '/members', 'pending'),
        ):
            self.image_id = self.cloud.glance.add(A)
            self.cloud.server.rule(method, path, fakes.LOST)
            outcome = self.shared('both', B)
            self.assertEqual(errors.FAILED, outcome.exit_code)
            (shared,) = outcome.projects
            self.assertEqual(status, shared.status)
            message = base.said(outcome, outcomes.Level.ERROR)
            self.assertIn(
                'is not shared with' if status is None else 'status pending',
                message,
            )
            # An image that nobody has got is private again.
            self.assertEqual(status is None, self.private())


class FailureTest(TroubleTestCase):
    def test_a_visibility_that_cannot_be_changed_changes_nothing(
        self,
    ) -> None:
        self.breaks('PATCH', '/images/', 403)
        error = self.assertRaises(errors.ServiceError, self.shared, 'both', B)
        self.assertIn('Nothing has been changed.', error.lines)
        self.assertEqual((True, {}), (self.private(), self.members()))
        # It was not touched a second time, to put it back.
        self.assertEqual(1, len(self.cloud.server.sent('PATCH')))

    def test_members_that_cannot_be_read_first_change_nothing(self) -> None:
        self.image_id = self.cloud.glance.add(A, 'shared', 'ubuntu')
        self.breaks('GET', '/members$', 403)
        error = self.assertRaises(errors.ServiceError, self.shared, 'both', B)
        self.assertIn('Nothing has been changed.', error.lines)
        self.assertEqual([], self.cloud.server.sent('PATCH'))

    def test_a_visibility_of_which_nobody_can_tell_is_put_back(self) -> None:
        self.cloud.server.rule(
            'PATCH',
            '/images/',
            fakes.LOST,
            carried_out=True,
            before=lambda: self.breaks('GET', f'/images/{self.image_id}$'),
        )
        self.assertRaises(errors.ServiceError, self.shared, 'alice', B)
        self.assertTrue(self.private())

    def test_an_image_that_must_not_be_shared_changes_nothing(self) -> None:
        # 400 is also what an old Glance says of "shared"; this one has
        # members for no private image.
        self.breaks('PATCH', '/images/', 400)
        for status in 403, 500:
            self.breaks('GET', '/members$', status)
            error = self.assertRaises(
                errors.ServiceError, self.shared, 'both', B
            )
            self.assertEqual(400, error.status)
            self.breaks('PATCH', '/images/', 400)
        self.assertEqual((True, {}), (self.private(), self.members()))

    def test_what_could_not_be_read_back_is_not_called_true(self) -> None:
        self.cloud.server.rule(
            'PUT',
            '/members/',
            fakes.Answer(500, 'no'),
            before=lambda: self.breaks('GET', '/members$', times=None),
        )
        outcome = self.shared('both', B)
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertIn(
            'Cannot determine', base.said(outcome, outcomes.Level.ERROR)
        )

    def test_members_that_cannot_be_listed_put_it_back(self) -> None:
        self.breaks('GET', '/members$')
        error = self.assertRaises(errors.ServiceError, self.shared, 'both', B)
        self.assertIn('answered 500', str(error))
        self.assertEqual((True, {}), (self.private(), self.members()))

    def test_a_project_that_cannot_be_added_puts_it_back(self) -> None:
        for status in 403, 409, 500:
            self.breaks('POST', '/members$', status)
            outcome = self.shared('both', B)
            self.assertEqual(errors.FAILED, outcome.exit_code)
            self.assertEqual((True, {}), (self.private(), self.members()))
            (shared,) = outcome.projects
            self.assertEqual((None, []), (shared.status, shared.changes))
            self.assertIn('set back to private', base.said(outcome))

    def test_one_project_does_not_stop_the_others(self) -> None:
        self.cloud.server.rule(
            'POST', '/members$', fakes.Answer(403, 'no'), times=1
        )
        outcome = self.shared('alice', B, C, accept=False)
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertEqual(1, len(self.members()))
        self.assertEqual(
            1, len([s for s in outcome.projects if s.status == 'pending'])
        )
        self.assertFalse(self.private())

    def test_a_full_quota_is_explained(self) -> None:
        self.cloud.glance.quota = 0
        outcome = self.shared('alice', B)
        message = base.said(outcome)
        self.assertIn('image_member_quota', message)
        self.assertIn('answered 413', message)
        self.assertTrue(self.private())

    def test_a_share_that_could_not_be_accepted_stays(self) -> None:
        self.breaks('PUT', '/members/', 403)
        outcome = self.shared('both', B)
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertEqual(
            (False, {B: 'pending'}), (self.private(), self.members())
        )
        self.assertIn('openstack image set --accept', base.said(outcome))

    def test_an_image_that_could_not_be_put_back_is_said_to_be_open(
        self,
    ) -> None:
        self.breaks('POST', '/members$')
        self.cloud.server.rule('PATCH', '/images/')
        self.breaks('PATCH', '/images/', 403, times=None)
        outcome = self.shared('alice', B)
        self.assertFalse(self.private())
        message = base.said(outcome, outcomes.Level.ERROR)
        self.assertIn('could not be set back', message)
        self.assertIn(
            f'openstack image set --private {self.image_id}', message
        )

    def test_one_bad_answer_to_putting_it_back_is_not_the_last_word(
        self,
    ) -> None:
        self.breaks('POST', '/members$')
        self.cloud.server.rule('PATCH', '/images/')
        self.breaks('PATCH', '/images/', 503)
        outcome = self.shared('alice', B)
        self.assertTrue(self.private())
        self.assertIn('set back to private', base.said(outcome))

    def test_a_lost_answer_to_putting_it_back_is_settled_by_looking(
        self,
    ) -> None:
        self.breaks('POST', '/members$')
        self.cloud.server.rule('PATCH', '/images/')
        self.cloud.server.rule(
            'PATCH', '/images/', fakes.LOST, carried_out=True
        )
        outcome = self.shared('alice', B)
        self.assertTrue(self.private())
        message = base.said(outcome)
        self.assertIn('set back to private', message)
        self.assertNotIn('could not be made private', message)


class OldMembersTest(TroubleTestCase):
    """Members of an old share, which sleep while an image is private."""

    def setUp(self) -> None:
        super().setUp()
        self.image_id = self.cloud.glance.add(
            A, 'private', members={_OLD: 'accepted', C: 'rejected'}
        )

    def test_they_are_not_let_in_unasked(self) -> None:
        error = self.assertRaises(
            errors.ImageShareError, self.shared, 'both', B
        )
        self.assertIn(f'{C}, {_OLD}', str(error))
        self.assertIn('--keep-members', str(error))
        self.assertTrue(self.private())
        self.assertNotIn(B, self.members())

    def test_they_can_be_kept(self) -> None:
        outcome = self.shared('both', B, old_members='keep')
        self.assertEqual(
            {_OLD: 'accepted', C: 'rejected', B: 'accepted'}, self.members()
        )
        self.assertIn(_OLD, base.said(outcome, outcomes.Level.WARNING))
        self.assertEqual([B], [s.project.id for s in outcome.projects])

    def test_they_can_be_dropped_before_anything_else(self) -> None:
        outcome = self.shared('both', B, old_members='drop')
        self.assertEqual({B: 'accepted'}, self.members())
        self.assertIn(f'{C}, {_OLD}', base.said(outcome))
        methods = [line.split()[0] for line in self.writes()]
        self.assertEqual(['PATCH', 'DELETE', 'DELETE', 'POST', 'PUT'], methods)

    def test_dropping_that_fails_puts_it_back(self) -> None:
        self.breaks('DELETE', '/members/', 403)
        self.assertRaises(
            errors.ServiceError, self.shared, 'both', B, old_members='drop'
        )
        self.assertTrue(self.private())
        self.assertNotIn(B, self.members())

    def test_who_is_named_is_no_old_member(self) -> None:
        outcome = self.shared('alice', C, _OLD)
        self.assertEqual(
            [(C, 'rejected'), (_OLD, 'accepted')],
            [(s.project.id, s.status) for s in outcome.projects],
        )
        self.assertFalse(self.private())

    def test_an_image_that_is_shared_has_none(self) -> None:
        self.cloud.glance.images[self.image_id]['visibility'] = 'shared'
        outcome = self.shared('both', B)
        self.assertEqual(errors.OK, outcome.exit_code)
        self.assertIn(_OLD, self.members())

    def test_whoever_was_added_in_the_same_second_counts_as_old(self) -> None:
        image = self.cloud.glance.images[self.image_id]
        members = self.cloud.glance.memberships[self.image_id]
        members.clear()
        added = self.cloud.glance.add_member(self.image_id, _OLD)
        image['updated_at'] = added['created_at']
        self.assertRaises(errors.ImageShareError, self.shared, 'both', B)
        self.assertTrue(self.private())

    def test_of_whom_no_time_is_known_counts_as_old(self) -> None:
        # What another time is written like must not let anybody in.
        early, late = '2020-01-01T00:00:01Z', '2020-01-01T00:00:02Z'
        for image, member in (
            (None, late),
            (early, None),
            (None, None),
            ('', late),
            ('nonsense', 'nonsense more'),
            (early, '2020-01-01T00:00:02.000000Z'),
            ('2020-01-01T00:00:01.000000Z', late),
            ('2020-01-01T00:00:01.5Z', '2020-01-01T00:00:01.75Z'),
            (early, '2020-01-01T02:00:00+02:00'),
            ('2020-01-01T00:00:01+00:00', '2020-01-01T00:00:02+00:00'),
            (early, '2020-01-01T00:00:02'),
            (early, '2020-01-01 00:00:02Z'),
        ):
            record = self.cloud.glance.images[self.image_id]
            record['updated_at'] = image
            memberships = self.cloud.glance.memberships[self.image_id]
            memberships.clear()
            added = self.cloud.glance.add_member(self.image_id, _OLD)
            added['created_at'] = member  # type: ignore[assignment]
            about = f'{image} {member}'
            self.assertRaises(errors.ImageShareError, self.shared, 'both', B)
            self.assertTrue(self.private(), about)

    def test_who_is_known_to_be_later_is_let_in(self) -> None:
        for image, member in (
            ('2020-01-01T00:00:01Z', '2020-01-01T00:00:02Z'),
            ('2020-01-01T00:00:01.5Z', '2020-01-01T00:00:01.7Z'),
            ('2019-12-31T23:59:59', '2020-01-01T00:00:00'),
        ):
            self.image_id = self.cloud.glance.add(A)
            self.cloud.glance.images[self.image_id]['updated_at'] = image
            added = self.cloud.glance.add_member(self.image_id, _OLD)
            added['created_at'] = member
            outcome = self.shared('both', B)
            self.assertEqual({_OLD, B}, set(self.members()))
            self.assertIn('added members meanwhile', base.said(outcome))

    def test_a_dry_run_says_that_it_cannot_know_them(self) -> None:
        outcome = self.shared('both', B, dry_run=True)
        noted = base.said(outcome, outcomes.Level.NOTE)
        self.assertIn('previous members', noted)


class OthersTest(TroubleTestCase):
    """Other runs that share, open or close the same image."""

    def join(self, member: str = _OLD) -> None:
        """Add a member as another run would."""
        self.cloud.glance.add_member(self.image_id, member)

    def close(self) -> None:
        """Make the image private as somebody else would."""
        self.cloud.glance.images[self.image_id]['visibility'] = 'private'

    def test_a_member_that_another_run_has_added_meanwhile_is_let_in(
        self,
    ) -> None:
        self.cloud.server.rule('GET', '/members$', before=self.join)
        outcome = self.shared('both', B)
        self.assertEqual(errors.OK, outcome.exit_code, base.said(outcome))
        self.assertEqual({_OLD, B}, set(self.members()))

    def test_nobody_is_cut_off_who_was_added_meanwhile(self) -> None:
        self.cloud.server.rule(
            'POST',
            '/members$',
            fakes.Answer(403, 'no'),
            before=self.join,
        )
        outcome = self.shared('both', B)
        self.assertFalse(self.private())
        self.assertIn(
            f'members were added meanwhile ({_OLD})',
            base.said(outcome, outcomes.Level.WARNING),
        )
        self.assertEqual(errors.FAILED, outcome.exit_code)

    def test_what_nobody_could_read_back_is_not_called_no_member(
        self,
    ) -> None:
        self.image_id = self.cloud.glance.add(A, 'shared')
        self.cloud.server.rule(
            'POST', '/members$', fakes.LOST, carried_out=True
        )
        self.cloud.server.rule('GET', '/members$')
        self.breaks('GET', '/members$', times=None)
        outcome = self.shared('alice', B)
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertEqual(
            [outcomes.UNREAD], [s.status for s in outcome.projects]
        )
        self.assertIn('Cannot determine', base.said(outcome))

    def test_members_that_cannot_all_be_dropped_are_all_kept(self) -> None:
        for others in ('x1', 'a/b'), ('a/b', 'x1'):
            self.image_id = self.cloud.glance.add(
                A, members=dict.fromkeys(others, 'accepted')
            )
            flow = self.share('both', self.image_id, B, old_members='drop')
            raised = self.assertRaises(errors.ImageShareError, flow.run)
            self.assertIn('No member was removed', str(raised))
            self.assertTrue(self.private())
            self.assertEqual(set(others), set(self.members()))

    def test_what_was_dropped_is_told_although_not_all_was(self) -> None:
        self.image_id = self.cloud.glance.add(
            A, members={'x1': 'accepted', 'x2': 'accepted'}
        )
        self.breaks('DELETE', '/members/x2')
        flow = self.share('both', self.image_id, B, old_members='drop')
        self.assertRaises(errors.ServiceError, flow.run)
        self.assertIn('Removed previous members: x1.', base.said(flow.outcome))
        self.assertTrue(self.private())

    def test_who_was_named_is_told_of_when_others_keep_it_open(self) -> None:
        self.image_id = self.cloud.glance.add(A, members={_OLD: 'accepted'})
        self.cloud.server.rule('GET', '/members$')
        self.cloud.server.rule('GET', '/members$', before=lambda: self.join(C))
        flow = self.share('both', self.image_id, B)
        self.assertRaises(errors.ImageShareError, flow.run)
        told = base.said(flow.outcome)
        self.assertIn('was not set back', told)
        self.assertIn(f'is not shared with project project-b ({B})', told)

    def test_a_project_that_another_run_has_added_is_a_member(self) -> None:
        self.cloud.server.rule(
            'POST', '/members$', before=lambda: self.join(B)
        )
        outcome = self.shared('both', B)
        (shared,) = outcome.projects
        self.assertEqual(errors.OK, outcome.exit_code)
        self.assertEqual(
            ('accepted', ['visibility', 'status']),
            (shared.status, shared.changes),
        )

    def test_an_image_that_was_closed_meanwhile_is_not_called_shared(
        self,
    ) -> None:
        self.cloud.server.rule('GET', '/members$')
        self.cloud.server.rule('GET', '/members$', before=self.close)
        outcome = self.shared('alice', B)
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertIn(
            f'is private and not shared with project {B}', base.said(outcome)
        )
        self.assertEqual([None], [s.status for s in outcome.projects])

    def test_a_share_that_was_revoked_meanwhile_is_not_called_one(
        self,
    ) -> None:
        self.cloud.server.rule('GET', '/members$')
        self.cloud.server.rule(
            'GET',
            '/members$',
            before=self.cloud.glance.memberships[self.image_id].clear,
        )
        outcome = self.shared('alice', B)
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertIn(f'Project {B} is no longer a member', base.said(outcome))
        self.assertEqual([None], [s.status for s in outcome.projects])

    def test_an_image_that_could_not_be_read_back_is_a_failure(self) -> None:
        self.cloud.server.rule('GET', '/members$')
        self.breaks('GET', '/members$')
        outcome = self.shared('alice', B)
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertIn('Cannot determine', base.said(outcome))

    def test_a_closed_image_is_not_said_to_be_shared_with_anybody(
        self,
    ) -> None:
        self.cloud.server.rule('POST', '/members$', before=self.close)
        outcome = self.shared('both', B)
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertIn(
            f'is private and not shared with project project-b ({B})',
            base.said(outcome),
        )

    def test_an_image_that_is_gone_is_said_to_be(self) -> None:
        self.cloud.server.rule(
            'POST',
            '/members$',
            before=lambda: self.cloud.glance.images.pop(self.image_id),
        )
        outcome = self.shared('both', B)
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertIn('somebody else has deleted it', base.said(outcome))

    def test_who_cannot_read_it_any_more_says_something_of_the_others(
        self,
    ) -> None:
        # B reads it, and before C does it is deleted.
        self.cloud.keystone.roles['carol'] = {C: ('member',)}
        self.clouds_yaml(
            bob=self.cloud.entry('bob'), carol=self.cloud.entry('carol')
        )
        path = f'/images/{self.image_id}$'
        self.cloud.server.rule('GET', path)
        self.cloud.server.rule('GET', path)
        self.cloud.server.rule(
            'GET',
            path,
            before=lambda: self.cloud.glance.images.pop(self.image_id),
        )
        outcome = self.shared('alice', member_clouds=('bob', 'carol'))
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertEqual([None, None], [s.status for s in outcome.projects])
        for project_id in B, C:
            self.assertRegex(
                base.said(outcome), f'is deleted and not shared .*{project_id}'
            )

    def test_who_could_read_it_before_it_was_closed_is_told_of_too(
        self,
    ) -> None:
        # B can be asked, C cannot: so the owner looks once more at the end.
        self.cloud.server.rule('GET', '/members$')
        self.cloud.server.rule('GET', '/members$', before=self.close)
        outcome = self.shared('both', B, C)
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertEqual(
            [(None, False), (None, None)],
            [(s.status, s.verified) for s in outcome.projects],
        )


class InterruptionTest(TroubleTestCase):
    """Ctrl-C and signals, at every call that changes something."""

    def interrupted(
        self,
        *projects: str,
        user: str = 'both',
        by: type[BaseException] = KeyboardInterrupt,
    ) -> outcomes.ShareOutcome:
        flow = self.share(user, self.image_id, *(projects or (B,)))
        self.assertRaises(by, flow.run)
        return flow.outcome

    def told(self, outcome: outcomes.ShareOutcome) -> str:
        """Return the sentences of the interruption, which are the last."""
        self.assertTrue(outcome.interrupted)
        last = outcome.messages[-1]
        self.assertEqual(outcomes.Level.ERROR, last.level)
        self.assertEqual('Interrupted.', last.lines[0])
        return '\n'.join(last.lines)

    def test_nothing_is_said_of_changes_before_there_are_any(self) -> None:
        self.interrupt('get')
        outcome = self.interrupted()
        self.assertFalse(outcome.interrupted)
        self.assertEqual([], self.writes())

    def test_an_image_that_nobody_has_got_is_private_again(self) -> None:
        for call, after in (
            ('set_visibility', False),
            ('set_visibility', True),
            ('members', False),
            ('members', True),
            ('add_member', False),
        ):
            self.image_id = self.cloud.glance.add(A)
            self.interrupt(call, after=after)
            outcome = self.interrupted()
            about = f'{call} {after}'
            self.assertTrue(self.private(), about)
            self.assertEqual({}, self.members(), about)
            self.assertIn('set back to private', base.said(outcome), about)
            self.told(outcome)
            (shared,) = outcome.projects
            self.assertEqual((None, []), (shared.status, shared.changes))

    def test_a_share_that_was_made_stands_and_is_told_of(self) -> None:
        for call, after, status in (
            ('add_member', True, 'pending'),
            ('set_status', False, 'pending'),
            ('set_status', True, 'accepted'),
        ):
            self.image_id = self.cloud.glance.add(A)
            self.interrupt(call, after=after)
            outcome = self.interrupted()
            about = f'{call} {after}'
            self.assertFalse(self.private(), about)
            self.assertEqual({B: status}, self.members(), about)
            message = self.told(outcome)
            self.assertIn(f'status {status}', message, about)
            self.assertIn('run the same command again', message)
            self.assertEqual([status], [s.status for s in outcome.projects])

    def test_of_several_projects_each_is_told_of(self) -> None:
        self.interrupt('add_member')
        outcome = self.interrupted(B, C)
        message = self.told(outcome)
        for project_id in B, C:
            self.assertIn(project_id, message)
        truth = self.members()
        for shared in outcome.projects:
            self.assertEqual(truth.get(shared.project.id), shared.status)
        self.assertEqual(bool(truth), not self.private())

    def test_waiting_can_be_ended(self) -> None:
        self.useFixture(
            fixtures.MonkeyPatch(
                'osc_imageshare.sharing.share.wait.POLL', 0.01
            )
        )
        flow = self.share('alice', self.image_id, B, wait=60.0)
        # The first look is at the old members.
        self.cloud.server.rule('GET', '/members$')
        self.cloud.server.rule(
            'GET',
            '/members$',
            before=lambda: self.interrupt('members'),
        )
        self.assertRaises(KeyboardInterrupt, flow.run)
        self.assertIn('status pending', self.told(flow.outcome))
        self.assertFalse(self.private())

    def test_whatever_ends_the_program_is_no_different(self) -> None:
        for ending in test_outcome.ENDINGS:
            self.image_id = self.cloud.glance.add(
                A, members={_OLD: 'accepted'}
            )
            self.interrupt('members', by=ending, after=True)
            outcome = self.interrupted(by=ending)
            self.assertTrue(self.private(), ending.__name__)
            self.assertIn('is private, as before', self.told(outcome))

    def test_an_error_while_it_is_put_back_does_not_hide_what_is_left(
        self,
    ) -> None:
        # Nobody can foresee these: of what may be left, the last word is said.
        for first, told in (
            (KeyboardInterrupt, True),
            (MemoryError, False),
        ):
            self.image_id = self.cloud.glance.add(A)
            self.interrupt('add_member', by=first)
            self.cloud.server.rule(
                'PATCH',
                '/images/',
                before=lambda: self.interrupt(
                    'set_visibility', by=MemoryError
                ),
            )
            outcome = self.interrupted(by=first)
            self.assertFalse(self.private())
            self.assertEqual(told, outcome.interrupted)
            self.assertEqual(
                [outcomes.UNREAD], [s.status for s in outcome.projects]
            )
            self.assertIn(
                f'openstack image set --private {self.image_id}',
                base.said(outcome),
            )

    def test_a_second_interruption_is_not_taken_for_a_quiet_end(self) -> None:
        # The second one comes while the image is being put back.
        self.interrupt('add_member')
        self.cloud.server.rule(
            'PATCH',
            '/images/',
            before=lambda: self.interrupt('set_visibility'),
        )
        outcome = self.interrupted()
        self.assertFalse(self.private())
        # Whoever prints this must not say that nothing has been changed.
        self.assertTrue(outcome.interrupted)
        self.assertEqual(
            [outcomes.UNREAD], [s.status for s in outcome.projects]
        )
        self.assertIn(
            f'openstack image set --private {self.image_id}',
            base.said(outcome),
        )

    def test_an_old_member_is_not_left_inside(self) -> None:
        # At the second call, the image is being put back because of it.
        for call, seen in (
            ('members', 0),
            ('members', 1),
            ('set_visibility', 1),
        ):
            self.image_id = self.cloud.glance.add(
                A, members={_OLD: 'accepted'}
            )
            method, path = {
                'members': ('GET', '/members$'),
                'set_visibility': ('PATCH', f'/images/{self.image_id}$'),
            }[call]
            self.cloud.server.rules.clear()
            if seen:
                self.cloud.server.rule(
                    method,
                    path,
                    before=functools.partial(self.interrupt, call),
                )
            else:
                self.interrupt(call, after=True)
            outcome = self.interrupted()
            about = f'{call} {seen}'
            self.assertTrue(self.private(), about)
            self.told(outcome)
            self.assertIn('set back to private', base.said(outcome), about)
            if seen:
                self.assertIn('--keep-members', base.said(outcome), about)
