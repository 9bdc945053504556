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

"""Types a command, shows what it prints, and holds it to what was said.

Knows the ``openstack`` program and its tables; does not know the story.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
import dataclasses
import json
import os
from pathlib import Path
import shlex
import subprocess
import textwrap
import typing


class OtherThanSaid(Exception):
    """A command did something else than the demo has announced."""


@dataclasses.dataclass(frozen=True)
class Shown:
    """What a command has printed, standard error included, and its end."""

    code: int
    text: str

    @property
    def rows(self) -> list[dict[str, str]]:
        """The rows of the table, header to cell; lines of a cell joined.

        Read from what is on the screen, because that is what is claimed; a
        second run for ``-f json`` could print something else.
        """
        lines = [
            [cell.strip() for cell in line.strip().strip('|').split('|')]
            for line in self.text.splitlines()
            if line.startswith('|')
        ]
        if not lines:
            return []
        header, *rest = lines
        rows: list[dict[str, str]] = []
        for cells in rest:
            row = dict(zip(header, cells, strict=True))
            if cells[0]:
                rows.append(row)
                continue
            # Every row has something in its first cell: this line goes on
            # with the cells of the one before.
            for name, more in row.items():
                rows[-1][name] = f'{rows[-1][name]} {more}'.strip()
        return rows

    def has_row(self, **cells: str) -> bool:
        """Whether a row has these cells; ``In_Use_By`` is ``In Use By``."""
        wanted = {name.replace('_', ' '): cell for name, cell in cells.items()}
        return any(wanted.items() <= row.items() for row in self.rows)

    def field(self, name: str) -> str:
        """A value of a command that shows one thing, '' if it has none."""
        for row in self.rows:
            if row.get('Field') == name:
                return row['Value']
        return ''


class Stage:
    """Where the commands are typed.

    :param program: the ``openstack`` to run.
    :param environ: what leads it to the cloud.
    :param directory: where files that the commands name are.
    :param out: where to show it all.
    """

    def __init__(
        self,
        program: Path,
        environ: Mapping[str, str],
        directory: Path,
        out: typing.TextIO,
    ) -> None:
        self._program = program
        # CLIFF_FIT_WIDTH would break IDs apart, and then no row is as said.
        self._environ = {
            name: value
            for name, value in environ.items()
            if not name.startswith('CLIFF_')
        }
        self._directory = directory
        self._out = out
        self._bright = out.isatty() and not os.environ.get('NO_COLOR')

    def say(self, prose: str) -> None:
        """Tell something to the reader."""
        self._print('')
        self._print(textwrap.dedent(prose).strip('\n'))

    def type(
        self,
        *words: str,
        expect: str,
        holds: Callable[[Shown], bool],
        code: int = 0,
    ) -> Shown:
        """Run ``openstack`` with these words and show it.

        :param expect: a clause that says what has to be true now.
        :param holds: tells from what was shown whether it is.
        :param code: the exit code that belongs to it.
        :raises OtherThanSaid: when the code or what was shown is different.
        """
        self._print('')
        command = f'$ openstack {shlex.join(words)}'
        self._print(f'\033[1m{command}\033[0m' if self._bright else command)
        done = self._run(*words, stderr=subprocess.STDOUT)
        shown = Shown(done.returncode, done.stdout)
        if shown.text:
            self._print(shown.text.rstrip('\n'))
        if shown.code:
            self._print(f'(exit code {shown.code})')
        if shown.code != code or not holds(shown):
            raise OtherThanSaid(
                f'The command above should have ended with exit code {code}'
                f', and {expect}. It ended with {shown.code}, and what it '
                'printed is above.'
            )
        return shown

    def write(self, name: str, text: str) -> None:
        """Write a file that the next commands name, and show it."""
        (self._directory / name).write_text(text, encoding='utf-8')
        self._print('')
        command = f'$ cat {shlex.quote(name)}'
        self._print(f'\033[1m{command}\033[0m' if self._bright else command)
        self._print(text.rstrip('\n'))

    def ask(self, *words: str) -> list[dict[str, typing.Any]]:
        """Return the rows of a command without showing anything.

        :raises OtherThanSaid: when it fails.
        """
        done = self._run(*words, '-f', 'json', stderr=subprocess.PIPE)
        _check(words, done)
        return typing.cast(
            'list[dict[str, typing.Any]]', json.loads(done.stdout)
        )

    def do(self, *words: str) -> None:
        """Run a command without showing anything.

        :raises OtherThanSaid: when it fails.
        """
        _check(words, self._run(*words, stderr=subprocess.PIPE))

    def _run(
        self, *words: str, stderr: int
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._program, *words],
            cwd=self._directory,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            encoding='utf-8',
            errors='replace',
            check=False,
        )

    def _print(self, text: str) -> None:
        print(text, file=self._out, flush=True)


def _check(
    words: tuple[str, ...], done: subprocess.CompletedProcess[str]
) -> None:
    if done.returncode:
        raise OtherThanSaid(
            f'"openstack {shlex.join(words)}" ended with {done.returncode}: '
            f'{done.stderr.strip()}'
        )
