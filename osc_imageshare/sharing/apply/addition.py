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

"""One image of a file gets the members that the file names.

The steps are those of sharing one image; here they are taken for one image
among many, and what goes wrong with it does not concern the others.
"""

from __future__ import annotations

import typing

from osc_imageshare import errors
from osc_imageshare.identity import scopes as scopes_
from osc_imageshare.image import images
from osc_imageshare.sharing.apply import document
from osc_imageshare.sharing.apply import plan
from osc_imageshare.sharing.apply import states
from osc_imageshare.sharing import claims
from osc_imageshare.sharing import outcomes
from osc_imageshare.sharing.readback import reading
from osc_imageshare.sharing.readback import shares
from osc_imageshare.sharing.share import changes
from osc_imageshare.sharing.share import old_members
from osc_imageshare.sharing.share import warnings
from osc_imageshare.sharing import steps

if typing.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: What the words of a file are to the steps.
_ACCEPT = {
    document.AUTO: None,
    document.REQUIRED: True,
    document.NEVER: False,
}

SHARED = 'shared'
ACCEPTED = 'accepted'


class Addition:
    """What is done for the projects of one image that the file names.

    :param rows: those that are shared or accepted.
    :param own: the caller in the region of the image.
    :param member_scopes: project ID to the scope in which the caller is that
        project, or why there is none.
    :ivar outcome: what has been done, as for one image by itself.
    :ivar begun: whether anything may have been changed.
    :ivar failed: whether something went wrong that more room would not help.
    """

    def __init__(
        self,
        state: states.State,
        rows: Sequence[plan.Row],
        own: scopes_.Scope,
        member_scopes: Mapping[str, scopes_.Scope | scopes_.NoScope],
        *,
        dry_run: bool,
    ) -> None:
        self.state = state
        self.outcome = outcomes.ShareOutcome(image=state.known)
        self._rows: list[tuple[plan.Row, outcomes.Shared]] = []
        for row in rows:
            assert row.project is not None  # noqa: S101
            shared = outcomes.Shared(row.project, accept=_ACCEPT[row.accept])
            self._rows.append((row, shared))
        self.outcome.projects = [shared for _, shared in self._rows]
        self.begun = False
        self.failed = False
        self._images = images.Images(own)
        self._went_wrong: set[str] = set()
        #: Projects for which the image had no room, and what that says.
        self._crowded: list[tuple[outcomes.Shared, outcomes.Report]] = []
        self._changes = changes.Changes(
            self.outcome,
            self._images,
            state.known,
            {wanted.project.id for wanted in state.wanted},
            member_scopes,
            steps.Performer(dry_run, self.outcome.planned),
        )

    def warn(self) -> None:
        """Say what would surprise the members, or the owner, later."""
        known = [shared.project.id for shared in self.outcome.projects]
        warnings.warn(self.outcome, self.state.known, self._images, known)

    def open(self) -> None:
        """Make the image shared if it is not. Never raises what is foreseen.

        :raises Exception: what is not; the image is put back then as well.
        """
        self.begun = True
        if self.state.members is not None:
            self._changes.members.members = dict(self.state.members)
            return
        try:
            self._changes.open(old_members.REFUSE)
        except old_members.LetIn as exc:
            self._fail(
                exc.exit_code,
                exc.lines[0],
                'Name them in the file, or settle them first with "openstack '
                'image share-to", --keep-members or --drop-members.',
            )
        except errors.ImageShareError as exc:
            self._fail(exc.exit_code, *exc.lines)

    def _fail(self, code: int, *lines: str) -> None:
        self.failed = True
        self.outcome.fail(code, *lines)
        self._changes.put_back_after_error()

    @property
    def opened(self) -> bool:
        """Whether a private image is shared now, with nobody else."""
        return self._changes.change.changed and not self.failed

    @property
    def left(self) -> list[outcomes.Shared]:
        """The projects that are to become members, or to accept."""
        return [] if self.failed else self.outcome.projects

    def ensure(self, shared: outcomes.Shared) -> outcomes.Report:
        """Share with one project; may run for several at once."""
        return self._changes.members.ensure(shared)

    def take(self, shared: outcomes.Shared, report: outcomes.Report) -> None:
        """Take in what :meth:`ensure` has reported of one project.

        Where the image has no room, that is not the last word: a member that
        goes makes some.
        """
        project_id = shared.project.id
        crowded = project_id in self._changes.members.crowded
        self._changes.members.crowded.discard(project_id)
        if report.codes:
            self._went_wrong.add(project_id)
        else:
            self._went_wrong.discard(project_id)
        if crowded:
            self._crowded.append((shared, report))
            return
        self.outcome.add(report)
        self.failed = self.failed or bool(report.codes)

    def crowded(self) -> list[outcomes.Shared]:
        """Return the projects that there may be room for by now, once."""
        found, self._crowded = self._crowded, []
        return [shared for shared, _ in found]

    def give_up(self) -> None:
        """Report the projects that there is no room for."""
        for _, report in self._crowded:
            self.outcome.add(report)
        self._crowded = []

    def verifiable(self) -> list[outcomes.Shared]:
        """Return the projects as which the image can be read."""
        return [
            shared
            for shared in self.left
            if shared.project.id not in self._went_wrong
            and self._changes.members.can_verify(shared)
        ]

    def as_member(self, shared: outcomes.Shared) -> images.Images:
        """Return the image service, asked as one of these projects."""
        return self._changes.members.as_member(shared)

    def verify(self, shared: outcomes.Shared) -> outcomes.Report:
        """Read the image as one project; may run for several at once."""
        return self._changes.members.verify(shared)

    def close(self) -> None:
        """Make the image private again if nobody has got it."""
        self._changes.put_back_if_useless()

    def settle(self, current: reading.Readback | errors.ServiceError) -> None:
        """Take what is true at the end for what has been done."""
        image = self.state.known
        for shared in self.outcome.projects:
            if shared.status in (None, outcomes.UNREAD):
                continue
            if isinstance(current, errors.ServiceError):
                shares.settle(shared, None)
                self.outcome.fail(
                    errors.FAILED,
                    *current.lines,
                    shares.sentence(image, shared, None),
                )
                continue
            shares.settle(shared, current)
            if current.status(shared.project.id) is None:
                shared.verified = False if shared.verified else None
                self.outcome.fail(
                    errors.FAILED, shares.lost(image, shared.project, current)
                )

    def report_interruption(self) -> list[str]:
        """Put back what is of no use, and return what is true then."""
        image = self.state.known
        self._changes.put_back_if_useless()
        if self._changes.change.restored:
            return [
                claims.whole(
                    f'Image {image} is private, as it was before.',
                    image,
                    claims.State.PRIVATE,
                )
            ]
        current = reading.read_if_possible(self._images, image.id)
        sentences: dict[str | None, list[outcomes.Shared]] = {}
        for shared in self.outcome.projects:
            shares.settle(shared, current)
            sentences.setdefault(shared.status, []).append(shared)
        return [
            _together(image, status, found)
            for status, found in sentences.items()
        ]

    def report_unknown(self) -> tuple[str, ...]:
        """Return what is said when nobody could look what is true."""
        return self._changes.report_unknown()

    def put_back_after_error(self) -> None:
        """Put back what is of no use; say what is true if that cannot be."""
        self._changes.put_back_after_error()

    def say_results(self) -> None:
        """Write into each row what has become of it."""
        for row, shared in self._rows:
            if shared.status == outcomes.UNREAD:
                row.result = plan.UNKNOWN
            elif shared.status is None or (
                shared.project.id in self._went_wrong
            ):
                row.result = outcomes.FAILED
            else:
                row.result = ACCEPTED if row.action == plan.ACCEPT else SHARED


def _together(
    image: images.Image, status: str | None, found: list[outcomes.Shared]
) -> str:
    """Say the same of several projects in one sentence."""
    names = ', '.join(str(shared.project) for shared in found)
    ids = [shared.project.id for shared in found]
    if status == outcomes.UNREAD:
        return claims.members(
            f'Whether image {image} is shared with these projects could not '
            f'be read back: {names}.',
            image,
            ids,
            claims.State.UNKNOWN,
        )
    state = claims.State.of_member(status)
    if status is None:
        return claims.members(
            f'Image {image} is not shared with: {names}.', image, ids, state
        )
    return claims.members(
        f'Image {image} is shared, status {status}, with: {names}.',
        image,
        ids,
        state,
    )
