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

"""Which offer a word means."""

from __future__ import annotations

import uuid

from osc_imageshare import errors
from osc_imageshare.sharing import offers as offers_
from tests import fakes
from tests.unit import base

A, B, C = fakes.A, fakes.B, fakes.C


class OffersTestCase(base.CloudTestCase):
    def offers(
        self, owner: str | None = None, user: str = 'bob'
    ) -> offers_.Offers:
        return offers_.Offers(self.scopes(user).own, owner)

    def offer(
        self, name: str = 'ubuntu', owner: str = A, status: str = 'pending'
    ) -> str:
        return self.cloud.glance.add(
            owner, 'shared', name, {B: status, 'another': 'pending'}
        )


class MeantTest(OffersTestCase):
    def test_an_id_or_a_name_means_an_offer_whatever_its_status(self) -> None:
        for status in 'pending', 'accepted', 'rejected':
            image = self.offer(status, status=status)
            for words in image, image.upper(), status:
                self.assertEqual(image, self.offers().meant(words).id)

    def test_a_hidden_offer_has_a_name_too(self) -> None:
        image = self.offer()
        self.cloud.glance.images[image]['os_hidden'] = True
        self.assertEqual(image, self.offers().meant('ubuntu').id)

    def test_an_id_wins_over_a_name(self) -> None:
        image = self.offer()
        named = self.offer(image)
        self.assertEqual(image, self.offers().meant(image).id)
        del self.cloud.glance.images[image]
        self.assertEqual(named, self.offers().meant(image).id)

    def test_own_images_are_no_offers(self) -> None:
        self.cloud.glance.add(B, 'shared', 'ubuntu', {C: 'pending'})
        self.assertRaises(errors.Refused, self.offers().meant, 'ubuntu')
        image = self.offer()
        self.assertEqual(image, self.offers().meant('ubuntu').id)

    def test_what_is_not_offered_is_refused_where_it_was_looked_for(
        self,
    ) -> None:
        self.cloud.glance.add(C, 'private', 'ubuntu')
        for words in 'ubuntu', str(uuid.uuid4()), 'c' * 32:
            refused = self.assertRaises(
                errors.Refused, self.offers().meant, words
            )
            self.assertNotIsInstance(refused, offers_.Unexpected)
            self.assertIn(repr(words), refused.lines[0])
            self.assertIn(B, refused.lines[0])
            self.assertIn(fakes.ONE, refused.lines[0])

    def test_several_offers_of_a_name_are_listed(self) -> None:
        images = {self.offer(): A, self.offer(owner=C): C}
        refused = self.assertRaises(
            errors.Refused, self.offers().meant, 'ubuntu'
        )
        for image, owner in images.items():
            self.assertIn(f'{image}  owner {owner}', str(refused))
        self.assertIn('--expect-owner', str(refused))
        for image, owner in images.items():
            self.assertEqual(image, self.offers(owner).meant('ubuntu').id)

    def test_the_owner_does_not_decide_between_images_of_its_own(
        self,
    ) -> None:
        self.offer(), self.offer()
        refused = self.assertRaises(
            errors.Refused, self.offers(A).meant, 'ubuntu'
        )
        # It was given already.
        self.assertNotIn('--expect-owner', str(refused))

    def test_an_offer_by_others_only_is_not_as_expected(self) -> None:
        image = self.offer(owner=C)
        unexpected = self.assertRaises(
            offers_.Unexpected, self.offers(A).meant, 'ubuntu'
        )
        self.assertIn(f'{image}  owner {C}', str(unexpected))
        # An ID is compared with what is expected by whoever asked.
        self.assertEqual(image, self.offers(A).meant(image).id)

    def test_an_administrator_is_offered_what_is_offered_to_its_project(
        self,
    ) -> None:
        offers = self.offers(user='admin')
        foreign = self.offer()
        self.assertRaises(errors.Refused, offers.meant, 'ubuntu')
        own = self.cloud.glance.add(
            C, 'shared', 'ubuntu', {fakes.ADMIN: 'pending'}
        )
        self.assertEqual(own, offers.meant('ubuntu').id)
        self.assertIsNone(offers.membership(offers.meant(foreign)))

    def test_a_service_that_fails_is_not_taken_for_a_no(self) -> None:
        image = self.offer()
        self.no_pauses()
        for path in image, 'images$':
            self.cloud.server.rule('GET', path, fakes.Answer(500), times=None)
        for words in image, 'ubuntu':
            failed = self.assertRaises(
                errors.ServiceError, self.offers().meant, words
            )
            self.assertEqual(500, failed.status)


class PendingTest(OffersTestCase):
    def test_only_what_the_owner_offers_and_nobody_answered_counts(
        self,
    ) -> None:
        pending = {self.offer(), self.offer()}
        for status in 'accepted', 'rejected':
            self.offer(status=status)
        self.offer(owner=C)
        hidden = self.offer()
        self.cloud.glance.images[hidden]['os_hidden'] = True
        self.assertEqual(
            {*pending, hidden},
            {image.id for image in self.offers(A).pending()},
        )

    def test_every_page_counts(self) -> None:
        images = {self.offer() for _ in range(7)}
        self.cloud.glance.page_size = 3
        self.assertEqual(
            images, {image.id for image in self.offers(A).pending()}
        )
