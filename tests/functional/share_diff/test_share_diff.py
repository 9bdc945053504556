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

import json
import subprocess

from tests.live import base
from tests.live import shares


class TestShareDiff(shares.FileTestCase):
    def test_the_exit_code_says_what_differs(self) -> None:
        image, name = self.named()
        self.add_member(image, self.b)
        self.set_status(image, 'bob', 'accepted')
        before = self.state(image)
        # Who asks, the members of the file, the rows, and the exit code.
        for cloud, members, rows, code in (
            ('alice', f'{{project: {self.b}}}', {self.b: 'keep'}, 0),
            ('admin', '{project: project-b}', {self.b: 'keep'}, 0),
            ('alice', '{cloud: bob}', {self.b: 'keep'}, 0),
            (
                'alice',
                f'{{project: {self.b}}}, {{project: {self.c}}}',
                {self.b: 'keep', self.c: 'share'},
                5,
            ),
            ('both-a', '', {self.b: 'prune'}, 5),
            ('admin', '', {self.b: 'prune'}, 5),
            ('alice', '', {self.b: 'unknown'}, 4),
            (
                'alice',
                f'{{project: {self.c}}}',
                {self.c: 'share', self.b: 'unknown'},
                4,
            ),
            (
                'alice',
                '{project: nobody-knows}',
                {None: 'unknown', self.b: 'unknown'},
                4,
            ),
            (
                'admin',
                '{project: nobody-knows}',
                {None: 'unknown', self.b: 'unknown'},
                1,
            ),
            (
                'both-a',
                f'{{project: {self.c}, accept: required}}, '
                f'{{project: {self.b}}}',
                {self.c: 'share', self.b: 'keep'},
                1,
            ),
        ):
            result = self.diff(
                f'{{name: {name}, members: [{members}], exact: true}}',
                cloud=cloud,
                code=code,
            )
            self.assertEqual(rows, self.actions(result), f'{cloud} {members}')
        self.assertEqual(before, self.state(image))

    def test_what_is_in_use_is_kept_and_differs(self) -> None:
        image, name = self.named()
        self.add_member(image, self.b)
        server = self.make_server('bob', image)
        for cloud in 'both-a', 'admin':
            result = self.diff(
                f'{{name: {name}, members: [], exact: true}}',
                cloud=cloud,
                code=5,
            )
            self.assertEqual('keep', result.row['Action'])
            self.assertIn(server, result.row['Reason'])

    def test_a_domain_means_its_enabled_projects(self) -> None:
        image, name = self.named()
        admin = base.connect('admin')
        domain = admin.identity.post(
            '/domains', json={'domain': {'name': f'campus-{image[:8]}'}}
        ).json()['domain']
        self.addCleanup(admin.identity.delete, f'/domains/{domain["id"]}')
        self.addCleanup(
            admin.identity.patch,
            f'/domains/{domain["id"]}',
            json={'domain': {'enabled': False}},
        )
        made = []
        for enabled in True, False:
            answer = admin.identity.post(
                '/projects',
                json={
                    'project': {
                        'name': f'p-{enabled}',
                        'domain_id': domain['id'],
                        'enabled': enabled,
                    }
                },
            )
            made.append(answer.json()['project']['id'])
            self.addCleanup(admin.identity.delete, f'/projects/{made[-1]}')
        entry = f'{{name: {name}, members: [{{domain: {domain["name"]}}}]}}'
        result = self.diff(entry, cloud='admin', code=5)
        self.assertEqual({made[0]: 'share'}, self.actions(result))
        # Whoever may not list them does not take them for none.
        self.diff(entry, cloud='alice', code=4)
        self.diff(
            f'{{name: {name}, members: [{{domain: no-such}}]}}',
            cloud='admin',
            code=4,
        )

    def test_a_private_image_may_have_hidden_members(self) -> None:
        image, name = self.named()
        self.add_member(image, self.c)
        self.set_visibility(image, 'private')
        for exact in 'true', 'false':
            result = self.diff(
                f'{{name: {name}, members: [{{project: {self.b}}}], '
                f'exact: {exact}}}',
                cloud='alice',
                code=4,
            )
            self.assertEqual(
                {self.b: 'share', None: 'unknown'}, self.actions(result)
            )
        self.diff(
            f'{{name: {name}, members: [], exact: true}}',
            cloud='alice',
            code=0,
        )

    def test_an_image_is_named_for_each_region(self) -> None:
        here, name = self.named()
        there = self.make_image(
            visibility='shared', region='RegionTwo', name=name
        )
        self.add_member(there, self.b, region='RegionTwo')
        result = self.diff(
            f'{{name: {name}, regions: [RegionOne, RegionTwo, Nowhere], '
            f'members: [{{project: {self.b}}}]}}',
            cloud='alice',
            code=1,
        )
        self.assertEqual(
            [
                (here, 'RegionOne', 'share'),
                (there, 'RegionTwo', 'keep'),
                (None, 'Nowhere', 'unknown'),
            ],
            [
                (row['Image ID'], row['Region'], row['Action'])
                for row in result.rows
            ],
        )

    def test_the_wrong_credentials_are_refused(self) -> None:
        _, name = self.named()
        entry = f'{{name: {name}, members: []}}'
        for cloud in 'bob', 'reader', 'both-b':
            result = self.diff(entry, cloud=cloud, code=1)
            self.assertEqual('', result.stdout)
            self.assertIn(self.a, result.stderr)

    def test_a_reader_may_look(self) -> None:
        image = self.make_image('bob', 'shared', name='of-b')
        self.add_member(image, self.c, cloud='bob')
        result = self.diff(
            f'{{id: {image}, members: [{{project: {self.c}}}]}}',
            cloud='reader',
            code=0,
            owner=self.b,
        )
        self.assertEqual({self.c: 'keep'}, self.actions(result))

    def test_a_file_that_is_wrong_is_answered_with_places(self) -> None:
        result = self.diff('{name: web, membres: []}', cloud='alice', code=1)
        self.assertIn('column 15: unknown key', result.stderr)
        self.assertEqual('', result.stdout)

    def test_a_plan_is_saved_and_the_file_may_come_from_a_pipe(self) -> None:
        image, name = self.named()
        entry = f'{{name: {name}, members: [{{project: {self.b}}}]}}'
        out = self.directory / 'plan.json'
        with open(self.file(entry), encoding='utf-8') as file:
            done = subprocess.run(
                [
                    *(base.PROGRAM, '--os-cloud', 'alice', 'image', 'share'),
                    *('diff', '--file', '-', '--out', str(out)),
                ],
                stdin=file,
                capture_output=True,
                text=True,
                check=False,
            )
        self.assertEqual(5, done.returncode, done.stderr)
        (action,) = json.loads(out.read_text())['actions']
        self.assertEqual(
            (image, self.b, 'share'),
            (action['image'], action['project'], action['action']),
        )
