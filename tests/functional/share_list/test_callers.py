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

"""The list of shares as administrators, readers and others see it."""

import uuid

from tests.live import offers


class TestAdministrator(offers.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.administrator = self.make_project('admin')
        self.own_id = self.project_id(self.administrator)

    def test_an_administrator_sees_its_own_project_by_default(self) -> None:
        foreign = self.offer('accepted')
        incoming = self.offer(member=self.administrator)
        outgoing = self.offer(owner=self.administrator)
        for cloud, images in (
            (self.administrator, [incoming, outgoing]),
            ('admin', []),
        ):
            result = self.share('share list', cloud=cloud)
            self.assertEqual(
                images,
                [
                    row['Image ID']
                    for row in result.rows
                    if row['Image ID'] in (foreign, incoming, outgoing)
                ],
            )
        rows = self.share('share list', cloud=self.administrator).rows
        self.assertEqual(
            [
                ('incoming', self.a, 'project-a'),
                ('outgoing', self.b, 'project-b'),
            ],
            [
                (row['Direction'], row['Project ID'], row['Project Name'])
                for row in rows
            ],
        )

    def test_all_projects_shows_what_every_project_grants(self) -> None:
        first = self.offer('accepted')
        second = self.offer(owner='carol', os_hidden=True)
        result = self.share(
            'share list --all-projects --long --project project-b',
            cloud=self.administrator,
        )
        rows = {row['Image ID']: row for row in result.rows}
        for image, owner, status in (
            (first, self.a, 'accepted'),
            (second, self.c, 'pending'),
        ):
            row = rows[image]
            self.assertEqual(
                ('outgoing', self.b, 'project-b', status, owner, True),
                (
                    row['Direction'],
                    row['Project ID'],
                    row['Project Name'],
                    row['Status'],
                    row['Owner ID'],
                    row['Project Exists'],
                ),
            )

    def test_all_projects_is_for_administrators(self) -> None:
        self.offer()
        for cloud in 'alice', 'reader':
            result = self.share(
                'share list --all-projects', cloud=cloud, code=1
            )
            self.assertEqual('', result.stdout)
            self.assertIn('Only an administrator', result.stderr)
        result = self.share(
            'share list --all-projects --incoming',
            cloud=self.administrator,
            code=2,
        )
        self.assertIn('--all-projects', result.stderr)

    def test_members_that_are_no_projects_are_marked(self) -> None:
        image = self.offer(owner=self.administrator)
        nobody = uuid.uuid4().hex
        deleted = self.project_id(self.make_project())
        for member in nobody, 'project-b', deleted:
            self.add_member(image, member, cloud=self.administrator)
        self.delete_project(deleted)
        result = self.share('share list --long', cloud=self.administrator)
        self.assertEqual(
            {self.b: True, nobody: False, 'project-b': False, deleted: False},
            {r['Project ID']: r['Project Exists'] for r in result.rows},
        )
        self.assertEqual(
            {
                self.b: 'project-b',
                nobody: None,
                'project-b': None,
                deleted: None,
            },
            {r['Project ID']: r['Project Name'] for r in result.rows},
        )
        for member in nobody, 'project-b', deleted:
            self.assertIn(f'Project {member!r} does not exist', result.stderr)
        self.assertNotIn(self.b, result.stderr)
        self.assertIn('nobody can use', result.stderr)

    def test_an_owner_that_is_no_project_any_more_is_marked(self) -> None:
        owner = self.make_project()
        owner_id = self.project_id(owner)
        image = self.offer(owner=owner, member=self.administrator)
        self.delete_project(owner_id)
        # Its images outlive it, and only an administrator can end that.
        self.addCleanup(self._delete_image, 'admin', 'RegionOne', image)
        result = self.share('share list --long', cloud=self.administrator)
        self.assertIs(False, result.row['Project Exists'])
        self.assertIn(f'Project {owner_id!r}, which owns', result.stderr)
        self.assertNotIn('nobody can use', result.stderr)

    def test_a_project_that_does_not_exist_is_an_error(self) -> None:
        self.offer(owner=self.administrator)
        result = self.share(
            "share list --project 'no such project'",
            cloud=self.administrator,
            code=1,
        )
        self.assertEqual('', result.stdout)
        self.assertIn("No project found for 'no such project'", result.stderr)

    def test_names_are_looked_up_in_a_domain(self) -> None:
        image = self.offer(owner=self.administrator)
        for domain, code in ('default', 0), ('Default', 0), ('other', 1):
            with self.subTest(domain=domain):
                result = self.share(
                    'share list --project project-b',
                    *('--project-domain', domain),
                    cloud=self.administrator,
                    code=code,
                )
                if not code:
                    self.assertEqual(image, result.row['Image ID'])


class TestOthers(offers.TestCase):
    def test_a_reader_sees_what_a_member_sees(self) -> None:
        incoming = self.offer()
        outgoing = self.offer(owner='bob', member='alice')
        for image in incoming, outgoing:
            words = ('share', 'list', '--long', '--image', image)
            self.assertEqual(
                self.share(*words, cloud='bob').row,
                self.share(*words, cloud='reader').row,
            )
        rows = self.share('share list', cloud='reader').rows
        found = {row['Image ID'] for row in rows}
        self.assertEqual({incoming, outgoing}, found & {incoming, outgoing})

    def test_those_who_may_not_know_get_null_for_names(self) -> None:
        image = self.offer()
        self.add_member(image, 'no project')
        result = self.share(
            f'share list --long --image {image}', cloud='alice'
        )
        for row in result.rows:
            self.assertIsNone(row['Project Name'])
            self.assertIsNone(row['Project Exists'])
        self.assertEqual('', result.stderr)
        shown = self.openstack(
            f"image share list --long --image {image} -c 'Project Name' -c "
            "'Project Exists'",
            cloud='alice',
        ).stdout
        self.assertEqual(4, shown.count('unknown'))

    def test_a_stranger_sees_nothing_of_it(self) -> None:
        image = self.offer()
        rows = self.share('share list', cloud='carol').rows
        self.assertNotIn(image, [row['Image ID'] for row in rows])
        result = self.share(
            f'share list --image {image}', cloud='carol', code=1
        )
        self.assertIn(f'No image found for {image!r}', result.stderr)

    def test_a_member_does_not_see_the_other_members(self) -> None:
        image = self.offer()
        self.add_member(image, self.c)
        row = self.share(f'share list --image {image}', cloud='bob').row
        self.assertEqual(
            ('incoming', self.a), (row['Direction'], row['Project ID'])
        )

    def test_each_region_has_its_own_shares(self) -> None:
        mine = self.make_project()
        here = self.offer(member=mine)
        there = self.offer(owner=mine, region='RegionTwo')
        row = self.share('share list', cloud=mine).row
        self.assertEqual(here, row['Image ID'])
        row = self.openstack(
            '--os-region-name RegionTwo image share list -f json',
            cloud=mine,
        ).row
        self.assertEqual(
            (there, 'outgoing'), (row['Image ID'], row['Direction'])
        )
