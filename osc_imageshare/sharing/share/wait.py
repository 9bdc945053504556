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

"""Waiting for the members' answers to a share."""

from __future__ import annotations

import time
import typing

from osc_imageshare import errors
from osc_imageshare.image import images
from osc_imageshare.sharing import claims
from osc_imageshare.sharing.readback import reading
from osc_imageshare.sharing.readback import shares

if typing.TYPE_CHECKING:
    from osc_imageshare.sharing import outcomes

#: Seconds between two requests for the members.
POLL = 2.0


def wait(
    outcome: outcomes.ShareOutcome,
    glance: images.Images,
    image: images.Image,
    seconds: float,
) -> None:
    """Read the members until every named project has answered.

    A member that does not answer in time, or rejects the share, is a failure.
    """
    end = time.monotonic() + seconds
    named = [shared for shared in outcome.projects if shared.status]
    while True:
        try:
            current = reading.Readback.of(glance.members(image.id))
        except errors.ServiceError as exc:
            for shared in named:
                shares.settle(shared, None)
            outcome.fail(
                errors.FAILED,
                *exc.lines,
                *(
                    claims.member(
                        f'Cannot determine whether image {image} is shared '
                        f'with project {shared.project}.',
                        image,
                        shared.project.id,
                        claims.State.UNKNOWN,
                    )
                    for shared in named
                ),
                'To check it: '
                + glance.scope.command(
                    'image', 'share', 'status', operands=(image.id,)
                ),
            )
            return
        for shared in named:
            shares.settle(shared, current)
        left = end - time.monotonic()
        if left <= 0 or images.PENDING not in {s.status for s in named}:
            break
        time.sleep(min(POLL, left))
    for shared in named:
        why = _unanswered(shared, seconds)
        if why is not None:
            outcome.fail(
                errors.FAILED,
                claims.member(
                    why,
                    image,
                    shared.project.id,
                    claims.State.of_member(shared.status),
                    meanwhile=shared.status is None,
                ),
            )


def _unanswered(shared: outcomes.Shared, seconds: float) -> str | None:
    """Say why a project has not accepted; None if it has."""
    project = shared.project
    if shared.status == images.PENDING:
        return (
            f'Project {project} has not answered within {seconds:g} seconds. '
            'The share is still pending.'
        )
    if shared.status == images.REJECTED:
        return (
            f'Project {project} has rejected the share. The image is not in '
            'its lists, but the project can still use it by its ID.'
        )
    if shared.status is None:
        return (
            f'Project {project} is no longer a member: somebody else has '
            'revoked the share meanwhile.'
        )
    return None
