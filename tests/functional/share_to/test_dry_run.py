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

"""A dry run changes nothing and prints what really does the same."""

import uuid

from tests.live import base
from tests.live import entries


class TestShareToDryRun(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('bob')
        self.c = self.project_id('carol')

    def planned(
        self,
        image: str,
        *words: str,
        cloud: str | None,
        env: dict[str, str] | None = None,
    ) -> list[str]:
        """Run it dry, check that nothing changes, return the commands."""
        before = self.state(image)
        result = self.openstack(
            'image share-to --dry-run -f json',
            *words,
            cloud=cloud,
            env=env,
        )
        self.assertEqual(before, self.state(image))
        self.assertEqual({image}, {row['Image ID'] for row in result.rows})
        mark = 'Would run: '
        return [
            line.removeprefix(mark)
            for line in result.stderr.splitlines()
            if line.startswith(mark)
        ]

    def type_all(
        self, commands: list[str], env: dict[str, str] | None = None
    ) -> None:
        """Type the commands in order, with what the dry run was told.

        :param env: what was exported; options are part of the commands.
        """
        for command in commands:
            self.type_printed(command, env)

    def test_the_native_commands_do_the_same_by_rescoping(self) -> None:
        image = self.make_image()
        commands = self.planned(image, image, 'project-b', cloud='both-a')
        self.assertEqual(3, len(commands))
        self.type_all(commands)
        self.assertEqual({self.b: 'accepted'}, self.members(image))

    def test_the_native_commands_do_the_same_with_member_clouds(
        self,
    ) -> None:
        image = self.make_image()
        commands = self.planned(
            image,
            image,
            '--member-cloud',
            'bob',
            '--member-cloud',
            'carol',
            cloud='alice',
        )
        self.type_all(commands)
        self.assertEqual(
            {self.b: 'accepted', self.c: 'accepted'}, self.members(image)
        )

    def test_the_native_commands_do_the_same_with_exported_variables(
        self,
    ) -> None:
        image = self.make_image()
        env = entries.exported('both-a')
        commands = self.planned(image, image, 'project-b', cloud=None, env=env)
        self.type_all(commands, env)
        self.assertEqual({self.b: 'accepted'}, self.members(image))

    def test_a_member_cloud_beside_exported_variables_can_be_typed_too(
        self,
    ) -> None:
        image = self.make_image()
        env = entries.exported('alice')
        commands = self.planned(
            image, image, '--member-cloud', 'bob', cloud=None, env=env
        )
        self.type_all(commands, env)
        self.assertEqual({self.b: 'accepted'}, self.members(image))

    def test_an_administrator_is_told_no_command_that_cannot_work(
        self,
    ) -> None:
        image = self.make_image()
        commands = self.planned(
            image, image, 'project-b', '--accept', cloud='admin'
        )
        self.type_all(commands)
        # Old releases have no command for an administrator to accept with:
        # "image set --accept --project" gives the image away as well. What
        # cannot be typed here is a comment that tells what a member types.
        if commands[-1].startswith('#'):
            self.assertEqual({self.b: 'pending'}, self.members(image))
            theirs = commands[-1][commands[-1].index('openstack ') :]
            self.type_all([theirs], {'OS_CLOUD': 'bob'})
        self.assertEqual({self.b: 'accepted'}, self.members(image))
        record = base.connect('admin').image.get(f'/images/{image}').json()
        self.assertEqual(self.project_id('alice'), record['owner'])

    def test_what_nobody_here_can_accept_is_planned_without(self) -> None:
        image = self.make_image()
        commands = self.planned(image, image, self.c, cloud='alice')
        self.assertEqual(
            [
                f'openstack --os-cloud=alice image set --shared {image}',
                f'openstack --os-cloud=alice image add project {image} '
                f'{self.c}',
            ],
            commands,
        )
        self.type_all(commands)
        self.assertEqual({self.c: 'pending'}, self.members(image))

    def test_only_what_is_missing_is_planned(self) -> None:
        image = self.make_image(visibility='shared')
        self.add_member(image, self.b)
        self.assertEqual(
            [
                'openstack --os-cloud=bob --os-region-name=RegionOne '
                f'image set --accept {image}'
            ],
            self.planned(image, image, '--member-cloud', 'bob', cloud='alice'),
        )
        self.set_status(image, 'bob', 'accepted')
        self.assertEqual(
            [],
            self.planned(image, image, '--member-cloud', 'bob', cloud='alice'),
        )

    def test_rows_show_what_would_change_and_what_is(self) -> None:
        image = self.make_image()
        result = self.share(
            f'share-to {image} {self.b} --dry-run', cloud='both-a'
        )
        self.assertEqual(
            {
                'Image ID': image,
                'Project ID': self.b,
                'Project Name': 'project-b',
                'Status': None,
                'Changes': ['visibility', 'member', 'status'],
                'Verified': None,
            },
            result.row,
        )

    def test_commands_use_the_id_whatever_the_name_is(self) -> None:
        name = f'--force\n$(id) {uuid.uuid4().hex}'
        image = self.make_image(name=name)
        commands = self.planned(
            image, '--no-accept', '--', name, 'project-b', cloud='both-a'
        )
        self.assertEqual(
            [
                f'openstack --os-cloud=both-a image set --shared {image}',
                f'openstack --os-cloud=both-a image add project {image} '
                f'{self.b}',
            ],
            commands,
        )

    def test_what_would_be_refused_is_refused(self) -> None:
        image = self.make_image(data=None)
        result = self.share(
            f'share-to {image} project-b --dry-run', cloud='both-a', code=1
        )
        self.assertIn('only active', result.stderr)

    def test_it_says_that_old_members_cannot_be_seen(self) -> None:
        image = self.make_image(visibility='shared')
        self.add_member(image, self.c)
        self.set_visibility(image, 'private')
        result = self.share(
            f'share-to {image} project-b --dry-run', cloud='both-a'
        )
        self.assertIn('previous members', result.stderr)
        self.assertEqual('private', self.visibility(image))

    def test_it_does_not_wait(self) -> None:
        image = self.make_image()
        result = self.share(
            f'share-to {image} {self.b} --dry-run --wait', cloud='alice'
        )
        self.assertNotIn('answered', result.stderr)
