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

from osc_imageshare import errors
from osc_imageshare import sharing
from osc_imageshare.sharing.apply import document
from osc_imageshare.sharing import outcomes
from tests import fakes
from tests.unit.sharing.apply import base
from tests.unit.sharing import base as flows

A, B, C = fakes.A, fakes.B, fakes.C


class ExportTest(base.FileTestCase):
    def export(
        self, *images: str, user: str = 'alice'
    ) -> outcomes.ExportOutcome:
        connection = self.cloud.connect(user)
        self.cloud.server.requests.clear()
        return sharing.Export(connection, sharing.ExportRequest(images)).run()

    def exported(self, *images: str, user: str = 'alice') -> document.Document:
        text = self.export(*images, user=user).text
        assert text is not None
        return document.load(text.encode(), 'f')

    def test_diff_right_after_it_is_empty(self) -> None:
        glance = self.cloud.glance
        glance.add(
            A,
            'shared',
            'web',
            {
                B: 'accepted',
                C: 'pending',
                'e' * 32: 'rejected',
                'a b': 'pending',
            },
        )
        glance.add(A, 'shared', 'web', {B: 'pending'})
        glance.add(A, 'shared', 'old', {B: 'accepted'}, os_hidden=True)
        glance.add(A, 'shared', 'none')
        glance.add(A, 'private', 'private', {B: 'accepted'})
        glance.add(C, 'shared', 'theirs', {A: 'accepted'})
        for user in 'alice', 'both':
            found = self.export(user=user)
            path = self.path('shares.yaml')
            with open(path, 'w', encoding='utf-8') as file:
                file.write(str(found.text))
            outcome = sharing.Diff(
                self.cloud.connect(user), sharing.DiffRequest(path)
            ).run()
            self.assertEqual(errors.OK, outcome.exit_code)
            self.assertEqual(
                {'keep'}, {action for _, action in self.actions(outcome)}
            )
            self.assertEqual([], self.writes())

    def test_only_what_has_members_is_written(self) -> None:
        glance = self.cloud.glance
        wanted = glance.add(A, 'shared', 'web', {B: 'accepted'})
        glance.add(A, 'shared', 'none')
        glance.add(A, 'private', 'private', {B: 'accepted'})
        glance.add(C, 'shared', 'theirs', {A: 'accepted'})
        glance.add(B, 'shared', 'others', {C: 'accepted'})
        self.assertEqual([wanted], [one.id for one in self.exported().images])

    def test_what_is_named_is_written_whatever_it_has(self) -> None:
        glance = self.cloud.glance
        glance.add(A, 'shared', 'web', {B: 'accepted'})
        db = glance.add(A, 'shared', 'db')
        private = glance.add(A, 'private', 'private', {B: 'accepted'})
        found = self.exported('private', db, 'db')
        self.assertEqual(
            [(db, ()), (private, ())],
            [(one.id, one.members) for one in found.images],
        )

    def test_the_order_is_that_of_the_names(self) -> None:
        for name in 'c', 'a', 'b':
            self.cloud.glance.add(A, 'shared', name, {C: 'accepted'})
        ids = [one.id for one in self.exported().images]
        self.assertEqual(
            ['a', 'b', 'c'],
            [self.cloud.glance.images[str(one)]['name'] for one in ids],
        )

    def test_the_members_are_in_the_order_of_their_ids(self) -> None:
        # With and without their names, which are in another order.
        self.cloud.keystone.projects.update({B: 'z', C: 'y'})
        self.cloud.glance.add(
            A, 'shared', members={C: 'accepted', B: 'accepted'}
        )
        for role in 'member', 'admin':
            self.cloud.keystone.roles['alice'] = {A: (role,)}
            told = str(self.export().text)
            self.assertEqual(role == 'admin', '# z' in told)
            self.assertLess(told.index(B), told.index(C))

    def test_an_image_that_does_not_exist_is_refused(self) -> None:
        for words in 'nope', '0b5a7cc1-8c1b-4e5a-9c4e-3c7f6a2b1d00':
            self.assertRaises(errors.Refused, self.export, words)
        self.assertRaises(errors.UsageError, self.export, '')

    def test_nothing_shared_is_said(self) -> None:
        outcome = self.export()
        self.assertIn('shares no image', flows.said(outcome))
        self.assertEqual(errors.OK, outcome.exit_code)

    def test_a_file_is_whole_or_not_there(self) -> None:
        self.cloud.glance.add(A, 'shared', 'web', {B: 'accepted'})
        other = self.cloud.glance.add(A, 'shared', 'db', {B: 'accepted'})
        path = f'/image/v2/images/{other}/members'
        self.breaks('GET', path)
        flow = sharing.Export(self.cloud.connect(), sharing.ExportRequest())
        self.assertRaises(errors.ServiceError, flow.run)
        self.assertIsNone(flow.outcome.text)

    def test_what_is_gone_since_it_was_listed_is_left_out(self) -> None:
        wanted = self.cloud.glance.add(A, 'shared', 'web', {B: 'accepted'})
        gone = self.cloud.glance.add(A, 'shared', 'db', {B: 'accepted'})
        for status in 403, 404:
            path = f'/image/v2/images/{gone}'
            self.breaks('GET', f'{path}/members', status)
            self.breaks('GET', path, 404)
            self.assertEqual(
                [wanted], [one.id for one in self.exported().images]
            )

    def test_members_that_a_policy_forbids_are_no_empty_list(self) -> None:
        there = self.cloud.glance.add(A, 'shared', 'web', {B: 'accepted'})
        self.breaks('GET', f'/image/v2/images/{there}/members', 403)
        self.assertRaises(errors.ServiceError, self.export)

    def test_a_member_that_is_no_id_is_said(self) -> None:
        self.cloud.glance.add(A, 'shared', 'web', {'team b': 'pending'})
        outcome = self.export()
        self.assertIn('team b', flows.said(outcome, outcomes.Level.WARNING))

    def test_before_ocata_private_images_have_members(self) -> None:
        self.cloud.glance.knows_shared = False
        there = self.cloud.glance.add(A, 'private', 'web', {B: 'accepted'})
        self.assertEqual([there], [one.id for one in self.exported().images])

    def test_images_and_members_are_all_that_is_asked_for(self) -> None:
        for number in 1, 5:
            for _ in range(number):
                self.cloud.glance.add(A, 'shared', members={C: 'accepted'})
            self.export()
            self.assertEqual(
                # Two lists, hidden or not, and the caller's own projects.
                3 + (1 if number == 1 else 6),
                len(self.asked()),
            )
