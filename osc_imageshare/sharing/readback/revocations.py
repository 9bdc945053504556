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

"""One project of a revocation: what it has become, settled and worded."""

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
    """Take a member that is gone for revoked, and back if it is not.

    Of an image that is not shared nobody can tell whether it has a member
    still, and one that is deleted has none: the result stays what it is then.
    UNREAD when nothing was read and nothing was decided.
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
    """Say what is true of one member whose share was to be revoked.

    :param current: what was read; None if that failed.
    :param undo: returns the command that shares the image again.
    """
    project = revoked.project
    if current is None:
        return claims.member(
            f'Whether image {image} is still shared with project {project} '
            'could not be read back. Run the same command again.',
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
    is_now = 'not'
    if current.closed is not None:
        is_now = f'{current.closed} and not'
        state = claims.State.of_image(current.closed)
        about.append(claims.Claim(image.id, None, state))
    if revoked.result != outcomes.REVOKED:
        return claims.Statement(
            f'Image {image} is {is_now} shared with project {project}. '
            'Whether it is a member still, and can use the image when that '
            'is shared again, cannot be seen until then.',
            *about,
        )
    return claims.Statement(
        f'Image {image} is {is_now} shared with project {project} any more. '
        f'To undo this: {undo()}',
        *about,
    )


def take_back(
    outcome: outcomes.RevokeOutcome, current: reading.Readback
) -> None:
    """Take back what was said of those who are members again, and say so."""
    image = outcome.image
    for revoked in outcome.projects:
        project = revoked.project
        if revoked.result == outcomes.REVOKED and current.status(project.id):
            revoked.result = outcomes.FAILED
            outcome.fail(
                errors.FAILED,
                claims.member(
                    f'Project {project} is a member of image {image} again: '
                    'somebody has shared it with that project meanwhile. Run '
                    'the same command again.',
                    image,
                    project.id,
                    claims.State.MEMBER,
                    meanwhile=True,
                ),
            )


def image_sentence(
    image: images.Image, current: reading.Readback | None, by_hand: str
) -> str:
    """Say what an image is that could not be made private.

    :param current: what was read; None if that failed.
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
        state, is_now = claims.State.SHARED, 'stays shared'
    return claims.whole(
        f'Image {image} {is_now}, though without members that were revoked. '
        f'To go on: {by_hand}',
        image,
        state,
    )


def _gone(image: images.Image) -> str:
    return claims.whole(
        f'Image {image} does not exist any more.',
        image,
        claims.State.DELETED,
    )
