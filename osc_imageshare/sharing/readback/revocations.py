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

"""The state of one project of a revocation, settled and worded."""

from __future__ import annotations

import typing

from osc_imageshare import errors
from osc_imageshare.sharing import claims
from osc_imageshare.sharing import outcomes

if typing.TYPE_CHECKING:
    from collections.abc import Callable

    from osc_imageshare.image import images
    from osc_imageshare.sharing.readback import reading


def settle(
    revoked: outcomes.Revoked, current: reading.Readback | None
) -> None:
    """Set the result to REVOKED if the member is gone, and back if it is not.

    The members of an image that is not shared are hidden, and a deleted image
    has none: the result stays then. It becomes UNREAD when nothing was read
    and nothing was decided.
    """
    if current is None:
        if revoked.result is None:
            revoked.result = outcomes.UNREAD
    elif current.gone:
        return
    elif current.status(revoked.project.id) is not None:
        if revoked.result == outcomes.REVOKED:
            revoked.result = None
    elif current.closed is None:
        revoked.result = outcomes.REVOKED


def sentence(
    image: images.Image,
    revoked: outcomes.Revoked,
    current: reading.Readback | None,
    undo: Callable[[], str],
) -> str:
    """Say the state of one member of a revocation.

    :param current: the state that was read; None if that failed.
    :param undo: returns the command that shares the image again.
    """
    project = revoked.project
    if current is None:
        return claims.member(
            f'Cannot determine whether image {image} is still shared with '
            f'project {project}. Run the same command again.',
            image,
            project.id,
            claims.State.UNKNOWN,
        )
    if current.gone:
        return _gone(image)
    status = current.status(project.id)
    if status is not None:
        return claims.member(
            f'Image {image} is still shared with project {project}. Run the '
            'same command again.',
            image,
            project.id,
            claims.State.MEMBER,
        )
    about = [claims.Claim(image.id, project.id, claims.State.NO_MEMBER)]
    is_now = ''
    if current.closed is not None:
        is_now = f'{current.closed} and '
        state = claims.State.of_image(current.closed)
        about.append(claims.Claim(image.id, None, state))
    if revoked.result != outcomes.REVOKED:
        return claims.Statement(
            f'Image {image} is {is_now}not shared with project {project}. The '
            'project may still be a member, which Glance hides: it could then '
            'use the image again when the image is shared again.',
            *about,
        )
    return claims.Statement(
        f'Image {image} is {is_now}no longer shared with project {project}. '
        f'To undo: {undo()}',
        *about,
    )


def take_back(
    outcome: outcomes.RevokeOutcome, current: reading.Readback
) -> None:
    """Correct the result of projects that are members again, and say so."""
    image = outcome.image
    for revoked in outcome.projects:
        project = revoked.project
        if revoked.result == outcomes.REVOKED and current.status(project.id):
            revoked.result = outcomes.FAILED
            outcome.fail(
                errors.FAILED,
                claims.member(
                    f'Project {project} is a member of image {image} again: '
                    'somebody else has shared it meanwhile. Run the same '
                    'command again.',
                    image,
                    project.id,
                    claims.State.MEMBER,
                    meanwhile=True,
                ),
            )


def image_sentence(
    image: images.Image, current: reading.Readback | None, by_hand: str
) -> str:
    """Say the state of an image that could not be made private.

    :param current: the state that was read; None if that failed.
    :param by_hand: the command that makes it private.
    """
    if current is None:
        state = claims.State.PROBABLY_SHARED
        is_now = 'is probably still shared'
    elif current.gone:
        return _gone(image)
    elif current.closed is not None:
        state = claims.State.of_image(current.closed)
        is_now = f'is {current.closed}'
    else:
        state, is_now = claims.State.SHARED, 'is still shared'
    return claims.whole(
        f'Image {image} {is_now}, without the revoked members. To make it '
        f'private: {by_hand}',
        image,
        state,
    )


def _gone(image: images.Image) -> str:
    return claims.whole(
        f'Image {image} no longer exists.',
        image,
        claims.State.DELETED,
    )
