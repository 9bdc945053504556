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

"""As whom the member's half is done: environment and rescoping."""

import json

from tests.live import base
from tests.live import entries
from tests.live import relay


class TestShareToEnvironment(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.a = self.project_id('alice')
        self.b = self.project_id('bob')
        self.c = self.project_id('carol')

    def check_shared(self, image: str, result: base.Result) -> None:
        self.assertEqual(
            {
                'Image ID': image,
                'Project ID': self.b,
                'Project Name': 'project-b',
                'Status': 'accepted',
                'Changes': ['visibility', 'member', 'status'],
                'Verified': True,
            },
            result.row,
        )
        self.assertEqual({self.b: 'accepted'}, self.members(image))

    def test_projects_of_the_environment_do_not_become_the_members(
        self,
    ) -> None:
        for env in (
            {'OS_PROJECT_ID': self.a},
            {'OS_PROJECT_ID': self.c},
            {'OS_PROJECT_NAME': 'project-a'},
            {'OS_PROJECT_NAME': 'project-c'},
            {
                'OS_PROJECT_NAME': 'project-c',
                'OS_PROJECT_DOMAIN_ID': 'default',
            },
            {
                'OS_PROJECT_NAME': 'project-c',
                'OS_PROJECT_DOMAIN_NAME': 'Default',
            },
            {'OS_PROJECT_ID': self.c, 'OS_PROJECT_NAME': 'project-c'},
            {'OS_TENANT_ID': self.c, 'OS_TENANT_NAME': 'project-c'},
            {'OS_PROJECT_DOMAIN_ID': 'no-such-domain'},
            {'OS_CLOUD': 'carol'},
        ):
            for cloud, words in (
                ('both-a', ('project-b',)),
                ('alice', ('--member-cloud', 'bob')),
            ):
                with self.subTest(env=env, cloud=cloud):
                    image = self.make_image()
                    result = self.openstack(
                        # Whose image it is has to be said: the environment
                        # is stronger than clouds.yaml.
                        f'--os-project-id {self.a} image share-to {image}',
                        *words,
                        '-f',
                        'json',
                        cloud=cloud,
                        env=env,
                    )
                    self.check_shared(image, result)

    def test_exported_variables_are_enough_for_rescoping(self) -> None:
        by_name = entries.exported('both-a')
        by_id = {
            k: v
            for k, v in {**by_name, 'OS_PROJECT_ID': self.a}.items()
            if k not in ('OS_PROJECT_NAME', 'OS_PROJECT_DOMAIN_ID')
        }
        for env in (by_name, by_id, {**by_name, **by_id}):
            with self.subTest(env=env):
                image = self.make_image()
                result = self.openstack(
                    f'image share-to {image} project-b -f json', env=env
                )
                self.check_shared(image, result)

    def test_a_member_cloud_is_read_beside_exported_variables(self) -> None:
        image = self.make_image()
        result = self.openstack(
            f'image share-to {image} --member-cloud bob -f json',
            env=entries.exported('alice'),
        )
        self.check_shared(image, result)

    def test_exported_variables_without_a_role_leave_it_pending(self) -> None:
        image = self.make_image()
        result = self.openstack(
            f'image share-to {image} {self.b} -f json',
            env=entries.exported('alice'),
        )
        self.assertEqual('pending', result.row['Status'])

    def test_a_region_without_image_service_is_an_error(self) -> None:
        image = self.make_image()
        result = self.openstack(
            f'image share-to {image} {self.b}',
            env={**entries.exported('alice'), 'OS_REGION_NAME': 'Nowhere'},
            code=1,
        )
        self.assertIn('Nowhere', result.stderr)
        self.assertIn('RegionOne', result.stderr)
        self.assertIn('Nothing has been changed', result.stderr)


class TestShareToRescoping(base.TestCase):
    """The identity service between the client and Keystone."""

    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('bob')
        self.c = self.project_id('carol')
        self.image = self.make_image()
        auth_url = entries.entry('alice')['auth']['auth_url']
        self.keystone = relay.Relay(self, auth_url)
        self.env = entries.written(
            self,
            **{
                cloud: entries.entry(cloud, auth_url=self.keystone.url)
                for cloud in ('alice', 'both-a')
            },
        )

    @staticmethod
    def rescoping(request: relay.Request) -> bool:
        identity = json.loads(request.body)['auth']['identity']
        return bool(identity['methods'] == ['token'])

    def fail_to_rescope(self, request: relay.Request) -> relay.Answer | None:
        """Answer as Keystone where allow_rescope_scoped_token is off."""
        if not self.rescoping(request):
            return None
        body = {'error': {'code': 403, 'message': 'rescope: not allowed'}}
        return relay.Answer(
            403,
            json.dumps(body).encode(),
            {'Content-Type': 'application/json'},
        )

    def test_a_failure_is_not_taken_for_a_missing_role(self) -> None:
        self.keystone.on('POST', '/auth/tokens', self.fail_to_rescope)
        result = self.share(
            f'share-to {self.image} project-b',
            cloud='both-a',
            env=self.env,
            code=1,
        )
        self.assertEqual('pending', result.row['Status'])
        self.assertEqual({self.b: 'pending'}, self.members(self.image))
        self.assertIn('rescope: not allowed', result.stderr)
        self.assertIn(
            'openstack --os-region-name=RegionOne image set --accept '
            f'{self.image}',
            result.stderr,
        )

    def test_a_failure_changes_nothing_where_accepting_is_a_must(self) -> None:
        self.keystone.on('POST', '/auth/tokens', self.fail_to_rescope)
        before = self.state(self.image)
        result = self.share(
            f'share-to {self.image} project-b --accept',
            cloud='both-a',
            env=self.env,
            code=1,
        )
        self.assertIn('rescope: not allowed', result.stderr)
        self.assertEqual(before, self.state(self.image))

    def test_a_token_for_another_project_is_not_used(self) -> None:
        a = self.project_id('alice')

        def mixed_up(request: relay.Request) -> None:
            if self.rescoping(request):
                request.body = request.body.replace(
                    self.b.encode(), a.encode()
                )

        self.keystone.on('POST', '/auth/tokens', mixed_up)
        result = self.share(
            f'share-to {self.image} project-b',
            cloud='both-a',
            env=self.env,
            code=1,
        )
        self.assertIn(f'a token for project {a} instead', result.stderr)
        self.assertEqual('pending', result.row['Status'])
        self.assertIsNone(result.row['Verified'])
        self.assertEqual({self.b: 'pending'}, self.members(self.image))

    def test_projects_without_a_role_are_not_tried(self) -> None:
        """Failed attempts would be in Keystone's audit log."""
        self.share(
            f'share-to {self.image} {self.b} {self.c}',
            cloud='alice',
            env=self.env,
        )
        asked = [
            (method, path.partition('?')[0].partition('/v3')[2])
            for method, path in self.keystone.seen
        ]
        self.assertEqual(1, asked.count(('POST', '/auth/tokens')))
        self.assertEqual(1, asked.count(('GET', '/auth/projects')))
