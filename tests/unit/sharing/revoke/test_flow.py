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
from tests import fakes
from tests.unit.sharing import base

A, B, C = fakes.A, fakes.B, fakes.C


class RevokeTestCase(base.FlowTestCase):
    """An image shared with B and C; who can look at B is called both."""

    def setUp(self) -> None:
        super().setUp()
        self.begin()

    def begin(self) -> None:
        """Begin anew, with another image."""
        self.image_id = self.cloud.glance.add(
            A, 'shared', 'ubuntu', members={B: 'accepted', C: 'pending'}
        )
        self.cloud.server.rules.clear()
        self.cloud.server.requests.clear()

    def revoked(
        self, user: str, *projects: str, **more: typing.Any
    ) -> outcomes.RevokeOutcome:
        return self.revoke(user, self.image_id, *projects, **more).run()

    def members(self) -> set[str]:
        return set(self.cloud.glance.members(self.image_id))

    def results(
        self, outcome: outcomes.RevokeOutcome
    ) -> dict[str, str | None]:
        return {r.project.id: r.result for r in outcome.projects}

    def server(self, project_id: str = B) -> str:
        """Let a project use the image."""
        return self.cloud.nova.add(project_id, self.image_id, 'web')


class RevokeTest(RevokeTestCase):
    def test_what_nobody_uses_is_revoked(self) -> None:
        for user, more in (
            ('both', {}),
            ('admin', {}),
            ('alice', {'member_clouds': ('bob',)}),
        ):
            self.begin()
            outcome = self.revoked(user, B, **more)
            self.assertEqual({C}, self.members())
            self.assertEqual({B: outcomes.REVOKED}, self.results(outcome))
            self.assertEqual(errors.OK, outcome.exit_code)
            self.assertEqual(
                [f'DELETE /image/v2/images/{self.image_id}/members/{B}'],
                self.writes(),
            )
            undo = 'openstack image share-to '
            if more:
                undo += '--member-cloud=bob '
            self.assertIn(
                f'To undo: {undo}{self.image_id} {B}',
                base.said(outcome, outcomes.Level.WARNING),
            )

    def test_an_image_of_others_is_not_in_the_way(self) -> None:
        self.cloud.glance.add(C, 'shared', 'ubuntu', members={A: 'accepted'})
        self.revoke('both', 'ubuntu', B).run()
        self.assertEqual({C}, self.members())

    def test_what_is_in_use_is_not(self) -> None:
        server_id = self.server()
        outcome = self.revoked('both', B)
        self.assertEqual({B: outcomes.IN_USE}, self.results(outcome))
        self.assertEqual(errors.IN_USE, outcome.exit_code)
        told = base.said(outcome)
        self.assertIn(server_id, told)
        # The way out for the member.
        self.assertIn(
            'If the project still needs the image, it can make a copy of its '
            'own and rebuild or rescue its servers with that: openstack image '
            f'share copy {self.image_id}',
            told,
        )
        self.assertEqual([], self.writes())

    def test_what_nobody_could_see_is_not(self) -> None:
        outcome = self.revoked('alice', B)
        self.assertEqual({B: outcomes.UNSEEN}, self.results(outcome))
        self.assertEqual(errors.UNSEEN, outcome.exit_code)
        self.assertIn('--member-cloud', base.said(outcome))
        self.assertEqual([], self.writes())

    def test_what_was_seen_in_part_only_is_not(self) -> None:
        self.breaks('GET', '/volumes/detail', 503, times=None)
        self.no_pauses()
        outcome = self.revoked('both', B)
        self.assertEqual({B: outcomes.UNSEEN}, self.results(outcome))
        self.assertEqual([], self.writes())

    def test_each_override_is_for_one_thing(self) -> None:
        table: list[tuple[str, dict[str, bool], str]] = [
            ('both', {'force': True}, outcomes.REVOKED),
            ('both', {'allow_unseen': True}, outcomes.IN_USE),
            ('alice', {'force': True}, outcomes.UNSEEN),
            ('alice', {'allow_unseen': True}, outcomes.REVOKED),
        ]
        for user, overrides, expected in table:
            self.begin()
            self.server()
            outcome = self.revoked(user, B, **overrides)
            self.assertEqual(
                {B: expected}, self.results(outcome), f'{user} {overrides}'
            )
            self.assertEqual(expected != outcomes.REVOKED, B in self.members())

    def test_what_was_seen_is_reported_all_the_same(self) -> None:
        server_id = self.server()
        outcome = self.revoked('both', B, force=True)
        self.assertIn(server_id, base.said(outcome, outcomes.Level.WARNING))
        self.assertEqual(errors.OK, outcome.exit_code)

    def test_copies_are_reported_and_do_not_refuse(self) -> None:
        volume_id = self.cloud.cinder.add(B, self.image_id)
        outcome = self.revoked('both', B)
        self.assertEqual({B: outcomes.REVOKED}, self.results(outcome))
        self.assertIn(volume_id, base.said(outcome))

    def test_what_may_go_goes(self) -> None:
        self.server(C)
        outcome = self.revoked('admin', B, C, 'project-a')
        self.assertEqual(
            {
                B: outcomes.REVOKED,
                C: outcomes.IN_USE,
                A: outcomes.NO_MEMBER,
            },
            self.results(outcome),
        )
        # The gravest: A is no member.
        self.assertEqual(errors.FAILED, outcome.exit_code)

    def test_every_share_can_be_meant(self) -> None:
        outcome = self.revoked('admin', everyone=True)
        self.assertEqual(
            {B: outcomes.REVOKED, C: outcomes.REVOKED}, self.results(outcome)
        )
        self.assertEqual(set(), self.members())
        self.assertNotIn('has no members', base.said(outcome))

    def test_no_share_is_nothing_to_revoke(self) -> None:
        self.image_id = self.cloud.glance.add(A, 'shared')
        outcome = self.revoked('alice', everyone=True)
        self.assertEqual(
            (errors.OK, []), (outcome.exit_code, outcome.projects)
        )
        self.assertIn('has no members', base.said(outcome))

    def test_every_string_that_can_be_addressed_can_go(self) -> None:
        for member in ('team b', '?x=1', '%2e%2e', 'a\nb', '--all'):
            self.begin()
            self.cloud.glance.add_member(self.image_id, member)
            outcome = self.revoked('alice', member, allow_unseen=True)
            self.assertEqual({member: outcomes.REVOKED}, self.results(outcome))
            self.assertEqual({B, C}, self.members())

    def test_for_any_other_no_request_is_sent(self) -> None:
        for member in '..', 'a/b', 'é':
            self.begin()
            self.cloud.glance.add_member(self.image_id, member)
            for more in {'everyone': True}, {'projects': (member,)}:
                self.cloud.server.requests.clear()
                projects = typing.cast(
                    'tuple[str, ...]', more.get('projects', ())
                )
                outcome = self.revoked(
                    'alice', *projects, everyone=not projects, force=True
                )
                self.assertEqual(
                    outcomes.FAILED, self.results(outcome)[member]
                )
                self.assertEqual(errors.FAILED, outcome.exit_code)
                self.assertIn('when the image is deleted', base.said(outcome))
                self.assertEqual([], self.writes())


class RefusalTest(RevokeTestCase):
    def refusal(
        self, user: str, *projects: str, **more: typing.Any
    ) -> errors.ImageShareError:
        """Return why it is refused; nothing must have been changed."""
        self.cloud.server.requests.clear()
        error = self.assertRaises(
            errors.ImageShareError, self.revoked, user, *projects, **more
        )
        self.assertEqual([], self.writes())
        return error

    def test_all_and_some_contradict_each_other(self) -> None:
        for projects, everyone in (((), False), ((B,), True)):
            self.assertIsInstance(
                self.refusal('alice', *projects, everyone=everyone),
                errors.UsageError,
            )

    def test_a_member_is_told_that_it_can_only_reject(self) -> None:
        message = str(self.refusal('bob', B))
        self.assertIn('openstack image set --reject', message)

    def test_an_image_without_members_is_said_to_be(self) -> None:
        for visibility, words in (
            ('private', 'is private: no other project can use it'),
            ('public', 'is public: every project can use it'),
            ('community', 'is community: every project can use it'),
        ):
            self.cloud.glance.images[self.image_id]['visibility'] = visibility
            self.assertIn(words, str(self.refusal('alice', B)))

    def test_of_a_private_image_all_is_none(self) -> None:
        self.cloud.glance.images[self.image_id]['visibility'] = 'private'
        outcome = self.revoked('alice', everyone=True)
        self.assertEqual(errors.OK, outcome.exit_code)
        self.assertIn('no other project can use it', base.said(outcome))

    def test_a_member_cloud_that_is_not_meant_is_refused(self) -> None:
        message = str(self.refusal('admin', C, member_clouds=('bob',)))
        self.assertIn('not one of the specified projects', message)
        del self.cloud.glance.memberships[self.image_id][B]
        message = str(self.refusal('admin', C, member_clouds=('bob',)))
        self.assertIn('is not a member of image', message)

    def test_a_service_that_fails_before_any_change_says_so(self) -> None:
        self.breaks('GET', '/members$')
        error = self.refusal('alice', B)
        self.assertEqual('Nothing has been changed.', error.lines[-1])


class DryRunTest(RevokeTestCase):
    def test_every_command_is_named_and_nothing_is_done(self) -> None:
        outcome = self.revoked('admin', B, C, private=True, dry_run=True)
        self.assertEqual([], self.writes())
        self.assertEqual(
            [
                f'openstack image remove project {self.image_id} {B}',
                f'openstack image remove project {self.image_id} {C}',
                f'openstack image set --private {self.image_id}',
            ],
            outcome.planned,
        )
        self.assertEqual(
            {outcomes.TO_BE_REVOKED}, set(self.results(outcome).values())
        )
        self.assertEqual(errors.OK, outcome.exit_code)

    def test_it_refuses_what_the_real_run_refuses(self) -> None:
        self.server()
        outcome = self.revoked('both', B, dry_run=True)
        self.assertEqual({B: outcomes.IN_USE}, self.results(outcome))
        self.assertEqual([], outcome.planned)
        self.assertEqual(errors.IN_USE, outcome.exit_code)

    def test_an_image_with_members_left_would_stay_shared(self) -> None:
        outcome = self.revoked('both', B, private=True, dry_run=True)
        self.assertEqual(1, len(outcome.planned))
        self.assertIn('was not made private', base.said(outcome))


class PrivateTest(RevokeTestCase):
    def test_the_image_is_private_after_the_last_member(self) -> None:
        outcome = self.revoked('admin', B, C, private=True)
        self.assertEqual('private', self.visibility(self.image_id))
        self.assertEqual(errors.OK, outcome.exit_code)

    def test_it_stays_shared_while_somebody_is_left(self) -> None:
        outcome = self.revoked('admin', B, private=True)
        self.assertEqual('shared', self.visibility(self.image_id))
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertIn(f'still has members: {C}', base.said(outcome))

    def test_that_it_is_in_use_has_its_own_exit_code(self) -> None:
        self.server(C)
        outcome = self.revoked('admin', everyone=True, private=True)
        self.assertEqual({C}, self.members())
        self.assertEqual(errors.IN_USE, outcome.exit_code)

    def test_a_visibility_that_cannot_be_changed_does_not_hide_the_rest(
        self,
    ) -> None:
        self.breaks('PATCH', '/images/', 403)
        outcome = self.revoked('admin', everyone=True, private=True)
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertEqual(
            {outcomes.REVOKED}, set(self.results(outcome).values())
        )
        self.assertIn(
            f'openstack image set --private {self.image_id}',
            base.said(outcome, outcomes.Level.ERROR),
        )

    def test_what_it_is_then_is_read_back(self) -> None:
        self.breaks('PATCH', '/images/')
        outcome = self.revoked('admin', everyone=True, private=True)
        self.assertIn('still shared', base.said(outcome, outcomes.Level.ERROR))
        self.begin()
        self.breaks('PATCH', '/images/')
        for _ in range(3):
            self.cloud.server.rule('GET', '/members$')
        self.breaks('GET', '/members$', times=None)
        outcome = self.revoked('admin', everyone=True, private=True)
        self.assertIn(
            'is probably still shared',
            base.said(outcome, outcomes.Level.ERROR),
        )

    def test_what_somebody_else_has_done_to_it_is_said(self) -> None:
        known = self.cloud.glance.images
        for change, told in (
            (
                lambda: known[self.image_id].update(visibility='public'),
                'is public, without',
            ),
            (lambda: known.pop(self.image_id), 'no longer exists'),
        ):
            self.begin()
            self.breaks('PATCH', '/images/', 403, before=change)
            outcome = self.revoked('admin', everyone=True, private=True)
            said = base.said(outcome, outcomes.Level.ERROR)
            self.assertIn(told, said)
            self.assertNotIn('still shared', said)
            self.assertEqual(errors.FAILED, outcome.exit_code)

    def test_a_lost_answer_is_settled_by_looking(self) -> None:
        self.cloud.server.rule(
            'PATCH', '/images/', fakes.LOST, carried_out=True
        )
        outcome = self.revoked('admin', everyone=True, private=True)
        self.assertEqual(errors.OK, outcome.exit_code)

    def test_a_glance_without_shared_images_has_nothing_to_hide(self) -> None:
        self.cloud.glance.knows_shared = False
        self.image_id = self.cloud.glance.add(A, members={B: 'accepted'})
        outcome = self.revoked('both', B, private=True, allow_unseen=True)
        self.assertEqual(errors.OK, outcome.exit_code)
        self.assertEqual(set(), self.members())
        self.assertEqual([], self.cloud.server.sent('PATCH'))


class UndoTest(RevokeTestCase):
    """The command that undoes a revocation."""

    #: What the member had answered.
    status = 'accepted'

    def setUp(self) -> None:
        super().setUp()
        #: What is special about the image.
        self.record: dict[str, str] = {}

    def undo(self, user: str, member: str, **more: bool) -> str:
        self.begin()
        self.cloud.glance.memberships[self.image_id].clear()
        self.cloud.glance.add_member(self.image_id, member, self.status)
        self.cloud.glance.images[self.image_id].update(self.record)
        outcome = self.revoked(user, member, allow_unseen=True, **more)
        self.assertEqual({member: outcomes.REVOKED}, self.results(outcome))
        _, undo = base.said(outcome).split('To undo: ')
        return undo

    def test_a_project_is_shared_with_again(self) -> None:
        for user in 'alice', 'both', 'admin':
            undo = self.undo(user, B)
            self.assertEqual(
                f'openstack image share-to {self.image_id} {B}', undo
            )

    def test_what_was_not_accepted_will_not_be(self) -> None:
        for self.status in 'pending', 'rejected':
            undo = self.undo('both', B)
            self.assertEqual(
                f'openstack image share-to --no-accept {self.image_id} {B}',
                undo,
            )

    def test_what_cannot_be_shared_is_added_by_the_native_command(
        self,
    ) -> None:
        for self.record in (
            {'status': 'deactivated'},
            {'block_device_mapping': '[{"snapshot_id": "1"}]'},
        ):
            undo = self.undo('both', B)
            self.assertEqual(
                f'openstack image add project {self.image_id} {B}', undo
            )

    def test_the_owner_cannot_share_with_itself(self) -> None:
        undo = self.undo('alice', A)
        self.assertEqual(
            f'openstack image add project {self.image_id} {A}', undo
        )

    def test_the_owners_own_servers_are_no_reason_to_refuse(self) -> None:
        self.cloud.nova.add(A, self.image_id)
        self.cloud.glance.add_member(self.image_id, A)
        outcome = self.revoked('alice', A)
        self.assertEqual({A: outcomes.REVOKED}, self.results(outcome))
        self.assertEqual(errors.OK, outcome.exit_code)

    def test_the_client_is_started_in_the_same_way(self) -> None:
        request = sharing.RevokeRequest(self.image_id, (B,))
        program = ('openstack', '--os-cloud=a b')
        flow = sharing.Revoke(
            self.cloud.connect('both'), request, sharing.Context(program)
        )
        self.assertIn(
            "To undo: openstack '--os-cloud=a b' image share-to",
            base.said(flow.run()),
        )

    def test_a_string_is_added_by_the_native_command(self) -> None:
        undo = self.undo('alice', 'team b')
        self.assertEqual(
            f"openstack image add project {self.image_id} 'team b'", undo
        )

    def test_an_image_that_is_private_now_is_shared_first(self) -> None:
        undo = self.undo('alice', 'team b', private=True)
        self.assertEqual(
            f'openstack image set --shared {self.image_id} && '
            f"openstack image add project {self.image_id} 'team b'",
            undo,
        )

    def test_an_administrators_client_would_look_the_string_up(self) -> None:
        self.assertTrue(self.undo('admin', 'team b').startswith('# '))
