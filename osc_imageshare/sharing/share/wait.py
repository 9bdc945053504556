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

if typing.TYPE_CHECKING:
    from osc_imageshare.sharing import outcomes

#: Seconds between two looks at the members.
POLL = 2.0


def wait(
    outcome: outcomes.ShareOutcome,
    glance: images.Images,
    image_id: str,
    seconds: float,
) -> None:
    """Look at the members until every one that was named has answered.

    A member that does not answer in time, or rejects the share, is a failure:
    what was waited for is not true.
    """
    end = time.monotonic() + seconds
    named = [shared for shared in outcome.projects if shared.status]
    while True:
        try:
            members = {m.id: m for m in glance.members(image_id)}
        except errors.ServiceError as exc:
            outcome.fail(
                errors.FAILED,
                *exc.lines,
                *(
                    f'Whether image {image_id} is shared with project '
                    f'{shared.project} could not be read back.'
                    for shared in named
                ),
                'To see it, run: '
                + glance.scope.command(
                    'image', 'share', 'status', operands=(image_id,)
                ),
            )
            return
        for shared in named:
            member = members.get(shared.project.id)
            shared.status = member.status if member else None
        left = end - time.monotonic()
        if left <= 0 or images.PENDING not in {s.status for s in named}:
            break
        time.sleep(min(POLL, left))
    for shared in named:
        if shared.status == images.PENDING:
            outcome.fail(
                errors.FAILED,
                f'Project {shared.project} has not answered within '
                f'{seconds:g} seconds; the share stands and is pending.',
            )
        elif shared.status == images.REJECTED:
            outcome.fail(
                errors.FAILED,
                f'Project {shared.project} has rejected the share: the image '
                'is not in its lists, though it can still use it by ID.',
            )
        elif shared.status is None:
            outcome.fail(
                errors.FAILED,
                f'Project {shared.project} is no member any more: somebody '
                'has revoked the share meanwhile.',
            )
