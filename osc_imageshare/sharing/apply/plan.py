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

"""What has to be done for a file to be true: pure rules.

What the file wants and what is true of one image in one region go in; rows
come out, one for each project. Nothing here asks a service, and nothing here
decides that a share may end: that is for the use that its project makes.
"""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare import errors
from osc_imageshare.identity import projects
from osc_imageshare.image import images
from osc_imageshare.sharing.apply import document
from osc_imageshare.sharing.apply import states
from osc_imageshare.sharing import outcomes
from osc_imageshare.sharing.revoke import verdict

if typing.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from osc_imageshare.usage import survey

SHARE = 'share'
ACCEPT = 'accept'
KEEP = 'keep'
PRUNE = 'prune'
UNKNOWN = 'unknown'

#: Members that an image may have where nobody has changed Glance's
#: ``image_member_quota``. No call tells what it is.
USUAL_QUOTA = 128


@dataclasses.dataclass
class Row:
    """One image, region and project, and what is to be done.

    :ivar project: None when the row is about nobody in particular.
    :ivar named: whether it is of what the file names.
    :ivar accept: as in the file.
    :ivar code: what a look ends with because of this row.
    :ivar obstacle: IN_USE or UNSEEN of the outcomes: what stands against the
        end of a share that the file does not name.
    :ivar blocked: whether what the file wants cannot be done at all.
    :ivar result: what has become of it; None while nothing has been done.
    """

    state: states.State
    project: projects.Project | None
    action: str
    reason: str | None = None
    code: int = errors.OK
    named: bool = True
    accept: str = document.AUTO
    obstacle: str | None = None
    blocked: bool = False
    usage: survey.Usage | None = None
    result: str | None = None

    @property
    def candidate(self) -> bool:
        """Whether the row is of a share that the file wants to end."""
        return self.action == PRUNE or self.obstacle is not None

    @property
    def adds(self) -> bool:
        """Whether something is done for a project that the file names."""
        return self.action in (SHARE, ACCEPT) and not self.blocked


def candidates(state: states.State) -> list[str]:
    """Return the members whose use decides whether they may be pruned.

    None where something is not known that may be one of them.
    """
    if not state.exact or state.unresolved or state.problem:
        return []
    return state.others


def no_id(member: str) -> survey.Usage | None:
    """Return what is known of the use by a member that is no ID: nothing.

    None for any other, whose use can be looked at.
    """
    from osc_imageshare.usage import consumers
    from osc_imageshare.usage import survey

    if projects.looks_like_id(member):
        return None
    gap = consumers.Gap(member, None, None, 'this is not the ID of a project')
    return survey.Usage(member, (), (gap,), None)


def too_many(state: states.State, limit: int | None) -> int | None:
    """Return the limit if the file wants to end more shares than that.

    :param limit: of members of one image; None for half of them, at least
        one.
    """
    if not state.exact or not state.members:
        return None
    if limit is None:
        limit = max(1, len(state.members) // 2)
    return limit if len(state.others) > limit else None


def crowded(state: states.State) -> str | None:
    """Return a sentence about an image that may get too many members."""
    number = len(state.members or ()) + state.joining
    if number <= USUAL_QUOTA or not state.joining:
        return None
    return (
        f'Image {state} would have {number} members for some time; most '
        f'clouds allow {USUAL_QUOTA} (image_member_quota of the image '
        'service).'
    )


def rows(state: states.State, usages: Mapping[str, survey.Usage]) -> list[Row]:
    """Return what is to be done, in the order of the file.

    :param usages: the use that each of the :func:`candidates` makes of the
        image, where it was looked at.
    """
    found = list(_rows(state, usages))
    if not found and state.problem is not None:
        reason, code = state.problem
        found.append(Row(state, None, UNKNOWN, reason, code))
    withhold(found)
    return found


def withhold(found: Sequence[Row]) -> None:
    """Keep who would go, where somebody whom the file names cannot come.

    :param found: the rows of one image.
    """
    if any(row.named and row.blocked for row in found):
        for row in found:
            if row.candidate:
                row.action, row.obstacle = KEEP, None
                row.code = errors.DIFFERENT
                row.reason = (
                    'not in the file, but not everybody whom it names can be '
                    'let in'
                )


def _rows(
    state: states.State, usages: Mapping[str, survey.Usage]
) -> Iterator[Row]:
    for wanted in state.wanted:
        yield _wanted(state, wanted)
    for one in state.unresolved:
        yield Row(
            state,
            projects.Project('', one.words),
            UNKNOWN,
            one.reason,
            one.code,
        )
    if state.problem is not None:
        return
    if state.hidden and state.wanted:
        yield Row(
            state,
            None,
            UNKNOWN,
            'the image is private: members of an old share, whom sharing it '
            'would let in again, cannot be listed',
            errors.UNSEEN,
            named=False,
        )
    for member in state.others:
        yield _other(state, member, usages.get(member))


def _wanted(state: states.State, wanted: states.Wanted) -> Row:
    """Return what is to be done for a project that the file names."""
    project = wanted.project
    row = Row(state, project, KEEP, accept=wanted.accept)
    if state.problem is not None:
        row.action = UNKNOWN
        row.reason, row.code = state.problem
        return row
    member = (state.members or {}).get(project.id)
    if member is not None and (
        member.status == images.ACCEPTED or wanted.accept == document.NEVER
    ):
        return row
    row.action = SHARE if member is None else ACCEPT
    row.code = errors.DIFFERENT
    obstacle = state.unfit
    if wanted.accept == document.REQUIRED and wanted.cannot is not None:
        obstacle = obstacle or f'nobody here can accept: {wanted.cannot}'
    if state.image is not None and project.id == state.image.owner:
        obstacle = obstacle or 'it owns the image and needs no share'
    if not images.addressable(project.id):
        obstacle = obstacle or 'this is not the ID of a project'
    if obstacle is not None:
        row.blocked, row.reason, row.code = True, obstacle, errors.FAILED
    elif wanted.cannot is not None and wanted.accept == document.AUTO:
        if member is not None:
            row.action, row.code = KEEP, errors.OK
        status = images.PENDING if member is None else member.status
        row.reason = f'{status}: {wanted.cannot}'
    return row


def _other(
    state: states.State, member: str, usage: survey.Usage | None
) -> Row:
    """Return what is to be done with a member that the file does not name."""
    row = Row(
        state, projects.Project(member), KEEP, 'not in the file', named=False
    )
    if not state.exact:
        row.reason = 'not in the file, which need not be exact'
    elif state.unresolved:
        row.action, row.code = UNKNOWN, errors.UNSEEN
        row.reason = 'may be what the file names and nobody could look up'
    elif not images.addressable(member):
        row.blocked, row.code = True, errors.FAILED
        row.reason = (
            'not in the file, but Glance cannot address this member: it ends '
            'only when the image is deleted'
        )
    else:
        row.action, row.code = PRUNE, errors.DIFFERENT
        if usage is not None:
            decide(row, usage)
    return row


def decide(
    row: Row,
    usage: survey.Usage,
    *,
    force: bool = False,
    allow_unseen: bool = False,
) -> None:
    """Decide whether a share that the file does not name may end.

    :param force: although the image is in use.
    :param allow_unseen: although nobody could look whether it is.
    """
    row.usage = usage
    row.obstacle = verdict.obstacle(
        usage, force=force, allow_unseen=allow_unseen
    )
    if row.obstacle == outcomes.IN_USE:
        row.action = KEEP
        row.reason = f'not in the file, but in use: {_in_use(usage)}'
    elif row.obstacle == outcomes.UNSEEN:
        row.action, row.code = UNKNOWN, errors.UNSEEN
        row.reason = f'use not checked: {usage.gaps[0].reason}'


def _in_use(usage: survey.Usage) -> str:
    first, *more = usage.refusing
    name = f' ({first.name})' if first.name else ''
    and_more = f' and {len(more)} more' if more else ''
    return f'{first.kind} {first.id}{name}{and_more}'
