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

"""Tries a sample of mutants of each module, and compares with the list."""

from __future__ import annotations

import argparse
import concurrent.futures
import contextlib
import datetime
import os
import pathlib
import platform
import queue
import tempfile
import time
import typing

from mutants import mutant as mutant_
from mutants import noticed as noticed_
from mutants import reach as reach_
from mutants import trial

if typing.TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping
    from collections.abc import Sequence

_PACKAGE = 'osc_imageshare'


def samples(words: Sequence[str]) -> dict[str, list[mutant_.Mutant]]:
    """Return the mutants that are tried, by module.

    :param words: only modules whose path has such a word.
    """
    # Needs what the other environments do not have.
    from mutants import source

    chosen = {}
    for file in sorted((trial.TOP / _PACKAGE).rglob('*.py')):
        path = file.relative_to(trial.TOP).as_posix()
        if words and not any(word in path for word in words):
            continue
        text = file.read_text(encoding='utf-8')
        found = mutant_.sample(source.mutants(path, text))
        if found:
            chosen[path] = found
    return chosen


class Run:
    """Tries mutants with as many processes as there are copies.

    :param listed: what was noticed before.
    """

    def __init__(
        self, copies: Sequence[trial.Copy], listed: noticed_.Noticed
    ) -> None:
        self._copies: queue.Queue[trial.Copy] = queue.Queue()
        for copy in copies:
            self._copies.put(copy)
        self._number = len(copies)
        self._tests = copies[0].tests
        self._listed = listed
        self._reach: reach_.Reach | None = None

    @property
    def reach(self) -> reach_.Reach:
        """What the tests reach; to find that takes a run of all of them."""
        if self._reach is None:
            with self._a_copy() as copy:
                started = time.monotonic()
                self._reach = copy.reach()
            print(
                f'{len(self._reach.seconds)} tests reach what they reach:'
                f' {time.monotonic() - started:.0f} seconds',
                flush=True,
            )
            for test in self._reach.failed:
                print(f'fails without any change: {test}', flush=True)
        return self._reach

    def failing(self, chosen: Sequence[mutant_.Mutant]) -> str | None:
        """Return a test that is listed and fails without any change."""
        known = {test for one in chosen if (test := self._known(one))}
        with self._a_copy() as copy:
            return copy.noticing(None, sorted(known), {})

    def known(self, chosen: Sequence[mutant_.Mutant]) -> dict[str, str | None]:
        """Try only the tests that have noticed the mutants before."""

        def tests(one: mutant_.Mutant) -> list[str]:
            known = self._known(one)
            return [known] if known else []

        return self._tried(chosen, tests, {})

    def all(self, chosen: Sequence[mutant_.Mutant]) -> dict[str, str | None]:
        """Try all tests that reach the mutants."""
        reach = self.reach

        def tests(one: mutant_.Mutant) -> list[str]:
            return reach.tests_of(one, self._known(one))

        return self._tried(chosen, tests, reach.seconds)

    def _known(self, one: mutant_.Mutant) -> str | None:
        """Return the test that noticed a mutant, if that test still is."""
        test = self._listed.get(one.path, {}).get(one.name)
        return test if test in self._tests else None

    def _tried(
        self,
        chosen: Sequence[mutant_.Mutant],
        tests: Callable[[mutant_.Mutant], list[str]],
        seconds: Mapping[str, float],
    ) -> dict[str, str | None]:
        def tried(one: mutant_.Mutant) -> str | None:
            with self._a_copy() as copy:
                return copy.noticing(one, tests(one), seconds)

        with concurrent.futures.ThreadPoolExecutor(self._number) as pool:
            found = pool.map(tried, chosen)
            return {
                one.name: test for one, test in zip(chosen, found, strict=True)
            }

    @contextlib.contextmanager
    def _a_copy(self) -> typing.Iterator[trial.Copy]:
        copy = self._copies.get()
        try:
            yield copy
        finally:
            self._copies.put(copy)


def record(
    run: Run,
    chosen: Mapping[str, Sequence[mutant_.Mutant]],
    listed: noticed_.Noticed,
) -> int:
    """Make the list anew, for the modules that were chosen."""
    modules = {
        path: tests
        for path, tests in listed.items()
        if (trial.TOP / path).exists()
    }
    started = time.monotonic()
    _ = run.reach
    for path, mutants in chosen.items():
        begun = time.monotonic()
        modules[path] = run.all(mutants)
        _say(path, modules[path], time.monotonic() - begun)
        _differ(noticed_.compared(listed.get(path, {}), modules[path]))
        # Whoever interrupts this keeps what there is.
        noticed_.write(
            modules,
            {
                'on': datetime.date.today().isoformat(),
                'with': f'Python {platform.python_version()}',
                'sample': f'{mutant_.EACH} of each module',
                'tests': f'{reach_.MOST} of those that reach a mutant',
                'seconds': f'{time.monotonic() - started:.0f}'
                f' for {len(chosen)} modules',
            },
        )
    return 0


def compare(
    run: Run,
    chosen: Mapping[str, Sequence[mutant_.Mutant]],
    listed: noticed_.Noticed,
) -> int:
    """Look whether all that was noticed still is."""
    failing = run.failing(
        [one for mutants in chosen.values() for one in mutants]
    )
    if failing:
        print(f'fails without any change: {failing}')
        return 1
    lost = 0
    new = 0
    tried = 0
    for path, mutants in chosen.items():
        begun = time.monotonic()
        before = listed.get(path, {})
        once = [one for one in mutants if before.get(one.name)]
        now = run.known(once)
        # Another test may do.
        again = [one for one in once if not now[one.name]]
        if again:
            now |= run.all(again)
        _say(path, now, time.monotonic() - begun)
        difference = noticed_.compared(
            {name: test for name, test in before.items() if test}, now
        )
        _differ(difference)
        lost += len(difference.lost)
        tried += len(now)
        new += sum(one.name not in before for one in mutants)
    print(
        f'{tried} mutants that were noticed, {lost} of them no longer;'
        f' {new} are not in the list'
    )
    if new > tried:
        print('The list is of another package: make it anew with --record.')
        return 1
    return 1 if lost else 0


def _say(path: str, tests: Mapping[str, str | None], seconds: float) -> None:
    noticed = len([test for test in tests.values() if test])
    print(
        f'{path}: {noticed} of {len(tests)} noticed, {seconds:.0f} seconds',
        flush=True,
    )


def _differ(difference: noticed_.Difference) -> None:
    for name, test in difference.lost.items():
        print(f'  no longer noticed: {name}\n    it was by {test}', flush=True)
    for name in difference.won:
        print(f'  noticed now: {name}', flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog='python -m mutants', description=__doc__
    )
    parser.add_argument(
        'words', nargs='*', help='only modules with such a word in their path'
    )
    parser.add_argument(
        '--record', action='store_true', help='make the list anew'
    )
    parser.add_argument(
        '--jobs', type=int, default=os.cpu_count() or 1, help='at once'
    )
    args = parser.parse_args(argv)
    chosen = samples(args.words)
    if not chosen:
        parser.error('no such module')
    listed = noticed_.read()
    with (
        tempfile.TemporaryDirectory(prefix='mutants-') as directory,
        contextlib.ExitStack() as stack,
    ):
        copies = []
        for number in range(args.jobs):
            copy = trial.Copy(pathlib.Path(directory, str(number)))
            stack.callback(copy.close)
            copies.append(copy)
        run = Run(copies, listed)
        work = record if args.record else compare
        return work(run, chosen, listed)
