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

"""What a shell makes of the commands that are printed.

They are typed, as printed, into a real bash in which nothing can be found but
functions that tell with which words they were called.
"""

import argparse
import json
import os
import pathlib
import shlex
import subprocess
import typing

import fixtures
import hypothesis
from hypothesis import strategies

from osc_imageshare.image import fitness
from osc_imageshare.image import images
from osc_imageshare import sharing
from osc_imageshare import text
from tests import fakes
from tests.unit import base
from tests.unit import hostile

A, B = fakes.A, fakes.B

#: An interactive bash expands "!" as well. How many words there are is told
#: first, since any of them may be empty, or look like the end.
_SHELL = '''
set -o history -o histexpand
PATH=
openstack() { builtin printf '%s\\0' "$#" "$@"; }
env() { builtin printf '%s\\0' "$#" "$@"; }
'''


class Parser(argparse.ArgumentParser):
    """Reads options as the client does, and fails a test as others do."""

    def error(self, message: str) -> typing.NoReturn:
        raise AssertionError(message)


class TypedTestCase(base.CloudTestCase):
    """A test that gathers commands, and types them all at once."""

    def setUp(self) -> None:
        super().setUp()
        self.directory = pathlib.Path(self.useFixture(fixtures.TempDir()).path)
        #: Command lines, and the words each should stand for.
        self.expected: list[tuple[str, list[str]]] = []

    def expect(self, line: str, *words: str) -> None:
        """Expect *line* to call a program with *words*, or nothing."""
        self.assertTrue(hostile.harmless(line), line)
        self.expected.append((line, list(words)))

    def typed(self) -> list[list[str]]:
        """Type all lines, and return the words of each call."""
        lines = [line for line, _ in self.expected]
        done = subprocess.run(
            ['bash', '--norc'],
            input=os.fsencode('\n'.join([_SHELL, *lines, ''])),
            cwd=self.directory,
            env={'LC_ALL': 'C.UTF-8', 'HISTFILE': '', 'HOME': '/'},
            capture_output=True,
            check=False,
        )
        self.assertEqual(b'', done.stderr)
        told = iter(map(os.fsdecode, done.stdout.split(b'\0')[:-1]))
        return [[next(told) for _ in range(int(count))] for count in told]

    def check(self) -> None:
        """Check that every line called one program with the right words."""
        called = self.typed()
        # No other program was started, and nothing written into a file.
        self.assertEqual([], list(self.directory.iterdir()))
        calling = [one for one in self.expected if one[1]]
        self.assertEqual(len(calling), len(called))
        for (line, words), found in zip(calling, called, strict=True):
            self.assertEqual(words, found, line)


_several = strategies.lists(hostile.words, min_size=1, max_size=3).map(tuple)


class OpenstackTest(TypedTestCase):
    def test_a_shell_gets_the_words_that_are_meant(self) -> None:
        @hypothesis.settings(hostile.examples, max_examples=400)
        @hypothesis.given(_several)
        def gather(operands: tuple[str, ...]) -> None:
            words = ['image', 'remove', 'project']
            dashes = ['--'] if any(o[:1] == '-' for o in operands) else []
            self.expect(
                text.openstack(*words, operands=operands),
                *words,
                *dashes,
                *operands,
            )

        gather()
        self.assertGreater(len(self.expected), 200)
        self.check()

    @hostile.examples
    @hypothesis.given(_several)
    def test_so_does_every_posix_shell_if_they_are_printable(
        self, operands: tuple[str, ...]
    ) -> None:
        hypothesis.assume(all(map(str.isprintable, operands)))
        line = text.openstack('image', 'show', operands=operands)
        self.assertEqual(list(operands), shlex.split(line)[-len(operands) :])

    @hostile.examples
    @hypothesis.given(_several)
    def test_no_operand_is_taken_for_an_option(
        self, operands: tuple[str, ...]
    ) -> None:
        hypothesis.assume(all(map(str.isprintable, operands)))
        parser = Parser()
        parser.add_argument('--force', action='store_true')
        parser.add_argument('words', nargs='*')
        line = text.openstack('image', 'show', operands=operands)
        found = parser.parse_args(shlex.split(line)[3:])
        self.assertFalse(found.force)
        self.assertEqual(list(operands), found.words)

    def test_what_no_word_can_hold_is_no_command(self) -> None:
        # A shell would cut the word short, and so name something else.
        for word in 'a\0b', '\0', 'a\ud800', '$(touch ran)\0`touch ran`':
            line = text.openstack('image', 'show', operands=(word,))
            self.expect(line)
            # Not every shell has comments where it is typed into, but each
            # would expand what is in them.
            self.expect(f'builtin true {line.removeprefix("#")}')
        self.check()


class PrintedTest(TypedTestCase):
    """Commands as the library words them, with text of others in them."""

    def test_a_revocation_can_be_undone_as_printed(self) -> None:
        connection = self.cloud.connect('alice')

        @hostile.examples
        @hypothesis.example('a\0b', True)
        @hypothesis.example('a\0b', False)
        @hypothesis.example('--force', False)
        @hypothesis.given(
            hostile.stored.filter(images.addressable), strategies.booleans()
        )
        def gather(member: str, dry_run: bool) -> None:
            image_id = self.cloud.glance.add(A, 'shared')
            self.cloud.glance.add_member(image_id, member)
            outcome = sharing.Revoke(
                connection,
                sharing.RevokeRequest(
                    image_id, everyone=True, allow_unseen=True, dry_run=dry_run
                ),
            ).run()
            if dry_run:
                (line,) = outcome.planned
                words = ['image', 'remove', 'project']
            else:
                (line,) = (
                    line.partition('To undo: ')[2]
                    for message in outcome.messages
                    for line in message.lines
                    if 'To undo: ' in line
                )
                words = ['image', 'add', 'project']
            dashes = ['--'] if member.startswith('-') else []
            if '\0' in member or (dry_run and {*'%?#'} & {*member}):
                # No word can hold it, and the one before it is another; or
                # the native client would address something else.
                self.expect(line)
            else:
                self.expect(line, *words, *dashes, image_id, member)

        gather()
        self.check()

    def test_the_remedy_for_a_volume_snapshot_names_it(self) -> None:
        snapshots: list[str] = []

        @hostile.examples
        @hypothesis.example('--force')
        @hypothesis.given(hostile.stored.filter(lambda s: '\0' not in s))
        def gather(snapshot: str) -> None:
            hypothesis.assume(snapshot)
            mapping = [{'source_type': 'snapshot', 'snapshot_id': snapshot}]
            for kept in mapping, json.dumps(mapping):
                image = images.Image(
                    'i',
                    '',
                    A,
                    'active',
                    'private',
                    '',
                    {'block_device_mapping': kept},
                )
                ((*_, volume, _, _),) = fitness.refusals(image, force=False)
                self.expect(volume.strip(), 'volume', 'create')
                snapshots.append(snapshot)

        gather()
        parser = Parser()
        parser.add_argument('--snapshot')
        parser.add_argument('--force', action='store_true')
        parser.add_argument('volume')
        for snapshot, words in zip(snapshots, self.typed(), strict=True):
            self.assertEqual(['volume', 'create'], words[:2])
            found = parser.parse_args(words[2:])
            self.assertEqual(
                (snapshot, 'VOLUME', False),
                (found.snapshot, found.volume, found.force),
            )

    def test_the_client_is_started_as_the_entry_that_was_named(self) -> None:
        names: list[str] = []

        @hypothesis.settings(hostile.examples, max_examples=40)
        @hypothesis.example('-x')
        # An escaped key of more than 1,024 characters.
        @hypothesis.example('\x85' * 255)
        @hypothesis.given(hostile.stored)
        def gather(name: str) -> None:
            hypothesis.assume(name)
            self.clouds_yaml(**{name: self.cloud.entry('bob')})
            found = self.scopes('alice', name).clouds[B]
            line = text.openstack('image', program=found.program)
            self.expect(line, 'image')
            names.append(name)

        gather()
        parser = Parser()
        parser.add_argument('--os-cloud')
        parser.add_argument('rest', nargs='*')
        for name, words in zip(names, self.typed(), strict=True):
            found = parser.parse_args(words)
            self.assertEqual((name, ['image']), (found.os_cloud, found.rest))

    def test_a_variable_may_be_called_anything(self) -> None:
        names = "OS_$(touch ran)", "OS_'", 'OS_a b', 'OS_\x1b'
        for name in names:
            self.useFixture(fixtures.EnvironmentVariable(name, 'x'))
        self.clouds_yaml(bob=self.cloud.entry('bob'))
        program = self.scopes('alice', 'bob').clouds[B].program
        self.assertLessEqual(set(names), set(program))
        line = text.openstack('image', program=program)
        self.expect(line, *program[1:], 'image')
        self.check()
