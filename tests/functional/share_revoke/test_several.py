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

"""``openstack image share revoke`` of several projects, and of all."""

import uuid

from tests.functional.share_revoke import revoking
from tests.live import base


class TestShareRevokeSeveral(revoking.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('bob')
        self.c = self.project_id('carol')
        self.nobody = uuid.uuid4().hex

    @staticmethod
    def results(result: base.Result) -> dict[str, str]:
        return {row['Project ID']: row['Result'] for row in result.rows}

    def test_what_may_go_goes_and_the_gravest_code_wins(self) -> None:
        image = self.make_shared(self.b, self.c, self.nobody)
        self.make_server('bob', image)
        # Seen through an administrator: in use, free and free.
        result = self.revoke(
            *(image, self.b, self.c, self.nobody), cloud='admin', code=3
        )
        self.assertEqual(
            {self.b: 'in use', self.c: 'revoked', self.nobody: 'revoked'},
            self.results(result),
        )
        self.assertEqual({self.b: 'pending'}, self.members(image))
        # Through a user of A and B: in use and unseen; 3 before 4.
        self.add_member(image, self.c)
        result = self.revoke(*(image, self.c, self.b), cloud='both-a', code=3)
        self.assertEqual(
            {self.b: 'in use', self.c: 'unseen'}, self.results(result)
        )
        self.assertEqual({self.b, self.c}, set(self.members(image)))
        # And one that is no member: 1 before 3.
        result = self.revoke(
            *(image, self.nobody, self.c, self.b), cloud='both-a', code=1
        )
        self.assertEqual(
            {self.nobody: 'no member', self.b: 'in use', self.c: 'unseen'},
            self.results(result),
        )
        # What cannot be done does not keep the rest from being done.
        result = self.revoke(
            *(image, self.nobody, self.c, self.b, '--allow-unseen'),
            cloud='both-a',
            code=1,
        )
        self.assertEqual('revoked', self.results(result)[self.c])
        self.assertEqual({self.b: 'pending'}, self.members(image))

    def test_a_project_named_twice_is_one_project(self) -> None:
        image = self.make_shared(self.b)
        result = self.revoke(
            *(image, self.b, 'project-b', self.b), cloud='both-a'
        )
        self.assertEqual({self.b: 'revoked'}, self.results(result))
        self.assertEqual(1, len(result.rows))

    def test_all_means_every_member(self) -> None:
        image = self.make_shared(self.b, self.c, 'not a project!')
        result = self.revoke(image, '--all', cloud='admin')
        self.assertEqual(
            {
                self.b: 'revoked',
                self.c: 'revoked',
                'not a project!': 'revoked',
            },
            self.results(result),
        )
        self.assertEqual({}, self.members(image))

    def test_all_is_checked_like_each(self) -> None:
        image = self.make_shared(self.b, self.c)
        self.make_server('bob', image)
        result = self.revoke(image, '--all', cloud='both-a', code=3)
        self.assertEqual(
            {self.b: 'in use', self.c: 'unseen'}, self.results(result)
        )
        result = self.revoke(
            *('--all', '--allow-unseen', image), cloud='both-a', code=3
        )
        self.assertEqual({self.b: 'pending'}, self.members(image))

    def test_all_of_nothing_says_so(self) -> None:
        image = self.make_shared()
        result = self.revoke(image, '--all', cloud='alice')
        self.assertEqual([], result.rows)
        self.assertIn('has no members', result.stderr)
        image = self.make_image()
        result = self.revoke(image, '--all', cloud='alice')
        self.assertEqual([], result.rows)
        self.assertIn('private', result.stderr)

    def test_projects_and_all_exclude_each_other(self) -> None:
        image = self.make_shared(self.b)
        for words in (
            (image,),
            (image, self.b, '--all'),
            (image, '--member-cloud', 'bob'),
        ):
            with self.subTest(words=words):
                result = self.revoke(*words, cloud='alice', code=2)
                self.assertEqual('', result.stdout)
                self.assertIn('--all', result.stderr)
        self.assertEqual({self.b: 'pending'}, self.members(image))

    def test_a_member_cloud_of_another_project_is_a_mistake(self) -> None:
        image = self.make_shared(self.b, self.c)
        for cloud in 'carol', 'admin':
            with self.subTest(cloud=cloud):
                result = self.revoke(
                    *(image, self.b, '--member-cloud', cloud),
                    *('--force', '--allow-unseen'),
                    cloud='alice',
                    code=1,
                )
                self.assertIn(f'member cloud {cloud}', result.stderr)
                self.assertIn('Nothing has been changed', result.stderr)
        self.assertEqual({self.b, self.c}, set(self.members(image)))

    def test_private_follows_the_last_member(self) -> None:
        image = self.make_shared(self.b, self.c)
        self.set_status(image, 'bob', 'accepted')
        result = self.revoke(
            *(image, self.b, '--private'), cloud='both-a', code=1
        )
        self.assertEqual('revoked', result.row['Result'])
        self.assertIn('was not made private', result.stderr)
        self.assertIn(self.c, result.stderr)
        self.assertEqual('shared', self.visibility(image))
        self.assertEqual({self.c: 'pending'}, self.members(image))
        self.revoke(image, self.c, '--private', cloud='admin')
        self.assertEqual('private', self.visibility(image))
        # The old members do not come back with the next share.
        self.set_visibility(image, 'shared')
        self.assertEqual({}, self.members(image))

    def test_private_goes_with_all(self) -> None:
        image = self.make_shared(self.b, self.c)
        self.revoke(
            *('--private', image, '--all', '--allow-unseen'), cloud='alice'
        )
        self.assertEqual('private', self.visibility(image))
        # There is nothing left to do the second time.
        self.revoke(image, '--all', '--private', cloud='alice')
        self.assertEqual('private', self.visibility(image))

    def test_a_refusal_keeps_its_code_when_the_image_stays_shared(
        self,
    ) -> None:
        image = self.make_shared(self.b)
        self.make_server('bob', image)
        for cloud, code in (('both-a', 3), ('alice', 4)):
            with self.subTest(cloud=cloud):
                result = self.revoke(
                    *(image, self.b, '--private'), cloud=cloud, code=code
                )
                self.assertIn('was not made private', result.stderr)
                self.assertEqual('shared', self.visibility(image))
                self.assertEqual({self.b: 'pending'}, self.members(image))

    def test_a_dry_run_prints_what_it_would_run_and_changes_nothing(
        self,
    ) -> None:
        image = self.make_shared(self.b, 'not a project!')
        before = self.state(image)
        result = self.revoke(
            *(image, '--dry-run', '--all', '--allow-unseen', '--private'),
            cloud='both-a',
        )
        self.assertEqual(
            {self.b: 'to be revoked', 'not a project!': 'to be revoked'},
            self.results(result),
        )
        planned = [
            line.partition(': ')[2]
            for line in result.stderr.splitlines()
            if line.startswith('Would run: ')
        ]
        started = 'openstack --os-cloud=both-a image'
        self.assertEqual(
            {
                f'{started} remove project {image} {self.b}',
                f"{started} remove project {image} 'not a project!'",
                f'{started} set --private {image}',
            },
            set(planned),
        )
        # Last, as a private image has no members to remove.
        self.assertIn('--private', planned[-1])
        self.assertEqual(before, self.state(image))

    def test_a_dry_run_refuses_what_the_real_one_would(self) -> None:
        image = self.make_shared(self.b)
        self.make_server('bob', image)
        before = self.state(image)
        for cloud, options, code in (
            ('both-a', (), 3),
            ('both-a', ('--allow-unseen',), 3),
            ('alice', ('--force',), 4),
        ):
            with self.subTest(cloud=cloud, options=options):
                result = self.revoke(
                    *(image, self.b, '--dry-run', *options),
                    cloud=cloud,
                    code=code,
                )
                self.assertNotIn('Would run', result.stderr)
        result = self.revoke(
            *(image, self.b, '--dry-run', '--force'), cloud='both-a'
        )
        self.assertIn('Would run', result.stderr)
        self.assertEqual(before, self.state(image))
