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

"""Whose scope is used, when the environment names projects as well.

``OS_PROJECT_*`` say who the caller is. They must never say as whom a member
is looked at: the answer would be about another project than the one asked
about.
"""

from tests.live import base
from tests.live import entries


class TestShareEnvironment(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.a = self.project_id('alice')
        self.b = self.project_id('bob')
        self.c = self.project_id('carol')
        self.image = self.make_image(visibility='shared')
        self.add_member(self.image, self.b)
        self.server = self.make_server('bob', self.image)

    @staticmethod
    def projects(project_id: str, name: str) -> dict[str, str]:
        return {
            'OS_PROJECT_ID': project_id,
            'OS_PROJECT_NAME': name,
            'OS_PROJECT_DOMAIN_NAME': 'Default',
            'OS_PROJECT_DOMAIN_ID': 'default',
        }

    def assertSeen(
        self,
        *argv: str,
        cloud: str | None,
        env: dict[str, str],
        checked_as: str,
    ) -> None:
        """Check that the use by B is seen, and that B is what was asked."""
        usage = self.openstack(
            f'image share usage {self.image} -f json',
            *argv,
            cloud=cloud,
            env=env,
        )
        self.assertEqual(
            (self.b, self.server, checked_as),
            tuple(usage.row[k] for k in ('Project ID', 'ID', 'Checked As')),
        )
        revoke = self.openstack(
            f'image share revoke {self.image} {self.b} -f json',
            *argv,
            cloud=cloud,
            env=env,
            code=3,
        )
        self.assertEqual(self.server, revoke.row['In Use By'][0]['id'])
        self.assertEqual(checked_as, revoke.row['Checked As'])
        self.assertEqual({self.b: 'pending'}, self.members(self.image))

    def test_the_caller_s_project_in_the_environment_changes_nothing(
        self,
    ) -> None:
        env = self.projects(self.a, 'project-a')
        self.assertSeen(cloud='both-a', env=env, checked_as='rescoped')
        self.assertSeen(
            '--member-cloud',
            'bob',
            cloud='alice',
            env=env,
            checked_as='member cloud bob',
        )

    def test_people_without_a_clouds_yaml_entry_of_their_own(self) -> None:
        env = entries.exported('both-a')
        self.assertSeen(cloud=None, env=env, checked_as='rescoped')
        env = entries.exported('alice')
        self.assertSeen(
            '--member-cloud',
            'bob',
            cloud=None,
            env=env,
            checked_as='member cloud bob',
        )
        env.pop('OS_PROJECT_NAME')
        self.assertSeen(
            '--member-cloud',
            'bob',
            cloud=None,
            env={**env, 'OS_PROJECT_ID': self.a},
            checked_as='member cloud bob',
        )

    def test_a_stranger_s_project_in_the_environment_is_overridden(
        self,
    ) -> None:
        env = self.projects(self.c, 'project-c')
        options = ('--os-project-id', self.a, '--os-project-name', 'project-a')
        self.assertSeen(
            *options, cloud='both-a', env=env, checked_as='rescoped'
        )
        self.assertSeen(
            *options,
            '--member-cloud',
            'bob',
            cloud='alice',
            env=env,
            checked_as='member cloud bob',
        )

    def test_the_environment_decides_who_the_caller_is(self) -> None:
        # As for every other command of this client.
        env = self.projects(self.a, 'project-a')
        token = self.openstack('token issue -f json', cloud='both-b', env=env)
        self.assertIn(self.a, token.stdout)
        self.assertSeen(cloud='both-b', env=env, checked_as='rescoped')

    def test_the_member_s_project_in_the_environment_makes_a_member(
        self,
    ) -> None:
        env = self.projects(self.b, 'project-b')
        result = self.openstack(
            f'image share revoke {self.image} {self.b}',
            cloud='both-a',
            env=env,
            code=1,
        )
        self.assertIn('To reject the share', result.stderr)
        self.assertEqual({self.b: 'pending'}, self.members(self.image))

    def test_a_project_without_a_role_for_the_caller_is_one_sentence(
        self,
    ) -> None:
        for verb in (
            ('usage', self.image),
            ('status', self.image),
            ('revoke', self.image, self.b, '--force', '--allow-unseen'),
        ):
            with self.subTest(verb=verb):
                result = self.openstack(
                    'image share',
                    *verb,
                    cloud='both-a',
                    env=self.projects(self.c, 'project-c'),
                    code=1,
                )
                self.assertEqual('', result.stdout)
        self.assertEqual({self.b: 'pending'}, self.members(self.image))
