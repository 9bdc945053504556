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

"""One answer to an offer: what it has become, settled and worded."""

from __future__ import annotations

import typing

from osc_imageshare.sharing import claims
from osc_imageshare.sharing import outcomes

if typing.TYPE_CHECKING:
    from osc_imageshare.sharing.readback import reading


def settle(
    answered: outcomes.Answered,
    project_id: str,
    current: reading.Readback | None,
) -> None:
    """Set the status to what was read; None if nothing was.

    :param project_id: the project that answers.
    """
    answered.status = (
        None
        if current is None
        else current.status(project_id) or outcomes.REVOKED
    )


def sentence(answered: outcomes.Answered, project_id: str) -> str:
    """Say what is true of one offer after something went wrong."""
    image, status = answered.image, answered.status
    if status is None:
        return claims.member(
            f'Whether the share of image {image} was answered could not be '
            'seen. Running the command again is harmless.',
            image,
            project_id,
            claims.State.UNKNOWN,
        )
    return claims.member(
        f'The share of image {image} is {status}.',
        image,
        project_id,
        claims.State.of_member(None if status == outcomes.REVOKED else status),
    )
