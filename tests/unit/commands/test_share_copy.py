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

from __future__ import annotations

from osc_imageshare.commands import share_copy
from osc_imageshare.identity import projects
from osc_imageshare.image import images
from osc_imageshare import sharing
from osc_imageshare.sharing import outcomes
from tests.unit.commands import base


class ParsingTest(base.ListerTestCase):
    command = share_copy.ShareCopy

    def test_each_argument_means_one_thing(self) -> None:
        copy = sharing.CopyRequest
        table = {
            ('i',): copy('i'),
            ('--name', 'n', 'i'): copy('i', 'n'),
            ('i', '--name', ''): copy('i', ''),
            ('i', '--to-project', 'p'): copy('i', project='p'),
            ('i', '--project-domain', 'd'): copy('i', project_domain='d'),
            ('i', '--to-cloud', 'c', '--to-cloud', 'd'): copy(
                'i', clouds=('c', 'd')
            ),
            ('--to-region', 'r', 'i', '--to-region', 's'): copy(
                'i', regions=('r', 's')
            ),
            ('i', '--method', 'server'): copy('i', method='server'),
            ('i', '--dry-run'): copy('i', dry_run=True),
            ('--', '-i'): copy('-i'),
        }
        self.assertEqual(
            table, {argv: self.requested('Copy', *argv) for argv in table}
        )

    def test_what_is_missing_or_unknown_is_wrong_usage(self) -> None:
        table = {
            (): 'required',
            ('i', 'j'): 'unrecognized',
            ('i', '--method', 'magic'): 'invalid choice',
            ('i', '--to-region'): 'expected one argument',
        }
        for argv, words in table.items():
            self.assertIn(words, self.usage_error(*argv))


class RowsTest(base.ListerTestCase):
    command = share_copy.ShareCopy

    def test_null_and_nothing_are_told_apart(self) -> None:
        image = images.Image('i', 'n', 'a', 'active', 'private', 'now')
        outcome = outcomes.CopyOutcome(image=image)
        project = projects.Project('p', 'team')
        outcome.copies = [
            outcomes.Copied(
                project,
                'One',
                'c',
                'stream',
                3,
                'sha512:ab',
                True,
                ['kernel', 'image'],
            ),
            outcomes.Copied(project, 'Two', size=3),
        ]
        result = self.run_with(outcome, 'i', '-f', 'json')
        self.assertEqual(
            [
                {
                    'Image ID': 'i',
                    'Copy ID': 'c',
                    'Project ID': 'p',
                    'Region': 'One',
                    'Method': 'stream',
                    'Size': 3,
                    'Hash': 'sha512:ab',
                    'Verified': True,
                    'Changes': ['kernel', 'image'],
                },
                {
                    'Image ID': 'i',
                    'Copy ID': None,
                    'Project ID': 'p',
                    'Region': 'Two',
                    'Method': None,
                    'Size': 3,
                    'Hash': None,
                    'Verified': None,
                    'Changes': [],
                },
            ],
            result.rows,
        )
        self.app.stdout = base.Terminal()
        table = self.run_with(outcome, 'i').stdout
        self.assertIn('unknown', table)


class ProgressTest(base.CommandTestCase):
    command = share_copy.ShareCopy

    def progress(self, terminal: bool, verbose: int = 1) -> object:
        self.app.stderr = base.Terminal(terminal)
        self.app.options.verbose_level = verbose
        return self.made().byte_progress()

    def test_a_bar_is_for_a_person_who_looks(self) -> None:
        self.assertIsNone(self.progress(terminal=False))
        self.assertIsNone(self.progress(terminal=True, verbose=0))
        self.assertIsNotNone(self.progress(terminal=True))

    def test_it_shows_bytes_and_leaves_nothing(self) -> None:
        self.app.stderr = base.Terminal(terminal=True)
        show = self.made().byte_progress()
        for done in 0, 1 << 20, 3 << 20:
            show(done, 4 << 20)
        self.assertIn('4.00M', self.app.stderr.getvalue())
        show(4 << 20, 4 << 20)
        # Another image, and one that is given up.
        show(0, 1 << 20)
        shown = self.app.stderr.getvalue()
        self.assertIn('1.00M', shown)
        self.assertNotIn('\n', shown)

    def test_a_sentence_does_not_begin_behind_it(self) -> None:
        self.app.stderr = base.Terminal(terminal=True)
        made = self.made()
        made.byte_progress()(1, 4)
        made._messages.say(['It failed.'])
        self.assertTrue(
            self.app.stderr.getvalue().endswith('\rIt failed.\n'),
            repr(self.app.stderr.getvalue()),
        )

    def test_a_terminal_that_has_gone_ends_nothing(self) -> None:
        class Gone(base.Terminal):
            def write(self, words: str) -> int:
                raise OSError('it has gone')

        self.app.stderr = Gone(terminal=True)
        show = self.made().byte_progress()
        for done in range(5):
            show(done, 4)
