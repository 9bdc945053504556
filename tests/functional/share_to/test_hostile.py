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

"""Names that were chosen to mislead whoever reads them on a terminal."""

import csv
import io
import uuid

from tests.live import base

#: Colours, cleared screens, titles, eight-bit codes, new lines of several
#: kinds, text that runs backwards and letters that cannot be seen. Keystone
#: takes 64 characters.
HOSTILE = '\x1b[2J\x1b]0;t\x07\x9b31m\n\r\b\u2028\u202eexe\u200b\ufeff'

#: What Glance takes for a member: the same in ASCII, and an operator of URLs.
MEMBERS = ('red\x1b[31m', 'two\nlines', 'bell\x07', 'back\r\b', '?x=\x1b[2J')


def hostile() -> str:
    return f'{HOSTILE}{uuid.uuid4().hex}'


class TestShareToHostile(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('bob')

    def check_harmless(self, text: str) -> None:
        bad = {c for c in text if c != '\n' and not c.isprintable()}
        self.assertEqual(set(), bad, repr(text))

    def make_project(self, name: str) -> str:
        identity = base.connect('admin').identity
        answer = identity.post(
            '/projects',
            json={'project': {'name': name, 'domain_id': 'default'}},
        )
        self.assertEqual(201, answer.status_code, answer.text)
        project = str(answer.json()['project']['id'])
        self.addCleanup(identity.delete, f'/projects/{project}')
        return project

    def test_sentences_about_an_image_hold_no_control_characters(
        self,
    ) -> None:
        name = hostile()
        # Hidden, so that there is a sentence with its name.
        image = self.make_image(name=name, os_hidden=True)
        for word in (name, image):
            result = self.share('share-to', word, 'project-b', cloud='both-a')
            self.assertEqual(image, result.row['Image ID'])
            self.assertIn('is hidden', result.stderr)
            self.assertIn(name[-32:], result.stderr)
            self.assertEqual(1, len(result.stderr.splitlines()))
            self.check_harmless(result.stderr)

    def test_refusals_hold_no_control_characters(self) -> None:
        name = hostile()
        image = self.make_image(name=name)
        for words in (
            (name, 'project-a'),
            (image, 'project-a'),
            (f'no {name}', 'project-b'),
            (image, name),
        ):
            result = self.share('share-to', *words, cloud='both-a', code=1)
            self.assertIn('Nothing has been changed', result.stderr)
            self.check_harmless(result.stderr)
        self.assertEqual('private', self.visibility(image))

    def test_the_name_of_a_project_is_true_in_json_and_harmless_elsewhere(
        self,
    ) -> None:
        name = hostile()
        project = self.make_project(name)
        image = self.make_image()
        words = ('image', 'share-to', image, name)
        true = self.openstack(*words, '-f', 'json', cloud='admin')
        self.assertEqual(project, true.row['Project ID'])
        self.assertEqual(name, true.row['Project Name'])
        self.check_harmless(true.stderr)
        value = self.openstack(*words, '-f', 'value', cloud='admin')
        self.check_harmless(value.stdout)
        self.assertEqual(1, len(value.stdout.splitlines()))
        self.assertIn(project, value.stdout)
        table = self.openstack(*words, cloud='admin')
        self.check_harmless(table.stdout)
        # The headers and one line for the row, between three rules.
        self.assertEqual(5, len(table.stdout.splitlines()))
        comma = self.openstack(*words, '-f', 'csv', cloud='admin')
        self.check_harmless(comma.stdout)
        (row,) = csv.DictReader(io.StringIO(comma.stdout))
        self.assertEqual(project, row['Project ID'])

    def test_old_members_are_named_without_control_characters(self) -> None:
        c = self.project_id('carol')
        for option in ((), ('--keep-members',), ('--drop-members',)):
            with self.subTest(option=option):
                image = self.make_image(visibility='shared')
                for member in MEMBERS:
                    self.add_member(image, member)
                self.set_visibility(image, 'private')
                result = self.share(
                    f'share-to {image} {c}',
                    *option,
                    cloud='alice',
                    code=0 if option else 1,
                )
                self.check_harmless(result.stderr)
                for member in MEMBERS:
                    self.assertIn(member[:3], result.stderr)
