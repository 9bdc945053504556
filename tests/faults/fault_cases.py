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

    def all(self, turn: int) -> Iterator[Case]:
        """Yield every case, but only some for OpenStackClient's requests.

        Those are the same in every scenario.
        """
        yield from (c for c in self.some(turn) if c.number not in self.ours())
        for number in self.ours():
            for fault in faults.FAULTS:
                yield self._case(number, fault)

    def some(self, turn: int) -> Iterator[Case]:
        for number, asked in enumerate(self.undisturbed.asked):
            some = {faults.FAULTS[(turn + number) % len(faults.FAULTS)].name}
            if number in self.ours():
                if not asked.reads:
                    some.add('closed after')
            elif number == 0:
                # keystoneauth waits for itself, for ever, when a Keystone
                # wants a token for telling its versions.
                some.discard('401')
            for name in sorted(some):
                yield self._case(number, faults.BY_NAME[name])

    @staticmethod
    def _case(number: int, fault: faults.Fault) -> Case:
        debug = (number + faults.FAULTS.index(fault)) % _DEBUG == 0
        return Case(number, fault, debug)

    def request(self, case: Case) -> int:
        return case.number

    def attempt(self, case: Case) -> stage_.Run:
        self.stage.line.begin_with(case.number, case.fault)
        return self.stage.run(slow=case.fault.slow, debug=case.debug)

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
        yield from checks.success(stage, run, self.undisturbed)
        if not own:
            return
        asked = self.undisturbed.asked[case.number]
        sure = not (fault.slow or fault.lasting or asked.reads)
        yield from checks.honesty(stage, run, sure=sure)
        if not case.debug:
            yield from checks.wording(run)
        yield from checks.use(stage, run, self.undisturbed, case.number, fault)
