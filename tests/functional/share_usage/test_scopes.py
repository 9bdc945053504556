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

"""``openstack image share usage``: as whom it looks, and at whom."""

import typing
import uuid

from tests.live import base
from tests.live import entries
from tests.live import relayed


class TestShareUsageScopes(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.a = self.project_id('alice')
        self.b = self.project_id('bob')
        self.c = self.project_id('carol')

    def usage(
        self, *argv: str, cloud: str, code: int = 0, **more: typing.Any
    ) -> base.Result:
        return self.share('share usage', *argv, cloud=cloud, code=code, **more)

    def assertUnknown(
        self, row: dict[str, typing.Any], project: str | None
    ) -> None:
        self.assertEqual(
            {
                'Project ID': project,
                'Type': 'unknown',
                'ID': None,
                'Name': None,
                'Status': None,
                'Booted From': None,
                'Breaks': None,
                'May Break': None,
                'Region': None,
                'Checked As': None,
            },
            row,
        )

    def test_each_row_says_as_whom_it_was_seen(self) -> None:
        image = self.make_shared(self.b)
        server = self.make_server('bob', image)
        for cloud, words, checked_as in (
            ('both-a', (), 'rescoped'),
            ('both-a', ('bob',), 'member cloud bob'),
            ('alice', ('bob',), 'member cloud bob'),
            ('alice', ('reader',), 'member cloud reader'),
            ('alice', ('both-b',), 'member cloud both-b'),
            ('admin', (), 'administrator'),
            # Everybody is looked at, and that takes an administrator.
            ('admin', ('bob',), 'administrator'),
            ('admin', ('bob', '--project=project-b'), 'member cloud bob'),
            ('bob', (), 'own project'),
            ('reader', (), 'own project'),
        ):
            options = [
                word if word.startswith('--') else f'--member-cloud={word}'
                for word in words
            ]
            with self.subTest(cloud=cloud, options=options):
                row = self.usage(image, *options, cloud=cloud).row
                self.assertEqual(server, row['ID'])
                self.assertEqual(checked_as, row['Checked As'])

    def test_a_project_nobody_could_look_at_is_a_row_and_exit_code_4(
        self,
    ) -> None:
        image = self.make_shared(self.b)
        self.make_server('bob', image)
        result = self.usage(image, cloud='alice', code=4)
        self.assertUnknown(result.row, self.b)
        self.assertIn(self.b, result.stderr)
        self.assertIn('no role in project', result.stderr)
        # What to do about it.
        self.assertIn('--member-cloud', result.stderr)

    def test_what_was_seen_is_listed_beside_what_was_not(self) -> None:
        image = self.make_shared(self.b, self.c)
        server = self.make_server('bob', image)
        self.make_server('carol', image)
        result = self.usage(image, cloud='both-a', code=4)
        seen, unseen = result.rows
        self.assertEqual(server, seen['ID'])
        self.assertUnknown(unseen, self.c)

    def test_a_member_cloud_is_a_way_to_look_and_narrows_nothing(
        self,
    ) -> None:
        image = self.make_shared(self.b, self.c)
        mine = self.make_server('alice', image)
        theirs = self.make_server('bob', image)
        result = self.usage(
            image, '--member-cloud', 'bob', cloud='alice', code=4
        )
        self.assertEqual(
            {(self.a, mine), (self.b, theirs), (self.c, None)},
            {(row['Project ID'], row['ID']) for row in result.rows},
        )
        both = self.usage(
            *('--member-cloud=bob', image, '--member-cloud=carol'),
            cloud='alice',
        )
        self.assertEqual({mine, theirs}, {row['ID'] for row in both.rows})

    def test_a_project_can_be_named_by_id_or_name(self) -> None:
        image = self.make_shared(self.b, self.c)
        mine = self.make_server('both-a', image)
        theirs = self.make_server('bob', image)
        for cloud, projects, expected in (
            ('both-a', ('project-b',), {theirs}),
            ('both-a', (self.b,), {theirs}),
            ('both-a', ('project-a',), {mine}),
            ('both-a', ('project-b', self.a), {mine, theirs}),
            ('admin', ('project-b',), {theirs}),
            ('admin', ('project-b', 'project-a', 'project-c'), {mine, theirs}),
            ('admin', (self.c,), set()),
        ):
            options = [f'--project={words}' for words in projects]
            with self.subTest(cloud=cloud, options=options):
                result = self.usage(image, *options, cloud=cloud)
                self.assertEqual(expected, {r['ID'] for r in result.rows})
        with_domain = self.usage(
            *('--project-domain', 'Default', '--project', 'project-b', image),
            cloud='both-a',
        )
        self.assertEqual(theirs, with_domain.row['ID'])

    def test_a_project_that_cannot_be_looked_up_is_not_looked_at(
        self,
    ) -> None:
        image = self.make_shared(self.b)
        for cloud, words, sentence in (
            ('alice', 'project-b', 'Cannot look up'),
            ('alice', 'no such project', 'Cannot look up'),
            ('admin', 'no such project', 'No project found'),
        ):
            with self.subTest(cloud=cloud, words=words):
                result = self.usage(
                    image, '--project', words, cloud=cloud, code=1
                )
                self.assertEqual('', result.stdout)
                self.assertIn(repr(words), result.stderr)
                self.assertIn(sentence, result.stderr)
        stranger = uuid.uuid4().hex
        result = self.usage(
            image, '--project', stranger, cloud='alice', code=4
        )
        self.assertUnknown(result.row, stranger)

    def test_a_member_is_told_that_only_its_own_use_was_looked_at(
        self,
    ) -> None:
        image = self.make_shared(self.b)
        self.make_server('alice', image)
        result = self.usage(image, cloud='bob')
        self.assertEqual([], result.rows)
        self.assertIn('Only your own projects', result.stderr)
        self.assertIn(self.a, result.stderr)

    def test_a_stranger_is_told_that_it_sees_no_such_image(self) -> None:
        result = self.usage(self.make_shared(self.b), cloud='carol', code=1)
        self.assertEqual('', result.stdout)
        self.assertIn(self.c, result.stderr)

    def test_an_administrator_asks_for_all_projects_at_once(self) -> None:
        image = self.make_image('admin', 'public')
        servers = {
            cloud: self.make_server(cloud, image)
            for cloud in ('alice', 'bob', 'carol')
        }
        compute = relayed.before(self, 'compute', 'admin')
        result = self.usage(image, cloud=compute.cloud, env=compute.env)
        self.assertEqual(
            {
                (self.project_id(cloud), server)
                for cloud, server in servers.items()
            },
            {(row['Project ID'], row['ID']) for row in result.rows},
        )
        (_,) = compute.asked('GET', '/servers/detail?image=')

    def test_an_administrator_looks_once_however_many_members(self) -> None:
        image = self.make_shared(self.b, self.c, uuid.uuid4().hex)
        self.make_server('carol', image)
        compute = relayed.before(self, 'compute', 'admin')
        result = self.share(
            f'share status {image}', cloud=compute.cloud, env=compute.env
        )
        self.assertEqual([0, 0, 1], sorted(r['Servers'] for r in result.rows))
        (_,) = compute.asked('GET', '/servers/detail?image=')

    def test_everybody_may_use_a_public_image_and_the_owner_sees_one(
        self,
    ) -> None:
        for visibility in 'public', 'community':
            image = self.make_image('admin', visibility, owner=self.a)
            mine = self.make_server('alice', image)
            self.make_server('bob', image)
            with self.subTest(visibility=visibility):
                result = self.usage(image, cloud='alice', code=4)
                seen, unseen = result.rows
                self.assertEqual(mine, seen['ID'])
                self.assertUnknown(unseen, None)
                self.assertIn('only an administrator', result.stderr)
                # Others are asked about their own use only.
                result = self.usage(image, cloud='carol')
                self.assertEqual([], result.rows)

    def test_a_region_without_a_compute_service_is_unseen_not_unused(
        self,
    ) -> None:
        image = self.make_image(visibility='shared', region='RegionTwo')
        self.add_member(image, self.b, region='RegionTwo')
        for cloud, options in (
            ('both-a', ('--project', 'project-b')),
            ('alice', ('--project', self.b, '--member-cloud', 'bob')),
            ('admin', ()),
            ('bob', ()),
        ):
            with self.subTest(cloud=cloud):
                result = self.usage(
                    image,
                    *options,
                    cloud=cloud,
                    env={'OS_REGION_NAME': 'RegionTwo'},
                    code=4,
                )
                self.assertEqual(
                    {('unknown', 'RegionTwo')},
                    {(row['Type'], row['Region']) for row in result.rows},
                )
                self.assertIn('no compute service', result.stderr)
                self.assertIn('no block-storage service', result.stderr)

    def test_an_application_credential_cannot_look_at_other_projects(
        self,
    ) -> None:
        image = self.make_shared(self.b)
        self.make_server('bob', image)
        env = entries.written(
            self, bound=entries.application_credential(self, 'both-a')
        )
        result = self.usage(image, cloud='bound', env=env, code=4)
        self.assertUnknown(result.row, self.b)
        self.assertIn('application credential', result.stderr)
        self.assertIn('--member-cloud', result.stderr)

    def test_an_application_credential_can_speak_for_the_member(self) -> None:
        image = self.make_shared(self.b)
        server = self.make_server('bob', image)
        env = entries.written(
            self, bound=entries.application_credential(self, 'bob')
        )
        row = self.usage(
            image, '--member-cloud', 'bound', cloud='alice', env=env
        ).row
        self.assertEqual(server, row['ID'])
        self.assertEqual('member cloud bound', row['Checked As'])
