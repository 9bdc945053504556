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

"""A mistyped verb never runs share-to."""

from tests.live import base


class TestBareShare(base.TestCase):
    def test_a_mistyped_verb_changes_nothing_and_names_the_nearest(
        self,
    ) -> None:
        image = self.make_image()
        for words in (
            ('statsu', image),
            ('rewoke', image, self.project_id('bob')),
            (image, self.project_id('bob'), '--force'),
            ('--force', image, self.project_id('bob')),
            ('too', image, self.project_id('bob'), '--accept'),
        ):
            with self.subTest(words=words):
                result = self.openstack(
                    'image share', *words, cloud='alice', code=2
                )
                self.assertEqual('', result.stdout)
                self.assertIn('image share-to', result.stderr)
                self.assertIn('image share revoke', result.stderr)
        self.assertEqual('private', self.visibility(image))

    def test_an_abbreviated_verb_is_that_verb(self) -> None:
        image = self.make_image()
        result = self.openstack(
            f'image share revok {image}',
            self.project_id('bob'),
            cloud='alice',
            code=1,
        )
        self.assertIn('is private', result.stderr)
        self.assertEqual('private', self.visibility(image))

    def test_the_nearest_verb_is_suggested(self) -> None:
        for typed, meant in (
            ('statsu', 'share status'),
            ('rewoke', 'share revoke'),
            ('usgae', 'share usage'),
            ('too', 'share-to'),
            ('to', 'share-to'),
        ):
            with self.subTest(typed=typed):
                result = self.openstack(f'image share {typed}', code=2)
                self.assertIn(
                    f'Did you mean: openstack image {meant}\n', result.stderr
                )

    def test_it_needs_no_credentials(self) -> None:
        result = self.openstack('image share', code=2)
        self.assertIn('image share usage', result.stderr)

    def test_its_help_lists_the_verbs(self) -> None:
        for words in (
            ('help', 'image', 'share'),
            ('image', 'share', '--help'),
        ):
            with self.subTest(words=words):
                result = self.openstack(*words)
                for verb in (
                    'share-to',
                    'share status',
                    'share usage',
                    'share revoke',
                ):
                    self.assertIn(f'openstack image {verb}', result.stdout)
