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

"""Every request of a command times everything that can happen to it."""

from collections.abc import Iterator
import dataclasses
import typing

from tests.faults import checks
from tests.faults import faults
from tests.faults import matrix
from tests.faults import stage as stage_

#: Every so many cases one is run with --debug.
_DEBUG = 5


@dataclasses.dataclass(frozen=True)
class Case:
    """One fault for one request of a scenario."""

    number: int
    fault: faults.Fault
    debug: bool

    def __str__(self) -> str:
        return self.fault.name + (' (--debug)' if self.debug else '')


class Faults(matrix.Matrix[Case]):
    """The faults of one scenario."""

    SUITE = 'faults'

    #: What can happen to each of its requests.
    FAULTS: typing.ClassVar[tuple[faults.Fault, ...]] = faults.FAULTS

    def all(self, turn: int) -> Iterator[Case]:
        """Yield every case, but only some for OpenStackClient's requests.

        Those are the same in every scenario.
        """
        yield from self._of_the_client(turn)
        for number in self.ours():
            for fault in self.FAULTS:
                yield self._case(number, fault)

    def some(self, turn: int) -> Iterator[Case]:
        """Yield a case for a part of what is read, one for each change.

        Of every other change the answer is lost.
        """
        if turn % matrix.PART == 0:
            yield from self._of_the_client(turn)
        lost = faults.BY_NAME['closed after']
        for number, place in self.sampled(turn):
            fault = self._turn(place)
            if not self.undisturbed.asked[number].reads:
                fault = lost if place % 2 else self._turn(place // 2)
            yield self._case(number, fault)

    def _of_the_client(self, turn: int) -> Iterator[Case]:
        for number in range(len(self.undisturbed.asked)):
            fault = self._turn(turn + number)
            # keystoneauth waits for itself, for ever, when a Keystone wants a
            # token for telling its versions.
            if number not in self.ours() and (number or fault.name != '401'):
                yield self._case(number, fault)

    def _turn(self, turn: int) -> faults.Fault:
        """Return one fault after the other, again and again."""
        return self.FAULTS[turn % len(self.FAULTS)]

    def _case(self, number: int, fault: faults.Fault) -> Case:
        debug = (number + self.FAULTS.index(fault)) % _DEBUG == 0
        return Case(number, fault, debug)

    def request(self, case: Case) -> int:
        return case.number

    def attempt(self, case: Case) -> stage_.Run:
        self.stage.line.begin_with(case.number, case.fault)
        return self.stage.run(slow=case.fault.slow, debug=case.debug)

    @staticmethod
    def _alone(case: Case, run: stage_.Run) -> bool:
        """Tell whether the caller may not know its own projects any more.

        That is no error: credentials may be good for other services only.
        """
        return (
            case.fault.refuses
            # Not of the undisturbed run: what is asked at once has no order,
            # and what waits asks as often as it has to.
            and case.number < len(run.asked)
            and run.asked[case.number].target == '/v3/auth/projects'
        )

    def excusable(self, case: Case) -> bool:
        return case.fault.lasting

    def wrong(self, case: Case, run: stage_.Run) -> Iterator[str]:
        stage, fault = self.stage, case.fault
        own = case.number in self.ours()
        yield from checks.access(
            stage, run, left_open=self.admitted(case, run)
        )
        yield from checks.secrets(stage, run, traceback=case.debug and not own)
        yield from checks.ending(run, slow=fault.slow)
        yield from checks.success(
            stage, run, self.undisturbed, alone=self._alone(case, run)
        )
        if not own:
            return
        asked = self.undisturbed.asked[case.number]
        sure = not (fault.slow or fault.lasting or asked.reads)
        yield from checks.honesty(stage, run, sure=sure)
        if not case.debug:
            yield from checks.wording(run)
        yield from checks.use(stage, run, self.undisturbed, case.number, fault)
