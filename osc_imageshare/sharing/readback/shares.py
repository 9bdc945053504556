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

"""One project of a share: what it has become, settled and worded."""

from __future__ import annotations

import typing

from osc_imageshare.sharing import claims
from osc_imageshare.sharing import outcomes

if typing.TYPE_CHECKING:
    from osc_imageshare.identity import projects
    from osc_imageshare.image import images
    from osc_imageshare.sharing.readback import reading


def settle(shared: outcomes.Shared, current: reading.Readback | None) -> None:
    """Set the status to what was read; UNREAD if nothing was."""
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
    """Say what is true of one project that an image was to be shared with.

    :param current: what was read; None if that failed.
    """
    project = shared.project
    if current is None:
        return claims.member(
            f'Whether image {image} is shared with project {project} could '
            'not be read back.',
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
        f'Image {image} is shared with project {project}, status '
        f'{shared.status}.',
        image,
        project.id,
        claims.State.of_member(shared.status),
    )


def lost(
    image: images.Image, project: projects.Project, current: reading.Readback
) -> str:
    """Say that a share which was made does not stand any more."""
    return not_shared(image, project, current) or claims.member(
        f'Project {project} is no member of image {image} any more: somebody '
        'has revoked the share while this command ran.',
        image,
        project.id,
        claims.State.NO_MEMBER,
        meanwhile=True,
    )


def not_shared(
    image: images.Image, project: projects.Project, current: reading.Readback
) -> str | None:
    """Say why a project cannot use an image; None if it may be a member."""
    if current.gone:
        state, why = claims.State.DELETED, 'somebody has deleted it.'
    elif current.closed is not None:
        state = claims.State.of_image(current.closed)
        why = 'somebody has changed its visibility.'
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
    """Say that an image which was private before is so again."""
    return claims.Statement(
        f'Image {image} is private, as it was before: it is not shared with '
        f'project {project}.',
        claims.Claim(image.id, None, claims.State.PRIVATE),
        claims.Claim(image.id, project.id, claims.State.NO_MEMBER),
    )
