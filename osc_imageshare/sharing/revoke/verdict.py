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

"""Whether a share may be revoked, given its use.

The rule is one function. The rest words the facts behind the decision, and
the ways to change it.
"""

from __future__ import annotations

import typing

from osc_imageshare import errors
from osc_imageshare.identity import projects
from osc_imageshare.sharing import claims
from osc_imageshare.sharing.copy import way_out
from osc_imageshare.sharing import outcomes
from osc_imageshare.usage import consumers
from osc_imageshare.usage import remedies
from osc_imageshare.usage import risk

if typing.TYPE_CHECKING:
    from collections.abc import Iterable

    from osc_imageshare.usage import survey


def obstacle(
    usage: survey.Usage, *, force: bool, allow_unseen: bool
) -> str | None:
    """Return the reason to refuse a revocation: IN_USE, UNSEEN or None.

    Neither override implies the other.
    """
    if usage.refusing and not force:
        return outcomes.IN_USE
    if usage.gaps and not allow_unseen:
        return outcomes.UNSEEN
    return None


def judge(
    outcome: outcomes.RevokeOutcome,
    revoked: outcomes.Revoked,
    usage: survey.Usage,
    *,
    force: bool,
    allow_unseen: bool,
) -> None:
    """Decide on one member, and say why; set ``revoked.result`` to refuse.

    The facts are reported with either decision.
    """
    image, project = outcome.image, revoked.project
    revoked.result = obstacle(usage, force=force, allow_unseen=allow_unseen)

    def stands(words: str) -> str:
        return claims.member(words, image, project.id, claims.State.MEMBER)

    facts = (*named(usage.consumers), *unseen(usage))
    if revoked.result == outcomes.IN_USE:
        overrides = '--force'
        if usage.gaps and not allow_unseen:
            overrides += ' and --allow-unseen'
        outcome.fail(
            errors.IN_USE,
            stands(
                f'Project {project} uses image {image}. The share was not '
                'revoked.'
            ),
            *facts,
            *remedies.offloaded(usage.refusing, risk.REVOKED),
            *remedies.of(usage.refusing, risk.REVOKED),
            f'Delete these resources and retry, or use {overrides}.',
            *((way_out.sentence(image),) if image else ()),
        )
    elif revoked.result == outcomes.UNSEEN:
        outcome.fail(
            errors.UNSEEN,
            stands(
                f'Cannot determine whether project {project} uses image '
                f'{image}. The share was not revoked.'
            ),
            *facts,
            *(
                (consumers.HOW_TO_SEE,)
                if any(gap.service is None for gap in usage.gaps)
                else ()
            ),
            'Use --allow-unseen to revoke without this check.',
        )
        if not projects.looks_like_id(project.id):
            outcome.note(
                f'{project.id!r} does not look like a project ID: most likely '
                'nobody can use this share.'
            )
    elif facts:
        outcome.warn(
            f'Use of image {image} by project {project}:',
            *facts,
        )


def named(found: Iterable[consumers.Consumer]) -> list[str]:
    """Return a line for each consumer."""
    lines = []
    for consumer in found:
        name = f' {consumer.name}' if consumer.name else ''
        status = f', {consumer.status}' if consumer.status else ''
        may = dict.fromkeys(one.operation for one in consumer.may_break)
        may_break = f'; may break: {", ".join(may)}' if may else ''
        lines.append(
            f'  {consumer.kind} {consumer.id}{name}{status}, breaks: '
            f'{", ".join(consumer.breaks)}{may_break}'
        )
    return lines


def unseen(usage: survey.Usage) -> list[str]:
    """Return a line for each gap."""
    return [f'  not checked: {gap.reason}' for gap in usage.gaps]
