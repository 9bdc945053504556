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

Glance has no call that lists the memberships of a project's images, or those
of the project. So the flow reads the members of each shared image, several
images at the same time.
"""

from __future__ import annotations

import dataclasses

from osc_imageshare.api import parallel
from osc_imageshare import errors
from osc_imageshare.identity import projects
from osc_imageshare.image import images
from osc_imageshare.sharing import candidates
from osc_imageshare.sharing import flows
from osc_imageshare.sharing import outcomes
from osc_imageshare.sharing.readback import reading
from osc_imageshare.sharing import together


@dataclasses.dataclass(frozen=True)
class ListRequest:
    """Which shares to list.

    :ivar direction: ``incoming``, ``outgoing`` or None for both.
    :ivar status: only memberships with this status.
    :ivar project: only shares with this project, by ID or name.
    :ivar image: only shares of this image, by ID or name.
    :ivar all_projects: the shares of every project, for administrators.
    """

    direction: str | None = None
    status: str | None = None
    project: str | None = None
    project_domain: str | None = None
    image: str | None = None
    all_projects: bool = False


class List(flows.Flow[ListRequest, outcomes.ListOutcome]):
    """One look at the shares; the progress counts their images."""

    _kind = outcomes.ListOutcome
    _others: frozenset[str] | None = None
    _unnamed: errors.Refused | None = None
    #: Whether Glance has shown members that only administrators see.
    _foreign = False

    def run(self) -> outcomes.ListOutcome:
        """Read the shares, sorted by direction, image and project.

        :raises errors.ImageShareError: when the images cannot be listed.
        """
        request = self._request
        self._scopes = self._caller()
        self._own = self._scopes.own
        self._check()
        self._images = images.Images(self._own)
        self._candidates = candidates.Candidates(
            self._images,
            request.direction,
            all_projects=request.all_projects,
        )
        self._look_up = projects.Projects(self._scopes, request.project_domain)
        _, found = together.both(
            self._find_others, lambda: self._candidates.find(request.image)
        )
        shared = self._candidates.shared(found, self._others)
        asked: list[images.Image] = []
        with self.outcome.interruptible(
            lambda: self._report_interruption(len(shared), len(asked)), tuple
        ):
            for image, members in parallel.ask(
                shared, self._members, self._context.progress
            ):
                asked.append(image)
                if isinstance(members, errors.ServiceError):
                    self._failed(image, members)
                    continue
                for member in members:
                    self._foreign |= self._own.project_id not in (
                        image.owner,
                        member.id,
                    )
                    self._add(image, member)
        self._arrange()
        self._check_administrator()
        if self._unnamed is not None:
            self._say_literally(self._unnamed)
        self._name()
        if not self.outcome.shares and not self.outcome.codes:
            self.outcome.note(
                'No matching shares found for project '
                f'{self._own.project_id} in region {self._own.region!r}.'
            )
        return self.outcome

    def _report_interruption(self, of: int, asked: int) -> None:
        """Say after an interruption how much of the list is missing."""
        self._arrange()
        self.outcome.interrupt(
            f'The list is incomplete: the members of {of - asked} of {of} '
            'images are missing.'
        )

    def _check(self) -> None:
        request = self._request
        if request.image == '':
            raise errors.UsageError('The image name is empty.')
        if not request.all_projects:
            return
        if request.direction == outcomes.INCOMING:
            raise errors.UsageError(
                '--all-projects lists outgoing shares only and cannot be used '
                'with --incoming.'
            )

    def _find_others(self) -> None:
        """Find the strings that mean the requested project.

        Glance stores any string as a member. So a word that nobody can look
        up as a project's name may still be the member of a share.
        """
        words = self._request.project
        if words is None:
            return
        self._others = frozenset({words})
        if projects.looks_like_id(words):
            # Keystone's IDs are in lower case; the owner may have typed
            # capitals, which Glance has stored.
            self._others |= {words.lower()}
            return
        try:
            self._others |= {self._look_up.named(words).id}
        except errors.Refused as exc:
            self._unnamed = exc

    def _say_literally(self, unnamed: errors.Refused) -> None:
        """Say that the list takes the name of a project for a mere string.

        :raises errors.Refused: when nothing is shared with that string: an
            empty list would say nothing about the intended project.
        """
        if not self.outcome.shares:
            raise unnamed
        self.outcome.warn(
            unnamed.lines[0],
            'The list has the shares whose member is the string '
            f'{self._request.project!r} instead of an ID.',
        )

    def _check_administrator(self) -> None:
        """Refuse to show one project's shares as the shares of all projects.

        To an administrator, Glance lists the shared images of all projects,
        with all members. Any other caller sees the images that it is a member
        of, and no other member.

        :raises errors.Refused: when nothing shows an administrator.
        """
        if not self._request.all_projects or self._scopes.administrator:
            return
        if not self._foreign:
            self.outcome.shares = []
            raise errors.Refused(
                'Only an administrator can list the shares of all projects, '
                'and the image service shows project '
                f'{self._own.project_id} only its own.',
                advice=(
                    'Leave out --all-projects to list the shares of that '
                    'project.',
                ),
            )

    def _members(
        self, image: images.Image
    ) -> list[images.Member] | errors.ServiceError:
        """Return the members to list, or the error for this image."""
        current = reading.read_or_why_not(self._images, image.id)
        if isinstance(current, errors.ServiceError):
            return current
        found = [*current.members.values()]
        if self._candidates.direction(image) == outcomes.OUTGOING:
            return found
        # To an administrator, Glance shows the members of any image.
        return [m for m in found if m.id == self._own.project_id]

    def _failed(self, image: images.Image, error: errors.ServiceError) -> None:
        self.outcome.fail(
            errors.FAILED,
            *error.lines,
            f'The list is incomplete: the members of image {image} are '
            'missing.',
        )

    def _add(self, image: images.Image, member: images.Member) -> None:
        direction = self._candidates.direction(image)
        outgoing = direction == outcomes.OUTGOING
        self.outcome.shares.append(
            outcomes.Listed(
                direction,
                image,
                projects.Project(member.id if outgoing else image.owner),
                member,
            )
        )

    def _arrange(self) -> None:
        """Leave out shares that were not requested, and sort the rest."""
        self.outcome.shares = sorted(
            (
                listed
                for listed in self.outcome.shares
                if (self._others is None or listed.project.id in self._others)
                and self._request.status in (None, listed.member.status)
            ),
            key=lambda s: (
                s.direction,
                s.image.name,
                s.image.id,
                s.project.id,
            ),
        )

    def _name(self) -> None:
        """Add the names of the projects, and whether they exist."""
        if not self.outcome.shares:
            return
        directory = self._look_up.directory
        names = (
            self._look_up.names_of({s.project.id for s in self.outcome.shares})
            if directory is None
            else directory
        )
        missing = set()
        for listed in self.outcome.shares:
            project_id = listed.project.id
            name = names.get(project_id)
            if directory is not None:
                listed.exists = name is not None
                if not listed.exists:
                    missing.add((listed.direction, project_id))
            listed.project = projects.Project(project_id, name)
        for direction, project_id in sorted(missing):
            self.outcome.note(
                f'Project {project_id!r} does not exist: nobody can use the '
                'images shared with it.'
                if direction == outcomes.OUTGOING
                else f'Project {project_id!r}, which owns images shared with '
                'you, no longer exists.'
            )
