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

"""The state of one project of a share, settled and worded."""

from __future__ import annotations

import typing

from osc_imageshare.sharing import claims
from osc_imageshare.sharing import outcomes

if typing.TYPE_CHECKING:
    from osc_imageshare.identity import projects
    from osc_imageshare.image import images
    from osc_imageshare.sharing.readback import reading


def settle(shared: outcomes.Shared, current: reading.Readback | None) -> None:
    """Set the status to the one that was read, or to UNREAD."""
    shared.status = (
        outcomes.UNREAD
        if current is None
        else current.status(shared.project.id)
    )


def sentence(
    image: images.Image,
    shared: outcomes.Shared,
    current: reading.Readback | None,
) -> str:
    """Say the state of one project of a share.

    :param current: the state that was read; None if that failed.
    """
    project = shared.project
    if current is None:
        return claims.member(
            f'Cannot determine whether image {image} is shared with project '
            f'{project}.',
            image,
            project.id,
            claims.State.UNKNOWN,
        )
    if shared.status is None:
        return not_shared(image, project, current) or claims.member(
            f'Image {image} is not shared with project {project}.',
            image,
            project.id,
            claims.State.NO_MEMBER,
        )
    return claims.member(
        f'Image {image} is shared with project {project} (status '
        f'{shared.status}).',
        image,
        project.id,
        claims.State.of_member(shared.status),
    )


def lost(
    image: images.Image, project: projects.Project, current: reading.Readback
) -> str:
    """Say that a new share no longer exists."""
    return not_shared(image, project, current) or claims.member(
        f'Project {project} is no longer a member of image {image}: somebody '
        'else has revoked the share meanwhile.',
        image,
        project.id,
        claims.State.NO_MEMBER,
        meanwhile=True,
    )


def not_shared(
    image: images.Image, project: projects.Project, current: reading.Readback
) -> str | None:
    """Say why a project cannot use an image; None if it can be a member."""
    if current.gone:
        state, why = claims.State.DELETED, 'somebody else has deleted it.'
    elif current.closed is not None:
        state = claims.State.of_image(current.closed)
        why = 'somebody else has changed its visibility.'
    else:
        return None
    return claims.Statement(
        f'Image {image} is {current.closed or state.value} and not shared '
        f'with project {project}: {why}',
        claims.Claim(image.id, None, state, meanwhile=True),
        claims.Claim(
            image.id, project.id, claims.State.NO_MEMBER, meanwhile=True
        ),
    )


def restored(image: images.Image, project: projects.Project) -> str:
    """Say that an image is private again."""
    return claims.Statement(
        f'Image {image} is private, as before, and not shared with project '
        f'{project}.',
        claims.Claim(image.id, None, claims.State.PRIVATE),
        claims.Claim(image.id, project.id, claims.State.NO_MEMBER),
    )
