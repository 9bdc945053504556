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

import fixtures

from osc_imageshare import errors
from osc_imageshare.sharing import outcomes
from tests import fakes
from tests.fakes import identity
from tests.unit.sharing import base

A, B, C = fakes.A, fakes.B, fakes.C
ADMIN = fakes.ADMIN


class ShareTestCase(base.FlowTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.image_id = self.cloud.glance.add(A, 'private', 'ubuntu')

    def shared(
        self, user: str, *projects: str, **more: typing.Any
    ) -> outcomes.ShareOutcome:
        return self.share(user, self.image_id, *projects, **more).run()

    def members(self) -> dict[str, str]:
        return self.cloud.glance.members(self.image_id)


class StepsTest(ShareTestCase):
    def test_each_step_is_taken_once(self) -> None:
        for user, more in (
            ('both', {}),
            ('alice', {'member_clouds': ('bob',)}),
        ):
            self.image_id = self.cloud.glance.add(A)
            self.cloud.server.requests.clear()
            projects = [B] if user == 'both' else []
            outcome = self.shared(user, *projects, **more)
            image = f'/image/v2/images/{self.image_id}'
            self.assertEqual(
                [
                    f'PATCH {image}',
                    f'POST {image}/members',
                    f'PUT {image}/members/{B}',
                ],
                self.writes(),
            )
            (shared,) = outcome.projects
            self.assertEqual(
                ('accepted', ['visibility', 'member', 'status'], True),
                (shared.status, shared.changes, shared.verified),
            )
            self.assertEqual(errors.OK, outcome.exit_code)
            self.assertEqual('shared', self.visibility(self.image_id))

    def test_what_is_done_already_is_not_done_again(self) -> None:
        self.shared('both', B)
        self.cloud.server.requests.clear()
        outcome = self.shared('both', B)
        self.assertEqual([], self.writes())
        (shared,) = outcome.projects
        self.assertEqual(
            ('accepted', [], True),
            (shared.status, shared.changes, shared.verified),
        )

    def test_an_image_of_others_is_not_in_the_way(self) -> None:
        self.cloud.glance.add(C, 'shared', 'ubuntu', members={A: 'accepted'})
        self.share('both', 'ubuntu', B).run()
        self.assertEqual({B: 'accepted'}, self.members())

    def test_a_project_named_twice_is_one(self) -> None:
        outcome = self.shared('both', B, 'project-b')
        self.assertEqual([B], [s.project.id for s in outcome.projects])

    def test_without_a_role_there_the_share_stays_pending(self) -> None:
        outcome = self.shared('alice', B)
        (shared,) = outcome.projects
        self.assertEqual(
            ('pending', ['visibility', 'member'], None),
            (shared.status, shared.changes, shared.verified),
        )
        self.assertEqual(errors.OK, outcome.exit_code)
        self.assertIn(
            f'openstack image set --accept {self.image_id}',
            base.said(outcome, outcomes.Level.NOTE),
        )

    def test_accepting_can_be_left_to_the_member(self) -> None:
        outcome = self.shared('both', B, accept=False)
        self.assertEqual({B: 'pending'}, self.members())
        self.assertEqual(errors.OK, outcome.exit_code)
        # Nobody has acted as the member.
        self.assertEqual(
            1, len(self.cloud.server.sent('POST', '/auth/tokens'))
        )

    def test_an_administrator_accepts_when_told_to(self) -> None:
        self.shared('admin', C)
        self.assertEqual({C: 'pending'}, self.members())
        outcome = self.shared('admin', C, accept=True)
        self.assertEqual({C: 'accepted'}, self.members())
        self.assertEqual(errors.OK, outcome.exit_code)

    def test_a_rejected_share_is_accepted_again(self) -> None:
        self.image_id = self.cloud.glance.add(
            A, 'shared', members={B: 'rejected'}
        )
        self.shared('both', B)
        self.assertEqual({B: 'accepted'}, self.members())

    def test_a_failure_to_act_as_the_member_is_one(self) -> None:
        self.cloud.keystone.refusal = identity.refuse(403, 'No.')
        outcome = self.shared('both', B)
        self.assertEqual({B: 'pending'}, self.members())
        self.assertEqual(errors.FAILED, outcome.exit_code)
        message = base.said(outcome, outcomes.Level.ERROR)
        self.assertIn('Could not act as project', message)
        self.assertIn('status pending', message)

    def test_a_token_for_another_project_changes_nothing_there(self) -> None:
        self.cloud.keystone.instead = {B: A}
        outcome = self.shared('both', B)
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertEqual([], self.cloud.server.sent('PUT'))

    def test_a_member_that_cannot_see_the_image_is_found_out(self) -> None:
        self.cloud.server.rule(
            'PUT',
            '/members/',
            before=lambda: self.cloud.server.rule(
                'GET',
                f'/images/{self.image_id}$',
                fakes.Answer(404, ''),
            ),
        )
        outcome = self.shared('both', B)
        (shared,) = outcome.projects
        self.assertIs(False, shared.verified)
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertIn('status accepted', base.said(outcome))

    def test_a_member_without_image_service_in_its_catalog_can_accept(
        self,
    ) -> None:
        self.cloud.catalogs[B] = {}
        outcome = self.shared('both', B)
        self.assertEqual(
            [('accepted', True)],
            [(s.status, s.verified) for s in outcome.projects],
        )

    def test_a_glance_without_shared_images_shares_private_ones(
        self,
    ) -> None:
        self.cloud.glance.knows_shared = False
        outcome = self.shared('both', B)
        self.assertEqual({B: 'accepted'}, self.members())
        self.assertEqual(errors.OK, outcome.exit_code, base.said(outcome))
        (shared,) = outcome.projects
        self.assertEqual(['member', 'status'], shared.changes)


class AdministratorTest(ShareTestCase):
    """The policies of this cloud give everything to another role."""

    def setUp(self) -> None:
        super().setUp()
        self.cloud.glance.admin_role = 'cloud_image_admin'
        self.cloud.keystone.roles['eve'] = {C: ('cloud_image_admin',)}

    def test_it_shares_and_accepts_for_others(self) -> None:
        for visibility in 'private', 'shared':
            image = self.cloud.glance.add(A, visibility)
            self.share('eve', image, B, accept=True).run()
            self.assertEqual({B: 'accepted'}, self.cloud.glance.members(image))

    def test_it_takes_back_what_others_share(self) -> None:
        image = self.cloud.glance.add(
            A, 'shared', members={B: 'accepted', C: 'pending'}
        )
        self.revoke('eve', image, B, allow_unseen=True).run()
        self.assertEqual({C: 'pending'}, self.cloud.glance.members(image))

    def test_an_owner_who_may_be_one_is_answered_by_the_service(self) -> None:
        self.cloud.keystone.roles['eve'] = {A: ('member', 'operators')}
        image = self.cloud.glance.add(A, 'private')
        outcome = self.share('eve', image, B, accept=True).run()
        self.assertEqual({B: 'pending'}, self.cloud.glance.members(image))
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertIn('answered 403', base.said(outcome))


class RefusalTest(ShareTestCase):
    def refusal(
        self, user: str, *projects: str, **more: typing.Any
    ) -> errors.ImageShareError:
        """Return why it is refused; nothing must have been changed."""
        self.cloud.server.requests.clear()
        error = self.assertRaises(
            errors.ImageShareError, self.shared, user, *projects, **more
        )
        self.assertEqual([], self.writes())
        return error

    def test_nobody_to_share_with_is_wrong_usage(self) -> None:
        self.assertIsInstance(self.refusal('alice'), errors.UsageError)

    def test_an_id_is_never_the_name_of_another_project(self) -> None:
        gone = 'e' * 32
        self.cloud.keystone.projects[B] = gone
        self.refusal('admin', gone)
        outcome = self.shared('both', gone)
        self.assertEqual({gone}, {s.project.id for s in outcome.projects})

    def test_what_makes_no_sense_is_refused(self) -> None:
        glance = self.cloud.glance
        table: list[tuple[str, str, str, dict[str, typing.Any]]] = [
            # words, image, project, options
            ('is public', glance.add(A, 'public'), B, {}),
            ('is community', glance.add(A, 'community'), B, {}),
            ("status 'queued'", glance.add(A, status='queued'), B, {}),
            ('owns image', self.image_id, A, {}),
            ('belongs to project', glance.add(B, 'public'), C, {}),
            ('No image found', glance.add(B), C, {}),
            ('Cannot look up', self.image_id, 'project-b', {}),
            ('Cannot accept for project', self.image_id, B, {'accept': True}),
            (
                'not one of the specified',
                self.image_id,
                C,
                {'member_clouds': ('bob',)},
            ),
            ('--member-cloud', self.image_id, C, {'member_clouds': ('x',)}),
            (
                'snapshot of a server',
                glance.add(A, block_device_mapping='[{"snapshot_id": "s"}]'),
                B,
                {},
            ),
        ]
        for words, image_id, project, more in table:
            self.image_id = image_id
            error = self.refusal('alice', project, **more)
            self.assertIn(words, str(error))
            self.assertIn('Nothing has been changed', str(error))

    def test_every_reason_is_given_at_once(self) -> None:
        self.image_id = self.cloud.glance.add(A, 'public', status='queued')
        message = str(self.refusal('alice', A, C, member_clouds=('bob',)))
        for words in (
            'is public',
            "status 'queued'",
            'not one of the specified',
            'owns image',
        ):
            self.assertIn(words, message)

    def test_a_service_that_fails_before_any_change_says_so(self) -> None:
        self.breaks('GET', '/v2/images')
        error = self.refusal('alice', B)
        self.assertEqual('Nothing has been changed.', error.lines[-1])

    def test_an_image_without_data_can_be_shared_by_force(self) -> None:
        self.image_id = self.cloud.glance.add(
            A, block_device_mapping='[{"snapshot_id": "s"}]'
        )
        self.shared('alice', B, force=True)
        self.assertEqual({B: 'pending'}, self.members())


class AdviceTest(ShareTestCase):
    def warnings(self, user: str = 'alice', *projects: str) -> str:
        outcome = self.shared(user, *(projects or (B,)))
        return base.said(outcome, outcomes.Level.WARNING)

    def test_an_id_that_nobody_verified_is_named(self) -> None:
        for more in {}, {'accept': False}:
            outcome = self.shared('alice', C, **more)
            self.assertIn(
                f'Could not verify that project {C} exists',
                base.said(outcome, outcomes.Level.WARNING),
            )

    def test_a_project_that_is_known_needs_no_warning(self) -> None:
        self.assertEqual('', self.warnings('both'))
        self.assertEqual('', self.warnings('admin'))

    def test_companions_that_the_member_cannot_use_are_named(self) -> None:
        glance = self.cloud.glance
        table: list[tuple[str, str, str | None]] = [
            # about, image ID, words
            ('public', glance.add(C, 'public'), None),
            ('community', glance.add(C, 'community'), None),
            ('private', glance.add(A), 'is not shared with'),
            ('shared', glance.add(A, 'shared', members={B: 'x'}), None),
            (
                'others',
                glance.add(A, 'shared', members={C: 'x'}),
                'is not shared',
            ),
            ('unseen', glance.add(C), 'was not checked'),
            # A member sees no other members.
            (
                "a third's",
                glance.add(C, 'shared', members={A: 'accepted', B: 'x'}),
                'was not checked',
            ),
            ('the members', glance.add(B, 'shared', members={A: 'x'}), None),
            ('no ID', '..', 'was not checked'),
        ]
        for about, other, words in table:
            self.image_id = glance.add(A, kernel_id=other)
            warnings = self.warnings('both')
            if words is None:
                self.assertEqual('', warnings, about)
            else:
                self.assertIn(words, warnings, about)
                self.assertIn(f'{other} (kernel_id)', warnings)

    def test_an_administrator_sees_all_members_of_a_companion(self) -> None:
        glance = self.cloud.glance
        for members, words in (
            ({A: 'x', B: 'x'}, ''),
            ({A: 'x'}, 'is not shared with'),
        ):
            other = glance.add(C, 'shared', members=members)
            self.image_id = glance.add(A, ramdisk_id=other)
            self.assertIn(words, self.warnings('admin'))
            if not words:
                self.assertEqual('', self.warnings('admin'))

    def test_traps_of_the_image_are_named(self) -> None:
        self.image_id = self.cloud.glance.add(A, image_type='snapshot')
        self.assertIn('host keys', self.warnings())


class DryRunTest(ShareTestCase):
    def test_every_command_is_named_and_nothing_is_done(self) -> None:
        for user, more, accept in (
            ('both', {}, f'openstack --os-project-id={B}'),
            ('alice', {'member_clouds': ('bob',)}, 'openstack --os-cloud=bob'),
        ):
            outcome = self.shared(user, B, dry_run=True, **more)
            self.assertEqual([], self.writes())
            self.assertEqual(
                [
                    f'openstack image set --shared {self.image_id}',
                    f'openstack image add project {self.image_id} {B}',
                    f'{accept} image set --accept {self.image_id}',
                ],
                outcome.planned,
            )
            (shared,) = outcome.projects
            self.assertIsNone(shared.verified)
            self.assertEqual(errors.OK, outcome.exit_code)

    def test_what_is_left_to_the_member_is_not_planned(self) -> None:
        for user, more in (('alice', {}), ('both', {'accept': False})):
            outcome = self.shared(user, B, dry_run=True, **more)
            self.assertEqual(2, len(outcome.planned))
            self.assertEqual(
                [None], [shared.status for shared in outcome.projects]
            )

    def test_the_member_is_told_of_as_in_the_real_run(self) -> None:
        self.cloud.glance.images[self.image_id]['visibility'] = 'shared'
        planned = self.shared('alice', B, C, dry_run=True)
        real = self.shared('alice', B, C)
        self.assertEqual(
            base.said(real, outcomes.Level.NOTE),
            base.said(planned, outcomes.Level.NOTE).replace(
                'would be pending', 'is pending'
            ),
        )
        self.assertIn('would be pending', base.said(planned))

    def test_a_member_that_could_not_be_asked_is_an_error_as_well(
        self,
    ) -> None:
        self.cloud.server.rule(
            'POST', '/auth/tokens', before=self.no_more_tokens
        )
        outcome = self.shared('both', B, dry_run=True)
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertIn('Could not act as', base.said(outcome))
        self.assertNotIn('is not shared', base.said(outcome))
        self.assertEqual([], self.writes())

    def no_more_tokens(self) -> None:
        """Let whoever has a token get no other one."""
        self.breaks('POST', '/auth/tokens', 503)

    def test_what_no_native_command_does_is_said_to_be_so(self) -> None:
        outcome = self.shared('admin', C, accept=True, dry_run=True)
        self.assertTrue(outcome.planned[-1].startswith('# '))
        self.assertEqual(3, len(outcome.planned))

    def test_a_share_that_is_there_needs_nothing(self) -> None:
        self.shared('both', B)
        outcome = self.shared('both', B, dry_run=True)
        self.assertEqual([], outcome.planned)

    def test_it_refuses_what_the_real_run_refuses(self) -> None:
        self.assertRaises(
            errors.Refused, self.shared, 'alice', A, dry_run=True
        )


class WaitTest(ShareTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.useFixture(
            fixtures.MonkeyPatch(
                'osc_imageshare.sharing.share.wait.POLL', 0.01
            )
        )

    def answer(self, status: str | None) -> None:
        """Let the member answer while it is being waited for."""

        def act() -> None:
            members = self.cloud.glance.memberships[self.image_id]
            if status is None:
                members.clear()
            else:
                members[B]['status'] = status

        # One look to find the old members, one to see that it is pending.
        for _ in range(2):
            self.cloud.server.rule('GET', '/members$')
        self.cloud.server.rule('GET', '/members$', before=act)

    def test_it_ends_when_every_member_has_answered(self) -> None:
        self.answer('accepted')
        outcome = self.shared('alice', B, wait=60)
        self.assertEqual(['accepted'], [s.status for s in outcome.projects])
        self.assertEqual(errors.OK, outcome.exit_code)

    def test_any_other_answer_is_a_failure(self) -> None:
        for status, words in (
            ('rejected', 'has rejected the share'),
            (None, 'no longer a member'),
        ):
            self.image_id = self.cloud.glance.add(A)
            self.answer(status)
            outcome = self.shared('alice', B, wait=60)
            self.assertEqual([status], [s.status for s in outcome.projects])
            self.assertEqual(errors.FAILED, outcome.exit_code)
            self.assertIn(words, base.said(outcome))

    def test_no_answer_in_time_is_a_failure(self) -> None:
        outcome = self.shared('alice', B, wait=0.05)
        self.assertEqual(['pending'], [s.status for s in outcome.projects])
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertIn('within 0.05 seconds', base.said(outcome))

    def test_who_has_answered_already_is_not_waited_for(self) -> None:
        outcome = self.shared('both', B, wait=60)
        self.assertEqual(errors.OK, outcome.exit_code)

    def test_members_that_could_not_be_read_are_a_failure(self) -> None:
        # One look to find the old members, one to see that the share stands.
        for _ in range(2):
            self.cloud.server.rule('GET', '/members$')
        self.breaks('GET', '/members$')
        outcome = self.shared('alice', B, wait=60)
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertEqual(
            [outcomes.UNREAD], [s.status for s in outcome.projects]
        )
        self.assertIn('Cannot determine', base.said(outcome))
        self.assertNotIn('has not answered', base.said(outcome))

    def test_a_project_that_could_not_be_added_is_not_waited_for(
        self,
    ) -> None:
        self.breaks('POST', '/members$', 403)
        outcome = self.shared('alice', B, C, wait=0.05, accept=False)
        self.assertEqual(
            1, base.said(outcome).count('has not answered within')
        )
