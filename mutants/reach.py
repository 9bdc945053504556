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

"""Finds which tests reach which lines of the package.

``python -m mutants.reach <file>`` runs all unit tests below the current
directory, one after the other, and writes what it saw as JSON.
"""

from __future__ import annotations

import collections
import dataclasses
import functools
import io
import json
import pathlib
import sys
import time
import typing

if typing.TYPE_CHECKING:
    from collections.abc import Iterable

    from mutants import mutant as mutant_

#: As many of the tests that may notice a mutant are run, and at least so
#: many of those for other floors, if there are as many.
MOST = 100
_FAR = 30


@dataclasses.dataclass(frozen=True)
class Reach:
    """What the tests reach as long as nothing is changed.

    :ivar seconds: how long each test took that passed.
    :ivar lines: by path and line, the tests that executed it.
    :ivar failed: the tests that prove nothing.
    """

    seconds: dict[str, float]
    lines: dict[str, dict[int, list[str]]]
    failed: list[str]

    @functools.cached_property
    def _size(self) -> collections.Counter[str]:
        """The number of lines that each test reaches."""
        return collections.Counter(
            test
            for lines in self.lines.values()
            for tests in lines.values()
            for test in tests
        )

    def tests_of(
        self, mutant: mutant_.Mutant, first: str | None = None
    ) -> list[str]:
        """Return the tests that may notice a mutant, the likeliest first.

        :param first: a test that has noticed it before.
        """
        own = self._own_module(mutant)
        lines = self.lines.get(mutant.path, {})
        reaching = {
            test for line in mutant.lines for test in lines.get(line, ())
        }
        if mutant.on_import:
            if not reaching:
                reaching = {t for tests in lines.values() for t in tests}
            reaching |= {t for t in self.seconds if _module(t) == own}
        chosen = self._chosen(own, reaching)
        if first in self.seconds:
            chosen = [first, *(test for test in chosen if test != first)]
        return chosen

    @staticmethod
    def _own_module(mutant: mutant_.Mutant) -> str:
        """Return the name of the module that tests the mutant's module."""
        path = pathlib.Path(mutant.path)
        return '.'.join(['tests.unit', *path.parts[1:-1], f'test_{path.stem}'])

    def _chosen(self, own: str, reaching: Iterable[str]) -> list[str]:
        """Put the module's own tests first, its floor's next, then others.

        Of a floor's and of others, each module has its turn. Those that reach
        least come first: they are the quick ones, and the order is the same
        on every machine.
        """
        size = self._size
        of_module = collections.defaultdict(list)
        for test in sorted(reaching, key=lambda test: (size[test], test)):
            of_module[_module(test)].append(test)
        mine = of_module.pop(own, [])
        near: list[tuple[int, str]] = []
        far: list[tuple[int, str]] = []
        for module, tests in of_module.items():
            side = near if _room(module) == _room(own) else far
            side += enumerate(tests)
        others = [test for _, test in sorted(far)]
        mine += [test for _, test in sorted(near)]
        return (mine[: MOST - min(_FAR, len(others))] + others)[:MOST]


def _module(test: str) -> str:
    return test.rsplit('.', 2)[0]


def _room(module: str) -> str:
    return module.rpartition('.')[0]


def read(path: pathlib.Path) -> Reach:
    """Return what :func:`main` wrote."""
    written = json.loads(path.read_text(encoding='utf-8'))
    tests = list(written['seconds'])
    return Reach(
        written['seconds'],
        {
            path: {
                int(line): [tests[number] for number in numbers]
                for line, numbers in lines.items()
            }
            for path, lines in written['lines'].items()
        },
        written['failed'],
    )


def main(path: str) -> int:
    import coverage
    import testtools

    from mutants import tests as tests_

    tests_.prepare()
    measured = coverage.Coverage(
        data_file=None, config_file=False, source=[tests_.PACKAGE]
    )
    measured.start()
    tests_.import_package()
    seconds = {}
    failed = []
    for test in tests_.all_tests():
        measured.switch_context(test.id())
        result = testtools.TextTestResult(io.StringIO())
        started = time.monotonic()
        test.run(result)
        if result.wasSuccessful():
            seconds[test.id()] = round(time.monotonic() - started, 3)
        else:
            failed.append(test.id())
    measured.switch_context('')
    measured.stop()
    data = measured.get_data()
    numbers = {test: number for number, test in enumerate(seconds)}
    here = pathlib.Path.cwd()
    lines = {
        str(pathlib.Path(file).relative_to(here)): {
            line: [numbers[test] for test in tests if test in numbers]
            for line, tests in data.contexts_by_lineno(file).items()
        }
        for file in data.measured_files()
    }
    pathlib.Path(path).write_text(
        json.dumps({'seconds': seconds, 'lines': lines, 'failed': failed}),
        encoding='utf-8',
    )
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
