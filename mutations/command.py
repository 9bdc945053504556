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

"""Makes the changes, one after the other, and looks which tests notice.

Nothing is ever changed in the working tree: each worker has a copy of the
package and of its tests.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import os
import pathlib
import queue
import shutil
import subprocess
import sys
import tempfile
import typing

from mutations import change as change_
from mutations import changes

if typing.TYPE_CHECKING:
    from collections.abc import Sequence

_TOP = pathlib.Path(__file__).parents[1]


class Broken(Exception):
    """A change cannot be made, or the tests say nothing about it."""


class Copy:
    """A copy of the package and of its unit tests."""

    def __init__(self, directory: pathlib.Path) -> None:
        self._directory = directory
        for name in 'osc_imageshare', 'tests', 'mutations':
            shutil.copytree(
                _TOP / name,
                directory / name,
                ignore=shutil.ignore_patterns('__pycache__'),
            )

    def unnoticed(self, change: change_.Change) -> list[str]:
        """Return the tests that pass although the change is made.

        :raises Broken: for a change that is none any more.
        """
        path = self._directory / change.path
        true = path.read_text(encoding='utf-8')
        path.write_text(changed(true, change), encoding='utf-8')
        try:
            failed = self.failed(change.module, change.tests)
        finally:
            path.write_text(true, encoding='utf-8')
        return [test for test in change.tests if test not in failed]

    def failed(self, module: str, tests: Sequence[str]) -> list[str]:
        """Run tests and return those that failed."""
        done = subprocess.run(
            [sys.executable, '-m', 'mutations.outcome', module, *tests],
            cwd=self._directory,
            # The interpreter looks at times and sizes of files only, and two
            # changes within a second may be of the same size.
            env={**os.environ, 'PYTHONDONTWRITEBYTECODE': '1'},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Broken(done.stderr.strip().splitlines()[-1])
        return typing.cast('list[str]', json.loads(done.stdout))


def changed(text: str, change: change_.Change) -> str:
    """Return the text of a module with the change made.

    :raises Broken: unless the text that is to be replaced is there, once.
    """
    times = text.count(change.source)
    if times != 1:
        raise Broken(
            f'{change.path} has this {times} times, not once:\n{change.source}'
        )
    return text.replace(change.source, change.replacement)


def _all_found(chosen: Sequence[change_.Change]) -> bool:
    """Look whether every change can still be made."""
    found = True
    for change in chosen:
        try:
            changed((_TOP / change.path).read_text(encoding='utf-8'), change)
        except (Broken, OSError) as exc:
            found = False
            print(f'{change.name}: {exc}')
    return found


def _try(
    change: change_.Change, copies: queue.Queue[Copy]
) -> tuple[change_.Change, str | None]:
    """Make a change; return why that proves nothing, or None."""
    copy = copies.get()
    try:
        unnoticed = copy.unnoticed(change)
    except Broken as exc:
        return change, str(exc)
    finally:
        copies.put(copy)
    if unnoticed:
        return change, 'not noticed by ' + ', '.join(unnoticed)
    return change, None


def _passing(chosen: Sequence[change_.Change], copy: Copy) -> bool:
    """Look whether the tests pass as long as nothing is changed."""
    tests = sorted({test for change in chosen for test in change.tests})
    try:
        failed = copy.failed('osc_imageshare', tests)
    except Broken as exc:
        print(exc)
        return False
    for test in failed:
        print(f'fails without any change: {test}')
    return not failed


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog='python -m mutations', description=__doc__
    )
    parser.add_argument(
        'words', nargs='*', help='only changes with such a word in their name'
    )
    words = parser.parse_args(argv).words
    chosen = [
        change
        for change in changes.CHANGES
        if not words or any(word in change.name for word in words)
    ]
    if not chosen:
        parser.error('no such change')
    if not _all_found(chosen):
        return 1
    workers = os.cpu_count() or 1
    copies: queue.Queue[Copy] = queue.Queue()
    with tempfile.TemporaryDirectory(prefix='mutations-') as directory:
        for number in range(workers):
            copies.put(Copy(pathlib.Path(directory, str(number))))
        copy = copies.get()
        if not _passing(chosen, copy):
            return 1
        copies.put(copy)
        with concurrent.futures.ThreadPoolExecutor(workers) as pool:
            tried = [pool.submit(_try, change, copies) for change in chosen]
            wrong = 0
            for change, why in (done.result() for done in tried):
                wrong += why is not None
                print(f'{change.name}: {why or "noticed"}', flush=True)
    print(f'{len(chosen)} changes, {len(chosen) - wrong} of them noticed')
    return 1 if wrong else 0
