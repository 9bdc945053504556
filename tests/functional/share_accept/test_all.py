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

"""Accepting everything that one owner offers."""

import typing

from tests.live import offers
from tests.live import relay


class TestAcceptAll(offers.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.owner = self.make_project()
        self.member = self.make_project()
        self.owner_id = self.project_id(self.owner)
        self.member_id = self.project_id(self.member)

    def mine(self, status: str = 'pending', **image: typing.Any) -> str:
        return self.offer(
            status, owner=self.owner, member=self.member, **image
        )

    def all_statuses(self, *images: str) -> list[str | None]:
        return [self.status(image, self.member_id) for image in images]

    def test_all_pending_offers_of_one_owner_are_accepted(self) -> None:
        hidden = self.mine(os_hidden=True)
        pending = [self.mine() for _ in range(3)]
        rejected = self.mine('rejected')
        accepted = self.mine('accepted')
        others = self.offer(member=self.member)
        result = self.share(
            f'share accept --all --expect-owner {self.owner_id}',
            cloud=self.member,
        )
        self.assertEqual(
            {hidden, *pending}, {row['Image ID'] for row in result.rows}
        )
        self.assertEqual(['accepted'] * 4, self.all_statuses(hidden, *pending))
        self.assertEqual(
            ['rejected', 'accepted', 'pending'],
            self.all_statuses(rejected, accepted, others),
        )
        again = self.share(
            f'share accept --all --expect-owner {self.owner_id}',
            cloud=self.member,
        )
        self.assertEqual([], again.rows)
        self.assertIn('No pending shares found', again.stderr)

    def test_more_offers_than_a_page_holds_are_all_accepted(self) -> None:
        images = [self.mine(data=None) for _ in range(27)]
        result = self.share(
            f'share accept --all --expect-owner {self.owner_id}',
            cloud=self.member,
        )
        self.assertEqual(set(images), {r['Image ID'] for r in result.rows})
        self.assertEqual(['accepted'] * 27, self.all_statuses(*images))

    def test_an_administrator_accepts_only_for_its_own_project(self) -> None:
        administrator = self.make_project('admin')
        foreign = self.mine()
        own = self.offer(owner=self.owner, member=administrator)
        result = self.share(
            f'share accept --all --expect-owner {self.owner}',
            cloud=administrator,
        )
        self.assertEqual(own, result.row['Image ID'])
        self.assertEqual(['pending'], self.all_statuses(foreign))

    def test_one_offer_that_cannot_be_looked_at_ends_no_other(self) -> None:
        images = [self.mine() for _ in range(3)]
        between, cloud = self.through(self.member)
        between.on(
            'GET',
            f'{images[1]}/members/{self.member_id}',
            lambda _: relay.Answer(500),
        )
        result = self.share(
            f'share accept --all --expect-owner {self.owner_id}',
            cloud=cloud,
            code=1,
        )
        self.assertEqual(
            ['accepted', 'pending', 'accepted'], self.all_statuses(*images)
        )
        self.assertIn('500', result.stderr)
