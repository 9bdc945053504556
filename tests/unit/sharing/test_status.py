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
from osc_imageshare.identity import scopes
from osc_imageshare import sharing
from osc_imageshare.sharing import outcomes
from tests import fakes
from tests.unit.sharing import base

A, B, C = fakes.A, fakes.B, fakes.C


class StatusTest(base.FlowTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.image_id = self.cloud.glance.add(
            A, 'shared', 'ubuntu', members={B: 'accepted', C: 'pending'}
        )

    def status(self, user: str, **more: typing.Any) -> outcomes.StatusOutcome:
        request = sharing.StatusRequest(self.image_id, **more)
        return sharing.Status(self.cloud.connect(user), request).run()

    def seen(
        self, outcome: outcomes.StatusOutcome
    ) -> dict[str, tuple[object, ...]]:
        """Return servers, volumes and scope of each member."""
        found: dict[str, tuple[object, ...]] = {}
        for one in outcome.members:
            use = one.usage
            assert use is not None
            found[one.project.id] = use.servers, use.volumes, use.checked_as
        return found

    def test_each_member_is_looked_at_as_far_as_possible(self) -> None:
        self.cloud.nova.add(B, self.image_id)
        self.cloud.cinder.add(B, self.image_id)
        unseen = (None, None, None)
        table: dict[str, dict[str, tuple[object, ...]]] = {
            'alice': {B: unseen, C: unseen},
            'both': {B: (1, 1, scopes.RESCOPED), C: unseen},
            'admin': {
                B: (1, 1, scopes.ADMINISTRATOR),
                C: (0, 0, scopes.ADMINISTRATOR),
            },
        }
        for user, expected in table.items():
            outcome = self.status(user)
            self.assertEqual(expected, self.seen(outcome), user)
            # It is no failure not to know.
            self.assertEqual(errors.OK, outcome.exit_code)

    def test_why_something_was_not_seen_is_said(self) -> None:
        note = base.said(self.status('alice'), outcomes.Level.NOTE)
        self.assertIn(f'of project {B}: you have no role', note)

    def test_members_are_in_the_order_of_the_image_service(self) -> None:
        self.assertEqual(
            [(B, 'project-b', 'accepted'), (C, 'project-c', 'pending')],
            [
                (one.project.id, one.project.name, one.member.status)
                for one in self.status('admin').members
            ],
        )

    def test_a_member_sees_itself_only(self) -> None:
        self.cloud.nova.add(B, self.image_id)
        self.assertEqual(
            {B: (1, 0, scopes.OWN)}, self.seen(self.status('bob'))
        )

    def test_usage_can_be_left_out(self) -> None:
        outcome = self.status('admin', usage=False)
        self.assertEqual([None, None], [m.usage for m in outcome.members])
        self.assertEqual(
            [], self.cloud.server.sent(path='/compute|/volume|/services')
        )

    def test_an_image_without_members_is_said_to_be(self) -> None:
        for visibility, words in (
            ('private', 'no other project can use it'),
            ('public', 'every project can use it'),
            ('community', 'by its ID'),
            ('strange', 'is not shared'),
            ('shared', 'has no members'),
        ):
            self.image_id = self.cloud.glance.add(A, visibility)
            outcome = self.status('alice')
            self.assertEqual([], outcome.members)
            self.assertIn(words, base.said(outcome))

    def test_members_that_cannot_be_read_are_no_empty_list(self) -> None:
        self.breaks('GET', '/members$')
        self.assertRaises(errors.ServiceError, self.status, 'alice')

    def test_old_glances_share_private_images(self) -> None:
        self.cloud.glance.knows_shared = False
        self.image_id = self.cloud.glance.add(A, members={B: 'accepted'})
        outcome = self.status('alice')
        self.assertEqual([B], [m.project.id for m in outcome.members])
