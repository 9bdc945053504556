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

"""Options and arguments may be mixed in any order."""

import uuid

from tests.live import base


class TestShareToOrder(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('userb')
        self.c = self.project_id('userc')

    def test_options_may_stand_anywhere(self) -> None:
        for words in (
            ('IMAGE', 'projb', self.c, '--no-accept', '--keep-members'),
            ('--no-accept', '--keep-members', 'IMAGE', 'projb', self.c),
            ('IMAGE', '--no-accept', 'projb', '--keep-members', self.c),
            ('IMAGE', 'projb', '--no-accept', self.c),
            ('--no-accept', 'IMAGE', '--wait-timeout', '9', 'projb', self.c),
            ('--no-accept', '--', 'IMAGE', 'projb', self.c),
            ('IMAGE', '--no-accept', '--', 'projb', self.c),
            ('IMAGE', 'projb', '--no-accept', '--', self.c),
        ):
            with self.subTest(words=words):
                image = self.make_image()
                result = self.openstack(
                    'image',
                    'share-to',
                    '-f',
                    'json',
                    *(image if word == 'IMAGE' else word for word in words),
                    cloud='userab-a',
                )
                self.assertEqual(
                    [self.b, self.c], [r['Project ID'] for r in result.rows]
                )
                self.assertEqual(
                    {self.b: 'pending', self.c: 'pending'},
                    self.members(image),
                )

    def test_accept_may_stand_anywhere(self) -> None:
        for words in (
            ('IMAGE', '--accept', 'projb'),
            ('--accept', 'IMAGE', 'projb'),
            ('IMAGE', 'projb', '--accept'),
            ('IMAGE', '--accept', '--', 'projb'),
        ):
            with self.subTest(words=words):
                image = self.make_image()
                row = self.openstack(
                    'image',
                    'share-to',
                    '-f',
                    'json',
                    *(image if word == 'IMAGE' else word for word in words),
                    cloud='userab-a',
                ).row
                self.assertEqual('accepted', row['Status'])

    def test_member_clouds_may_stand_anywhere(self) -> None:
        for words in (
            ('--member-cloud', 'userb', 'IMAGE'),
            ('IMAGE', '--member-cloud', 'userb'),
            ('--member-cloud', 'userb', 'IMAGE', self.b),
            ('IMAGE', '--member-cloud', 'userb', self.b),
            ('IMAGE', self.b, '--member-cloud=userb'),
        ):
            with self.subTest(words=words):
                image = self.make_image()
                row = self.openstack(
                    'image',
                    'share-to',
                    *(image if word == 'IMAGE' else word for word in words),
                    '-f',
                    'json',
                    cloud='usera',
                ).row
                self.assertEqual(
                    (self.b, 'accepted'), (row['Project ID'], row['Status'])
                )

    def test_a_name_that_looks_like_an_option_follows_two_dashes(
        self,
    ) -> None:
        name = f'--force-{uuid.uuid4().hex}'
        image = self.make_image(name=name)
        for words in (
            ('--no-accept', '--', name, self.b),
            ('--no-accept', '--dry-run', '--', name, 'projb'),
        ):
            with self.subTest(words=words):
                row = self.openstack(
                    'image',
                    'share-to',
                    '-f',
                    'json',
                    *words,
                    cloud='userab-a',
                ).row
                self.assertEqual(
                    (image, self.b), (row['Image ID'], row['Project ID'])
                )

    def test_what_follows_two_dashes_is_no_option(self) -> None:
        image = self.make_image()
        result = self.openstack(
            'image',
            'share-to',
            '--',
            image,
            'projb',
            '--no-accept',
            cloud='userab-a',
            code=1,
        )
        self.assertIn("'--no-accept'", result.stderr)
        self.assertEqual('private', self.visibility(image))

    def test_an_unknown_option_is_refused_wherever_it_stands(self) -> None:
        image = self.make_image()
        for words in (
            ('--frobnicate', image, 'projb'),
            (image, '--frobnicate', 'projb'),
            (image, 'projb', '--frobnicate'),
        ):
            with self.subTest(words=words):
                result = self.openstack(
                    'image', 'share-to', *words, cloud='userab-a', code=2
                )
                self.assertIn('--frobnicate', result.stderr)
        self.assertEqual('private', self.visibility(image))

    def test_without_an_image_it_is_wrong_usage(self) -> None:
        for words in ((), ('--accept',), ('--member-cloud', 'userb')):
            with self.subTest(words=words):
                result = self.openstack(
                    'image', 'share-to', *words, cloud='userab-a', code=2
                )
                self.assertIn('<image>', result.stderr)

    def test_help_needs_no_cloud(self) -> None:
        for words in (
            ('help', 'image', 'share-to'),
            ('image', 'share-to', '--help'),
        ):
            with self.subTest(words=words):
                result = self.openstack(*words)
                for option in (
                    '--project-domain',
                    '--member-cloud',
                    '--accept',
                    '--no-accept',
                    '--wait',
                    '--wait-timeout',
                    '--keep-members',
                    '--drop-members',
                    '--force',
                    '--dry-run',
                ):
                    self.assertIn(option, result.stdout)
