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

"""The flow that shows every share of a project, in both directions.

Glance has no call for the memberships that a project has granted, or been
given: the members of each shared image are asked for one by one, several at
once.
"""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare import errors
from osc_imageshare import images
from osc_imageshare import parallel
from osc_imageshare import projects
from osc_imageshare import scopes
from osc_imageshare.sharing import outcome as outcomes
from osc_imageshare.sharing import target

if typing.TYPE_CHECKING:
    from openstack import connection as sdk_connection


@dataclasses.dataclass(frozen=True)
class ListRequest:
    """Which shares are listed.

    :ivar direction: ``incoming``, ``outgoing`` or None for both.
    :ivar status: only memberships of this status.
    :ivar project: only shares with this project, by ID or name.
    :ivar image: only shares of this image, by ID or name.
    :ivar all_projects: what every project has granted, for administrators.
    """

    direction: str | None = None
    status: str | None = None
    project: str | None = None
    project_domain: str | None = None
    image: str | None = None
    all_projects: bool = False


class Listing:
    """One look at the shares.

    :param progress: called with the number of images asked for and of all.
    """

    def __init__(
        self,
        connection: sdk_connection.Connection,
        request: ListRequest,
        progress: parallel.Progress | None = None,
    ) -> None:
        self._connection = connection
        self._request = request
        self._progress = progress
        self.outcome = outcomes.ListOutcome()

    def run(self) -> outcomes.ListOutcome:
        """Look. The rows are sorted by direction, image and project.

        :raises errors.ImageShareError: when the images cannot be listed.
        """
        request = self._request
        self._scopes = scopes.Scopes(self._connection)
        self._own = self._scopes.own
        if request.all_projects and not self._own.administrator:
            raise errors.Refused(
                'Only an administrator sees the shares of all projects; '
                'without --all-projects, those of project '
                f'{self._own.project_id} are listed.',
            )
        self._images = images.Images(self._own)
        self._look_up = projects.Projects(self._scopes, request.project_domain)
        other = self._other_side()
        shared = self._shared()
        for image, members in parallel.ask(
            shared, self._members, self._progress
        ):
            if isinstance(members, errors.ServiceError):
                self._failed(image, members)
                continue
            for member in members:
                self._add(image, member)
        self.outcome.shares = sorted(
            (
                listed
                for listed in self.outcome.shares
                if other in (None, listed.project.id)
                and request.status in (None, listed.member.status)
            ),
            key=lambda s: (
                s.direction,
                s.image.name,
                s.image.id,
                s.project.id,
            ),
        )
        self._name()
        return self.outcome

    def _other_side(self) -> str | None:
        """Return the ID, or the member string, of the other project."""
        words = self._request.project
        if words is None or projects.looks_like_id(words):
            return words
        try:
            return self._look_up.named(words).id
        except errors.Refused:
            # Glance stores any string as a member; as such it can be listed.
            return words

    def _shared(self) -> list[images.Image]:
        """Return the shared images in question, each once."""
        request, own_id = self._request, self._own.project_id
        if request.image is not None:
            found = [
                target.the_image(self._own, request.image, as_owner=False)
            ]
        else:
            filters = {
                'visibility': images.SHARED,
                'member_status': 'all',
                'limit': '1000',
            }
            if request.direction == outcomes.OUTGOING and (
                not request.all_projects
            ):
                filters['owner'] = own_id
            found = self._images.matching(**filters) + self._images.matching(
                **filters, os_hidden='true'
            )
        wanted = {
            image.id: image
            for image in found
            if image.visibility == images.SHARED
            and (
                request.all_projects
                or self._direction(image) == request.direction
                or request.direction is None
            )
        }
        return list(wanted.values())

    def _direction(self, image: images.Image) -> str:
        if self._request.all_projects or (image.owner == self._own.project_id):
            return outcomes.OUTGOING
        return outcomes.INCOMING

    def _members(
        self, image: images.Image
    ) -> list[images.Member] | errors.ServiceError:
        """Return the members to list; an error is one image's only."""
        try:
            if self._direction(image) == outcomes.OUTGOING:
                return self._images.members(image.id)
            member = self._images.member(image.id, self._own.project_id)
        except errors.ServiceError as exc:
            return exc
        return [member] if member else []

    def _failed(self, image: images.Image, error: errors.ServiceError) -> None:
        # 403, 404: not shared any more, or deleted, since it was listed.
        if error.status not in (403, 404):
            self.outcome.fail(
                errors.FAILED,
                *error.lines,
                f'The members of image {image} are missing from this list.',
            )

    def _add(self, image: images.Image, member: images.Member) -> None:
        direction = self._direction(image)
        outgoing = direction == outcomes.OUTGOING
        self.outcome.shares.append(
            outcomes.Listed(
                direction,
                image,
                projects.Project(member.id if outgoing else image.owner),
                member,
            )
        )

    def _name(self) -> None:
        """Add the names of the projects, and whether they exist."""
        if not self.outcome.shares:
            return
        directory = self._look_up.directory
        missing = set()
        for listed in self.outcome.shares:
            project_id = listed.project.id
            if directory is None:
                name = self._look_up.name_of(project_id)
            else:
                name = directory.get(project_id)
                listed.exists = name is not None
                if not listed.exists:
                    missing.add(project_id)
            listed.project = projects.Project(project_id, name)
        for project_id in sorted(missing):
            self.outcome.note(
                f'There is no project {project_id!r}: what is shared with it '
                'can be used by nobody.'
            )
