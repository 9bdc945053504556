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

"""Offers that must be what somebody was told they are."""

import hashlib

from tests.live import base
from tests.live import offers

DATA = b'the data that was announced'


class TestExpectations(offers.TestCase):
    def refused(self, *words: str, cloud: str = 'bob') -> base.Result:
        """Accept, and be refused without any change."""
        result = self.share('share accept', *words, cloud=cloud, code=1)
        self.assertEqual('', result.stdout)
        self.assertIn('Nothing has been changed.', result.stderr)
        return result

    def test_the_owner_may_be_expected_by_id(self) -> None:
        image = self.offer()
        state = self.state(image)
        result = self.refused(image, '--expect-owner', self.c)
        self.assertIn(
            f'belongs to project {self.a}, not to {self.c} as expected',
            result.stderr,
        )
        self.assertEqual(state, self.state(image))
        self.share(
            f'share accept {image} --expect-owner {self.a}', cloud='bob'
        )
        self.assertEqual('accepted', self.status(image))

    def test_the_owner_may_be_expected_by_name(self) -> None:
        image = self.offer()
        # Whoever has a role in project A may know its name.
        for name in 'project-b', 'project-a':
            with self.subTest(name=name):
                self.share(
                    f'share accept {image} --expect-owner "{name}"',
                    cloud='both-b',
                    code=0 if name == 'project-a' else 1,
                )
                self.assertEqual(
                    'accepted' if name == 'project-a' else 'pending',
                    self.status(image),
                )

    def test_a_name_that_nobody_can_look_up_is_never_taken_for_an_owner(
        self,
    ) -> None:
        image = self.offer()
        result = self.refused(image, '--expect-owner', 'project-a')
        self.assertIn(
            "Cannot look up the project name 'project-a'", result.stderr
        )
        self.assertEqual('pending', self.status(image))

    def test_one_offer_that_is_not_as_expected_answers_none(self) -> None:
        as_expected = self.offer()
        name = self.unique('by C')
        other = self.offer(owner='carol', name=name)
        for words in other, name:
            with self.subTest(words=words):
                result = self.refused(
                    as_expected, words, '--expect-owner', self.a
                )
                self.assertIn(other, result.stderr)
                self.assertIn(self.c, result.stderr)
        self.assertEqual('pending', self.status(as_expected))
        self.assertEqual('pending', self.status(other))

    def test_a_name_that_two_owners_offer_is_decided_by_the_owner(
        self,
    ) -> None:
        name = self.unique('ubuntu')
        of_a = self.offer(name=name)
        of_c = self.offer('rejected', owner='carol', name=name)
        result = self.share(f'share accept "{name}"', cloud='bob', code=1)
        self.assertEqual([], result.rows)
        for image, owner in (of_a, self.a), (of_c, self.c):
            self.assertIn(f'{image}  owner {owner}', result.stderr)
        self.assertIn('--expect-owner', result.stderr)
        self.assertEqual('pending', self.status(of_a))
        self.assertEqual('rejected', self.status(of_c))
        row = self.share(
            f'share accept "{name}" --expect-owner {self.c}', cloud='bob'
        ).row
        self.assertEqual(
            (of_c, self.c, 'accepted'),
            (row['Image ID'], row['Owner ID'], row['Status']),
        )
        self.assertEqual('pending', self.status(of_a))

    def test_a_name_that_one_owner_offers_twice_is_not_guessed(self) -> None:
        name = self.unique('twice')
        images = [self.offer(name=name), self.offer(name=name)]
        result = self.share(
            f'share accept "{name}" --expect-owner {self.a}',
            cloud='bob',
            code=1,
        )
        self.assertEqual([], result.rows)
        for image in images:
            self.assertIn(image, result.stderr)
            self.assertEqual('pending', self.status(image))

    def test_the_data_may_be_expected_by_hash(self) -> None:
        sha512 = hashlib.sha512(DATA).hexdigest()
        md5 = hashlib.md5(DATA, usedforsecurity=False).hexdigest()
        image = self.offer(data=DATA)
        for expected in (
            f'sha512:{sha512[:-1]}',
            f'sha512:{hashlib.sha512(b"other data").hexdigest()}',
            # The right value of another algorithm.
            f'md5:{sha512}',
            # Glance keeps no such hash, so nobody can tell.
            f'sha256:{hashlib.sha256(DATA).hexdigest()}',
        ):
            with self.subTest(expected=expected):
                result = self.refused(image, '--expect-hash', expected)
                self.assertIn(expected, result.stderr)
                self.assertIn(f'sha512:{sha512}', result.stderr)
                self.assertIn(f'md5:{md5}', result.stderr)
                self.assertEqual('pending', self.status(image))
        for expected in (
            f'sha512:{sha512}',
            f'SHA512:{sha512.upper()}',
            f'md5:{md5}',
            f'md5:{md5.upper()}',
        ):
            with self.subTest(expected=expected):
                self.set_status(image, 'bob', 'pending')
                row = self.share(
                    f'share accept --expect-hash {expected} {image}',
                    cloud='bob',
                ).row
                self.assertEqual('accepted', row['Status'])
                self.assertEqual('accepted', self.status(image))

    def test_an_image_without_a_hash_meets_no_expectation_of_one(
        self,
    ) -> None:
        image = self.offer(data=None)
        for expected in 'md5:none', 'none:none', 'sha512:d41d8cd9':
            with self.subTest(expected=expected):
                result = self.refused(image, '--expect-hash', expected)
                self.assertIn('Its known hashes: none', result.stderr)
        self.assertEqual('pending', self.status(image))

    def test_owner_and_hash_must_both_be_as_expected(self) -> None:
        image = self.offer(data=DATA)
        sha512 = f'sha512:{hashlib.sha512(DATA).hexdigest()}'
        for owner, data in (self.a, 'sha512:00'), (self.c, sha512):
            with self.subTest(owner=owner):
                self.refused(
                    *(image, '--expect-owner', owner, '--expect-hash', data)
                )
        self.assertEqual('pending', self.status(image))
