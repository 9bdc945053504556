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

import os
import subprocess

from osc_imageshare import text
from tests.unit import base

#: What another project could call its server, and what it is about.
_HOSTILE = {
    'clears the screen': 'web\x1b[2J\x1b[1;1H',
    'starts a new row': 'web\n| deadbeef | server |',
    'starts a new line for a printer': 'web\r\n',
    'turns the reading direction around': 'web\u202egpj.exe',
    'is invisible': '\u200bweb\ufeff',
    'is a line separator of Unicode': 'web\u2028next',
    'rings the bell': '\a',
    'is a C1 control character': 'web\x9b31m',
    'is not assigned, beyond the first plane': 'web\U000e0001',
    'holds quotes and backslashes': '\'; rm -rf ~ #"\\\t\\',
    'runs a command': '$(touch /tmp/x)`id`\n',
    'is an option': '--os-cloud\x7f',
}

_HARMLESS = {
    'is plain': 'web-1',
    'is in another script': 'Ελληνικά 日本語 عربى',
    'has spaces and shell characters': 'a b  $HOME *?[x] ~ ! \\ " \' # & | ;',
    'has an accent of its own': 'e\u0301',
    'is an emoji': '\N{PENGUIN}',
    'is empty': '',
}


class EscapedTest(base.TestCase):
    def test_no_unprintable_character_is_left(self) -> None:
        for about, word in _HOSTILE.items():
            self.assertTrue(text.escaped(word).isprintable(), about)

    def test_printable_text_is_left_alone(self) -> None:
        for about, word in _HARMLESS.items():
            self.assertEqual(word, text.escaped(word), about)

    def test_what_was_there_can_still_be_told(self) -> None:
        table = {
            'a\x1b[2J': 'a\\x1b[2J',
            'a\nb': 'a\\nb',
            'a\u202eb': 'a\\u202eb',
            '\U000e0001': '\\U000e0001',
            # Python's way of keeping bytes that are not UTF-8.
            'a\udcffb': 'a\\udcffb',
        }
        self.assertEqual(table, {word: text.escaped(word) for word in table})


class QuotedTest(base.TestCase):
    def test_a_shell_turns_it_back_into_the_word(self) -> None:
        for about, word in {**_HOSTILE, **_HARMLESS}.items():
            done = subprocess.run(
                ['bash', '-c', f'printf %s {text.quoted(word)}'],
                env={**os.environ, 'LC_ALL': 'C.UTF-8'},
                capture_output=True,
                check=False,
            )
            self.assertEqual(word.encode(), done.stdout, about)
            self.assertEqual(b'', done.stderr, about)

    def test_it_can_be_shown_on_a_terminal(self) -> None:
        for about, word in {**_HOSTILE, **_HARMLESS}.items():
            self.assertTrue(text.quoted(word).isprintable(), about)

    def test_ids_are_not_disfigured(self) -> None:
        self.assertEqual('0123abcd-ef', text.quoted('0123abcd-ef'))


class OpenstackTest(base.TestCase):
    def test_a_command_is_one_line_for_a_shell(self) -> None:
        table = {
            # words, operands: command
            (('image', 'list'), ()): 'openstack image list',
            (('image', 'set', '--shared'), ('x',)): (
                'openstack image set --shared x'
            ),
            (('image', 'add', 'project'), ('x', 'team b')): (
                "openstack image add project x 'team b'"
            ),
            # All operands are behind "--" as soon as one needs it.
            (('image', 'add', 'project'), ('x', '--y')): (
                'openstack image add project -- x --y'
            ),
            (('image', 'show'), ('-',)): 'openstack image show -- -',
            (('image', 'show'), ('a\nb',)): (
                "openstack image show $'a\\u000ab'"
            ),
        }
        self.assertEqual(
            table,
            {
                (words, operands): text.openstack(*words, operands=operands)
                for words, operands in table
            },
        )

    def test_options_do_not_count_as_operands(self) -> None:
        self.assertEqual(
            'openstack --os-cloud b image set --accept x',
            text.openstack(
                '--os-cloud', 'b', 'image', 'set', '--accept', operands=('x',)
            ),
        )

    def test_what_no_command_line_can_hold_becomes_a_comment(self) -> None:
        for word in 'a\0b', 'a\ud800b':
            for command in (
                text.openstack('image', 'show', operands=(word,)),
                text.openstack('image', 'show', program=('openstack', word)),
            ):
                self.assertTrue(command.startswith('# '), command)
                self.assertTrue(command.isprintable())


class ListedTest(base.TestCase):
    def test_words_are_joined_as_people_do(self) -> None:
        table = {
            (): '',
            ('a',): 'a',
            ('a', 'b'): 'a and b',
            ('a', 'b', 'c'): 'a, b and c',
        }
        self.assertEqual(
            table, {words: text.listed(list(words)) for words in table}
        )
