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

import typing

from osc_imageshare import errors
from osc_imageshare.image import images
from osc_imageshare import sharing
from osc_imageshare.sharing import target
from tests import fakes
from tests.unit import base

A, B, C = fakes.A, fakes.B, fakes.C


class TheImageTest(base.CloudTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.mine = self.cloud.glance.add(A, name='twin')
        self.offered = self.cloud.glance.add(
            B, 'shared', 'twin', members={A: 'accepted'}
        )

    def the_image(
        self, words: str, as_owner: bool = True, user: str = 'alice'
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
        self.cloud.keystone.roles['alice'] = {A: ('admin',)}
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
        self.assertIn("No image found for 'nothing'", str(error))
        self.assertIn(f"region '{fakes.ONE}'", str(error))

    def test_an_empty_word_is_wrong_usage(self) -> None:
        self.assertRaises(errors.UsageError, self.the_image, '')


class CommandsTest(base.CloudTestCase):
    def test_commands_are_printed_as_they_have_to_be_typed(self) -> None:
        context = sharing.Context(('openstack', '--os-cloud=alice'))
        connection = self.cloud.connect('alice')
        request = sharing.StatusRequest('nothing')
        usage = sharing.UsageRequest('nothing')
        answer = sharing.AnswerRequest(('nothing',), 'accepted')
        for flow in (
            sharing.Status(connection, request, context),
            sharing.Usage(connection, usage, context),
            sharing.Answer(connection, answer, context),
        ):
            told = ''
            try:
                told = str(flow.run())
            except errors.Refused as exc:
                told = str(exc)
            self.assertIn(
                'openstack --os-cloud=alice image share list --incoming', told
            )


class HiddenTest(base.CloudTestCase):
    """The project's own hidden images beside those of others."""

    def setUp(self) -> None:
        super().setUp()
        self.hidden = self.add(A, 'private', os_hidden=True)

    def add(self, owner: str, visibility: str, **more: typing.Any) -> str:
        return self.cloud.glance.add(owner, visibility, 'twin', **more)

    def the_image(
        self, as_owner: bool = True, user: str = 'alice', words: str = 'twin'
    ) -> str | None:
        """Return the image that is meant; None when that is refused."""
        own = self.scopes(user).own
        self.cloud.server.requests.clear()
        try:
            return target.the_image(own, words, as_owner=as_owner).id
        except errors.Refused as exc:
            self.assertIn('More than one image', str(exc))
        return None

    def test_it_is_the_owners_whatever_others_show(self) -> None:
        for visibility, members in (
            ('public', {}),
            ('shared', {A: 'accepted'}),
            ('shared', {A: 'pending'}),
        ):
            other = self.add(B, visibility, members=members)
            self.assertEqual(self.hidden, self.the_image())
            # Who looks, and who may change any, may mean either.
            self.assertIsNone(self.the_image(as_owner=False))
            self.cloud.keystone.roles['alice'] = {A: ('admin',)}
            self.assertIsNone(self.the_image())
            self.cloud.keystone.roles['alice'] = {A: ('member',)}
            del self.cloud.glance.images[other]

    def test_it_is_an_old_version_of_the_listed_one(self) -> None:
        listed = self.add(A, 'private')
        for as_owner in True, False:
            self.assertEqual(listed, self.the_image(as_owner))
        self.assertEqual(1, len(self.cloud.server.requests))
        self.add(B, 'public')
        self.assertEqual(listed, self.the_image())
        self.assertEqual(1, len(self.cloud.server.requests))

    def test_two_hidden_ones_are_too_many(self) -> None:
        self.assertEqual(self.hidden, self.the_image())
        self.add(A, 'shared', os_hidden=True)
        for other in None, 'public':
            if other:
                self.add(B, other)
            self.assertIsNone(self.the_image())

    def test_an_id_costs_no_more(self) -> None:
        self.add(B, 'public')
        self.assertEqual(self.hidden, self.the_image(words=self.hidden))
        self.assertEqual(1, len(self.cloud.server.requests))


class CheckOwnerTest(base.CloudTestCase):
    def check(
        self,
        visibility: str,
        user: str,
        members: typing.Mapping[str, str] | None = None,
        **more: typing.Any,
    ) -> str | None:
        """Return why a user is refused for an image of A, or None."""
        members = {B: 'accepted'} if members is None else members
        image_id = self.cloud.glance.add(
            A, visibility, members=members, **more
        )
        image = images.Images(self.scopes('alice').own).get(image_id)
        found = self.scopes(user)
        self.cloud.server.requests.clear()
        try:
            target.check_owner(found, images.Images(found.own), image)
        except errors.Refused as exc:
            return str(exc)
        return None

    def test_owners_and_administrators_may_decide(self) -> None:
        self.cloud.keystone.roles['eve'] = {C: ('Admin',)}
        for user in 'alice', 'admin', 'eve':
            for visibility in 'private', 'shared', 'public', 'community':
                self.assertIsNone(self.check(visibility, user))
                self.assertEqual([], self.cloud.server.requests)

    def test_a_member_is_told_what_it_can_do(self) -> None:
        for status in 'pending', 'accepted', 'rejected':
            for hidden in False, True:
                message = (
                    self.check('shared', 'bob', {B: status}, os_hidden=hidden)
                    or ''
                )
                self.assertIn('openstack image set --reject ', message)
                self.assertIn(f'belongs to project {A}', message)

    def test_others_are_told_whose_it_is(self) -> None:
        for visibility in 'public', 'community':
            message = self.check(visibility, 'bob') or ''
            self.assertIn(f'belongs to project {A}', message)
            self.assertIn(f'is {visibility}', message)
            self.assertNotIn('--reject', message)

    def test_who_sees_more_than_others_is_an_administrator(self) -> None:
        # Its policy: "context_is_admin": "role:cloud_image_admin".
        self.cloud.glance.admin_role = 'cloud_image_admin'
        for roles in ('cloud_image_admin',), ('member', 'Cloud_Image_Admin'):
            self.cloud.keystone.roles['eve'] = {C: roles}
            for visibility, members in (
                ('private', {}),
                ('shared', {}),
                ('shared', {B: 'accepted'}),
                ('shared', {C: 'accepted'}),
                ('shared', {C: 'pending', B: 'pending'}),
            ):
                self.assertIsNone(self.check(visibility, 'eve', members))
