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

"""The images that a word of the command line, an ID or a name, can mean.

Source: Glance's ``GET /v2/images/{id}`` and ``GET /v2/images`` with filters.
"""

from __future__ import annotations

from osc_imageshare import errors
from osc_imageshare.image import images


def find(glance: images.Images, words: str) -> list[images.Image]:
    """Return the images that *words* can mean: one ID, or one name.

    An ID wins over a name. A name is searched in the project's listing first,
    and only if that has none, among the images that no listing shows by
    default: pending and rejected shares, and hidden images. A hidden image of
    the project itself is found beside images of others, but not beside a
    listed image of its own: owners hide old versions.
    """
    if images.looks_like_id(words):
        try:
            return [glance.get(words.lower())]
        except errors.ServiceError as exc:
            if exc.status != 404:
                raise
    unanswered = {'visibility': images.SHARED, 'member_status': 'all'}
    hidden = {'os_hidden': 'true'}
    for more in {}, unanswered, hidden, {**hidden, **unanswered}:
        found = glance.matching(name=words, **more)
        if found:
            return found if 'os_hidden' in more else _with_own(glance, found)
    return []


def readable(glance: images.Images, image_id: str) -> images.Image | None:
    """Return an image by ID; None if this scope can read no such image.

    :raises errors.ServiceError: when the image service fails.
    """
    try:
        return glance.get(image_id)
    except ValueError:
        # This is no ID of anything.
        return None
    except errors.ServiceError as exc:
        if exc.status not in (403, 404):
            raise
        return None


def _with_own(
    glance: images.Images, found: list[images.Image]
) -> list[images.Image]:
    """Add the project's own hidden images, if no found image is its own."""
    own_id = glance.scope.project_id
    if any(image.owner == own_id for image in found):
        return found
    name = found[0].name
    return found + glance.matching(name=name, owner=own_id, os_hidden='true')
