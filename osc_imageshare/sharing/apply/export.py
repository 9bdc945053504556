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

"""The flow that writes what is shared now as a file.

Glance has no call for the memberships that a project has granted: the members
of each shared image are asked for, those of several images at once.
"""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare.api import parallel
from osc_imageshare import errors
from osc_imageshare.identity import projects
from osc_imageshare.image import images
from osc_imageshare.sharing.apply import finding
from osc_imageshare.sharing.apply import writing
from osc_imageshare.sharing import candidates
from osc_imageshare.sharing import flows
from osc_imageshare.sharing import outcomes
from osc_imageshare.sharing.readback import reading

if typing.TYPE_CHECKING:
    from collections.abc import Sequence


@dataclasses.dataclass(frozen=True)
class ExportRequest:
    """Which images are written.

    :ivar images: IDs or names; none means every image of the caller's project
        that has members.
    """

    images: tuple[str, ...] = ()


class Export(flows.Flow[ExportRequest, outcomes.ExportOutcome]):
    """One look at what the caller's project shares in its region."""

    _kind = outcomes.ExportOutcome

    def run(self) -> outcomes.ExportOutcome:
        """Look; the file is whole or not there at all.

        :raises errors.ImageShareError: when something could not be read.
        """
        scopes = self._caller()
        own = scopes.own
        self._images = images.Images(own)
        self._finder = finding.Finder(own.project_id)
        named = self._request.images
        wanted = (
            [found for _, found in parallel.ask(named, self._find)]
            if named
            else self._listed()
        )
        distinct = list({image.id: image for image in wanted}.values())
        shared = [
            writing.Shared(image, members)
            for image, members in parallel.ask(
                distinct, self._members, self._context.progress
            )
            if members or named
        ]
        ids = {member.id for one in shared for member in one.members}
        names = projects.Projects(scopes).names_of(sorted(ids))
        for image, members in shared:
            self._tell(image, members)
        self.outcome.text = writing.write(
            projects.Project(own.project_id, own.project_name),
            own.region,
            shared,
            names,
        )
        if not shared:
            self.outcome.note(
                f'Project {own.project_id} shares no image in region '
                f'{own.region!r}.'
            )
        return self.outcome

    def _find(self, words: str) -> images.Image:
        """Return an image of the caller's project by ID or name."""
        if not words:
            raise errors.UsageError('The name of the image is empty.')
        image_id = words if images.looks_like_id(words) else None
        return self._finder.find(self._images, words, image_id)

    def _listed(self) -> list[images.Image]:
        """Return the images that may have members, hidden ones as well."""
        found = candidates.Candidates(
            self._images, outcomes.OUTGOING, all_projects=False
        )
        return found.shared(found.find(None), None)

    def _members(self, image: images.Image) -> list[images.Member]:
        """Return the members; none of what is gone since it was listed."""
        current = reading.read(self._images, image.id)
        return list(current.members.values())

    def _tell(
        self, image: images.Image, members: Sequence[images.Member]
    ) -> None:
        """Say what a file cannot hold, or not all of it."""
        words = [m.id for m in members if not projects.looks_like_id(m.id)]
        if words:
            self.outcome.warn(
                f'Image {image} has members that are not IDs of projects; '
                'the file has them as comments: '
                f'{", ".join(sorted(words))}.'
            )
