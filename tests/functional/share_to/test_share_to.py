# Licensed under the Apache License, Version 2.0 (the "License"); you may
# not use this file except in compliance with the License. You may obtain
# a copy of the License at
#
#      http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS, WITHOUT
# WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the
# License for the specific language governing permissions and limitations
# under the License.

"""Sharing an image: what the member can do afterwards."""

import json
import uuid

from tests.live import base


class TestShareTo(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('bob')
        self.c = self.project_id('carol')

    def test_a_private_image_is_shared_accepted_and_verified_at_once(
        self,
    ) -> None:
        image = self.make_image('both-a')
        result = self.share(f'share-to {image} {self.b}', cloud='both-a')
        self.assertEqual(
            [
                {
                    'Image ID': image,
                    'Project ID': self.b,
                    'Project Name': 'project-b',
                    'Status': 'accepted',
                    'Changes': ['visibility', 'member', 'status'],
                    'Verified': True,
                }
            ],
            result.rows,
        )
        self.assertEqual('shared', self.visibility(image))
        self.assertEqual({self.b: 'accepted'}, self.members(image))
        self.assertTrue(self.can_read('bob', image))
        self.assertFalse(self.can_read('carol', image))

    def test_the_member_finds_the_image_and_boots_a_server_from_it(
        self,
    ) -> None:
        image = self.make_image(name=f'golden-{uuid.uuid4().hex}')
        self.share(f'share-to {image} --member-cloud bob', cloud='alice')
        listed = self.program('--os-cloud bob image list -f json')
        self.assertIn(image, [row['ID'] for row in listed.rows])
        self.make_server('bob', image)

    def test_a_member_cloud_answers_for_the_project_that_was_named(
        self,
    ) -> None:
        for named in ('project-b', self.b):
            with self.subTest(named=named):
                image = self.make_image()
                row = self.share(
                    f'share-to {image} {named} --member-cloud bob',
                    cloud='alice',
                ).row
                self.assertEqual(self.b, row['Project ID'])
                self.assertEqual('project-b', row['Project Name'])
                self.assertEqual('accepted', row['Status'])
                self.assertIs(True, row['Verified'])
                self.assertEqual({self.b: 'accepted'}, self.members(image))

    def test_member_clouds_without_projects_are_the_list(self) -> None:
        image = self.make_image()
        result = self.share(
            f'share-to {image} --member-cloud carol --member-cloud bob',
            cloud='alice',
        )
        self.assertEqual(
            [(self.c, 'accepted', True), (self.b, 'accepted', True)],
            [
                (row['Project ID'], row['Status'], row['Verified'])
                for row in result.rows
            ],
        )
        self.assertEqual(
            {self.b: 'accepted', self.c: 'accepted'}, self.members(image)
        )
        self.assertTrue(self.can_read('bob', image))
        self.assertTrue(self.can_read('carol', image))

    def test_each_project_gets_what_is_possible_for_it(self) -> None:
        image = self.make_image('both-a')
        result = self.share(
            f'share-to {image} {self.c} project-b', cloud='both-a'
        )
        self.assertEqual(
            [
                {
                    'Image ID': image,
                    'Project ID': self.c,
                    'Project Name': None,
                    'Status': 'pending',
                    'Changes': ['visibility', 'member'],
                    'Verified': None,
                },
                {
                    'Image ID': image,
                    'Project ID': self.b,
                    'Project Name': 'project-b',
                    'Status': 'accepted',
                    'Changes': ['visibility', 'member', 'status'],
                    'Verified': True,
                },
            ],
            result.rows,
        )
        self.assertEqual(
            {self.b: 'accepted', self.c: 'pending'}, self.members(image)
        )

    def test_a_project_named_twice_is_one(self) -> None:
        image = self.make_image('both-a')
        row = self.share(
            f'share-to {image} project-b {self.b} --member-cloud bob',
            cloud='both-a',
        ).row
        self.assertEqual(self.b, row['Project ID'])
        self.assertEqual({self.b: 'accepted'}, self.members(image))

    def test_repeating_it_changes_nothing(self) -> None:
        image = self.make_image('both-a')
        words = ('share-to', image, 'project-b', self.c)
        self.share(*words, cloud='both-a')
        before = self.state(image)
        again = self.share(*words, cloud='both-a')
        self.assertEqual(
            [('accepted', [], True), ('pending', [], None)],
            [
                (row['Status'], row['Changes'], row['Verified'])
                for row in again.rows
            ],
        )
        self.assertEqual(before, self.state(image))

    def test_only_what_is_missing_is_done(self) -> None:
        for status, changes in (
            ('pending', ['status']),
            ('rejected', ['status']),
            ('accepted', []),
        ):
            with self.subTest(status=status):
                image = self.make_image(visibility='shared')
                self.add_member(image, self.b)
                self.set_status(image, 'bob', status)
                row = self.share(
                    f'share-to {image} project-b', cloud='both-a'
                ).row
                self.assertEqual(changes, row['Changes'])
                self.assertEqual('accepted', row['Status'])
                self.assertEqual({self.b: 'accepted'}, self.members(image))

    def test_a_shared_image_without_members_gets_one(self) -> None:
        image = self.make_image(visibility='shared')
        row = self.share(f'share-to {image} project-b', cloud='both-a').row
        self.assertEqual(['member', 'status'], row['Changes'])
        self.assertEqual({self.b: 'accepted'}, self.members(image))

    def test_members_that_were_not_named_are_left_alone(self) -> None:
        image = self.make_image(visibility='shared')
        self.add_member(image, self.c)
        self.share(f'share-to {image} project-b', cloud='both-a')
        self.assertEqual(
            {self.b: 'accepted', self.c: 'pending'}, self.members(image)
        )

    def test_a_protected_image_is_shared(self) -> None:
        image = self.make_image(protected=True)
        row = self.share(f'share-to {image} project-b', cloud='both-a').row
        self.assertEqual('accepted', row['Status'])

    def test_an_administrator_shares_the_image_of_another_project(
        self,
    ) -> None:
        image = self.make_image()
        row = self.share(f'share-to {image} project-b', cloud='admin').row
        self.assertEqual(
            {
                'Image ID': image,
                'Project ID': self.b,
                'Project Name': 'project-b',
                'Status': 'pending',
                'Changes': ['visibility', 'member'],
                'Verified': None,
            },
            row,
        )
        self.assertEqual({self.b: 'pending'}, self.members(image))

    def test_rows_are_on_stdout_and_sentences_on_stderr(self) -> None:
        image = self.make_image()
        result = self.share(f'share-to {image} {self.b}', cloud='alice')
        self.assertEqual(1, len(json.loads(result.stdout)))
        self.assertIn('pending', result.stderr)

    def test_people_read_a_line_for_each_change(self) -> None:
        image = self.make_image()
        result = self.openstack(
            f'image share-to {image} {self.b} --member-cloud bob -c Changes',
            cloud='alice',
        )
        cells = [
            line.strip('| ')
            for line in result.stdout.splitlines()
            if line.startswith('|')
        ]
        self.assertEqual(['Changes', 'visibility', 'member', 'status'], cells)

    def test_people_read_unknown_where_scripts_read_null(self) -> None:
        image = self.make_image()
        for form, unknown in (('table', 'unknown'), ('json', 'null')):
            with self.subTest(form=form):
                result = self.openstack(
                    f'image share-to {image} {self.b} -c Verified -f {form}',
                    cloud='alice',
                )
                self.assertIn(unknown, result.stdout)
