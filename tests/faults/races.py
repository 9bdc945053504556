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

"""What somebody else does between two requests of a command."""

from collections.abc import Iterator
import dataclasses
import time

from tests.faults import checks
from tests.faults import events
from tests.faults import matrix
from tests.faults import scenarios
from tests.faults import stage as stage_

#: Somewhat more than the second in which two times cannot be told apart.
_A_SECOND = 1.1


@dataclasses.dataclass(frozen=True)
class Race:
    """An event before one request."""

    number: int
    event: events.Event

    def __str__(self) -> str:
        return self.event.name


class Races(matrix.Matrix[Race]):
    """The races of one scenario."""

    SUITE = 'races'

    # What others have done decides how a second run ends.
    REPEATED = False

    @classmethod
    def covers(cls, scenario: scenarios.Scenario) -> bool:
        # Those in which nobody but the command does anything else already.
        return (
            scenario.changes
            # A plan that somebody overtakes is as good as any.
            and '--dry-run' not in scenario.argv
            and scenario.code == 0
            and scenario.start.seen == scenario.start
            and not scenario.made
        )

    def all(self, turn: int) -> Iterator[Race]:
        for number in self.ours():
            for event in events.EVENTS:
                yield Race(number, event)

    def some(self, turn: int) -> Iterator[Race]:
        """Yield one for a part of what is read, and for each change."""
        for number, place in self.sampled(turn):
            yield Race(number, events.EVENTS[place % len(events.EVENTS)])

    def request(self, case: Race) -> int:
        return case.number

    def attempt(self, case: Race) -> stage_.Run:
        stage = self.stage

        def act() -> None:
            if case.event.stays and stage.start == scenarios.PRIVATE:
                # Glance's times are in seconds: in the one in which the
                # image was still private, a member counts as an old one.
                time.sleep(_A_SECOND)
            case.event.act(stage)

        stage.begin_with_event(case.number, act)
        return stage.run()

    def wrong(self, case: Race, run: stage_.Run) -> Iterator[str]:
        stage = self.stage
        yield from checks.secrets(stage, run)
        yield from checks.ending(run, slow=False)
        yield from checks.event(stage, run, stays=case.event.stays)
        yield from checks.wording(run)
        yield from checks.honesty(stage, run, sure=False)
