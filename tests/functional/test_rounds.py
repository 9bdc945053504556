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

"""How many requests of a command have to wait for one another.

Requests cost where the cloud is loaded, rounds cost where it is far away: a
command that asks for one thing after the other is slow on any line. So their
number is bounded, and does not depend on how many projects there are.
"""

import typing

from tests.live import base
from tests.live import lockstep
from tests.live import offers


class RoundsTest(offers.TestCase):
    """Every command with few and with many projects."""

    def setUp(self) -> None:
        super().setUp()
        self.cloud = self.make_project()
        user = base.connect(self.cloud).current_user_id
        identity = base.connect('admin').identity
        (role,) = identity.get('/roles', params={'name': 'member'}).json()[
            'roles'
        ]
        self.others = []
        for _ in range(12):
            project = self._made(
                *('projects', 'project'),
                name=self.unique('other'),
                domain_id='default',
            )
            answer = identity.put(
                f'/projects/{project}/users/{user}/roles/{role["id"]}'
            )
            self.assertEqual(204, answer.status_code, answer.text)
            self.others.append(project)
        self.many = self.shared(self.others)
        self.few = self.shared(self.others[:2])

    def shared(self, members: list[str]) -> str:
        image = self.make_image(self.cloud, 'shared')
        for member in members:
            self.add_member(image, member, cloud=self.cloud)
        return image

    def assertRounds(
        self,
        bound: int,
        *argv: str,
        cloud: str,
        code: int = 0,
        **more: typing.Any,
    ) -> None:
        """Run a command and check in how many rounds it asks."""
        with lockstep.Lockstep() as step:
            self.share(*argv, cloud=cloud, code=code, **more)
        self.assertLessEqual(len(step.rounds), bound, str(step))

    def test_sharing_with_projects_of_the_user(self) -> None:
        for some in self.others[:2], self.others:
            image = self.make_image(self.cloud)
            self.assertRounds(9, 'share-to', image, *some, cloud=self.cloud)

    def test_sharing_with_projects_of_anybody(self) -> None:
        # Those that may not be looked up are asked for beside the others.
        foreign = [self.a, self.b, self.c]
        for some in self.others[:2], self.others:
            image = self.make_image(self.cloud)
            # Whether they still are members is read when all is done.
            argv = 'share-to', image, *some, *foreign
            self.assertRounds(9, *argv, cloud=self.cloud)

    def test_an_administrator_shares_and_accepts(self) -> None:
        for some in self.others[:2], self.others:
            image = self.make_image(self.cloud)
            argv = 'share-to', '--accept', image, *some
            self.assertRounds(9, *argv, cloud='admin')

    def test_an_administrator_shares_with_other_domains(self) -> None:
        others, further = (
            [
                self._made(
                    *('projects', 'project'),
                    name=self.unique('other'),
                    domain_id=domain,
                )
                for _ in range(6)
            ]
            for domain in (self.make_domain(), self.make_domain())
        )
        for some in (
            others[:2],
            others,
            [*self.others, *others],
            [*others, *further],
        ):
            image = self.make_image(self.cloud)
            argv = 'share-to', '--accept', image, *some
            self.assertRounds(9, *argv, cloud='admin')

    def test_sharing_with_another_credential(self) -> None:
        image = self.make_image()
        argv = 'share-to', image, self.b, '--member-cloud', 'bob'
        self.assertRounds(9, *argv, cloud='alice')

    def test_looking_at_the_members(self) -> None:
        for cloud, image in (
            (self.cloud, self.many),
            # Names of a few are looked up in another way.
            ('admin', self.few),
            ('admin', self.many),
        ):
            for argv in (
                ('share', 'status', image),
                ('share', 'status', image, '--no-usage'),
                ('share', 'usage', image),
            ):
                self.assertRounds(8, *argv, cloud=cloud)

    def test_looking_before_a_revocation(self) -> None:
        for cloud, image, some in (
            (self.cloud, self.many, self.others),
            ('admin', self.few, self.others[:2]),
            ('admin', self.many, self.others),
        ):
            for words in ['--all'], some:
                argv = 'share', 'revoke', image, *words, '--dry-run'
                self.assertRounds(8, *argv, cloud=cloud)

    def test_listing(self) -> None:
        for cloud in self.cloud, 'admin':
            self.assertRounds(6, 'share', 'list', cloud=cloud)
