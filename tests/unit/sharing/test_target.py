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
from osc_imageshare import images
from osc_imageshare.sharing import target
from tests.unit import base
from tests.unit import fake_services

A, B, C = fake_services.A, fake_services.B, fake_services.C


class TheImageTest(base.CloudTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.mine = self.cloud.glance.add(A, name='twin')
        self.offered = self.cloud.glance.add(
            B, 'shared', 'twin', members={A: 'accepted'}
        )

    def the_image(
        self, words: str, as_owner: bool = True, user: str = 'ann'
    ) -> str:
        own = self.scopes(user).own
        return target.the_image(own, words, as_owner=as_owner).id

    def test_an_image_of_others_does_not_stand_in_the_owners_way(self) -> None:
        self.assertEqual(self.mine, self.the_image('twin'))

    def test_whoever_only_looks_may_mean_either(self) -> None:
        error = self.assertRaises(
            errors.Refused, self.the_image, 'twin', as_owner=False
        )
        for image_id, owner in (self.mine, A), (self.offered, B):
            self.assertIn(f'  {image_id}  owner {owner}', str(error))

    def test_an_administrator_may_mean_either(self) -> None:
        self.cloud.keystone.roles['ann'] = {A: ('admin',)}
        self.assertRaises(errors.Refused, self.the_image, 'twin')

    def test_two_of_the_owners_own_are_too_many(self) -> None:
        second = self.cloud.glance.add(A, name='twin')
        error = self.assertRaises(errors.Refused, self.the_image, 'twin')
        self.assertIn(second, str(error))
        self.assertNotIn(self.offered, str(error))

    def test_an_id_means_one_image(self) -> None:
        for image_id in self.mine, self.offered:
            self.assertEqual(image_id, self.the_image(image_id))

    def test_what_is_not_there_is_said_to_be(self) -> None:
        error = self.assertRaises(errors.Refused, self.the_image, 'nothing')
        self.assertIn("no image 'nothing'", str(error))
        self.assertIn(f"region '{fake_services.ONE}'", str(error))

    def test_an_empty_word_is_wrong_usage(self) -> None:
        self.assertRaises(errors.UsageError, self.the_image, '')


class CheckOwnerTest(base.CloudTestCase):
    def check(self, visibility: str, user: str) -> str | None:
        """Return why a user is refused, or None."""
        image = images.Image('i', 'x', A, 'active', visibility, '')
        try:
            target.check_owner(self.scopes(user).own, image)
        except errors.Refused as exc:
            return str(exc)
        return None

    def test_owners_and_administrators_may_decide(self) -> None:
        for user in 'ann', 'root':
            for visibility in 'private', 'shared', 'public', 'community':
                self.assertIsNone(self.check(visibility, user))

    def test_a_member_is_told_what_it_can_do(self) -> None:
        message = self.check('shared', 'bob') or ''
        self.assertIn('openstack image set --reject i', message)
        self.assertIn(f'belongs to project {A}', message)

    def test_others_are_told_whose_it_is(self) -> None:
        for visibility in 'public', 'community':
            message = self.check(visibility, 'bob') or ''
            self.assertIn(f'belongs to project {A}', message)
            self.assertNotIn('--reject', message)
