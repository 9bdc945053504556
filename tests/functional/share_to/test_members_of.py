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

import uuid

from tests.live import shares


class TestMembersOf(shares.FileTestCase):
    """A new version for everybody who had the old one."""

    def setUp(self) -> None:
        super().setUp()
        self.old, self.name = self.named()
        self.new = self.make_image(name=self.name)

    def test_members_get_the_new_image_as_they_had_the_old_one(self) -> None:
        rejected = uuid.uuid4().hex
        for member in self.b, self.c, rejected:
            self.add_member(self.old, member)
        self.set_status(self.old, 'bob', 'accepted')
        self.set_status(self.old, 'carol', 'rejected')
        result = self.share(
            f'share-to {self.new} --members-of {self.old}',
            cloud='both-a',
        )
        self.assertEqual(
            {self.b: 'accepted', rejected: 'pending'}, self.members(self.new)
        )
        self.assertIn(self.c, result.stderr)
        self.assertTrue(self.can_read('bob', self.new))
        before = self.state(self.new)
        self.share(
            f'share-to {self.new} --members-of {self.old}',
            cloud='both-a',
        )
        self.assertEqual(before, self.state(self.new))

    def test_a_new_image_that_suits_fewer_is_told_of(self) -> None:
        self.add_member(self.old, self.b)
        new = self.make_image(min_disk=20)
        result = self.share(
            f'share-to {new} --members-of {self.old}', cloud='alice'
        )
        self.assertIn('min_disk', result.stderr)
        self.assertEqual({self.b: 'pending'}, self.members(new))

    def test_the_image_of_somebody_else_is_refused(self) -> None:
        theirs = self.make_image('bob', 'shared')
        self.add_member(theirs, self.c, cloud='bob')
        for old, cloud in (
            (theirs, 'admin'),
            (self.new, 'alice'),
            (self.make_image(visibility='private'), 'alice'),
        ):
            self.share(
                f'share-to {self.new} --members-of {old}',
                cloud=cloud,
                code=1,
            )
        self.assertEqual('private', self.visibility(self.new))

    def test_the_old_one_is_withdrawn_when_nobody_uses_it(self) -> None:
        self.add_member(self.old, self.b)
        server = self.make_server('bob', self.old)
        self.share(
            f'share-to {self.new} --members-of {self.old}', cloud='admin'
        )
        revoke = ('share', 'revoke', self.old, '--all', '--private')
        self.share(*revoke, cloud='admin', code=3)
        self.delete_server('bob', server)
        self.share(*revoke, cloud='admin')
        self.assertEqual('private', self.visibility(self.old))
        self.assertEqual({self.b}, set(self.members(self.new)))
