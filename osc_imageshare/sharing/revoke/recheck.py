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

"""The check after shares were revoked."""

from __future__ import annotations

import typing

from osc_imageshare import errors
from osc_imageshare.sharing import claims
from osc_imageshare.sharing import outcomes
from osc_imageshare.sharing.readback import reading
from osc_imageshare.sharing.readback import revocations
from osc_imageshare.sharing.revoke import verdict

if typing.TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from osc_imageshare.image import images
    from osc_imageshare.sharing.revoke import native
    from osc_imageshare.usage import survey


class Usages(typing.Protocol):
    """What looks at the use of one image, anew each time."""

    def of(
        self, members: Sequence[outcomes.Revoked]
    ) -> Iterable[tuple[outcomes.Revoked, survey.Usage]]:
        """Return each with the use that its project makes of the image."""


def look_again(
    outcome: outcomes.RevokeOutcome,
    glance: images.Images,
    image: images.Image,
    usages: Usages,
    commands: native.Commands,
) -> None:
    """Check that the members are gone, and that no new use has appeared."""
    if not _removed(outcome):
        return
    try:
        current = reading.Readback.of(glance.members(image.id))
    except errors.ServiceError as exc:
        outcome.fail(
            errors.FAILED,
            *exc.lines,
            claims.whole(
                'The shares were revoked. Cannot determine which members are '
                'left.',
                image,
                claims.State.UNKNOWN,
            ),
        )
    else:
        revocations.take_back(outcome, current)
    look_at_use(outcome, image, usages, commands)


def look_at_use(
    outcome: outcomes.RevokeOutcome,
    image: images.Image,
    usages: Usages,
    commands: native.Commands,
) -> None:
    """Look what has come up while shares were being revoked."""
    for revoked, after in usages.of(_removed(outcome)):
        before, revoked.usage = revoked.usage, after
        _compare(outcome, image, revoked, before, after, commands)


def _removed(outcome: outcomes.RevokeOutcome) -> list[outcomes.Revoked]:
    return [r for r in outcome.projects if r.result == outcomes.REVOKED]


def _compare(
    outcome: outcomes.RevokeOutcome,
    image: images.Image,
    revoked: outcomes.Revoked,
    before: survey.Usage | None,
    after: survey.Usage,
    commands: native.Commands,
) -> None:
    """Report new use of the image since the first check, or a new gap."""
    project = revoked.project

    def gone(words: str) -> str:
        return claims.member(words, image, project.id, claims.State.NO_MEMBER)

    new = after.since(before)
    if new:
        outcome.fail(
            errors.IN_USE,
            gone(
                f'Project {project} began to use image {image} while the '
                'share was being revoked:'
            ),
            *verdict.named(new),
            gone(
                'The share was revoked. To share the image again: '
                + commands.undo(project.id)
            ),
        )
    elif after.gaps and not (before and before.gaps):
        outcome.fail(
            errors.UNSEEN,
            gone(
                f'The share with project {project} was revoked. Cannot '
                'determine whether the project began to use the image '
                'meanwhile:'
            ),
            *verdict.unseen(after),
        )
