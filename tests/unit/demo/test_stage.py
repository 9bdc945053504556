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

"""What the demo shows is what it checks."""

import io
from pathlib import Path
import tempfile
import typing

import testtools

from demo import stage

_TABLE = """\
Something was said.
+----+-----------+--------+
| ID | In Use By | Result |
+----+-----------+--------+
| 1  | server x  | in use |
|    | server y  |        |
| 2  |           | gone   |
+----+-----------+--------+
"""


class TestShown(testtools.TestCase):
    def test_the_lines_of_a_cell_are_one_value(self) -> None:
        self.assertEqual(
            [
                {
                    'ID': '1',
                    'In Use By': 'server x server y',
                    'Result': 'in use',
                },
                {'ID': '2', 'In Use By': '', 'Result': 'gone'},
            ],
            stage.Shown(0, _TABLE).rows,
        )

    def test_all_the_cells_have_to_be_in_one_row(self) -> None:
        shown = stage.Shown(0, _TABLE)
        self.assertTrue(shown.has_row(ID='2', In_Use_By='', Result='gone'))
        self.assertFalse(shown.has_row(ID='1', Result='gone'))
        self.assertFalse(shown.has_row(Results='gone'))

    def test_text_without_a_table_has_no_rows(self) -> None:
        self.assertEqual([], stage.Shown(1, 'No Image found for x\n').rows)

    def test_a_field_is_found_by_its_name(self) -> None:
        shown = stage.Shown(
            0,
            '| Field  | Value  |\n| status | active |\n| tags   |        |\n',
        )
        self.assertEqual('active', shown.field('status'))
        self.assertEqual('', shown.field('tags'))
        self.assertEqual('', shown.field('missing'))


class TestStage(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.directory = Path(temporary.name)
        self.out = io.StringIO()

    def _stage(self, script: str) -> stage.Stage:
        program = self.directory / 'openstack'
        program.write_text(f'#!/bin/sh\n{script}\n')
        program.chmod(0o755)
        return stage.Stage(
            program, {'OS_CLIENT_CONFIG_FILE': 'c'}, self.directory, self.out
        )

    def test_a_command_is_shown_with_all_it_prints(self) -> None:
        shown = self._stage(
            'echo "said $2" >&2; echo "printed in $OS_CLIENT_CONFIG_FILE"'
        ).type('image', 'two words', expect='', holds=lambda shown: True)
        self.assertEqual('said two words\nprinted in c\n', shown.text)
        self.assertEqual(
            "\n$ openstack image 'two words'\nsaid two words\nprinted in c\n",
            self.out.getvalue(),
        )

    def test_a_file_is_shown_as_it_is_written(self) -> None:
        self._stage('').write('f', 'a: b\n')
        self.assertEqual('\n$ cat f\na: b\n', self.out.getvalue())
        self.assertEqual('a: b\n', (self.directory / 'f').read_text())

    def test_an_exit_code_is_shown_unless_it_is_0(self) -> None:
        self._stage('exit 3').type(
            'x', code=3, expect='', holds=lambda shown: True
        )
        self.assertIn('(exit code 3)\n', self.out.getvalue())

    def test_what_was_not_announced_ends_the_demo(self) -> None:
        def never(shown: stage.Shown) -> bool:
            return False

        def always(shown: stage.Shown) -> bool:
            return True

        cases: tuple[tuple[str, typing.Any], ...] = (
            ('exit 1', always),
            ('exit 0', never),
        )
        for script, holds in cases:
            with self.subTest(script=script):
                error = self.assertRaises(
                    stage.OtherThanSaid,
                    self._stage(script).type,
                    'x',
                    expect='it should have snowed',
                    holds=holds,
                )
                self.assertIn('it should have snowed', str(error))
                self.assertIn('$ openstack x\n', self.out.getvalue())

    def test_rows_that_nobody_sees_are_read_as_json(self) -> None:
        rows = self._stage("""echo warning >&2; echo '[{"ID": 1}]'""").ask('x')
        self.assertEqual([{'ID': 1}], rows)
        self.assertEqual('', self.out.getvalue())

    def test_an_unseen_command_that_fails_is_named(self) -> None:
        error = self.assertRaises(
            stage.OtherThanSaid,
            self._stage('echo no such thing >&2; exit 1').do,
            'image',
            'delete',
        )
        self.assertIn('openstack image delete', str(error))
        self.assertIn('no such thing', str(error))
