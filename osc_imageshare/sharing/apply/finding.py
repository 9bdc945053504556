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

"""The images that a file names, in each region, and their members.

An image of the owner's is meant and no other: what somebody else shares under
the same name is not found.
"""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare import errors
from osc_imageshare.image import images

if typing.TYPE_CHECKING:
    from osc_imageshare.identity import scopes
    from osc_imageshare.sharing.apply import document


@dataclasses.dataclass(frozen=True)
class Seen:
    """What is true of an image that a file names, in one region.

    :ivar members: by ID; None where there can be none, or before they are
        read.
    :ivar problem: why nothing more is known, and the exit code of that.
    """

    entry: document.Image
    region: str
    image: images.Image | None = None
    members: dict[str, images.Member] | None = None
    problem: tuple[str, int] | None = None


class Finder:
    """Finds images of one owner.

    :param owner: the ID of the project.
    """

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._scopes: dict[str, scopes.Scope] = {}
        self._without: dict[str, str] = {}

    def add(self, region: str, scope: scopes.Scope) -> None:
        """Say in which scope the images of a region are read."""
        self._scopes[region] = scope

    def no_region(self, region: str, why: errors.ImageShareError) -> None:
        """Say why the images of a region cannot be read."""
        self._without[region] = why.lines[0]

    def see(self, entry: document.Image, region: str) -> Seen:
        """Read one image and its members.

        May be called for several at once. Never raises: what goes wrong
        concerns one image.
        """
        seen = Seen(entry, region)
        if region in self._without:
            problem = self._without[region], errors.FAILED
            return dataclasses.replace(seen, problem=problem)
        glance = images.Images(self._scopes[region])
        try:
            image = self.find(glance, entry.name, entry.id)
            seen = dataclasses.replace(seen, image=image)
            found = glance.members_if_shared(image)
        except errors.ImageShareError as exc:
            problem = ' '.join(exc.facts), exc.exit_code
            return dataclasses.replace(seen, problem=problem)
        members = None if found is None else {m.id: m for m in found}
        return dataclasses.replace(seen, members=members)

    def find(
        self, glance: images.Images, name: str | None, image_id: str | None
    ) -> images.Image:
        """Return the one image of the owner that an ID or a name means.

        A hidden image is found by its name, but not beside one that is not:
        hidden are the old versions.

        :raises errors.ImageShareError: when there is none, or several.
        """
        owner, region = self._owner, glance.scope.region
        if image_id is not None:
            try:
                image = glance.get(image_id)
            except errors.ServiceError as exc:
                if exc.status != 404:
                    raise
                raise errors.Refused(
                    f'There is no image {image_id} that project '
                    f'{glance.scope.project_id} can see in region {region!r}.'
                ) from exc
            if image.owner != owner:
                raise errors.Refused(
                    f'Image {image} belongs to project {image.owner}, not to '
                    f'project {owner}.'
                )
            return image
        named = {'name': str(name), 'owner': owner}
        found = glance.matching(**named) or glance.matching(
            **named, os_hidden='true'
        )
        if len(found) > 1:
            raise errors.Refused(
                f'Project {owner} has several images called {name!r}: '
                f'{", ".join(image.id for image in found)}.'
            )
        if not found:
            raise errors.Refused(
                f'Project {owner} has no image called {name!r} in region '
                f'{region!r}.'
            )
        return found[0]
