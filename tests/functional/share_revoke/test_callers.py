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

"""``openstack image share revoke``: who may, and of what kind of image."""

import uuid

from tests.live import base
from tests.live import entries

FORCED = ('--force', '--allow-unseen')


class TestShareRevokeCallers(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.a = self.project_id('alice')
        self.b = self.project_id('bob')
        self.c = self.project_id('carol')
        self.image = self.make_image(visibility='shared')
        self.add_member(self.image, self.b)

    def refused(self, *argv: str, cloud: str, code: int = 1) -> base.Result:
        before = self.state(self.image)
        result = self.share('share revoke', *argv, cloud=cloud, code=code)
        self.assertEqual('', result.stdout)
        self.assertEqual(before, self.state(self.image))
        return result

    def test_a_member_is_told_that_it_can_only_reject_and_how(self) -> None:
        for status in 'pending', 'accepted':
            self.set_status(self.image, 'bob', status)
            for words in (
                (self.image, self.b),
                (self.image, 'project-b', *FORCED),
                (self.image, '--all', *FORCED),
                (self.image, self.c, *FORCED),
            ):
                with self.subTest(status=status, words=words):
                    result = self.refused(*words, cloud='bob')
                    self.assertIn('To reject the share', result.stderr)
                    self.assertIn(self.a, result.stderr)
        (command,) = [
            line[line.index('openstack ') :]
            for line in result.stderr.splitlines()
            if 'reject ' in line and 'openstack ' in line
        ]
        self.openstack(*command.split()[1:])
        self.assertEqual({self.b: 'rejected'}, self.members(self.image))

    def test_a_stranger_cannot_even_see_it(self) -> None:
        result = self.refused(self.image, self.b, *FORCED, cloud='carol')
        self.assertIn(f'No image found for {self.image!r}', result.stderr)

    def test_a_user_of_both_projects_is_in_one_of_them(self) -> None:
        self.refused(self.image, self.b, *FORCED, cloud='both-b')
        self.share(f'share revoke {self.image} {self.b}', cloud='both-a')
        self.assertEqual({}, self.members(self.image))

    def test_an_administrator_may_for_anybody(self) -> None:
        row = self.share(
            f'share revoke {self.image} project-b', cloud='admin'
        ).row
        self.assertEqual('revoked', row['Result'])
        self.assertEqual({}, self.members(self.image))

    def test_a_name_means_the_caller_s_own_image(self) -> None:
        # A member of somebody else's image of that name must not be asked.
        name = f'name of two images {uuid.uuid4().hex}'
        mine = self.make_image(visibility='shared', name=name)
        self.add_member(mine, self.b)
        theirs = self.make_image('carol', 'shared', name=name)
        self.add_member(theirs, self.a, cloud='carol')
        self.set_status(theirs, 'alice', 'accepted')
        self.share(f'share revoke "{name}" {self.b}', cloud='both-a')
        self.assertEqual({}, self.members(mine))
        self.assertEqual({self.a: 'accepted'}, self.members(theirs))

    def test_an_ambiguous_name_lists_the_candidates(self) -> None:
        name = f'name of two images {uuid.uuid4().hex}'
        images = [
            self.make_image(visibility='shared', name=name) for _ in range(2)
        ]
        for image in images:
            self.add_member(image, self.b)
        result = self.refused(name, self.b, *FORCED, cloud='both-a')
        for image in images:
            self.assertIn(image, result.stderr)
            self.assertEqual({self.b: 'pending'}, self.members(image))

    def test_an_image_that_is_not_shared_has_nothing_to_revoke(self) -> None:
        for visibility, sentence in (
            ('private', 'is private'),
            ('community', 'every project can use it'),
        ):
            with self.subTest(visibility=visibility):
                # The old members are hidden then, and not gone.
                self.set_visibility(self.image, visibility)
                result = self.share(
                    f'share revoke {self.image} {self.b}',
                    *FORCED,
                    cloud='both-a',
                    code=1,
                )
                self.assertEqual('', result.stdout)
                self.assertIn(sentence, result.stderr)
                self.assertIn('Nothing has been changed', result.stderr)
                self.assertEqual(visibility, self.visibility(self.image))
                self.set_visibility(self.image, 'shared')
                self.assertEqual({self.b: 'pending'}, self.members(self.image))
        public = self.make_image('admin', 'public')
        self.share(
            f'share revoke {public} {self.b}', *FORCED, cloud='admin', code=1
        )
        self.assertEqual('public', self.visibility(public))

    def test_a_protected_or_deactivated_image_can_be_revoked(self) -> None:
        image = self.make_image(visibility='shared', protected=True)
        self.add_member(image, self.b)
        answer = base.connect('admin').image.post(
            f'/images/{image}/actions/deactivate'
        )
        self.assertEqual(204, answer.status_code, answer.text)
        self.share(f'share revoke {image} {self.b}', cloud='both-a')
        self.assertEqual({}, self.members(image))

    def test_an_application_credential_is_unseen_and_says_why(self) -> None:
        env = entries.written(
            self, bound=entries.application_credential(self, 'both-a')
        )
        result = self.share(
            f'share revoke {self.image} {self.b}',
            cloud='bound',
            env=env,
            code=4,
        )
        self.assertEqual('unseen', result.row['Result'])
        self.assertIn('application credential', result.stderr)
        self.assertIn('--member-cloud', result.stderr)
        self.assertEqual({self.b: 'pending'}, self.members(self.image))
        # With a member cloud it is as good as anybody.
        server = self.make_server('bob', self.image)
        result = self.share(
            f'share revoke {self.image} {self.b} --member-cloud bob',
            cloud='bound',
            env=env,
            code=3,
        )
        self.assertEqual(server, result.row['In Use By'][0]['id'])

    def test_an_application_credential_can_look_for_the_member(self) -> None:
        server = self.make_server('bob', self.image)
        env = entries.written(
            self, bound=entries.application_credential(self, 'bob')
        )
        result = self.share(
            f'share revoke --member-cloud bound {self.image} {self.b}',
            cloud='alice',
            env=env,
            code=3,
        )
        self.assertEqual(server, result.row['In Use By'][0]['id'])
        self.assertEqual('member cloud bound', result.row['Checked As'])
