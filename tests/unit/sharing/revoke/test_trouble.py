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

"""Revoking when services fail, lose answers, or others interfere."""

from __future__ import annotations

from osc_imageshare import errors
from osc_imageshare.sharing import outcomes
from tests import fakes
from tests.unit.sharing import base
from tests.unit.sharing.revoke import test_flow as test_revoke
from tests.unit.sharing import test_outcomes as test_outcome

A, B, C = fakes.A, fakes.B, fakes.C


class FailureTest(test_revoke.RevokeTestCase):
    def test_a_lost_answer_is_settled_by_looking(self) -> None:
        for answer in fakes.LOST, fakes.Answer(504, ''):
            self.begin()
            self.cloud.server.rule(
                'DELETE', '/members/', answer, carried_out=True
            )
            outcome = self.revoked('both', B)
            self.assertEqual({B: outcomes.REVOKED}, self.results(outcome))
            self.assertEqual(errors.OK, outcome.exit_code)

    def test_a_member_that_is_still_there_is_said_to_be(self) -> None:
        for answer in (
            fakes.LOST,
            fakes.Answer(403, 'no'),
            fakes.Answer(404, 'no'),
        ):
            self.begin()
            self.cloud.server.rule('DELETE', '/members/', answer)
            outcome = self.revoked('both', B)
            self.assertEqual({B: outcomes.FAILED}, self.results(outcome))
            self.assertEqual(errors.FAILED, outcome.exit_code)
            self.assertIn('is still shared with', base.said(outcome))

    def test_a_member_of_which_nobody_can_tell_is_said_to_be(self) -> None:
        self.cloud.server.rule(
            'DELETE',
            '/members/',
            fakes.LOST,
            before=lambda: self.breaks('GET', '/members$', times=None),
        )
        outcome = self.revoked('both', B)
        self.assertEqual({B: outcomes.FAILED}, self.results(outcome))
        self.assertIn('Cannot determine', base.said(outcome))

    def test_one_member_does_not_stop_the_others(self) -> None:
        self.breaks('DELETE', f'/members/{B}', 403)
        outcome = self.revoked('admin', B, C)
        self.assertEqual(
            {B: outcomes.FAILED, C: outcomes.REVOKED}, self.results(outcome)
        )
        self.assertEqual({B}, self.members())

    def test_whoever_was_faster_has_revoked_it(self) -> None:
        self.cloud.server.rule(
            'DELETE',
            '/members/',
            before=lambda: self.cloud.glance.memberships[self.image_id].pop(B),
        )
        outcome = self.revoked('both', B)
        self.assertEqual({B: outcomes.REVOKED}, self.results(outcome))
        self.assertEqual(errors.OK, outcome.exit_code)

    def test_members_that_cannot_be_read_back_are_a_failure(self) -> None:
        self.cloud.server.rule('GET', '/members$')
        self.breaks('GET', '/members$')
        outcome = self.revoked('both', B)
        self.assertEqual({B: outcomes.REVOKED}, self.results(outcome))
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertIn('Cannot determine', base.said(outcome))


class AfterwardsTest(test_revoke.RevokeTestCase):
    """What is looked at once more when the member is gone."""

    def test_a_server_that_came_up_meanwhile_is_named(self) -> None:
        before = self.cloud.cinder.add(B, self.image_id)
        new: list[str] = []
        self.cloud.server.rule(
            'DELETE', '/members/', before=lambda: new.append(self.server())
        )
        outcome = self.revoked('both', B)
        self.assertEqual({B: outcomes.REVOKED}, self.results(outcome))
        self.assertEqual(errors.IN_USE, outcome.exit_code)
        message = base.said(outcome, outcomes.Level.ERROR)
        self.assertIn(new[0], message)
        self.assertNotIn(before, message)
        self.assertIn(f'image share-to {self.image_id} {B}', message)
        (revoked,) = outcome.projects
        usage = revoked.usage
        self.assertEqual(1, usage and usage.servers)

    def test_a_server_that_was_known_is_no_news(self) -> None:
        self.server()
        outcome = self.revoked('both', B, force=True)
        self.assertEqual(errors.OK, outcome.exit_code)

    def test_what_can_no_longer_be_seen_is_unseen(self) -> None:
        self.cloud.server.rule(
            'DELETE',
            '/members/',
            before=lambda: self.breaks('GET', '/servers/detail'),
        )
        outcome = self.revoked('both', B)
        self.assertEqual({B: outcomes.REVOKED}, self.results(outcome))
        self.assertEqual(errors.UNSEEN, outcome.exit_code)
        self.assertIn('Cannot determine', base.said(outcome))

    def test_so_is_what_was_in_use_before(self) -> None:
        server_id = self.server()
        self.cloud.server.rule(
            'DELETE',
            '/members/',
            before=lambda: self.breaks('GET', '/volumes/detail'),
        )
        outcome = self.revoked('both', B, force=True)
        self.assertEqual(errors.UNSEEN, outcome.exit_code)
        message = base.said(outcome)
        self.assertIn(server_id, message)
        self.assertNotIn('not in use', message)

    def test_what_could_not_be_seen_before_either_is_no_news(self) -> None:
        outcome = self.revoked('alice', B, allow_unseen=True)
        self.assertEqual(errors.OK, outcome.exit_code)

    def test_a_member_that_is_back_has_not_been_revoked(self) -> None:
        self.cloud.server.rule('GET', '/members$')
        self.cloud.server.rule(
            'GET',
            '/members$',
            before=lambda: self.cloud.glance.add_member(self.image_id, B),
        )
        outcome = self.revoked('both', B)
        self.assertEqual({B: outcomes.FAILED}, self.results(outcome))
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertIn('somebody else has shared it', base.said(outcome))


class InterruptionTest(test_revoke.RevokeTestCase):
    """Ctrl-C and signals, at every call that changes something."""

    def interrupted(
        self, by: type[BaseException] = KeyboardInterrupt
    ) -> outcomes.RevokeOutcome:
        flow = self.revoke('admin', self.image_id, B, C, private=True)
        self.assertRaises(by, flow.run)
        return flow.outcome

    def told(self, outcome: outcomes.RevokeOutcome) -> str:
        """Return the sentences of the interruption, which are the last."""
        self.assertTrue(outcome.interrupted)
        self.assertEqual('Interrupted.', outcome.messages[-1].lines[0])
        return '\n'.join(outcome.messages[-1].lines)

    def test_nothing_is_said_of_changes_before_there_are_any(self) -> None:
        for call in 'get', 'members':
            self.begin()
            self.interrupt(call)
            outcome = self.interrupted()
            self.assertFalse(outcome.interrupted)
            self.assertFalse(outcome.may_have_changed)
            self.assertEqual([], self.writes())

    def test_what_was_changed_has_begun(self) -> None:
        self.interrupt('remove_member')
        self.assertTrue(self.interrupted().may_have_changed)

    def test_an_image_that_is_private_by_now_is_said_to_be(self) -> None:
        self.interrupt('set_visibility', after=True)
        outcome = self.interrupted()
        message = self.told(outcome)
        for project_id in B, C:
            self.assertRegex(
                message,
                r'is private and no longer shared with project \S+ '
                rf'\({project_id}',
            )
        self.assertEqual(
            {outcomes.REVOKED}, set(self.results(outcome).values())
        )

    def test_who_is_a_member_still_was_not_revoked(self) -> None:
        # Made private by somebody else before it was C's turn.
        def close() -> None:
            self.cloud.glance.images[self.image_id]['visibility'] = 'private'
            self.interrupt('remove_member')

        self.cloud.server.rule('DELETE', f'/members/{B}', before=close)
        outcome = self.interrupted()
        message = self.told(outcome)
        self.assertIn('which Glance hides', message)
        self.assertIsNone(self.results(outcome)[C])

    def test_each_member_is_told_of_as_it_is(self) -> None:
        for after in False, True:
            self.begin()
            self.interrupt('remove_member', after=after)
            outcome = self.interrupted()
            message = self.told(outcome)
            self.assertEqual({C} if after else {B, C}, self.members())
            self.assertIn(
                f'still shared with project project-c ({C})', message
            )
            self.assertEqual(
                {B: outcomes.REVOKED if after else None, C: None},
                self.results(outcome),
            )
            undo = f'To undo: openstack image share-to {self.image_id} {B}'
            self.assertEqual(after, undo in message)

    def test_what_was_removed_is_told_of_whenever_it_comes(self) -> None:
        self.interrupt('set_visibility')
        outcome = self.interrupted()
        message = self.told(outcome)
        self.assertEqual(set(), self.members())
        for words in B, f'--no-accept {self.image_id} {C}':
            self.assertRegex(
                message, f'openstack image share-to .*{words}(\n|$)'
            )
        self.assertEqual(
            {outcomes.REVOKED}, set(self.results(outcome).values())
        )

    def test_whatever_ends_the_program_is_no_different(self) -> None:
        for ending in test_outcome.ENDINGS:
            self.begin()
            self.interrupt('remove_member', by=ending)
            message = self.told(self.interrupted(by=ending))
            self.assertIn(
                f'still shared with project project-c ({C})', message
            )

    def test_a_second_interruption_is_not_taken_for_a_quiet_end(self) -> None:
        # The second one comes while the members are being read back.
        self.cloud.server.rule(
            'DELETE', '/members/', before=lambda: self.interrupt('members')
        )
        self.interrupt('remove_member', after=True)
        outcome = self.interrupted()
        # Whoever prints this must not say that nothing has been changed.
        self.assertTrue(outcome.interrupted)
        self.assertEqual(
            {outcomes.UNREAD}, set(self.results(outcome).values())
        )

    def test_who_is_let_in_before_it_is_hidden_was_not_revoked(self) -> None:
        def share() -> None:
            self.cloud.glance.add_member(self.image_id, C)

        # Before, after and once more, before the image is hidden.
        for _ in range(2):
            self.cloud.server.rule('GET', '/members$')
        self.cloud.server.rule('GET', '/members$', before=share)
        outcome = self.revoke('admin', self.image_id, B, C, private=True).run()
        self.assertEqual(
            {B: outcomes.REVOKED, C: outcomes.FAILED}, self.results(outcome)
        )
        self.assertEqual(errors.FAILED, outcome.exit_code)
        told = base.said(outcome)
        self.assertIn('is a member of image', told)
        self.assertNotIn(f'with project project-c ({C})', told)
        self.assertEqual('shared', self.visibility(self.image_id))
