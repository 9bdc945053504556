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

"""Which shares of a project are listed, and how."""

from __future__ import annotations

from osc_imageshare import errors
from tests import fakes
from tests.unit.sharing import base
from tests.unit.sharing import shares

A, B, C = fakes.A, fakes.B, fakes.C
ADMIN = fakes.ADMIN


class ChoiceTest(shares.ListingTestCase):
    def test_each_share_is_on_one_side(self) -> None:
        self.share(A, C)
        incoming = self.share(A, B, C)
        outgoing = self.share(B, A, C)
        self.cloud.glance.add(B, 'private', members={A: 'accepted'})
        self.assertEqual(
            [
                ('incoming', incoming, A, None),
                ('outgoing', outgoing, A, None),
                ('outgoing', outgoing, C, None),
            ],
            [
                (s.direction, s.image.id, s.project.id, s.exists)
                for s in self.flow().run().shares
            ],
        )

    def test_filters_narrow_the_list(self) -> None:
        incoming = self.share(A, B, name='in')
        from_c = self.share(C, B, name='c')
        outgoing = self.share(B, A, C, name='out')
        hidden = self.share(B, C, name='z', os_hidden=True)
        self.cloud.glance.memberships[outgoing][C]['status'] = 'rejected'
        table: list[tuple[dict[str, str], list[str]]] = [
            ({}, [from_c, incoming, outgoing, outgoing, hidden]),
            ({'direction': 'incoming'}, [from_c, incoming]),
            ({'direction': 'outgoing'}, [outgoing, outgoing, hidden]),
            ({'status': 'rejected'}, [outgoing]),
            ({'status': 'accepted'}, []),
            ({'image': 'out'}, [outgoing, outgoing]),
            ({'image': outgoing}, [outgoing, outgoing]),
            ({'image': outgoing.upper()}, [outgoing, outgoing]),
            ({'image': 'z'}, [hidden]),
            ({'image': 'out', 'direction': 'incoming'}, []),
            ({'project': A}, [incoming, outgoing]),
            ({'project': C}, [from_c, outgoing, hidden]),
            ({'project': C, 'status': 'pending'}, [from_c, hidden]),
            ({'project': C, 'image': 'in'}, []),
        ]
        for request, expected in table:
            self.assertEqual(expected, self.listed(**request), str(request))

    def test_a_public_image_hides_no_offer_of_its_name(self) -> None:
        self.cloud.glance.add(C, 'public', 'ubuntu')
        image = self.share(A, B, name='ubuntu')
        self.assertEqual([image], self.listed(image='ubuntu'))

    def test_an_image_that_does_not_exist_is_no_empty_list(self) -> None:
        self.cloud.glance.add(C, 'private', 'of C')
        self.assertEqual([], self.listed('alice', image=self.share(A)))
        for words in 'of C', 'nothing':
            refused = self.assertRaises(
                errors.Refused, self.flow(image=words).run
            )
            self.assertIn(repr(words), str(refused))
        self.assertRaises(errors.UsageError, self.flow(image='').run)

    def test_the_order_is_stable(self) -> None:
        for owner, member in (A, B), (B, A), (B, C), (C, B):
            for name in 'b', 'a', 'b':
                self.share(owner, member, name=name)
        shares = self.flow().run().shares
        keys = [
            (s.direction, s.image.name, s.image.id, s.project.id)
            for s in shares
        ]
        self.assertEqual(12, len(keys))
        self.assertEqual(sorted(keys), keys)

    def test_every_page_counts(self) -> None:
        images = {self.share(B, A) for _ in range(7)}
        self.cloud.glance.page_size = 3
        self.assertEqual(images, set(self.listed()))

    def test_members_are_asked_for_only_if_they_may_be_listed(self) -> None:
        self.share(A, B)
        self.share(B, A)
        for request, times in (
            ({}, 2),
            ({'direction': 'incoming'}, 1),
            ({'direction': 'outgoing'}, 1),
            ({'project': C}, 1),
        ):
            self.cloud.server.requests.clear()
            self.flow(**request).run()
            self.assertEqual(
                times, len(self.cloud.server.sent('GET', '/members'))
            )


class ProjectTest(shares.ListingTestCase):
    def test_a_name_means_the_project_and_the_string(self) -> None:
        image = self.share(A, B, 'project-b')
        outcome = self.flow('both', project='project-b').run()
        self.assertEqual(
            [(image, B), (image, 'project-b')],
            [(s.image.id, s.project.id) for s in outcome.shares],
        )
        self.assertEqual([], outcome.messages)

    def test_a_name_that_nobody_can_look_up_is_taken_literally(self) -> None:
        image = self.share(B, A, 'project-a')
        outcome = self.flow(project='project-a').run()
        self.assertEqual(
            [(image, 'project-a')],
            [(s.image.id, s.project.id) for s in outcome.shares],
        )
        self.assertIn("project name 'project-a'", base.said(outcome))
        self.assertIn("the string 'project-a'", base.said(outcome))

    def test_no_share_with_a_name_that_means_nothing_is_an_error(
        self,
    ) -> None:
        self.share(B, A)
        for user, project in (
            ('bob', 'project-a'),
            ('bob', 'nobody'),
            ('admin', 'nobody'),
        ):
            refused = self.assertRaises(
                errors.Refused, self.flow(user, project=project).run
            )
            self.assertIn(repr(project), str(refused))
        self.assertEqual([], self.listed('admin', project='project-a'))
        self.assertEqual([], self.listed(project='e' * 32))
        self.assertRaises(errors.UsageError, self.flow(project='').run)


class AdministratorTest(shares.ListingTestCase):
    def test_only_the_own_project_is_listed_by_default(self) -> None:
        self.share(A, B)
        incoming, outgoing = self.share(A, ADMIN, B), self.share(ADMIN, B)
        shares = self.flow('admin').run().shares
        self.assertEqual(
            [
                ('incoming', incoming, A, 'project-a', True),
                ('outgoing', outgoing, B, 'project-b', True),
            ],
            [
                (
                    s.direction,
                    s.image.id,
                    s.project.id,
                    s.project.name,
                    s.exists,
                )
                for s in shares
            ],
        )

    def test_all_projects_lists_every_membership_once(self) -> None:
        first, second = self.share(A, B, ADMIN), self.share(ADMIN, B)
        for direction in None, 'outgoing':
            outcome = self.flow(
                'admin', all_projects=True, direction=direction
            ).run()
            self.assertEqual(
                [
                    ('outgoing', first, B),
                    ('outgoing', first, ADMIN),
                    ('outgoing', second, B),
                ],
                [
                    (s.direction, s.image.id, s.project.id)
                    for s in outcome.shares
                ],
            )
        flow = self.flow('admin', all_projects=True, direction='incoming')
        self.assertRaises(errors.UsageError, flow.run)
        flow = self.flow('bob', all_projects=True)
        refused = self.assertRaises(errors.Refused, flow.run)
        self.assertIn(B, str(refused))
        self.assertEqual([], flow.outcome.shares)

    def test_all_projects_is_for_whoever_sees_them(self) -> None:
        self.cloud.glance.admin_role = 'cloud_image_admin'
        self.cloud.keystone.roles['eve'] = {C: ('cloud_image_admin',)}
        own, foreign = self.share(C, B), self.share(A, B, C)
        self.assertEqual(
            [own, foreign, foreign], self.listed('eve', all_projects=True)
        )
        # What is shared with the own project only proves nothing.
        del self.cloud.glance.memberships[foreign][B]
        flow = self.flow('eve', all_projects=True)
        self.assertRaises(errors.Refused, flow.run)

    def test_an_id_is_compared_with_ids(self) -> None:
        self.cloud.keystone.projects[B] = C
        self.share(A, B)
        own = self.share(A, C)
        for words in C, C.upper():
            self.assertEqual([own], self.listed('alice', project=words))

    def test_projects_that_do_not_exist_are_marked(self) -> None:
        self.share(ADMIN, B, 'x\x1b', name='a')
        self.share('e' * 32, ADMIN, name='b')
        outcome = self.flow('admin').run()
        self.assertEqual(
            [('e' * 32, False), (B, True), ('x\x1b', False)],
            [(s.project.id, s.exists) for s in outcome.shares],
        )
        self.assertIn("Project 'x\\x1b' does not exist", base.said(outcome))
        self.assertIn('nobody can use', base.said(outcome))
        self.assertIn('no longer exists', base.said(outcome))

    def test_who_may_not_look_up_projects_has_no_opinion(self) -> None:
        self.share(ADMIN, B, 'x')
        self.cloud.server.rule(
            'GET', 'v3/projects', fakes.Answer(403), times=None
        )
        outcome = self.flow('admin').run()
        self.assertEqual({None}, {s.exists for s in outcome.shares})
        self.assertEqual([], outcome.messages)
