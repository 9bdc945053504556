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

"""Runs tests on one mutant after the other, each in a process of its own.

``python -m mutants.nursery`` writes the IDs of all tests to standard output,
then reads trials from standard input and answers each: a line of JSON each
time. It has imported all that the tests need but the package and the tests,
and forks: a mutant costs what its tests cost, and not the second that the
clients take to be imported.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import pathlib
import resource
import signal
import sys
import typing
import unittest

import testtools

from mutants import tests as tests_

if typing.TYPE_CHECKING:
    from collections.abc import Sequence

#: End a test that has used up its seconds of the processor or of the clock.
_LIMITS = (signal.SIGPROF, signal.SIGALRM)

#: A mutant that eats up memory dies before the machine does.
_MEMORY = 4 << 30


def _imported(name: str) -> bool:
    """Tell whether a module is not of the tree.

    What is of the tree may be mutated, or import what is: each mutant imports
    it anew.
    """
    file = getattr(sys.modules[name], '__file__', None)
    return file is not None and pathlib.Path.cwd() not in (
        pathlib.Path(file).parents
    )


def _looked_at() -> tuple[list[str], list[str]]:
    """Return all tests, and what they and the package import.

    Nothing of it is imported in this process.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        tests_.prepare()
        tests_.import_package()
        tests = [test.id() for test in tests_.all_tests()]
        with os.fdopen(writing, 'w') as told:
            json.dump([tests, [*filter(_imported, list(sys.modules))]], told)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        tests, imported = json.load(answer)
    os.waitpid(child, 0)
    return tests, imported


def _try(trial: dict[str, typing.Any]) -> dict[str, typing.Any]:
    """Run tests until one fails.

    :param trial: ``tests``, pairs of an ID and of the seconds that it takes.
    :returns: the test that failed as ``noticed``, or None. A test that does
        not end, or ends the process, fails.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        try:
            _run(trial['tests'], writing)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as told:
        lines = told.read().splitlines()
    _, status = os.waitpid(child, 0)
    # What its tests have started and it could not stop any more.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    if lines and lines[-1] == 'passed':
        return {'noticed': None}
    if not lines:
        raise RuntimeError(f'no test was begun: status {status}')
    return {'noticed': lines[-1]}


def _run(tests: Sequence[tuple[str, float]], told: int) -> None:
    """Run tests and tell each before it runs, then how it went."""
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nothing, standard)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    tests_.prepare()
    for test, seconds in tests:
        os.write(told, f'{test}\n'.encode())
        # Generous: a mutant that waits for ever is rare, a machine that has
        # other work is not.
        signal.setitimer(signal.ITIMER_PROF, 10 + 10 * seconds)
        signal.setitimer(signal.ITIMER_REAL, 60 + 20 * seconds)
        loader = unittest.TestLoader()
        suite = loader.loadTestsFromName(test)
        result = testtools.TextTestResult(io.StringIO())
        if not loader.errors:
            suite.run(result)
        if loader.errors or not result.wasSuccessful():
            os._exit(0)
    os.write(told, b'passed\n')
    os._exit(0)


def main() -> int:
    tests, imported = _looked_at()
    for name in imported:
        try:
            importlib.import_module(name)
        except ImportError:
            # Made by what imports it, such as six.moves.
            continue
    for limit in _LIMITS:
        signal.signal(limit, signal.SIG_DFL)
    print(json.dumps(tests), flush=True)
    for line in sys.stdin:
        print(json.dumps(_try(json.loads(line))), flush=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
