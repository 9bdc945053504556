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

"""Reading the members of an image, even if Glance hides them.

Glance answers 403 to a request for the members of an image that is not shared,
and 404 for a deleted image; a lost role has the same effect. The image itself
tells the cases apart.
"""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare import errors
from osc_imageshare.image import images

if typing.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclasses.dataclass(frozen=True)
class Readback:
    """The state of an image's members.

    :ivar members: the members by ID; none for an image that is not shared.
    :ivar closed: the visibility of an image that is not shared (``private``,
        ``public`` or ``community``); None while its members can be listed.
    :ivar gone: whether the image no longer exists.
    """

    members: Mapping[str, images.Member] = dataclasses.field(
        default_factory=dict
    )
    closed: str | None = None
    gone: bool = False

    @classmethod
    def of(cls, members: Iterable[images.Member]) -> Readback:
        """Return the state of a shared image with these members."""
        return cls({member.id: member for member in members})

    def status(self, project_id: str) -> str | None:
        """Return the status of a project; None if it is not a member."""
        member = self.members.get(project_id)
        return None if member is None else member.status


def read(glance: images.Images, image_id: str) -> Readback:
    """Read the members, or the state of an image that can have none.

    :raises errors.ServiceError: when nobody can tell.
    """
    try:
        return Readback.of(glance.members(image_id))
    except errors.ServiceError as exc:
        if exc.status not in (403, 404):
            raise
        hidden = exc
    try:
        visibility = glance.get(image_id).visibility
    except errors.ServiceError as exc:
        if exc.status != 404:
            raise
        return Readback(gone=True)
    if visibility == images.SHARED:
        raise hidden
    return Readback(closed=visibility)


def read_or_why_not(
    glance: images.Images, image_id: str
) -> Readback | errors.ServiceError:
    """Return the same as :func:`read`, or the error that it raises."""
    try:
        return read(glance, image_id)
    except errors.ServiceError as exc:
        return exc


def read_if_possible(glance: images.Images, image_id: str) -> Readback | None:
    """Return the same as :func:`read`; None when nobody can tell."""
    current = read_or_why_not(glance, image_id)
    return current if isinstance(current, Readback) else None
