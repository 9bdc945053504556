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

"""What has to be true after a run that did not go as it should.

Each function yields a sentence for everything that is wrong. The letters are
those of the reliability page in the documentation: access, success, honesty,
repeatability, use, secrets, an end.
"""

from collections.abc import Iterator
import dataclasses
import typing

import yaml  # type: ignore[import-untyped]

from tests.faults import claims
from tests.faults import faults
from tests.faults import line as line_
from tests.faults import stage as stage_
from tests.faults import truth

#: What differs between two runs that end the same way.
_VOLATILE = frozenset({'Changes', 'Updated At', 'Created At'})
#: What has to be in the rows of a command that is content, by its verb.
_COMPLETE = {
    'list': ('Direction', 'Image ID', 'Project ID', 'Status'),
    'status': ('Project ID', 'Status'),
    'usage': ('Project ID', 'Type', 'ID'),
    'diff': ('Image ID', 'Project ID', 'Action'),
}


def access(
    stage: stage_.Stage, run: stage_.Run, *, left_open: bool = False
) -> Iterator[str]:
    """Nobody was let in who was not asked for, nobody cut off unasked.

    :param left_open: excuse that the members of an old share are in.
    """
    before, after = stage.start.access, run.state.access
    may_gain = stage.ids(stage.scenario.may_gain)
    if left_open:
        may_gain |= stage.start.members.keys()
    for project in after - before - may_gain:
        yield f'access: {project} was let in'
    for project in before - after - stage.ids(stage.scenario.may_lose):
        yield f'access: {project} was cut off'


def admits(run: stage_.Run) -> bool:
    """Tell whether it says that an image may be shared which was private."""
    return (
        run.result.code != 0
        and any(
            claim.state is claims.State.PROBABLY_SHARED
            for line in run.said
            for claim in line.claimed
        )
        and 'image set --private' in run.result.stderr
    )


def left_open(stage: stage_.Stage, run: stage_.Run) -> Iterator[str]:
    """What was private and is shared with nobody who was named, is told."""
    if (
        stage.start.visibility == 'private'
        and run.state.visibility == 'shared'
        and not run.state.access & stage.ids(stage.scenario.named)
        and not admits(run)
    ):
        yield 'access: it is shared still, and nothing is said of it'


def secrets(
    stage: stage_.Stage, run: stage_.Run, *, traceback: bool = False
) -> Iterator[str]:
    """Nothing that must not be seen is printed.

    :param traceback: whether one may be printed. With --debug, osc-lib and
        cliff print that of an exception that ends a command; none ends ours.
    """
    printed = run.result.stdout + run.result.stderr
    for secret in stage.line.secrets:
        if secret in printed:
            yield f'secrets: {secret[:14]}... is printed'
    if 'Traceback' in printed and not traceback:
        yield 'secrets: a traceback is printed'


def ending(run: stage_.Run, *, slow: bool) -> Iterator[str]:
    """It ended soon enough, and would have without a hurry.

    What a command does between its requests takes no time worth mentioning,
    so one that takes longer than all of them may does not keep to its limit.
    """
    if run.result.code == stage_.STUCK:
        yield 'end: it did not end'
    limit = line_.SHORT if slow else line_.LONG
    if slow and run.seconds > limit * (len(run.asked) + 1):
        yield (
            f'end: took {run.seconds:.0f} s for {len(run.asked)} requests '
            f'with a limit of {limit:g} s'
        )
    for wait in run.waits:
        if wait > limit:
            yield f'end: would sleep {wait:g} s with a limit of {limit:g} s'


def success(
    stage: stage_.Stage,
    run: stage_.Run,
    undisturbed: stage_.Run,
    *,
    alone: bool = False,
) -> Iterator[str]:
    """Exit code 0 means that what was asked for is true, or is printed.

    :param alone: whether the caller could find nobody to accept for: then a
        share that is said to be pending is what was asked for.
    """
    scenario = stage.scenario
    if run.result.code != 0:
        return
    end = _pending(stage, run) if alone else stage.end
    if run.state != end:
        yield f'success: exit 0, but {run.state} instead of {end}'
    if scenario.code:
        yield f'success: exit 0 instead of {scenario.code}'
    # Names are comments, and left out where they cannot be looked up.
    if scenario.verb == 'export' and yaml.safe_load(
        run.result.stdout
    ) != yaml.safe_load(undisturbed.result.stdout):
        yield f'success: exit 0, but the file is {run.result.stdout!r}'
    columns = _COMPLETE.get(scenario.verb)
    if columns is not None:
        rows, wanted = _parts(run, columns), _parts(undisturbed, columns)
        if rows != wanted:
            yield f'success: exit 0, but {rows} instead of {wanted}'


def _pending(stage: stage_.Stage, run: stage_.Run) -> truth.State:
    """Return the end without what is said to be left to the members."""
    left = {
        str(claim.project): 'pending'
        for line in run.said
        for claim in line.claimed
        if claim.state is claims.State.PENDING
    }
    return dataclasses.replace(
        stage.end, members={**stage.end.members, **left}
    )


def _parts(
    run: stage_.Run, columns: tuple[str, ...]
) -> list[list[typing.Any]]:
    """Return some columns of the rows, in an order that is always the same."""
    return sorted(
        ([row[column] for column in columns] for row in run.rows), key=str
    )


def interruption(run: stage_.Run, code: int) -> Iterator[str]:
    """An interruption is told, and so is what is true then."""
    if run.result.code != code:
        yield f'interruption: exit {run.result.code} instead of {code}'
    if 'Interrupted.' not in run.result.stderr:
        yield 'interruption: nothing is said of it'


def event(
    stage: stage_.Stage, run: stage_.Run, *, stays: bool
) -> Iterator[str]:
    """Nobody undid what another has done meanwhile, unasked.

    :param stays: whether those who were let in have to be in at the end.
    """
    scenario, start, end = stage.scenario, stage.start.access, run.state.access
    gained: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()
    if run.meanwhile is not None:
        before, after = run.meanwhile.before, run.meanwhile.after
        gained = after.access - before.access
        lost = before.access - after.access
    for project in end - start - stage.ids(scenario.may_gain) - gained:
        yield f'access: {project} was let in'
    for project in start - end - stage.ids(scenario.may_lose) - lost:
        yield f'access: {project} was cut off'
    if stays and not _too_late(run):
        for project in gained - end:
            yield f'access: {project}, just let in, was cut off'
    # Of everything that is offered, nothing may be left to answer.
    if run.result.code == 0 and (run.rows or '--all' not in scenario.argv):
        for project in stage.ids(scenario.named):
            wanted = stage.end.status(project)
            moments = run.moments(project)
            if all(state.status(project) != wanted for state in moments):
                yield f'success: exit 0, but {moments} and not {stage.end}'


def _too_late(run: stage_.Run) -> bool:
    """Tell whether somebody was let in just before the image was hidden.

    Between the last look at the members and the request that hides the image
    nobody can be noticed: Glance has no change with a condition.
    """
    return run.meanwhile is not None and run.asked[run.meanwhile.number].hides


def wording(run: stage_.Run) -> Iterator[str]:
    """Everything that is said of a state is compared with the truth."""
    for line in claims.unclaimed(run.result.stderr, run.said):
        yield f'honesty: nobody looks whether it is true: {line}'


def honesty(stage: stage_.Stage, run: stage_.Run, sure: bool) -> Iterator[str]:
    """What is said is true, and enough is said.

    :param sure: whether everything can be read back, so that not knowing is
        no excuse.
    """
    stderr, scenario = run.result.stderr, stage.scenario
    made = claims.made(run.said)
    for claim in made:
        moments = run.moments(claim.project)
        if claim.image not in (None, stage.image.id):
            yield f'honesty: {claim} is of another image'
        if not any(claims.holds(claim, state) for state in moments):
            yield f'honesty: {claim} is said, but it is {moments}'
        if sure and claim.state in claims.UNCERTAIN:
            yield f'honesty: {claim.project} was not read back'
    unchanged = claims.nothing_changed(stderr)
    if unchanged and _changed(stage, run):
        yield f'honesty: "nothing changed" is said, but it is {run.state}'
    if 'Unexpected error' in stderr:
        yield 'honesty: what went wrong is not understood'
    if scenario.verb == 'export' and run.result.code and run.result.stdout:
        yield f'honesty: exit {run.result.code}, and a part of a file'
    if run.result.code and not stderr.strip():
        yield f'honesty: exit {run.result.code} without a word'
    if run.result.code and scenario.changes and not unchanged:
        told = {claim.project for claim in made}
        # A row says it of a project with which nothing went wrong.
        told |= {
            row['Project ID']
            for row in run.rows
            for said in (row.get('Status') or row.get('Result'),)
            if said not in (None, 'failed', 'unknown')
            if 'Project ID' in row
        }
        # That an image is private again says it of everybody.
        if not any(map(claims.of_everybody, made)):
            for project in stage.ids(scenario.named) - told:
                yield f'honesty: nothing is said of {project}'
    for row in run.rows:
        yield from _row(stage, run, row)


def _changed(stage: stage_.Stage, run: stage_.Run) -> bool:
    """Tell whether anything was changed, by nobody else."""
    start, other = stage.start.seen, run.meanwhile
    if other is None:
        return run.state != start
    return (other.before, other.after) != (start, run.state)


def _row(
    stage: stage_.Stage, run: stage_.Run, row: dict[str, typing.Any]
) -> Iterator[str]:
    verb = stage.scenario.verb
    project = str(row.get('Project ID'))
    if verb in ('accept', 'reject'):
        (project,) = stage.ids(stage.scenario.named)
    if verb in ('usage', 'list', 'diff'):
        return
    said = row['Result' if verb in ('revoke', 'apply') else 'Status']
    moments = run.moments(project)
    for state in moments:
        status = state.status(project)
        if verb == 'revoke':
            gone = said in ('revoked', 'no member')
            unsure = said in ('failed', 'unknown')
            true = unsure or gone == (status is None)
        elif verb == 'apply':
            unsure = said in (None, 'failed', 'unknown')
            true = unsure or (said == 'pruned') == (status is None)
        elif verb == 'share-to':
            true = said in ('unknown', status)
        elif verb == 'status':
            true = said == status
        else:
            # Null stands for what could not be read back.
            true = said in (None, status or 'revoked')
        if true:
            return
    yield f'honesty: the row says {said!r}, but it is {moments}'


def use(
    stage: stage_.Stage,
    run: stage_.Run,
    undisturbed: stage_.Run,
    number: int,
    fault: faults.Fault,
) -> Iterator[str]:
    """A look that could not be completed is not taken for "not in use"."""
    scenario = stage.scenario
    yield from _counts(run, undisturbed)
    if number >= len(run.asked):
        return
    hit = run.asked[number]
    if not hit.about_use:
        return
    # What fails for good fails when it is asked again as well.
    if not fault.lasting and _asked_again(run, undisturbed, hit):
        return
    if scenario.checks_use and run.result.code == 0:
        yield f'use: exit 0, but {hit} was not answered'
    removing = any(each.method == 'DELETE' for each in run.asked[:number])
    if (
        scenario.verb in ('revoke', 'apply')
        and scenario.checks_use
        and not removing
    ):
        # An administrator asks for all projects at once.
        looked_at = (
            stage.start.access
            if hit.project == stage.people.admin
            else {hit.project}
        )
        for project in looked_at & stage.start.access - run.state.access:
            yield f'use: {project} was revoked, but {hit} was not answered'
    if scenario.verb == 'status' and hit.service != 'image':
        for row in run.rows:
            if row['Servers'] is not None:
                yield f'use: servers are counted, but {hit} was not answered'


def _asked_again(
    run: stage_.Run, undisturbed: stage_.Run, hit: line_.Asked
) -> bool:
    return run.asked.count(hit) > undisturbed.asked.count(hit)


def _counts(run: stage_.Run, undisturbed: stage_.Run) -> Iterator[str]:
    """Yield what is wrong with the numbers of status."""
    true = {row.get('Project ID'): row for row in undisturbed.rows}
    for row in run.rows:
        for column in 'Servers', 'Volumes':
            if column not in row:
                continue
            wanted = true[row['Project ID']][column]
            if row[column] not in (None, wanted):
                yield f'use: {row[column]} {column}, and there are {wanted}'


def repetition(
    stage: stage_.Stage, again: stage_.Run, undisturbed: stage_.Run
) -> Iterator[str]:
    """The same command, undisturbed, ends as it would have."""
    scenario, code = stage.scenario, again.result.code
    if again.state != stage.end:
        yield f'repetition: {again.state} instead of {stage.end}'
    if scenario.verb == 'revoke' and (
        (code == 1 and _none_left(again))
        or (code == 0 and '--all' in scenario.argv)
    ):
        # It had been carried out.
        return
    if code != undisturbed.result.code:
        yield f'repetition: exit {code} instead of {undisturbed.result.code}'
    # With --all there may be nothing left to say.
    if (
        '--all' not in scenario.argv
        and scenario.verb not in ('revoke', 'apply')
        and (_stable(again) != _stable(undisturbed))
    ):
        yield f'repetition: {again.rows} instead of {undisturbed.rows}'


def _none_left(run: stage_.Run) -> bool:
    """Tell whether it says that somebody is no member."""
    return any(
        claim.state is claims.State.NO_MEMBER
        for claim in claims.made(run.said)
    )


def _stable(run: stage_.Run) -> list[dict[str, typing.Any]]:
    return [
        {key: row[key] for key in row.keys() - _VOLATILE} for row in run.rows
    ]
