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

"""Every request of a command times everything that can happen to it.

The cases come from a run that nobody disturbs, so a request that is new is
covered as soon as it is made.
"""

from collections.abc import Iterator
import dataclasses
import json
import os
import pathlib
import time
import typing

from tests.faults import checks
from tests.faults import faults
from tests.faults import scenarios
from tests.faults import stage as stage_
from tests.functional import base

#: Every so many cases one is run with --debug.
_DEBUG = 5


@dataclasses.dataclass(frozen=True)
class Case:
    """One fault for one request of a scenario."""

    number: int
    fault: faults.Fault
    debug: bool


class Matrix:
    """The cases of one scenario.

    :ivar cases: how many have been run.
    :ivar broken: a record of each that did not hold.
    """

    def __init__(
        self, test: base.TestCase, scenario: scenarios.Scenario
    ) -> None:
        self._test = test
        self._begun = time.monotonic()
        self._stage = stage_.Stage(test, scenario)
        self.cases = 0
        self.broken: list[dict[str, typing.Any]] = []
        self.undisturbed = self._undisturbed()

    def _undisturbed(self) -> stage_.Run:
        """Run it as it should be: what has to be true then is true."""
        stage = self._stage
        stage.line.begin()
        run = stage.run()
        told = run.result.stdout + run.result.stderr
        self._test.assertEqual(stage.scenario.code, run.result.code, told)
        self._test.assertEqual(stage.end, run.state, told)
        self._test.assertEqual([], list(checks.honesty(stage, run, True)))
        stage.reset()
        return run

    def all(self, turn: int) -> Iterator[Case]:
        """Yield every case, but only some for OpenStackClient's requests.

        Those are the same in every scenario.

        :param turn: another number begins with another fault.
        """
        yield from (c for c in self.some(turn) if not self._ours(c.number))
        for number in range(len(self.undisturbed.asked)):
            if self._ours(number):
                for fault in faults.FAULTS:
                    yield self._case(number, fault)

    def some(self, turn: int) -> Iterator[Case]:
        """Yield one or two faults for each request, other ones each turn."""
        for number, asked in enumerate(self.undisturbed.asked):
            some = {faults.FAULTS[(turn + number) % len(faults.FAULTS)].name}
            if not asked.reads and self._ours(number):
                some.add('closed after')
            for name in sorted(some):
                yield self._case(number, faults.BY_NAME[name])

    def _ours(self, number: int) -> bool:
        """Tell whether a request is made by the code under test."""
        return number >= self.undisturbed.own_from

    @staticmethod
    def _case(number: int, fault: faults.Fault) -> Case:
        debug = (number + faults.FAULTS.index(fault)) % _DEBUG == 0
        return Case(number, fault, debug)

    def run(self, case: Case) -> None:
        """Run one case and note what is wrong."""
        stage = self._stage
        stage.line.begin_with(case.number, case.fault)
        run = stage.run(fault=case.fault, debug=case.debug)
        wrong = list(self._wrong(case, run))
        again = None
        if run.since != stage.seen[1]:
            # What is as it was needs no proof that it can be done.
            stage.line.begin()
            again = stage.run()
            wrong += checks.repetition(stage, again, self.undisturbed)
            stage.reset()
        self.cases += 1
        if wrong:
            self._note(case, run, again, wrong)

    def _wrong(self, case: Case, run: stage_.Run) -> Iterator[str]:
        stage, fault = self._stage, case.fault
        yield from checks.access(stage, run)
        yield from checks.secrets(stage, run, debug=case.debug)
        yield from checks.ending(run, fault)
        if not self._ours(case.number):
            return
        asked = self.undisturbed.asked[case.number]
        yield from checks.success(stage, run)
        yield from checks.honesty(
            stage,
            run,
            sure=not (fault.slow or fault.lasting or asked.reads),
        )
        yield from checks.use(stage, run, self.undisturbed, case.number)

    def _note(
        self,
        case: Case,
        run: stage_.Run,
        again: stage_.Run | None,
        wrong: list[str],
    ) -> None:
        self.broken.append(
            {
                'request': f'{case.number} {run.asked[case.number]}'
                if case.number < len(run.asked)
                else f'{case.number}, which was not made',
                'fault': case.fault.name,
                'wrong': wrong,
                'code': run.result.code,
                'asked': [str(each) for each in run.asked],
                'stdout': run.result.stdout,
                'stderr': '(debug)' if case.debug else run.result.stderr,
                'again': None if again is None else again.result.stderr,
            }
        )

    def report(self, suite: str) -> str:
        """Write what was found to a file, and return it as a text."""
        scenario = self._stage.scenario
        record = {
            'scenario': scenario.name,
            'requests': [str(each) for each in self.undisturbed.asked],
            'cases': self.cases,
            'held': self.cases - len(self.broken),
            'seconds': round(time.monotonic() - self._begun, 1),
            'broken': self.broken,
        }
        directory = results(suite)
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / f'{scenario.name.replace(" ", "-")}.json'
        path.write_text(json.dumps(record, indent=1))
        return json.dumps(self.broken, indent=1)


def results(suite: str) -> pathlib.Path:
    """Return the directory for the results of a suite, git-ignored."""
    cloud = pathlib.Path(os.environ['OSC_IMAGESHARE_CLOUD'])
    return cloud.parent / 'results' / suite
