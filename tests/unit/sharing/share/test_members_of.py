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

import typing

from osc_imageshare import errors
from osc_imageshare.image import fitness
from osc_imageshare.image import images
from osc_imageshare.sharing import outcomes
from tests import fakes
from tests.unit import base as base_
from tests.unit.sharing import base

A, B, C = fakes.A, fakes.B, fakes.C
_D, _E = 'd' * 32, 'e' * 32


class MembersOfTest(base.FlowTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.old = self.cloud.glance.add(A, 'shared', 'old')
        self.new = self.cloud.glance.add(A, 'private', 'new')

    def old_members(self, **members: str) -> None:
        for letter, status in members.items():
            self.cloud.glance.add_member(self.old, letter * 32, status)

    def shared(
        self, user: str, *projects: str, old: str = 'old', **more: typing.Any
    ) -> outcomes.ShareOutcome:
        more.setdefault('members_of', (old,))
        self.cloud.server.requests.clear()
        return self.share(user, 'new', *projects, **more).run()

    def members(self) -> dict[str, str]:
        return self.cloud.glance.members(self.new)

    def test_it_is_accepted_where_the_old_one_was_and_the_caller_may(
        self,
    ) -> None:
        # The status in the old image, what the request says, and the status
        # in the new one where the caller may speak for B.
        for status, accept, new in (
            ('accepted', None, 'accepted'),
            ('accepted', True, 'accepted'),
            ('accepted', False, 'pending'),
            ('pending', None, 'pending'),
            ('pending', True, 'accepted'),
            ('pending', False, 'pending'),
        ):
            for one in self.old, self.new:
                self.cloud.glance.memberships[one].clear()
            self.old_members(b=status)
            outcome = self.shared('both', accept=accept)
            self.assertEqual({B: new}, self.members(), f'{status} {accept}')
            self.assertEqual(errors.OK, outcome.exit_code)

    def test_whom_nobody_can_accept_for_it_is_left_to(self) -> None:
        self.old_members(b='accepted', c='pending')
        outcome = self.shared('alice')
        self.assertEqual({B: 'pending', C: 'pending'}, self.members())
        self.assertEqual(errors.OK, outcome.exit_code)
        self.assertIn(f'project {B} is pending', base.said(outcome))

    def test_who_has_rejected_it_is_left_out_and_named(self) -> None:
        self.old_members(b='rejected', c='accepted')
        outcome = self.shared('alice')
        self.assertEqual([C], list(self.members()))
        self.assertIn(
            f'rejected image {self.old} (old): {B}.', base.said(outcome)
        )

    def test_what_is_no_project_is_left_out_and_named(self) -> None:
        self.cloud.glance.add_member(self.old, 'team b', 'pending')
        self.old_members(a='pending', c='pending')
        outcome = self.shared('alice')
        self.assertEqual([C], list(self.members()))
        self.assertIn('team b', base.said(outcome))

    def test_members_of_several_images_and_named_projects_get_it(self) -> None:
        other = self.cloud.glance.add(
            A, 'shared', 'older', {C: 'accepted', B: 'accepted'}
        )
        self.old_members(b='pending')
        outcome = self.shared('both', _E, members_of=('old', other))
        # Who has accepted one of them has accepted.
        self.assertEqual(
            {_E: 'pending', B: 'accepted', C: 'pending'}, self.members()
        )
        self.assertEqual(
            [_E, B, C], [shared.project.id for shared in outcome.projects]
        )

    def test_who_is_named_is_accepted_for_as_usual(self) -> None:
        self.old_members(b='pending')
        self.shared('both', B)
        self.assertEqual({B: 'accepted'}, self.members())
        self.cloud.glance.memberships[self.new].clear()
        self.shared('alice', member_clouds=('bob',))
        self.assertEqual({B: 'accepted'}, self.members())

    def test_nobody_to_share_with_changes_nothing(self) -> None:
        for status in None, 'rejected':
            if status:
                self.old_members(b=status)
            outcome = self.shared('alice')
            self.assertEqual([], self.writes())
            self.assertEqual('private', self.visibility(self.new))
            self.assertEqual(errors.OK, outcome.exit_code)

    def test_images_that_say_nothing_of_it_are_refused(self) -> None:
        self.cloud.glance.add(A, 'private', 'closed', {B: 'accepted'})
        self.cloud.glance.add(C, 'shared', 'theirs', {A: 'accepted'})
        self.cloud.glance.add(A, 'public', 'open')
        for user, old, reason in (
            ('alice', 'new', 'is the one that is shared'),
            ('alice', 'closed', 'cannot be listed'),
            ('alice', 'open', 'cannot be listed'),
            ('alice', 'theirs', f'belongs to project {C}'),
            ('admin', 'theirs', f'belongs to project {C}'),
            ('alice', 'nope', "'nope'"),
        ):
            exc = self.assertRaises(
                errors.ImageShareError, self.shared, user, old=old
            )
            self.assertIn(reason, str(exc))
            self.assertEqual([], self.writes())

    def test_a_new_image_that_suits_fewer_is_told_of(self) -> None:
        self.old_members(c='accepted')
        self.cloud.glance.images[self.new]['min_disk'] = 20
        outcome = self.shared('alice')
        self.assertIn('min_disk 20', base.said(outcome))
        self.assertEqual({C: 'pending'}, self.members())

    def test_who_gets_the_old_one_meanwhile_gets_the_new_one(self) -> None:
        self.old_members(c='accepted')

        def join() -> None:
            self.old_members(b='accepted')

        self.cloud.server.rule(
            'POST', f'/image/v2/images/{self.new}/members$', before=join
        )
        outcome = self.shared('both')
        self.assertEqual({C: 'pending', B: 'accepted'}, self.members())
        self.assertEqual(
            [C, B], [shared.project.id for shared in outcome.projects]
        )
        self.assertEqual(errors.OK, outcome.exit_code)

    def test_that_nobody_could_look_again_is_said(self) -> None:
        self.old_members(c='accepted')

        def fail() -> None:
            self.breaks(
                'GET', f'/image/v2/images/{self.old}/members$', times=None
            )

        self.cloud.server.rule(
            'POST', f'/image/v2/images/{self.new}/members$', before=fail
        )
        outcome = self.shared('both')
        self.assertEqual({C: 'pending'}, self.members())
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertIn('more members meanwhile', base.said(outcome))

    def test_a_second_run_changes_nothing(self) -> None:
        self.old_members(b='accepted', c='pending')
        self.shared('both')
        outcome = self.shared('both')
        self.assertEqual([], self.writes())
        self.assertEqual(errors.OK, outcome.exit_code)

    def test_a_dry_run_names_what_would_be_done(self) -> None:
        self.old_members(c='accepted')
        outcome = self.shared('alice', dry_run=True)
        self.assertEqual([], self.writes())
        self.assertEqual(
            [
                f'openstack image set --shared {self.new}',
                f'openstack image add project {self.new} {C}',
            ],
            outcome.planned,
        )

    def test_the_names_of_the_members_are_told(self) -> None:
        self.old_members(b='accepted')
        (shared,) = self.shared('both').projects
        self.assertEqual('project-b', shared.project.name)


class LessFitTest(base_.TestCase):
    def test_what_suits_fewer_servers_is_told(self) -> None:
        # Of the old image, of the new one, and what is said.
        for before, now, words in (
            ({}, {}, None),
            ({'architecture': 'x86_64'}, {'architecture': 'x86_64'}, None),
            ({}, {'architecture': 'x86_64'}, None),
            ({'architecture': 'x86_64'}, {'architecture': 'arm'}, 'arm'),
            ({'architecture': 'x86_64'}, {}, 'none'),
            (
                {'hw_firmware_type': 'bios'},
                {'hw_firmware_type': 'uefi'},
                'uefi',
            ),
            ({'min_disk': 10}, {'min_disk': 10}, None),
            ({'min_disk': 10}, {'min_disk': 5}, None),
            ({'min_disk': 10}, {'min_disk': 20}, 'min_disk 20'),
            ({}, {'min_ram': 512}, 'min_ram 512'),
            ({'min_ram': None}, {'min_ram': None}, None),
        ):
            found = fitness.less_fit(_image(**now), _image(**before))
            self.assertEqual(words is not None, bool(found), f'{before} {now}')
            if words is not None:
                self.assertIn(words, found[0])


def _image(**record: typing.Any) -> images.Image:
    return images.Image('i', 'x', A, 'active', 'shared', '', record)
