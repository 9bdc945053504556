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

"""The state of one answer to an offer, settled and worded."""

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
    """Set the status to the one that was read, or to None.

    :param project_id: the project that answers.
    """
    answered.status = (
        None
        if current is None
        else current.status(project_id) or outcomes.REVOKED
    )


def sentence(answered: outcomes.Answered, project_id: str) -> str:
    """Say the state of one offer after a failure."""
    image, status = answered.image, answered.status
    if status is None:
        return claims.member(
            'Cannot determine whether the share of image '
            f'{image} was answered. Run the same command again.',
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
