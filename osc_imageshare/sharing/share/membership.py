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

"""Makes one project a member: add it, accept, and read the image as it.

Each step is taken only if it is needed. The failure of one project is
reported with its state, and does not stop the others.
"""

from __future__ import annotations

import contextlib
import functools
import typing

from osc_imageshare import errors
from osc_imageshare.identity import scopes
from osc_imageshare.image import images
from osc_imageshare.sharing import claims
from osc_imageshare.sharing import outcomes
from osc_imageshare.sharing.readback import reading
from osc_imageshare.sharing.readback import shares
from osc_imageshare.sharing import steps

if typing.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Membership:
    """Makes projects members of one image.

    :param member_scopes: project ID to the scope in which the caller is that
        project, or why there is none.
    :ivar members: the members before the first change, by ID.
    :ivar crowded: the IDs of projects that the image has no room for.
    """

    def __init__(
        self,
        glance: images.Images,
        image: images.Image,
        member_scopes: Mapping[str, scopes.Scope | scopes.NoScope],
        performer: steps.Performer,
    ) -> None:
        self._images = glance
        self._image = image
        self._member_scopes = member_scopes
        self._performer = performer
        self.members: dict[str, images.Member] = {}
        self.crowded: set[str] = set()

    def ensure(self, shared: outcomes.Shared) -> outcomes.Report:
        """Share with one project, and report on it.

        Several threads may call this, each for another project.
        """
        report = outcomes.Report()
        with self._reporting(shared, report):
            self._add(shared)
            self._accept(shared, report)
        return report

    def can_verify(self, shared: outcomes.Shared) -> bool:
        """Tell whether the image can be read as the member."""
        scope = self._member_scopes.get(shared.project.id)
        return isinstance(scope, scopes.Scope)

    def verify(self, shared: outcomes.Shared) -> outcomes.Report:
        """Read the image as the member, and report a failure.

        Several threads may call this, each for another project.
        """
        report = outcomes.Report()
        with self._reporting(shared, report):
            self._verify(shared)
        return report

    @contextlib.contextmanager
    def _reporting(
        self, shared: outcomes.Shared, report: outcomes.Report
    ) -> Iterator[None]:
        """Report the failure of one project, and its state."""
        try:
            yield
        except errors.ServiceError as exc:
            report.fail(
                errors.FAILED,
                *exc.lines,
                self._read_back(shared),
                *self._how_to_go_on(shared, exc),
            )

    def _how_to_go_on(
        self, shared: outcomes.Shared, exc: errors.ServiceError
    ) -> tuple[str, ...]:
        if exc.status == 403 and shared.status is not None:
            return (self._for_the_member(shared),)
        return (
            f'To continue with project {shared.project}, run the same command '
            'again: it makes only the missing changes.',
        )

    def _for_the_member(self, shared: outcomes.Shared) -> str:
        return (
            f'To show it in the lists of project {shared.project}, a user '
            'with the role member in that project runs: '
            + self._images.scope.command_for_others(
                'image', 'set', '--accept', self._image.id
            )
        )

    def _add(self, shared: outcomes.Shared) -> None:
        image_id, project_id = self._image.id, shared.project.id
        if project_id not in self.members:
            try:
                self._performer.perform(
                    steps.Step(
                        native=self._images.scope.command(
                            'image',
                            'add',
                            'project',
                            operands=(image_id, project_id),
                        ),
                        act=functools.partial(
                            self._images.add_member, image_id, project_id
                        ),
                        done=functools.partial(self._is_member, project_id),
                    )
                )
                shared.changes.append('member')
            except errors.ServiceError as exc:
                if exc.status == 413:
                    self.crowded.add(project_id)
                    raise errors.ServiceError(
                        *exc.lines,
                        f'Image {self._image} has as many members as this '
                        'cloud allows (image_member_quota of the image '
                        'service, which holds for administrators too).',
                        advice=(
                            'Revoke a share that is no longer needed, or ask '
                            "the cloud's operator for a higher limit.",
                        ),
                        status=413,
                    ) from exc
                # 409: another run has added the project meanwhile.
                status = (
                    self._status(project_id) if exc.status == 409 else None
                )
                if status is None:
                    raise
                shared.status = status
                return
            shared.status = None if self._performer.dry_run else images.PENDING
        else:
            shared.status = self.members[project_id].status

    def _status(self, project_id: str) -> str | None:
        """Read the status of a member; None if it is not a member."""
        for member in self._images.members(self._image.id):
            if member.id == project_id:
                return member.status
        return None

    def _is_member(self, project_id: str) -> bool:
        return self._status(project_id) is not None

    def _accept(
        self, shared: outcomes.Shared, report: outcomes.Report
    ) -> None:
        if shared.accept is False or shared.status == images.ACCEPTED:
            return
        image_id, project_id = self._image.id, shared.project.id
        scope = self._member_scopes[project_id]
        if isinstance(scope, scopes.Scope):
            as_member, native = (
                images.Images(scope),
                scope.command(
                    'image', 'set', '--accept', operands=(image_id,)
                ),
            )
        elif shared.accept:
            # Only new clients have a native command for administrators, and
            # with its words old ones change the image's owner.
            as_member = self._images
            accept = self._images.scope.command_for_others(
                'image', 'set', '--accept', image_id
            )
            native = f'# a member of project {project_id} runs: {accept}'
        else:
            self._leave_pending(shared, scope, report)
            return
        self._performer.perform(
            steps.Step(
                native=native,
                act=functools.partial(
                    as_member.set_status,
                    image_id,
                    project_id,
                    images.ACCEPTED,
                ),
                done=lambda: self._status(project_id) == images.ACCEPTED,
            )
        )
        shared.changes.append('status')
        if not self._performer.dry_run:
            shared.status = images.ACCEPTED

    def _leave_pending(
        self,
        shared: outcomes.Shared,
        scope: scopes.NoScope,
        report: outcomes.Report,
    ) -> None:
        how = self._for_the_member(shared)
        # A dry run has added no member whose state could be read.
        planned = shared.status is None
        if scope.failed:
            report.fail(
                errors.FAILED,
                f'Could not act as project {shared.project}: {scope.reason}',
                errors.UNCHANGED if planned else self._read_back(shared),
                how,
            )
        else:
            is_ = 'would be' if planned else 'is'
            sentence = (
                f'The share with project {shared.project} {is_} '
                f'{shared.status or images.PENDING}: {scope.reason}.'
            )
            if not planned:
                sentence = claims.member(
                    sentence,
                    self._image,
                    shared.project.id,
                    claims.State.of_member(shared.status),
                )
            report.note(sentence, how)

    def as_member(self, shared: outcomes.Shared) -> images.Images:
        """Return the image service, asked as a member that can verify."""
        scope = self._member_scopes[shared.project.id]
        assert isinstance(scope, scopes.Scope)  # noqa: S101
        return images.Images(scope)

    def _verify(self, shared: outcomes.Shared) -> None:
        try:
            self.as_member(shared).get(self._image.id)
        except errors.ServiceError as exc:
            if exc.status == 404:
                shared.verified = False
            raise
        shared.verified = True

    def _read_back(self, shared: outcomes.Shared) -> str:
        """Settle a project by its current state; return the sentence."""
        current = reading.read_if_possible(self._images, self._image.id)
        shares.settle(shared, current)
        return shares.sentence(self._image, shared, current)
