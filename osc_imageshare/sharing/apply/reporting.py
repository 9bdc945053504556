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

"""The sentences about a plan."""

from __future__ import annotations

import collections
import typing

from osc_imageshare import errors
from osc_imageshare.sharing.apply import plan
from osc_imageshare.sharing.apply import states
from osc_imageshare.sharing import claims
from osc_imageshare.usage import consumers

if typing.TYPE_CHECKING:
    from collections.abc import Sequence

    from osc_imageshare.sharing import outcomes


#: What is counted at the end, in this order.
_COUNTED = {
    plan.SHARE: 'to share',
    plan.ACCEPT: 'to accept',
    plan.PRUNE: 'to prune',
    plan.UNKNOWN: 'unknown',
    plan.KEEP: 'to keep',
}


def report(
    outcome: outcomes.Report,
    states: Sequence[states.State],
    rows: Sequence[plan.Row],
    *,
    changing: bool = False,
) -> None:
    """Say what is wrong or could not be seen, once for each image.

    :param changing: whether the rest is done, and what is wrong is not.
    """
    for state in states:
        crowded = plan.crowded(state)
        if crowded is not None:
            outcome.warn(crowded)
        where = f'Image {state}' + (
            f' in region {state.region}' if state.region else ''
        )
        mine = [row for row in rows if row.state is state]
        for code in errors.FAILED, errors.UNSEEN:
            lines = dict.fromkeys(
                _line(r, changing) for r in mine if r.code == code
            )
            if lines:
                what = (
                    'what the file wants cannot be done:'
                    if code == errors.FAILED
                    else 'the plan is not complete:'
                )
                outcome.fail(
                    code,
                    f'{where}: {what}',
                    *lines,
                    *(
                        ('Nothing has been changed of it.',)
                        if changing and state.problem is not None
                        else ()
                    ),
                )
        for wanted in state.wanted:
            if (
                state.problem is None
                and wanted.project.id not in (state.members or {})
                and not wanted.project.verified
            ):
                outcome.warn(
                    f'Could not verify that project {wanted.project} exists '
                    '(you may not look it up).'
                )
    gaps = [gap for row in rows if row.usage for gap in row.usage.gaps]
    if any(gap.service is None for gap in gaps):
        outcome.warn(consumers.HOW_TO_SEE)


def _line(row: plan.Row, changing: bool) -> str:
    """Return a line about one row, or about a whole image."""
    if row.project is None or row.state.problem is not None:
        return f'  {row.reason}'
    if not row.project.id:
        return f'  {row.project.name}: {row.reason}'
    line = f'  project {row.project}: {row.reason}'
    if not changing or row.state.image is None:
        return line
    member = (row.state.members or {}).get(row.project.id)
    status = None if member is None else member.status
    is_ = 'no member' if status is None else f'a member, status {status}'
    return claims.member(
        f'{line} (it is {is_}).',
        row.state.image,
        row.project.id,
        claims.State.of_member(status),
    )


def summarize(outcome: outcomes.Report, rows: Sequence[plan.Row]) -> None:
    """Say how many rows there are of each kind."""
    counts = collections.Counter(row.action for row in rows)
    told = [
        f'{counts[action]} {words}'
        for action, words in _COUNTED.items()
        if counts[action]
    ]
    outcome.note(f'{", ".join(told) or "Nothing to compare"}.')
