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

"""Tries mutants in a copy of the tree."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys
import typing

from mutants import reach as reach_

if typing.TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Sequence

    from mutants import mutant as mutant_

TOP = pathlib.Path(__file__).parents[1]

_LEFT_OUT = ('.*', '__pycache__', '*.egg-info', 'build', 'dist', 'cover')


class Copy:
    """A copy of the tree, and a process that runs tests in it.

    The tree itself is never changed.

    :param directory: must not be there yet.
    :ivar tests: all unit tests.
    """

    def __init__(self, directory: pathlib.Path) -> None:
        self._directory = directory / 'tree'
        shutil.copytree(
            TOP, self._directory, ignore=shutil.ignore_patterns(*_LEFT_OUT)
        )
        # What is killed leaves its files behind.
        temporary = directory / 'tmp'
        temporary.mkdir()
        self._environment = {
            **os.environ,
            # The interpreter looks at times and sizes of files only, and two
            # mutants within a second may be of the same size.
            'PYTHONDONTWRITEBYTECODE': '1',
            'PYTHONPATH': str(self._directory),
            'TMPDIR': str(temporary),
            # The one that knows contexts, whichever the Python.
            'COVERAGE_CORE': 'ctrace',
        }
        self._nursery = subprocess.Popen(
            [sys.executable, '-m', 'mutants.nursery'],
            cwd=self._directory,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.tests = frozenset(typing.cast('list[str]', self._answer()))

    def close(self) -> None:
        assert self._nursery.stdin is not None
        self._nursery.stdin.close()
        self._nursery.wait()

    def reach(self) -> reach_.Reach:
        """Run all unit tests, and return what they reach."""
        path = self._directory.parent / 'reach.json'
        subprocess.run(
            [sys.executable, '-m', 'mutants.reach', str(path)],
            cwd=self._directory,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        return reach_.read(path)

    def noticing(
        self,
        mutant: mutant_.Mutant | None,
        tests: Sequence[str],
        seconds: Mapping[str, float],
    ) -> str | None:
        """Return the first test that notices a mutant, or None.

        :param mutant: None for the package as it is.
        :param seconds: how long each test takes, as far as that is known.
        """
        if not tests:
            return None
        timed = [(test, seconds.get(test, 1.0)) for test in tests]
        if mutant is None:
            return self._tried(timed)
        path = self._directory / mutant.path
        true = path.read_text(encoding='utf-8')
        path.write_text(mutant.text(), encoding='utf-8')
        try:
            return self._tried(timed)
        finally:
            path.write_text(true, encoding='utf-8')

    def _tried(self, timed: Sequence[tuple[str, float]]) -> str | None:
        assert self._nursery.stdin is not None
        self._nursery.stdin.write(json.dumps({'tests': timed}) + '\n')
        self._nursery.stdin.flush()
        answer = typing.cast('dict[str, typing.Any]', self._answer())
        return typing.cast('str | None', answer['noticed'])

    def _answer(self) -> object:
        assert self._nursery.stdout is not None
        line = self._nursery.stdout.readline()
        if not line:
            raise RuntimeError('the process that runs the tests has ended')
        return json.loads(line)
