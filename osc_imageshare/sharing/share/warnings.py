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

"""What the owner should know before an image is shared.

This module adds two look-ups to the pure rules of the fitness module: whether
the member can use the other images that an image relies on, and whether the
project exists.
"""

from __future__ import annotations

import typing

from osc_imageshare import errors
from osc_imageshare.image import fitness
from osc_imageshare.image import images

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from osc_imageshare.sharing import outcomes


def warn(
    outcome: outcomes.ShareOutcome,
    image: images.Image,
    glance: images.Images,
    verified: Collection[str],
) -> None:
    """Add the warnings about *image* and its new members to the outcome.

    :param verified: IDs of projects with a token, which therefore exist.
    """
    for warning in fitness.warnings(image):
        outcome.warn(warning)
    for shared in outcome.projects:
        project = shared.project
        if not project.verified and project.id not in verified:
            outcome.warn(
                f'Could not verify that project {project.id} exists (you may '
                'not look it up).'
            )
    for key, other in fitness.companions(image).items():
        usable = _usable(glance, other)
        for shared in outcome.projects:
            project = shared.project
            companion_warning = fitness.companion_warning(
                image, key, other, usable(project.id), str(project)
            )
            if companion_warning:
                outcome.warn(companion_warning)


def _usable(
    glance: images.Images, image_id: str
) -> Callable[[str], bool | None]:
    """Return a function that tells whether a project can use an image.

    It returns None for every project if the image cannot be read here.
    """
    try:
        image = glance.get(image_id)
        if image.visibility in ('public', 'community'):
            return lambda project_id: True
        members = glance.members_if_shared(image) or ()
    except (errors.ServiceError, ValueError):
        return lambda project_id: None
    users = {image.owner, *(member.id for member in members)}
    # Glance shows a member its own membership only.
    scope = glance.scope
    complete = scope.administrator or image.owner == scope.project_id
    return lambda project_id: (
        True if project_id in users else False if complete else None
    )
