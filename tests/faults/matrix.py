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

"""A scenario again and again, each time with something else that goes wrong.

What can go wrong is known to the subclasses. The cases come from a run that
nobody disturbs, so a request that is new is covered as soon as it is made.
"""

import abc
from collections.abc import Iterator
import json
import re
import time
import typing

from tests.faults import checks
from tests.faults import results
from tests.faults import scenarios
from tests.faults import stage as stage_
from tests.live import base

_Case = typing.TypeVar('_Case')

#: Where only some cases are run, one of so many requests that change nothing
#: gets one: which of them is another one in each scenario.
PART = 10


class Matrix(abc.ABC, typing.Generic[_Case]):
    """The cases of one scenario.

    :ivar stage: what the scenario is played on, here and by other matrices.
    :ivar undisturbed: the run that the cases come from.
    :ivar cases: how many have been run.
    :ivar broken: a record of each that did not hold.
    :ivar left_open: how many of the others have left an image open that
        could not be made private again, and said so.
    """

    #: How it is called in the results.
    SUITE: typing.ClassVar[str]

    #: What a scenario is played on.
    STAGE: typing.ClassVar[type[stage_.Stage]] = stage_.Stage

    #: Whether the command ends as it should when it is run once more.
    REPEATED: typing.ClassVar[bool] = True

    def __init__(
        self, stage: stage_.Stage, undisturbed: stage_.Run | None = None
    ) -> None:
        """Prepare for cases.

        :param undisturbed: a run that another matrix has had already.
        """
        self._begun = time.monotonic()
        self.stage = stage
        self.cases = 0
        self.broken: list[dict[str, typing.Any]] = []
        self.left_open = 0
        self.undisturbed = undisturbed or self._undisturbed()

    @classmethod
    def covers(cls, scenario: scenarios.Scenario) -> bool:
        """Tell whether there is something to learn from a scenario."""
        return True

    def _undisturbed(self) -> stage_.Run:
        """Run it as it should be: what has to be true then is true."""
        stage, test = self.stage, self.stage.test
        stage.line.begin()
        run = stage.run()
        told = run.result.stdout + run.result.stderr
        test.assertEqual(stage.scenario.code, run.result.code, told)
        test.assertEqual(stage.end, run.state, told)
        test.assertEqual([], list(checks.honesty(stage, run, True)))
        test.assertEqual([], list(checks.wording(run)))
        stage.reset()
        return run

    @abc.abstractmethod
    def all(self, turn: int) -> Iterator[_Case]:
        """Yield every case.

        :param turn: where only some of many are worth a case, another number
            begins with another one.
        """

    @abc.abstractmethod
    def some(self, turn: int) -> Iterator[_Case]:
        """Yield a few cases for each request, other ones each turn."""

    def sampled(self, turn: int) -> Iterator[tuple[int, int]]:
        """Yield each request that changes something, and a part of the rest.

        With each comes a place, which is another one each turn: what is one of
        several kinds takes them one after the other.
        """
        for number in self.ours():
            place = turn + number
            if self.undisturbed.asked[number].reads:
                place, rest = divmod(place, PART)
                if rest:
                    continue
            yield number, place

    @abc.abstractmethod
    def attempt(self, case: _Case) -> stage_.Run:
        """Run the command in the circumstances of the case."""

    @abc.abstractmethod
    def wrong(self, case: _Case, run: stage_.Run) -> Iterator[str]:
        """Yield a sentence for everything that is wrong with a run."""

    @abc.abstractmethod
    def request(self, case: _Case) -> int:
        """Return the number of the request that a case is about."""

    def excusable(self, case: _Case) -> bool:
        """Tell whether nobody could have made the image private again."""
        return False

    def admitted(self, case: _Case, run: stage_.Run) -> bool:
        """Tell whether a run is excused for leaving the image open."""
        return self.excusable(case) and checks.admits(run)

    def ours(self) -> range:
        """Return the numbers of the requests that the code under test makes.

        Those before are OpenStackClient's authentication.
        """
        return range(self.undisturbed.own_from, len(self.undisturbed.asked))

    def run(self, case: _Case) -> None:
        """Run one case and note what is wrong."""
        stage = self.stage
        run = self.attempt(case)
        wrong = list(self.wrong(case, run))
        again = None
        left_open = self.admitted(case, run) and any(checks.access(stage, run))
        if (run.state, run.since) != stage.seen:
            # What is as it was needs no proof that it can be done.
            if self.REPEATED:
                if left_open:
                    # As the command has said.
                    stage.image.show('private')
                stage.line.begin()
                again = stage.run()
                wrong += checks.repetition(stage, again, self.undisturbed)
            stage.reset()
        self.cases += 1
        self.left_open += left_open and not wrong
        if wrong:
            self._note(case, run, again, wrong)

    def _note(
        self,
        case: _Case,
        run: stage_.Run,
        again: stage_.Run | None,
        wrong: list[str],
    ) -> None:
        number = self.request(case)
        # What is asked at once has no order: this run's counts.
        asked = (*run.asked, *self.undisturbed.asked[len(run.asked) :])
        self.broken.append(
            {
                'case': str(case),
                'request': f'{number} {asked[number]}',
                'wrong': wrong,
                'code': run.result.code,
                'asked': [str(each) for each in run.asked],
                'stdout': run.result.stdout,
                'stderr': run.result.stderr,
                'again': None if again is None else again.result.stderr,
            }
        )

    def report(self, part: str) -> str:
        """Keep what was found, and return what is wrong as a text.

        :param part: begins the name of the suite in the results.
        """
        results.write(
            part + self.SUITE,
            self.stage.scenario.name,
            {
                'scenario': self.stage.scenario.name,
                'requests': [str(each) for each in self.undisturbed.asked],
                'cases': self.cases,
                'held': self.cases - len(self.broken) - self.left_open,
                'left open': self.left_open,
                'seconds': round(time.monotonic() - self._begun, 1),
                'broken': self.broken,
            },
        )
        return json.dumps(self.broken, indent=1)


class TestCase(base.TestCase):
    """What runs matrices: a test for each scenario.

    :cvar ALL: whether every case is run, or some.
    """

    MATRICES: tuple[type[Matrix[typing.Any]], ...]
    ALL = True

    def check(self, turn: int, scenario: scenarios.Scenario) -> None:
        """Run the matrices of one scenario, on one stage."""
        stage = self.MATRICES[0].STAGE(self, scenario)
        undisturbed = None
        wrong = {}
        for kind in self.MATRICES:
            if kind.covers(scenario):
                matrix = kind(stage, undisturbed)
                undisturbed = matrix.undisturbed
                for case in (
                    matrix.all(turn) if self.ALL else matrix.some(turn)
                ):
                    matrix.run(case)
                told = matrix.report('' if self.ALL else 'some-')
                if matrix.broken:
                    wrong[kind.SUITE] = told
        self.assertEqual({}, wrong)


def tests(
    among: typing.Iterable[scenarios.Scenario],
    *matrices: type[Matrix[typing.Any]],
) -> typing.Callable[[type[TestCase]], type[TestCase]]:
    """Return a decorator that gives a class a test for each scenario."""

    def decorate(cls: type[TestCase]) -> type[TestCase]:
        cls.MATRICES = matrices
        covered = [s for s in among if any(m.covers(s) for m in matrices)]
        for turn, scenario in enumerate(covered):
            name = re.sub('[^a-z]+', '_', scenario.name.lower())
            setattr(cls, f'test_{name}', _test(turn, scenario))
        return cls

    return decorate


def _test(
    turn: int, scenario: scenarios.Scenario
) -> typing.Callable[[TestCase], None]:
    def test(self: TestCase) -> None:
        self.check(turn, scenario)

    return test
