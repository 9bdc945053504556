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
from osc_imageshare.identity import scopes
from osc_imageshare.image import images
from osc_imageshare.image import search
from tests import fakes
from tests.unit import base

A, B, C = fakes.A, fakes.B, fakes.C


class AddressableTest(base.TestCase):
    def test_only_some_members_can_be_removed_again(self) -> None:
        table = {
            A: True,
            'team b': True,
            '?x=1': True,
            '#f': True,
            '%2e%2e': True,
            '...': True,
            'a\nb': True,
            'x' * 255: True,
            '': False,
            '.': False,
            '..': False,
            'a/b': False,
            '../x': False,
            '/': False,
            'é': False,
            '\u202e': False,
        }
        self.assertEqual(
            table, {member: images.addressable(member) for member in table}
        )


class ImagesTestCase(base.CloudTestCase):
    def images(self, user: str = 'alice') -> images.Images:
        return images.Images(self.scopes(user).own)


class FindTest(ImagesTestCase):
    def found(self, words: str, user: str = 'alice') -> list[str]:
        return [image.id for image in search.find(self.images(user), words)]

    def test_an_id_is_found_in_one_request(self) -> None:
        image_id = self.cloud.glance.add(A)
        self.assertEqual([image_id], self.found(image_id.upper()))
        self.assertEqual(1, len(self.cloud.server.sent('GET', '/images')))

    def test_an_id_wins_over_a_name(self) -> None:
        image_id = self.cloud.glance.add(A)
        self.cloud.glance.add(A, name=image_id)
        self.assertEqual([image_id], self.found(image_id))

    def test_a_name_may_look_like_an_id(self) -> None:
        name = 'f' * 8 + '-ffff-ffff-ffff-' + 'f' * 12
        self.assertEqual(
            [self.cloud.glance.add(A, name=name)], self.found(name)
        )

    def test_every_image_of_a_name_is_found(self) -> None:
        # A page each.
        self.cloud.glance.page_size = 1
        ids = [self.cloud.glance.add(A, name='twin') for _ in range(3)]
        self.assertEqual(ids, self.found('twin'))

    def test_names_are_matched_exactly(self) -> None:
        for name in (
            'in:ubuntu',
            'in:"a","b"',
            'eq:ubuntu',
            'neq:ubuntu',
            'ubuntu: 24.04',
            'a & b = c?',
            'ünï/cödé #1',
            '100%',
        ):
            image_id = self.cloud.glance.add(A, name=name)
            self.cloud.glance.add(A, name=f'{name}!')
            self.assertEqual([image_id], self.found(name), name)

    def test_what_no_listing_shows_is_found_when_nothing_else_is(
        self,
    ) -> None:
        glance = self.cloud.glance
        for about, more in {
            'pending': {B: 'pending'},
            'rejected': {B: 'rejected'},
        }.items():
            image_id = glance.add(A, 'shared', about, members=more)
            self.assertEqual([image_id], self.found(about, 'bob'))
        hidden = glance.add(A, name='hidden', os_hidden=True)
        self.assertEqual([hidden], self.found('hidden'))
        both = glance.add(
            A, 'shared', 'both', members={B: 'pending'}, os_hidden=True
        )
        self.assertEqual([both], self.found('both', 'bob'))

    def test_what_a_listing_shows_wins(self) -> None:
        self.cloud.glance.add(A, 'shared', 'twin', members={B: 'pending'})
        mine = self.cloud.glance.add(B, name='twin')
        self.assertEqual([mine], self.found('twin', 'bob'))

    def test_what_is_not_there_is_nothing(self) -> None:
        other = self.cloud.glance.add(B)
        self.assertEqual([], self.found(other))
        self.assertEqual([], self.found('nothing'))

    def test_a_service_that_fails_does_not_mean_there_is_none(self) -> None:
        image_id = self.cloud.glance.add(A)
        for words in image_id, 'a name':
            self.cloud.server.rule('GET', '/images', fakes.Answer(500, 'oops'))
            self.assertRaises(errors.ServiceError, self.found, words)

    def test_an_answer_without_image_is_an_error_of_the_service(self) -> None:
        image_id = self.cloud.glance.add(A)
        answers: list[object] = [{}, [], {'id': None}, {'images': []}]
        for answer in answers:
            self.cloud.server.rule(
                'GET', '/images/', fakes.Answer(body=answer)
            )
            self.assertRaises(errors.ServiceError, self.found, image_id)


class RecordTest(ImagesTestCase):
    def test_an_image_says_what_it_is(self) -> None:
        image_id = self.cloud.glance.add(A, 'shared', 'ubuntu', kernel_id='k')
        image = self.images().get(image_id)
        self.assertEqual(
            (image_id, 'ubuntu', A, 'active', 'shared'),
            (
                image.id,
                image.name,
                image.owner,
                image.status,
                image.visibility,
            ),
        )
        self.assertEqual('k', image.record['kernel_id'])
        self.assertEqual(f'{image_id} (ubuntu)', str(image))

    def test_an_image_without_name_is_called_by_its_id(self) -> None:
        image_id = self.cloud.glance.add(A)
        self.cloud.glance.images[image_id]['name'] = None
        self.assertEqual(image_id, str(self.images().get(image_id)))


class MembersTest(ImagesTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.image_id = self.cloud.glance.add(
            A, 'shared', members={B: 'pending', C: 'accepted'}
        )

    def test_the_owner_sees_all_and_a_member_itself(self) -> None:
        table = {'alice': [B, C], 'bob': [B]}
        self.assertEqual(
            table,
            {
                user: [m.id for m in self.images(user).members(self.image_id)]
                for user in table
            },
        )

    def test_members_of_an_image_that_is_not_shared_are_refused(self) -> None:
        self.cloud.glance.images[self.image_id]['visibility'] = 'private'
        error = self.assertRaises(
            errors.ServiceError, self.images().members, self.image_id
        )
        self.assertEqual(403, error.status)
        self.assertIn('Not allowed to manage members', str(error))

    def member(
        self, image_id: str, project_id: str, user: str = 'alice'
    ) -> images.Member | None:
        image = self.images().get(image_id)
        return self.images(user).member(image, project_id)

    def test_a_membership_that_may_not_be_read_is_no_missing_one(self) -> None:
        self.cloud.server.rule(
            'GET', f'/members/{B}', fakes.Answer(403, {}), times=1
        )
        error = self.assertRaises(
            errors.ServiceError, self.member, self.image_id, B, 'bob'
        )
        self.assertEqual(403, error.status)

    def test_one_membership_is_read(self) -> None:
        for user in 'alice', 'bob':
            found = self.member(self.image_id, B, user)
            self.assertEqual('pending', found and found.status)

    def test_a_membership_that_is_not_there_is_none(self) -> None:
        self.assertIsNone(self.member(self.image_id, 'x'))
        self.assertIsNone(self.member(self.image_id, C, 'bob'))
        other = self.cloud.glance.add(A)
        self.assertIsNone(self.member(other, B))

    def test_a_membership_nobody_could_read_is_an_error(self) -> None:
        self.cloud.server.rule('GET', '/members/', fakes.Answer(500, ''))
        self.assertRaises(errors.ServiceError, self.member, self.image_id, B)

    def test_members_come_and_go(self) -> None:
        owner, member = self.images(), self.images('bob')
        other = self.cloud.glance.add(A, 'shared')
        self.assertEqual('pending', owner.add_member(other, B).status)
        self.assertEqual(
            'accepted', member.set_status(other, B, 'accepted').status
        )
        owner.remove_member(other, B)
        self.assertEqual({}, self.cloud.glance.members(other))

    def test_an_answer_without_membership_is_an_error_of_the_service(
        self,
    ) -> None:
        owner = self.images()
        image = owner.get(self.image_id)
        answers: list[object] = [{}, [], 'x', {'status': 'pending'}]
        for answer in answers:
            self.cloud.server.rule(
                '*', '/members', fakes.Answer(body=answer), times=4
            )
            for call in (
                lambda: owner.member(image, B),
                lambda: owner.members(self.image_id),
                lambda: owner.add_member(self.image_id, B),
                lambda: owner.set_status(self.image_id, B, 'accepted'),
            ):
                error = self.assertRaises(errors.ServiceError, call)
                # It may have been carried out.
                self.assertTrue(error.uncertain)

    def test_only_who_says_so_has_no_members(self) -> None:
        owner = self.images()
        shared = owner.get(self.image_id)
        for visibility in 'private', 'public', 'community':
            image_id = self.cloud.glance.add(A, visibility)
            self.assertIsNone(owner.members_if_shared(owner.get(image_id)))
        self.assertEqual(2, len(owner.members_if_shared(shared) or ()))
        # A policy that forbids to list members, say.
        self.cloud.server.rule(
            'GET', '/members$', fakes.Answer(403, ''), times=None
        )
        self.assertRaises(errors.ServiceError, owner.members_if_shared, shared)

    def test_a_second_membership_is_a_conflict(self) -> None:
        error = self.assertRaises(
            errors.ServiceError, self.images().add_member, self.image_id, B
        )
        self.assertEqual(409, error.status)

    def test_every_member_that_can_be_addressed_can_be_removed(self) -> None:
        for member in ('team b', '?x=1', '#f', '%2e%2e', 'a\nb', 'x' * 255):
            self.cloud.glance.add_member(self.image_id, member)
            self.images().remove_member(self.image_id, member)
            self.assertEqual(
                {B, C}, set(self.cloud.glance.members(self.image_id)), member
            )

    def test_for_others_no_request_is_sent(self) -> None:
        owner = self.images()
        image = owner.get(self.image_id)
        self.cloud.server.requests.clear()
        for member in ('', '.', '..', '../x', 'a/b', 'é'):
            for call in (
                lambda _, m: owner.member(image, m),
                owner.remove_member,
                lambda i, m: owner.set_status(i, m, 'accepted'),
            ):
                self.assertRaises(errors.Refused, call, self.image_id, member)
        self.assertEqual([], self.cloud.server.requests)


class VisibilityTest(ImagesTestCase):
    def test_nothing_else_is_changed(self) -> None:
        image_id = self.cloud.glance.add(A, kernel_id='k')
        before = dict(self.cloud.glance.images[image_id])
        changed = self.images().set_visibility(image_id, images.SHARED)
        self.assertEqual('shared', changed.visibility)
        after = self.cloud.glance.images[image_id]
        self.assertEqual(
            {'visibility', 'updated_at'},
            {key for key in after if after[key] != before[key]},
        )


class AddressTest(ImagesTestCase):
    def test_a_member_is_asked_at_the_owners_address(self) -> None:
        image_id = self.cloud.glance.add(A, 'shared', members={B: 'pending'})
        self.cloud.mounted['other'] = self.cloud.glance
        override = f'{self.cloud.url}/other'
        opened = self.scopes('both', image_endpoint_override=override)
        scope = opened.speaking_for(B)
        assert isinstance(scope, scopes.Scope)
        found = images.Images(scope)
        self.assertEqual(image_id, found.get(image_id).id)
        self.assertEqual(1, len(self.cloud.server.sent('GET', '^/other/v2')))
