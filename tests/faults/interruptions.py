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

"""Signals while a command waits for an answer, at every request.

Commands run in this process, which sends itself the signal.
"""

from collections.abc import Iterator
import dataclasses
import os
import signal

from tests.faults import checks
from tests.faults import matrix
from tests.faults import scenarios
from tests.faults import stage as stage_

CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}

#: Those of which a second one means that somebody is in a hurry.
_HURRIED = frozenset({signal.SIGINT, signal.SIGTERM})


@dataclasses.dataclass(frozen=True)
class Interruption:
    """A signal at one request.

    :ivar after: whether the request has been carried out by then; else it
        never is.
    :ivar twice: whether there is a second one while the first is handled.
    """

    number: int
    signum: signal.Signals
    after: bool
    twice: bool = False

    def __str__(self) -> str:
        often = ' twice' if self.twice else ''
        when = 'after it was' if self.after else 'before it could be'
        return f'{self.signum.name}{often} {when} carried out'


class Interruptions(matrix.Matrix[Interruption]):
    """The interruptions of one scenario.

    Those of OpenStackClient's own authentication are its own.
    """

    SUITE = 'interruptions'

    @classmethod
    def covers(cls, scenario: scenarios.Scenario) -> bool:
        # A command that only reads is interrupted in the usual situations:
        # what it can be wrong about in others are faults.
        return scenario.changes or not scenario.unusual

    def all(self, turn: int) -> Iterator[Interruption]:
        for number in self.ours():
            for signum in CODES:
                for after in False, True:
                    for twice in False, True:
                        yield Interruption(number, signum, after, twice)

    def some(self, turn: int) -> Iterator[Interruption]:
        """Yield one for a part of what is read, and for each change."""
        signals = list(CODES)
        for number, place in self.sampled(turn):
            # One after the other, in every combination.
            place, signum = divmod(place, len(signals))
            place, after = divmod(place, 2)
            reads = self.undisturbed.asked[number].reads
            twice = not reads and place % 2 == 1
            yield Interruption(number, signals[signum], bool(after), twice)

    def request(self, case: Interruption) -> int:
        return case.number

    def attempt(self, case: Interruption) -> stage_.Run:
        def interrupt() -> None:
            # Nobody waits for what only reads: its answer may come when the
            # command has ended, and the signal would meet the test runner.
            if self.stage.running:
                os.kill(os.getpid(), case.signum)

        self.stage.line.begin_interrupted(
            case.number, interrupt, case.after, case.twice
        )
        return self.stage.run()

    def excusable(self, case: Interruption) -> bool:
        return self._hurried(case)

    @staticmethod
    def _hurried(case: Interruption) -> bool:
        """Whoever hangs up twice wants no less to be done than once."""
        return case.twice and case.signum in _HURRIED

    def wrong(self, case: Interruption, run: stage_.Run) -> Iterator[str]:
        stage = self.stage
        yield from checks.access(
            stage, run, left_open=self.admitted(case, run)
        )
        yield from checks.left_open(stage, run)
        yield from checks.secrets(stage, run)
        yield from checks.ending(run, slow=False)
        yield from checks.interruption(run, CODES[case.signum])
        yield from checks.wording(run)
        # Who is in a hurry twice is told what to do instead.
        yield from checks.honesty(stage, run, sure=not self._hurried(case))
