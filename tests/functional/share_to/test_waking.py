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

"""Previous members, who regain access when the image is shared."""

from concurrent import futures
import uuid

from tests.live import base


class TestShareToWaking(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('bob')
        self.c = self.project_id('carol')

    def make_sleeping(self, *members: str) -> str:
        """Make a private image that remembers previous members."""
        image = self.make_image(visibility='shared')
        for member in members:
            self.add_member(image, member)
        self.set_visibility(image, 'private')
        return image

    def remembered(self, image: str) -> dict[str, str]:
        """Return the members that come back when a private image is shared."""
        self.assertEqual('private', self.visibility(image))
        self.set_visibility(image, 'shared')
        return self.members(image)

    def test_an_old_member_that_was_not_named_is_not_let_in(self) -> None:
        image = self.make_sleeping(self.b)
        result = self.share(
            f'share-to {image} --member-cloud carol', cloud='alice', code=1
        )
        self.assertEqual('', result.stdout)
        self.assertEqual('private', self.visibility(image))
        self.assertFalse(self.can_read('bob', image))
        self.assertFalse(self.can_read('carol', image))
        self.assertIn(self.b, result.stderr)
        self.assertIn('--keep-members', result.stderr)
        self.assertIn('--drop-members', result.stderr)
        self.assertIn('set back to private', result.stderr)
        # Nobody was added on the way either.
        self.assertEqual({self.b: 'pending'}, self.remembered(image))

    def test_it_stays_refused_when_repeated(self) -> None:
        image = self.make_sleeping(self.b)
        for _ in range(2):
            self.share(f'share-to {image} {self.c}', cloud='alice', code=1)
            self.assertEqual('private', self.visibility(image))

    def test_the_sentence_is_there_even_when_quiet(self) -> None:
        image = self.make_sleeping(self.b)
        result = self.openstack(
            f'--quiet image share-to {image} {self.c}',
            cloud='alice',
            code=1,
        )
        self.assertIn('set back to private', result.stderr)
        self.assertIn(self.b, result.stderr)

    def test_keep_members_lets_them_in_and_names_them(self) -> None:
        image = self.make_sleeping(self.b)
        result = self.share(
            f'share-to {image} --member-cloud carol --keep-members',
            cloud='alice',
        )
        self.assertEqual([self.c], [r['Project ID'] for r in result.rows])
        self.assertIn(self.b, result.stderr)
        self.assertEqual(
            {self.b: 'pending', self.c: 'accepted'}, self.members(image)
        )
        self.assertTrue(self.can_read('bob', image))

    def test_drop_members_removes_them_and_names_them(self) -> None:
        image = self.make_sleeping(self.b)
        result = self.share(
            f'share-to {image} --member-cloud carol --drop-members',
            cloud='alice',
        )
        self.assertEqual([self.c], [r['Project ID'] for r in result.rows])
        self.assertIn(self.b, result.stderr)
        self.assertEqual({self.c: 'accepted'}, self.members(image))
        self.assertFalse(self.can_read('bob', image))
        self.assertTrue(self.can_read('carol', image))

    def test_drop_members_spares_those_that_were_named(self) -> None:
        image = self.make_sleeping(self.b, self.c)
        row = self.share(
            f'share-to {image} project-b --drop-members', cloud='both-a'
        ).row
        self.assertEqual(['visibility', 'status'], row['Changes'])
        self.assertEqual({self.b: 'accepted'}, self.members(image))

    def test_drop_members_spares_those_of_an_image_that_is_shared(
        self,
    ) -> None:
        image = self.make_image(visibility='shared')
        self.add_member(image, self.c)
        self.share(
            f'share-to {image} project-b --drop-members', cloud='both-a'
        )
        self.assertEqual(
            {self.b: 'accepted', self.c: 'pending'}, self.members(image)
        )

    def test_keep_and_drop_exclude_each_other(self) -> None:
        image = self.make_sleeping(self.b)
        self.share(
            f'share-to {image} {self.b} --keep-members --drop-members',
            cloud='alice',
            code=2,
        )
        self.assertEqual('private', self.visibility(image))

    def test_old_members_that_are_named_are_welcome(self) -> None:
        image = self.make_sleeping(self.b, self.c)
        result = self.share(
            f'share-to {image} {self.b} {self.c}', cloud='alice'
        )
        self.assertEqual(
            [['visibility'], ['visibility']],
            [row['Changes'] for row in result.rows],
        )
        self.assertEqual(
            {self.b: 'pending', self.c: 'pending'}, self.members(image)
        )

    def test_a_member_that_can_never_be_removed_is_not_let_in(self) -> None:
        # Glance stores it, and can address it under no encoding.
        image = self.make_sleeping('a/b')
        result = self.share(
            f'share-to {image} {self.c} --drop-members', cloud='alice', code=1
        )
        self.assertIn("'a/b'", result.stderr)
        self.assertIn('set back to private', result.stderr)
        self.assertEqual({'a/b': 'pending'}, self.remembered(image))

    def test_only_what_glance_can_address_is_dropped(self) -> None:
        strange = ('teamB', '?x=1', '#f', '%2e%2e', 'a b', 'line\nbreak')
        image = self.make_sleeping(*strange)
        self.share(f'share-to {image} {self.c} --drop-members', cloud='alice')
        self.assertEqual({self.c: 'pending'}, self.members(image))


class TestShareToQuota(base.TestCase):
    #: image_member_quota of Glance, which this cloud leaves as it is.
    QUOTA = 128

    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('bob')
        self.c = self.project_id('carol')

    def make_full(self, *members: str) -> str:
        image = self.make_image(visibility='shared')
        others = self.QUOTA - len(members)
        everybody = [*members, *(uuid.uuid4().hex for _ in range(others))]
        with futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda m: self.add_member(image, m), everybody))
        return image

    def test_a_full_quota_is_explained_and_the_others_are_served(
        self,
    ) -> None:
        image = self.make_full(self.b)
        for caller in ('both-a', 'admin'):
            with self.subTest(caller=caller):
                result = self.share(
                    f'share-to {image} {self.c} project-b',
                    cloud=caller,
                    code=1,
                )
                self.assertEqual(
                    [(self.c, None, [], None)],
                    [
                        (
                            row['Project ID'],
                            row['Status'],
                            row['Changes'],
                            row['Verified'],
                        )
                        for row in result.rows
                        if row['Project ID'] == self.c
                    ],
                )
                self.assertEqual('accepted', result.rows[1]['Status'])
                self.assertIn('image_member_quota', result.stderr)
                self.assertIn('not shared with project', result.stderr)
        self.assertEqual(self.QUOTA, len(self.members(image)))
        self.assertEqual('accepted', self.members(image)[self.b])

    def test_an_image_that_nobody_could_be_added_to_is_private_again(
        self,
    ) -> None:
        image = self.make_full()
        self.set_visibility(image, 'private')
        result = self.share(
            f'share-to {image} {self.c} --keep-members', cloud='alice', code=1
        )
        self.assertIsNone(result.row['Status'])
        self.assertEqual([], result.row['Changes'])
        self.assertIn('set back to private', result.stderr)
        self.assertEqual('private', self.visibility(image))
        self.assertFalse(self.can_read('carol', image))
