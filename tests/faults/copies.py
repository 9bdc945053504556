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

"""Copies of an image with something that goes wrong at every request.

Whatever it is: no image is active that is not bit for bit its source, none is
left half made without being named, what is said is true, and the same command
ends well when it is run again. What is true is looked up by an administrator,
past the code under test.
"""

from collections.abc import Iterator
import dataclasses
import typing

from tests.faults import checks
from tests.faults import fault_cases
from tests.faults import faults
from tests.faults import interruptions
from tests.faults import matrix
from tests.faults import races
from tests.faults import scenarios
from tests.faults import stage as stage_
from tests.faults import truth
from tests.live import base

Record = dict[str, typing.Any]

_PENDING = truth.State('shared', {'b': 'pending'})
_PATCH = {'Content-Type': 'application/openstack-images-v2.1-json-patch'}


def _copy(*argv: str) -> tuple[str, ...]:
    return ('share', 'copy', '{image}', *argv)


@dataclasses.dataclass(frozen=True)
class Scenario(scenarios.Scenario):
    """A story of a copy.

    :ivar into: the projects that have a copy in the end.
    :ivar half_made: whether an earlier run has left half of one.
    """

    into: str = ''
    half_made: bool = False


def _scenario(
    name: str,
    cloud: str,
    *argv: str,
    into: str,
    state: truth.State = scenarios.PRIVATE,
    half_made: bool = False,
) -> Scenario:
    return Scenario(
        name,
        cloud,
        _copy(*argv),
        start=state,
        end=state,
        named='',
        into=into,
        half_made=half_made,
    )


SCENARIOS = (
    _scenario('copy through the client', 'a', '--method', 'stream', into='a'),
    _scenario('copy by the image service', 'a', into='a'),
    _scenario(
        'copy what is pending by the image service alone',
        'b',
        *('--method', 'server'),
        into='b',
        state=_PENDING,
    ),
    _scenario(
        'copy into a project of the same user',
        'ab',
        *('--to-project', '{b}', '--method', 'stream'),
        into='b',
    ),
    _scenario(
        'copy into several clouds',
        'a',
        *('--to-cloud', 'b', '--to-cloud', 'c'),
        into='bc',
    ),
    _scenario(
        'copy in the place of half a copy',
        'a',
        *('--method', 'stream'),
        into='a',
        half_made=True,
    ),
    _scenario('plan a copy', 'a', '--dry-run', into=''),
)

#: What an upload may meet besides: no room, and a quota that is used up.
_NO_ROOM = tuple(
    faults.Fault(str(status), faults.page(status)) for status in (413, 507)
)

#: A body that is cut short each time.
_CUT_AGAIN = faults.Fault(
    'truncated for good',
    lambda answer: dataclasses.replace(answer, cut=True),
    carried_out=True,
    lasting=True,
)

FAULTS = (*faults.FAULTS, *_NO_ROOM, _CUT_AGAIN)


class Stage(stage_.Stage):
    """A scenario on the cloud, and all copies that there are."""

    scenario: Scenario

    def reset(self) -> None:
        for record in self.copies():
            self._glance.delete(f'/images/{record["id"]}')
        super().reset()
        if self.scenario.half_made:
            self._make_half()

    @property
    def _glance(self) -> typing.Any:
        return base.connect('admin').image

    def _make_half(self) -> None:
        answer = self._glance.post(
            '/images',
            json={
                'name': 'half',
                'owner': self.people.ids['a'],
                'disk_format': 'raw',
                'container_format': 'bare',
                'copied_from_image': self.image.id,
            },
        )
        half = answer.json()['id']
        self._glance.patch(
            f'/images/{half}',
            json=[{'op': 'add', 'path': '/copied_to_image', 'value': half}],
            headers=_PATCH,
        )

    def copies(self) -> list[Record]:
        """Return all that says it was made of the image."""
        found = self._glance.get(
            '/images', params={'copied_from_image': self.image.id}
        )
        return typing.cast('list[Record]', found.json()['images'])

    @property
    def source(self) -> Record:
        """The record of the image, or what it was when it is deleted."""
        answer = self._glance.get(f'/images/{self.image.id}')
        if answer.status_code == 200:
            self._source = typing.cast('Record', answer.json())
        return self._source

    def begin(self) -> None:
        """Keep what is looked at afterwards."""
        _ = self.source

    def is_copy(self, record: Record) -> bool:
        """Tell whether an image is bit for bit the source."""
        source = self.source
        return record['status'] == 'active' and all(
            record[key] == source[key]
            for key in ('size', 'os_hash_algo', 'os_hash_value')
        )


def bits(stage: Stage, run: stage_.Run) -> Iterator[str]:
    """Nothing is active that is not the source, nothing left unnamed."""
    for record in stage.copies():
        if stage.is_copy(record):
            continue
        if record['status'] == 'active':
            yield f'bits: {record["id"]} is active, and something else'
        if record['id'] not in run.result.stderr and record['name'] != 'half':
            yield f'bits: {record["id"]} is left, and not named'


def told(stage: Stage, run: stage_.Run) -> Iterator[str]:
    """What is said is true, and exit code 0 means that all is done."""
    copies = {record['id']: record for record in stage.copies()}
    good = [record for record in copies.values() if stage.is_copy(record)]
    stderr = run.result.stderr
    if 'Nothing has been changed' in stderr and good:
        yield f'honesty: "nothing changed" is said of {good}'
    if 'could not be understood' in stderr:
        yield 'honesty: what went wrong is not understood'
    if run.result.code and not stderr.strip():
        yield f'honesty: exit {run.result.code} without a word'
    if run.result.code == 0:
        owners = {record['owner'] for record in good}
        wanted = stage.ids(stage.scenario.into)
        if owners != wanted:
            yield f'success: exit 0, but {owners} instead of {wanted}'
    for row in run.rows:
        record = copies.get(row['Copy ID'])
        true = record is not None and stage.is_copy(record)
        if row['Verified'] is not None and row['Verified'] != true:
            yield f'honesty: the row says {row}, but it is {record}'
        if row['Copy ID'] not in (None, *copies, *stderr.split()):
            yield f'honesty: there is no image like that of {row}'
        if run.result.code == 0 and not true and stage.scenario.into:
            yield f'success: exit 0, but {row} is {record}'


def unharmed(stage: Stage, run: stage_.Run) -> Iterator[str]:
    """The source is what it was, and whose it was."""
    if run.meanwhile is None and run.state != stage.start.seen:
        yield f'access: {run.state} instead of {stage.start}'


class Copies(matrix.Matrix[typing.Any]):
    """What all matrices of copies have in common."""

    STAGE = Stage
    stage: Stage

    def _undisturbed(self) -> stage_.Run:
        stage, test = self.stage, self.stage.test
        stage.begin()
        stage.line.begin()
        run = stage.run()
        printed = run.result.stdout + run.result.stderr
        test.assertEqual(0, run.result.code, printed)
        test.assertEqual([], list(self._true(run)), printed)
        stage.reset()
        return run

    def _true(self, run: stage_.Run) -> Iterator[str]:
        yield from bits(self.stage, run)
        yield from told(self.stage, run)
        yield from unharmed(self.stage, run)

    def run(self, case: typing.Any) -> None:
        stage = self.stage
        stage.begin()
        run = self.attempt(case)
        wrong = list(self.wrong(case, run))
        again = None
        if self.REPEATED:
            stage.line.begin()
            again = stage.run()
            if again.result.code:
                wrong.append(f'repetition: exit {again.result.code}')
            wrong += (f'repetition: {w}' for w in self._true(again))
            # One half that nobody could delete may be left; no other.
            half = [r for r in stage.copies() if not stage.is_copy(r)]
            if half:
                wrong.append(f'repetition: {half} is left')
        stage.reset()
        self.cases += 1
        if wrong:
            self._note(case, run, again, wrong)


class Faults(Copies, fault_cases.Faults):
    """The faults of one scenario."""

    SUITE = 'copy-faults'
    FAULTS = FAULTS

    def wrong(self, case: fault_cases.Case, run: stage_.Run) -> Iterator[str]:
        own = case.number in self.ours()
        yield from checks.secrets(
            self.stage, run, traceback=case.debug and not own
        )
        yield from checks.ending(run, slow=case.fault.slow)
        if own:
            yield from self._true(run)


class Interruptions(Copies, interruptions.Interruptions):
    """The interruptions of one scenario."""

    SUITE = 'copy-interruptions'

    def wrong(
        self, case: interruptions.Interruption, run: stage_.Run
    ) -> Iterator[str]:
        yield from checks.secrets(self.stage, run)
        yield from checks.ending(run, slow=False)
        # A copy that is done sooner looks for that less often.
        if case.number < len(run.asked):
            code = interruptions.CODES[case.signum]
            yield from checks.interruption(run, code)
        yield from self._true(run)


class Races(Copies, races.Races):
    """What the owner does to the source meanwhile."""

    SUITE = 'copy-races'

    @classmethod
    def covers(cls, scenario: scenarios.Scenario) -> bool:
        assert isinstance(scenario, Scenario)
        return bool(scenario.into) and not scenario.half_made

    def wrong(self, case: races.Race, run: stage_.Run) -> Iterator[str]:
        yield from checks.secrets(self.stage, run)
        yield from checks.ending(run, slow=False)
        yield from self._true(run)
