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

"""Waiting for the answers of the members."""

from collections.abc import Callable
import threading
import time
import uuid

from tests.live import base


class TestShareToWait(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('bob')
        self.c = self.project_id('carol')
        self.image = self.make_image()

    def as_soon_as_shared(self, cloud: str, act: Callable[[], None]) -> None:
        """Do something once a member can see the image, beside a command."""

        def run() -> None:
            image = base.connect(cloud).image
            while image.get(f'/images/{self.image}').status_code != 200:
                time.sleep(0.2)
            act()

        # Made here: connections are not made for two threads at once.
        self.project_id(cloud)
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        self.addCleanup(thread.join)

    def answer(self, cloud: str, status: str) -> None:
        self.as_soon_as_shared(
            cloud, lambda: self.set_status(self.image, cloud, status)
        )

    def test_waiting_ends_when_every_member_has_accepted(self) -> None:
        self.answer('bob', 'accepted')
        self.answer('carol', 'accepted')
        result = self.share(
            f'share-to {self.image} {self.b} {self.c} --wait', cloud='alice'
        )
        self.assertEqual(
            ['accepted', 'accepted'], [row['Status'] for row in result.rows]
        )
        self.assertEqual(
            {self.b: 'accepted', self.c: 'accepted'}, self.members(self.image)
        )

    def test_a_rejection_is_a_failure(self) -> None:
        self.answer('bob', 'rejected')
        result = self.share(
            f'share-to {self.image} {self.b} --wait', cloud='alice', code=1
        )
        self.assertEqual('rejected', result.row['Status'])
        self.assertIn(f'{self.b} has rejected', result.stderr)
        self.assertEqual({self.b: 'rejected'}, self.members(self.image))

    def test_a_share_that_is_revoked_meanwhile_is_a_failure(self) -> None:
        def revoke() -> None:
            address = f'/images/{self.image}/members/{self.b}'
            self.assertEqual(
                204, base.connect('alice').image.delete(address).status_code
            )

        self.project_id('alice')
        self.as_soon_as_shared('bob', revoke)
        result = self.share(
            f'share-to {self.image} {self.b} --wait', cloud='alice', code=1
        )
        self.assertIsNone(result.row['Status'])
        self.assertIn(f'{self.b} is no longer a member', result.stderr)

    def test_it_ends_when_the_time_is_up(self) -> None:
        result = self.share(
            f'share-to {self.image} {self.b} {self.c} --member-cloud carol '
            '--wait --wait-timeout 1',
            cloud='alice',
            code=1,
        )
        self.assertEqual(
            ['pending', 'accepted'], [row['Status'] for row in result.rows]
        )
        self.assertIn(
            f'{self.b} has not answered within 1 seconds', result.stderr
        )
        self.assertNotIn(f'{self.c} has not answered', result.stderr)
        self.assertEqual(
            {self.b: 'pending', self.c: 'accepted'}, self.members(self.image)
        )

    def test_members_that_were_not_named_are_not_waited_for(self) -> None:
        self.set_visibility(self.image, 'shared')
        self.add_member(self.image, self.c)
        result = self.share(
            f'share-to {self.image} project-b --wait', cloud='both-a'
        )
        self.assertEqual('accepted', result.row['Status'])

    def test_a_time_that_is_none_is_refused(self) -> None:
        for seconds in ('0', '-1', 'nan', 'inf', 'soon'):
            with self.subTest(seconds=seconds):
                self.share(
                    f'share-to {self.image} {uuid.uuid4().hex} --wait '
                    f'--wait-timeout={seconds}',
                    cloud='alice',
                    code=2,
                )
        self.assertEqual('private', self.visibility(self.image))
