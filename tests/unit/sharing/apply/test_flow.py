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

import functools
import typing

import fixtures

from osc_imageshare import errors
from osc_imageshare.sharing import outcomes
from tests import fakes
from tests.fakes import image
from tests.unit.sharing.apply import base
from tests.unit.sharing import base as flows

A, B, C = fakes.A, fakes.B, fakes.C
_D, _E = 'd' * 32, 'e' * 32
ONE, TWO = fakes.ONE, fakes.TWO


class ApplyTestCase(base.FileTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.image_id = self.cloud.glance.add(A, 'shared', 'web')

    def add(self, **members: str) -> None:
        """Make members of the image; they are called by a letter."""
        for letter, status in members.items():
            self.cloud.glance.add_member(self.image_id, letter * 32, status)

    def web(
        self, user: str, *members: str, exact: bool = True, **more: typing.Any
    ) -> outcomes.ApplyOutcome:
        """Make true which projects shall be members."""
        named = ', '.join(f'{{project: {one}}}' for one in members)
        return self.apply(
            user,
            f'{{name: web, members: [{named}], exact: {str(exact).lower()}}}',
            **more,
        )

    def members(self, image_id: str | None = None) -> dict[str, str]:
        return self.cloud.glance.members(image_id or self.image_id)


class AddTest(ApplyTestCase):
    def test_members_are_added_and_accept_where_somebody_may(self) -> None:
        outcome = self.web('both', B, C)
        self.assertEqual({B: 'accepted', C: 'pending'}, self.members())
        self.assertEqual(
            [(B, 'share', 'shared'), (C, 'share', 'shared')],
            self.results(outcome),
        )
        self.assertEqual(errors.OK, outcome.exit_code)
        self.assertTrue(outcome.may_have_changed)

    def test_a_second_run_changes_nothing(self) -> None:
        for user in 'both', 'admin':
            self.web(user, B, C)
            outcome = self.web(user, B, C)
            self.assertEqual([], self.writes())
            self.assertEqual(
                [(B, 'keep', 'kept'), (C, 'keep', 'kept')],
                self.results(outcome),
            )
            self.assertEqual(errors.OK, outcome.exit_code)

    def test_how_it_is_accepted_is_said_for_each_project(self) -> None:
        for user, accept, status in (
            ('both', 'auto', 'accepted'),
            ('both', 'required', 'accepted'),
            ('both', 'never', 'pending'),
            ('admin', 'auto', 'pending'),
            ('admin', 'required', 'accepted'),
        ):
            self.cloud.glance.memberships[self.image_id].clear()
            outcome = self.apply(
                user,
                '{name: web, members: '
                f'[{{project: {B}, accept: {accept}}}]}}',
            )
            self.assertEqual({B: status}, self.members())
            self.assertEqual(errors.OK, outcome.exit_code)

    def test_who_cannot_accept_and_must_keeps_it_from_being_added(
        self,
    ) -> None:
        outcome = self.apply(
            'alice',
            f'{{name: web, members: [{{project: {B}, accept: required}}, '
            f'{{project: {C}}}]}}',
        )
        self.assertEqual({C: 'pending'}, self.members())
        self.assertEqual(
            [(B, 'share', 'failed'), (C, 'share', 'shared')],
            self.results(outcome),
        )
        self.assertEqual(errors.FAILED, outcome.exit_code)

    def test_a_role_that_gives_no_token_is_no_way_to_accept(self) -> None:
        self.cloud.keystone.refusal = fakes.Answer(403, {'error': {}})
        outcome = self.apply(
            'both',
            f'{{name: web, members: [{{project: {B}, accept: required}}]}}',
        )
        self.assertEqual({}, self.members())
        self.assertEqual(errors.FAILED, outcome.exit_code)

    def test_a_member_cloud_of_the_file_accepts(self) -> None:
        self.apply('alice', '{name: web, members: [{cloud: bob}]}')
        self.assertEqual({B: 'accepted'}, self.members())

    def test_a_pending_member_is_accepted(self) -> None:
        self.add(b='pending')
        outcome = self.web('both', B)
        self.assertEqual([(B, 'accept', 'accepted')], self.results(outcome))
        self.assertEqual({B: 'accepted'}, self.members())

    def test_a_private_image_is_shared(self) -> None:
        self.cloud.glance.images[self.image_id]['visibility'] = 'private'
        outcome = self.web('both', B)
        self.assertEqual('shared', self.visibility(self.image_id))
        self.assertEqual({B: 'accepted'}, self.members())
        # That nobody was hidden is known by now.
        self.assertEqual([(B, 'share', 'shared')], self.results(outcome))
        self.assertEqual(errors.OK, outcome.exit_code)

    def test_an_old_member_is_not_let_in(self) -> None:
        private = self.cloud.glance.add(A, 'private', 'db', {C: 'accepted'})
        outcome = self.apply(
            'both',
            f'{{name: db, members: [{{project: {B}}}], exact: true}}',
            f'{{name: web, members: [{{project: {B}}}]}}',
            prune=True,
        )
        self.assertEqual('private', self.visibility(private))
        self.assertEqual({C: 'accepted'}, self.members(private))
        self.assertEqual({B: 'accepted'}, self.members())
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertIn(C, flows.said(outcome))
        self.assertIn('Name them in the file', flows.said(outcome))
        self.assertEqual(
            [
                (B, 'share', 'failed'),
                (None, 'unknown', 'unknown'),
                (B, 'share', 'shared'),
            ],
            self.results(outcome),
        )

    def test_an_old_member_that_the_file_names_is_let_in(self) -> None:
        private = self.cloud.glance.add(A, 'private', 'db', {C: 'accepted'})
        outcome = self.apply(
            'both',
            f'{{name: db, members: [{{project: {B}}}, {{project: {C}}}]}}',
        )
        self.assertEqual('shared', self.visibility(private))
        self.assertEqual(errors.OK, outcome.exit_code)

    def test_a_private_image_that_nobody_shall_use_stays(self) -> None:
        private = self.cloud.glance.add(A, 'private', 'db', {C: 'accepted'})
        outcome = self.apply(
            'both', '{name: db, members: [], exact: true}', prune=True
        )
        self.assertEqual([], self.writes())
        self.assertEqual({C: 'accepted'}, self.members(private))
        self.assertEqual(errors.OK, outcome.exit_code)

    def test_what_must_not_be_shared_is_not(self) -> None:
        self.cloud.glance.images[self.image_id]['status'] = 'queued'
        other = self.cloud.glance.add(A, 'shared', 'db')
        outcome = self.apply(
            'both',
            f'{{name: web, members: [{{project: {B}}}]}}',
            f'{{name: db, members: [{{project: {B}}}]}}',
        )
        self.assertEqual({}, self.members())
        self.assertEqual({B: 'accepted'}, self.members(other))
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertIn('only active images can be shared', flows.said(outcome))

    def test_what_surprises_a_member_is_said(self) -> None:
        kernel = self.cloud.glance.add(A, 'private', 'kernel')
        self.cloud.glance.images[self.image_id]['kernel_id'] = kernel
        outcome = self.web('both', B)
        self.assertIn('kernel_id', flows.said(outcome))
        outcome = self.web('both', B)
        self.assertNotIn('kernel_id', flows.said(outcome))

    def test_images_of_several_regions_are_shared_at_once(self) -> None:
        there = self.cloud.mounted['there'] = image.Glance()
        self.cloud.catalog['image'][TWO] = '/there/v2'
        there.add(A, 'private', 'other')
        there_id = there.add(A, 'private', 'web')
        outcome = self.apply(
            'both',
            f'{{name: web, regions: [{ONE}, {TWO}], '
            f'members: [{{project: {B}}}]}}',
        )
        self.assertEqual({B: 'accepted'}, self.members())
        self.assertEqual({B: 'accepted'}, there.members(there_id))
        self.assertEqual(errors.OK, outcome.exit_code)

    def test_a_reader_is_told_why_not(self) -> None:
        self.breaks('POST', f'/image/v2/images/{self.image_id}/members', 403)
        self.cloud.keystone.roles['alice'] = {A: ('reader',)}
        outcome = self.web('alice', B)
        self.assertEqual([(B, 'share', 'failed')], self.results(outcome))
        self.assertIn('only the role reader', flows.said(outcome))
        self.assertEqual(errors.FAILED, outcome.exit_code)

    def test_each_step_is_taken_once(self) -> None:
        self.web('both', B, C)
        path = f'POST /image/v2/images/{self.image_id}/members'
        self.assertEqual(
            [path, path, f'PUT {path[5:]}/{B}'], sorted(self.writes())
        )

    def test_a_file_that_is_wrong_changes_nothing_and_says_so(self) -> None:
        exc = self.assertRaises(
            errors.ImageShareError,
            self.apply,
            'both',
            f'{{name: web, members: [{{project: {B}, accept: no}}]}}',
        )
        self.assertEqual(errors.UNCHANGED, exc.lines[-1])
        self.assertEqual([], self.writes())

    def test_a_token_is_obtained_once_for_each_project(self) -> None:
        for name in 'one', 'two', 'three':
            self.cloud.glance.add(A, 'shared', name)
        outcome = self.apply(
            'both',
            *(
                f'{{name: {name}, members: [{{project: {B}}}]}}'
                for name in ('one', 'two', 'three')
            ),
        )
        self.assertEqual(errors.OK, outcome.exit_code)
        tokens = [
            request
            for request in self.cloud.server.requests
            if request.path.endswith('/auth/tokens')
        ]
        self.assertEqual(2, len(tokens))


class PruneTest(ApplyTestCase):
    def test_who_is_left_out_goes_only_where_all_agree(self) -> None:
        # exact, --prune, and whether C goes.
        for exact, prune, goes in (
            (False, False, False),
            (False, True, False),
            (True, False, False),
            (True, True, True),
        ):
            self.cloud.glance.memberships[self.image_id].clear()
            self.add(b='accepted', c='accepted')
            outcome = self.web('admin', B, exact=exact, prune=prune)
            self.assertEqual(not goes, C in self.members())
            self.assertEqual(errors.OK, outcome.exit_code)
            self.assertIn(B, self.members())
            *_, action, result = self.results(outcome)[1]
            self.assertEqual(
                ('prune' if exact else 'keep', 'pruned' if goes else 'kept'),
                (action, result),
            )

    def test_without_prune_nobody_is_looked_at(self) -> None:
        self.add(c='accepted')
        outcome = self.web('both')
        self.assertNotIn('/compute/', '\n'.join(self.asked()))
        self.assertIn('--prune', flows.said(outcome))

    def test_who_uses_the_image_stays(self) -> None:
        self.add(b='accepted')
        server_id = self.cloud.nova.add(B, self.image_id)
        for user in 'both', 'admin':
            outcome = self.web(user, prune=True)
            self.assertEqual({B: 'accepted'}, self.members())
            self.assertEqual([(B, 'keep', 'in use')], self.results(outcome))
            self.assertEqual(errors.IN_USE, outcome.exit_code)
            self.assertIn(server_id, flows.said(outcome))
        outcome = self.web('both', prune=True, allow_unseen=True)
        self.assertEqual({B: 'accepted'}, self.members())
        outcome = self.web('both', prune=True, force=True)
        self.assertEqual({}, self.members())
        self.assertEqual([(B, 'prune', 'pruned')], self.results(outcome))
        self.assertEqual(errors.OK, outcome.exit_code)

    def test_whom_nobody_can_look_at_stays(self) -> None:
        self.add(b='accepted')
        for more in {}, {'force': True}:
            outcome = self.web('alice', prune=True, **more)
            self.assertEqual({B: 'accepted'}, self.members())
            self.assertEqual([(B, 'unknown', 'unseen')], self.results(outcome))
            self.assertEqual(errors.UNSEEN, outcome.exit_code)
        outcome = self.web('alice', prune=True, allow_unseen=True)
        self.assertEqual({}, self.members())
        self.assertEqual(errors.OK, outcome.exit_code)

    def test_a_member_cloud_is_a_way_to_look(self) -> None:
        self.add(b='accepted')
        outcome = self.web('alice', prune=True, member_clouds=('bob',))
        self.assertEqual({}, self.members())
        self.assertEqual(errors.OK, outcome.exit_code)

    def test_a_scan_that_breaks_ends_no_share(self) -> None:
        self.add(b='accepted')
        for path in '/compute/v2.1/servers', f'/volume/v3/{B}/volumes/detail':
            self.breaks('GET', path, times=10)
            outcome = self.web('both', prune=True)
            self.assertEqual({B: 'accepted'}, self.members())
            self.assertEqual(errors.UNSEEN, outcome.exit_code)
            self.cloud.server.rules.clear()

    def test_too_many_are_refused_as_a_whole(self) -> None:
        self.add(b='accepted', c='accepted', d='accepted', e='accepted')
        for named, limit, left in (
            ((B,), None, 4),
            ((B, C), 1, 4),
            ((B, C), 0, 4),
            ((B, C), None, 2),
        ):
            outcome = self.web('admin', *named, prune=True, max_prune=limit)
            self.assertEqual(left, len(self.members()), f'{named} {limit}')
            self.assertEqual(
                errors.FAILED if left == 4 else errors.OK, outcome.exit_code
            )
            if left == 4:
                self.assertIn('--max-prune', flows.said(outcome))
                self.assertIn('refused', {row.result for row in outcome.rows})

    def test_a_limit_concerns_one_image(self) -> None:
        self.add(b='accepted', c='accepted')
        other = self.cloud.glance.add(A, 'shared', 'db', {B: 'accepted'})
        outcome = self.apply(
            'admin',
            '{name: web, members: [], exact: true}',
            '{name: db, members: [], exact: true}',
            prune=True,
        )
        self.assertEqual(2, len(self.members()))
        self.assertEqual({}, self.members(other))
        self.assertEqual(errors.FAILED, outcome.exit_code)

    def test_what_nobody_could_look_up_ends_no_share(self) -> None:
        self.add(b='accepted')
        for user, member, code in (
            ('both', 'project: somebody', errors.UNSEEN),
            ('admin', 'project: somebody', errors.FAILED),
            ('both', 'domain: campus', errors.UNSEEN),
            ('admin', 'domain: campus', errors.UNSEEN),
        ):
            outcome = self.apply(
                user,
                f'{{name: web, members: [{{{member}}}, {{project: {C}}}], '
                'exact: true}',
                prune=True,
                allow_unseen=True,
                force=True,
            )
            # What can be told is done all the same.
            self.assertEqual({B, C}, set(self.members()))
            self.assertEqual(code, outcome.exit_code)

    def test_a_word_as_a_member_is_not_pruned_silently(self) -> None:
        self.cloud.glance.add_member(self.image_id, 'team b', 'pending')
        for user in 'both', 'admin':
            outcome = self.web(user, prune=True)
            self.assertEqual(['team b'], list(self.members()))
            self.assertEqual(errors.UNSEEN, outcome.exit_code)
            self.assertIn('team b', flows.said(outcome))
        outcome = self.web('both', prune=True, allow_unseen=True)
        self.assertEqual([], list(self.members()))
        self.assertIn('team b', flows.said(outcome))

    def test_what_glance_cannot_address_is_never_asked_for(self) -> None:
        self.cloud.glance.add_member(self.image_id, '../x', 'pending')
        outcome = self.web('admin', prune=True, allow_unseen=True)
        self.assertEqual([], self.writes())
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertEqual([('../x', 'keep', 'failed')], self.results(outcome))

    def test_additions_of_all_images_come_first(self) -> None:
        self.add(b='accepted')
        other = self.cloud.glance.add(A, 'private', 'db')
        self.apply(
            'admin',
            '{name: web, members: [], exact: true}',
            f'{{name: db, members: [{{project: {B}}}]}}',
            prune=True,
        )
        self.assertEqual(
            [
                f'PATCH /image/v2/images/{other}',
                f'POST /image/v2/images/{other}/members',
                f'DELETE /image/v2/images/{self.image_id}/members/{B}',
            ],
            self.writes(),
        )

    def test_the_use_is_looked_at_after_the_additions(self) -> None:
        self.add(c='accepted')

        def use() -> None:
            self.cloud.nova.add(C, self.image_id)

        self.cloud.server.rule(
            'POST',
            f'/image/v2/images/{self.image_id}/members',
            before=use,
        )
        outcome = self.web('admin', B, prune=True)
        self.assertEqual({B, C}, set(self.members()))
        self.assertEqual(errors.IN_USE, outcome.exit_code)

    def test_who_cannot_be_let_in_keeps_others_from_going(self) -> None:
        self.add(c='accepted')
        self.breaks('POST', f'/image/v2/images/{self.image_id}/members', 400)
        outcome = self.web('admin', B, prune=True)
        self.assertEqual({C: 'accepted'}, self.members())
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertIn('Nothing was pruned', flows.said(outcome))

    def test_who_may_not_be_let_in_keeps_others_from_going(self) -> None:
        self.add(c='accepted')
        self.cloud.glance.images[self.image_id]['status'] = 'deactivated'
        outcome = self.web('admin', B, prune=True)
        self.assertEqual({C: 'accepted'}, self.members())
        self.assertEqual(
            [(B, 'share', 'failed'), (C, 'keep', 'kept')],
            self.results(outcome),
        )
        self.assertIn('it is no member', flows.said(outcome))
        self.cloud.glance.images[self.image_id]['status'] = 'active'
        self.cloud.keystone.refusal = fakes.Answer(403, {'error': {}})
        outcome = self.apply(
            'both',
            f'{{name: web, members: [{{project: {B}, accept: required}}], '
            'exact: true}',
            prune=True,
            allow_unseen=True,
        )
        self.assertEqual({C: 'accepted'}, self.members())

    def test_who_is_kept_and_gone_is_not_said_to_be_kept(self) -> None:
        self.add(c='accepted')
        path = f'/image/v2/images/{self.image_id}/members'

        def revoke() -> None:
            self.cloud.glance.memberships[self.image_id].pop(C, None)

        self.cloud.server.rule(
            'POST', f'{path}$', fakes.Answer(400, 'no'), before=revoke
        )
        outcome = self.web('admin', B, prune=True)
        self.assertEqual((C, 'prune', 'unknown'), self.results(outcome)[1])
        self.assertIn('somebody else has revoked', flows.said(outcome))

    def test_who_is_kept_and_cannot_be_read_back_is_said(self) -> None:
        self.add(c='accepted')
        path = f'/image/v2/images/{self.image_id}/members'
        self.cloud.server.rule(
            'POST',
            f'{path}$',
            fakes.Answer(400, 'no'),
            before=lambda: self.breaks('GET', f'{path}$', times=None),
        )
        outcome = self.web('admin', B, prune=True)
        self.assertEqual((C, 'prune', 'unknown'), self.results(outcome)[1])
        self.assertIn(
            f'is shared with project project-c ({C}).', flows.said(outcome)
        )

    def test_who_goes_makes_room_for_others(self) -> None:
        self.add(b='accepted', c='accepted')
        self.cloud.glance.quota = 2
        outcome = self.web('admin', _D, C, prune=True)
        self.assertEqual({C, _D}, set(self.members()))
        self.assertEqual(errors.OK, outcome.exit_code)
        self.cloud.keystone.projects[_E] = 'project-e'
        outcome = self.web('admin', _D, C, _E, prune=True)
        self.assertEqual({C, _D}, set(self.members()))
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertIn('image_member_quota', flows.said(outcome))
        self.assertEqual('failed', self.results(outcome)[2][2])

    def test_how_to_undo_it_is_said(self) -> None:
        self.add(b='accepted')
        outcome = self.web('admin', prune=True)
        self.assertIn(
            f'image share-to {self.image_id} {B}',
            flows.said(outcome, outcomes.Level.WARNING),
        )

    def test_what_comes_up_meanwhile_is_said(self) -> None:
        self.add(b='accepted')

        def use() -> None:
            self.cloud.nova.add(B, self.image_id)

        self.cloud.server.rule(
            'DELETE',
            f'/image/v2/images/{self.image_id}/members/{B}',
            before=use,
        )
        outcome = self.web('admin', prune=True)
        self.assertEqual({}, self.members())
        self.assertEqual(errors.IN_USE, outcome.exit_code)
        self.assertIn('began to use image', flows.said(outcome))

    def test_who_is_a_member_again_is_said(self) -> None:
        self.add(b='accepted')
        path = f'/image/v2/images/{self.image_id}/members'

        def again() -> None:
            if not self.members():
                self.add(b='pending')

        self.cloud.server.rule('GET', f'{path}$', before=again, times=None)
        outcome = self.web('admin', prune=True)
        self.assertEqual([(B, 'prune', 'failed')], self.results(outcome))
        self.assertEqual(errors.FAILED, outcome.exit_code)


class TroubleTest(ApplyTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.no_pauses()

    def test_a_prune_that_loses_its_answer_is_looked_at(self) -> None:
        path = f'/image/v2/images/{self.image_id}/members/{B}'
        for carried_out in True, False:
            self.cloud.glance.memberships[self.image_id].clear()
            self.add(b='accepted')
            self.cloud.server.rule(
                'DELETE', path, fakes.LOST, carried_out=carried_out
            )
            outcome = self.web('admin', prune=True)
            self.assertEqual(carried_out, B not in self.members())
            self.assertEqual(
                errors.OK if carried_out else errors.FAILED, outcome.exit_code
            )
            self.assertEqual(
                'pruned' if carried_out else 'failed', outcome.rows[0].result
            )

    def test_who_may_be_gone_and_cannot_be_read_back_is_said(self) -> None:
        self.add(b='accepted')
        path = f'/image/v2/images/{self.image_id}/members'
        self.cloud.server.rule(
            'DELETE',
            path,
            before=lambda: self.breaks('GET', f'{path}$', times=None),
            carried_out=True,
        )
        outcome = self.web('admin', prune=True)
        self.assertEqual(errors.FAILED, outcome.exit_code)
        told = flows.said(outcome)
        self.assertIn('500', told)
        self.assertIn('The current state was not read back', told)

    def test_the_error_of_one_project_concerns_no_other(self) -> None:
        self.breaks('PUT', f'/image/v2/images/{self.image_id}/members/{B}')
        outcome = self.web('both', B, C)
        self.assertEqual({B: 'pending', C: 'pending'}, self.members())
        self.assertEqual(
            [(B, 'share', 'failed'), (C, 'share', 'shared')],
            self.results(outcome),
        )
        self.assertEqual(errors.FAILED, outcome.exit_code)

    def test_an_image_that_nobody_got_is_private_again(self) -> None:
        private = self.cloud.glance.add(A, 'private', 'db')
        self.breaks('POST', f'/image/v2/images/{private}/members')
        outcome = self.apply(
            'both',
            f'{{name: db, members: [{{project: {B}}}]}}',
            f'{{name: web, members: [{{project: {B}}}]}}',
        )
        self.assertEqual('private', self.visibility(private))
        self.assertEqual({B: 'accepted'}, self.members())
        self.assertEqual(errors.FAILED, outcome.exit_code)

    def test_what_cannot_be_read_back_is_unknown(self) -> None:
        path = f'/image/v2/images/{self.image_id}/members'
        self.cloud.server.rule(
            'POST',
            path,
            before=lambda: self.breaks('GET', f'{path}$', times=None),
        )
        outcome = self.web('alice', B)
        self.assertEqual([(B, 'share', 'unknown')], self.results(outcome))
        self.assertEqual(errors.FAILED, outcome.exit_code)

    def test_who_has_revoked_it_meanwhile_is_noticed(self) -> None:
        path = f'/image/v2/images/{self.image_id}/members'

        def revoke() -> None:
            self.cloud.glance.memberships[self.image_id].pop(B, None)

        self.cloud.server.rule('GET', f'{path}$', before=revoke, times=None)
        outcome = self.web('alice', B)
        self.assertEqual([(B, 'share', 'failed')], self.results(outcome))
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertIn('somebody else has revoked', flows.said(outcome))

    def test_what_is_not_foreseen_leaves_nobody_inside(self) -> None:
        private = self.cloud.glance.add(A, 'private', 'db')
        self.interrupt('add_member', by=KeyError)
        flow = self.flow('both', f'{{name: db, members: [{{project: {B}}}]}}')
        self.assertRaises(KeyError, flow.run)
        self.assertEqual('private', self.visibility(private))


class InterruptionTest(ApplyTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.no_pauses()

    def test_what_was_done_is_said_and_the_same_command_goes_on(
        self,
    ) -> None:
        self.add(c='accepted')
        private = self.cloud.glance.add(A, 'private', 'db')
        images = (
            f'{{name: db, members: [{{project: {B}}}]}}',
            f'{{name: web, members: [{{project: {B}}}], exact: true}}',
        )
        for call, after in (
            ('set_visibility', False),
            ('set_visibility', True),
            ('add_member', False),
            ('add_member', True),
            ('set_status', False),
            ('set_status', True),
            ('remove_member', False),
            ('remove_member', True),
        ):
            self.cloud.glance.images[private]['visibility'] = 'private'
            for one in private, self.image_id:
                self.cloud.glance.memberships[one].pop(B, None)
            if C not in self.members():
                self.add(c='accepted')
            self.interrupt(call, after=after)
            user = 'both' if call != 'remove_member' else 'admin'
            flow = self.flow(user, *images, prune=True)
            self.assertRaises(KeyboardInterrupt, flow.run)
            said = flows.said(flow.outcome)
            self.assertTrue(flow.outcome.interrupted)
            self.assertIn('Interrupted.', said)
            self.assertIn('run the same command again', said)
            if not self.members(private):
                self.assertEqual('private', self.visibility(private), call)
            gone = C not in self.members()
            self.assertEqual((call, after) == ('remove_member', True), gone)
            self.apply(user, *images, prune=True, allow_unseen=True)
            self.assertEqual([B], list(self.members(private)))
            self.assertEqual([B], list(self.members()))

    def test_who_interrupts_again_is_told_what_is_not_known(self) -> None:
        private = self.cloud.glance.add(A, 'private', 'db')
        self.interrupt('add_member')
        flow = self.flow('both', f'{{name: db, members: [{{project: {B}}}]}}')
        self.interrupt('set_visibility', after=True)
        # The first call made it shared; what puts it back is interrupted.
        self.cloud.glance.images[private]['visibility'] = 'shared'
        self.cloud.glance.images[private]['visibility'] = 'private'
        self.assertRaises(KeyboardInterrupt, flow.run)
        self.assertIn('Interrupted.', flows.said(flow.outcome))

    def test_who_interrupts_twice_before_any_change_is_told_so(self) -> None:
        def interrupt(work: object) -> None:
            raise errors.Terminated

        for name in '_change', 'report_interruption':
            self.useFixture(
                fixtures.MonkeyPatch(
                    f'osc_imageshare.sharing.apply.work.Work.{name}', interrupt
                )
            )
        flow = self.flow('both', f'{{name: web, members: [{{project: {B}}}]}}')
        self.assertRaises(errors.Terminated, flow.run)
        self.assertEqual(
            ['Interrupted.', errors.UNCHANGED],
            flows.said(flow.outcome).splitlines()[-2:],
        )

    def test_what_had_not_begun_is_said_as_well(self) -> None:
        self.add(c='accepted')
        self.interrupt('add_member')
        flow = self.flow(
            'both',
            f'{{name: web, members: [{{project: {B}}}], exact: true}}',
            prune=True,
        )
        self.assertRaises(KeyboardInterrupt, flow.run)
        self.assertIn(
            f'is still shared with project {C}', flows.said(flow.outcome)
        )


class DryRunTest(ApplyTestCase):
    def test_nothing_is_changed_and_every_command_is_named(self) -> None:
        self.add(c='accepted')
        private = self.cloud.glance.add(A, 'private', 'db')
        outcome = self.apply(
            'both',
            f'{{name: web, members: [{{project: {B}}}], exact: true}}',
            f'{{name: db, members: [{{project: {B}}}]}}',
            prune=True,
            allow_unseen=True,
            dry_run=True,
        )
        self.assertEqual([], self.writes())
        self.assertFalse(outcome.may_have_changed)
        member = f'openstack --os-project-id={B} image set --accept'
        self.assertEqual(
            [
                f'openstack image add project {self.image_id} {B}',
                f'{member} {self.image_id}',
                f'openstack image set --shared {private}',
                f'openstack image add project {private} {B}',
                f'{member} {private}',
                f'openstack image remove project {self.image_id} {C}',
            ],
            outcome.planned,
        )

    def test_what_would_not_be_done_is_not_named(self) -> None:
        self.add(b='accepted')
        self.cloud.nova.add(B, self.image_id)
        outcome = self.web('both', prune=True, dry_run=True)
        self.assertEqual([], outcome.planned)
        self.assertEqual(errors.IN_USE, outcome.exit_code)


class PlanTest(ApplyTestCase):
    def plan(self, *members: str, exact: bool = True) -> str:
        """Save a plan, and return its path."""
        out = self.path('plan.json')
        named = ', '.join(f'{{project: {one}}}' for one in members)
        self.diff(
            'admin',
            f'{{name: web, members: [{named}], exact: {str(exact).lower()}}}',
            out=out,
        )
        return out

    def test_what_was_planned_is_done(self) -> None:
        self.add(c='accepted')
        plan = self.plan('project-b')
        outcome = self.apply('admin', plan=plan, prune=True)
        self.assertEqual({B: 'pending'}, self.members())
        self.assertEqual(errors.OK, outcome.exit_code)
        self.assertEqual(
            [(B, 'share', 'shared'), (C, 'prune', 'pruned')],
            self.results(outcome),
        )

    def test_a_plan_for_something_else_is_refused(self) -> None:
        def another_image() -> None:
            self.cloud.glance.images[self.image_id]['name'] = 'old'
            self.cloud.glance.add(A, 'shared', 'web', {C: 'accepted'})

        def another_project() -> None:
            self.cloud.keystone.projects[B] = 'old'
            self.cloud.keystone.projects[_D] = 'project-b'

        def another_member() -> None:
            self.add(e='pending')

        self.add(c='accepted')
        for change in another_member, another_project, another_image:
            plan = self.plan('project-b')
            change()
            exc = self.assertRaises(
                errors.Refused, self.apply, 'admin', plan=plan, prune=True
            )
            self.assertIn('plan.json was made', str(exc))
            self.assertEqual([], self.writes())

    def test_it_is_either_a_file_or_a_plan(self) -> None:
        for request in (
            {'file': 'a', 'plan': 'b'},
            {'file': None, 'plan': None},
        ):
            self.assertRaises(
                errors.UsageError, self.flow('alice', **request).run
            )

    def test_the_use_of_a_plan_is_looked_at_anew(self) -> None:
        self.add(c='accepted')
        plan = self.plan()
        self.cloud.nova.add(C, self.image_id)
        outcome = self.apply('admin', plan=plan, prune=True)
        self.assertEqual({C: 'accepted'}, self.members())
        self.assertEqual(errors.IN_USE, outcome.exit_code)


class BoundsTest(ApplyTestCase):
    def test_prunes_take_two_looks_at_each_project(self) -> None:
        counts = []
        for number in 2, 6:
            outcome = self.apply(
                'both',
                *self.left_out(number),
                prune=True,
            )
            self.assertEqual(errors.OK, outcome.exit_code)
            counts.append(len(self.cloud.server.requests))
        # Read the image and its members, remove one, read them again.
        self.assertEqual(4 * 4, counts[1] - counts[0])


class VerificationTest(ApplyTestCase):
    """A project that gets several images is asked for a list of them."""

    def several(self, *hidden: bool) -> list[str]:
        """Make images and return entries that share them with B."""
        self.made = [
            self.cloud.glance.add(
                A, 'shared', disk_format='qcow2', os_hidden=one
            )
            for one in hidden
        ]
        return [
            f'{{id: "{i}", members: [{{project: {B}}}]}}' for i in self.made
        ]

    def asked_as_member(self) -> tuple[int, int]:
        """Return how many lists and how many images B has asked for."""
        callers = self.cloud.keystone.callers
        paths = [
            request.path.partition('/v2/images')[2]
            for request in self.cloud.server.requests
            if request.method == 'GET'
            and request.token is not None
            and callers[request.token].project_id == B
            and '/v2/images' in request.path
        ]
        return paths.count(''), len(paths) - paths.count('')

    def test_a_list_is_asked_for_where_it_saves_requests(self) -> None:
        table: tuple[tuple[tuple[bool, ...], tuple[int, int]], ...] = (
            ((False,) * 2, (0, 2)),
            ((False,) * 3, (1, 0)),
            ((False,) * 9, (1, 0)),
            # No list shows a hidden image.
            ((False, True, False, True), (1, 2)),
        )
        for hidden, asked in table:
            outcome = self.apply('both', *self.several(*hidden))
            self.assertEqual(
                (hidden, errors.OK, asked),
                (hidden, outcome.exit_code, self.asked_as_member()),
            )

    def test_a_list_that_cannot_be_had_proves_nothing(self) -> None:
        entries = self.several(*(False,) * 4)
        self.cloud.server.rule(
            'GET',
            '/v2/images$',
            fakes.Answer(403, 'No.'),
            times=None,
            parameter='member_status',
        )
        outcome = self.apply('both', *entries)
        self.assertEqual(errors.OK, outcome.exit_code)
        self.assertEqual((1, 4), self.asked_as_member())

    def test_what_the_member_cannot_read_is_said(self) -> None:
        entries = self.several(*(False,) * 3)
        self.cloud.server.rule(
            'GET',
            '/v2/images$',
            fakes.Answer(200, {'images': []}),
            parameter='member_status',
        )
        for image_id in self.made:
            self.cloud.server.rule(
                'PUT',
                f'{image_id}/members',
                before=functools.partial(
                    self.cloud.server.rule,
                    'GET',
                    f'{image_id}$',
                    fakes.Answer(404, 'No image.'),
                    times=None,
                ),
                carried_out=True,
            )
        outcome = self.apply('both', *entries)
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertIn('404', flows.said(outcome))
