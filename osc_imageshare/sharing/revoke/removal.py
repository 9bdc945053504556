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

"""Removing members of one image, and what is true of each afterwards.

Who may be removed has been decided before.
"""

from __future__ import annotations

import functools
import typing

from osc_imageshare import errors
from osc_imageshare.sharing import claims
from osc_imageshare.sharing import outcomes
from osc_imageshare.sharing.readback import reading
from osc_imageshare.sharing.readback import revocations
from osc_imageshare.sharing import steps

if typing.TYPE_CHECKING:
    from osc_imageshare.image import images
    from osc_imageshare.sharing.revoke import native


class Removal:
    """Ends shares of one image, for the projects of an outcome."""

    def __init__(
        self,
        outcome: outcomes.RevokeOutcome,
        glance: images.Images,
        image: images.Image,
        commands: native.Commands,
        performer: steps.Performer,
    ) -> None:
        self._outcome = outcome
        self._images = glance
        self._image = image
        self._commands = commands
        self._performer = performer

    def remove(self, revoked: outcomes.Revoked) -> None:
        """Remove one member, and settle what has become of it."""
        image_id, member = self._image.id, revoked.project.id
        try:
            self._performer.perform(
                steps.Step(
                    native=self._commands.remove(member),
                    act=functools.partial(
                        self._images.remove_member, image_id, member
                    ),
                    done=lambda: member not in self._ids(),
                )
            )
        except errors.ServiceError as exc:
            current = self._read()
            # 404: somebody else was faster, and the membership is gone.
            if exc.status != 404 or not _gone(revoked, current):
                revoked.result = outcomes.FAILED
                self._outcome.fail(
                    errors.FAILED,
                    *exc.lines,
                    self._read_back(revoked, current),
                )
                return
        if self._performer.dry_run:
            revoked.result = outcomes.TO_BE_REVOKED
            return
        revoked.result = outcomes.REVOKED

    def say_undo(self) -> None:
        """Say how to share again what was revoked."""
        for revoked in self._outcome.projects:
            if revoked.result == outcomes.REVOKED:
                # A warning, because --quiet hides notes.
                self._outcome.warn(
                    claims.member(
                        f'Revoked the share of image {self._image} with '
                        f'project {revoked.project}. To undo: '
                        f'{self._commands.undo(revoked.project.id)}',
                        self._image,
                        revoked.project.id,
                        claims.State.NO_MEMBER,
                    )
                )

    def read_back_all(self) -> list[str]:
        """Settle who may be gone by one look, and return the sentences."""
        current = self._read()
        return [
            self._read_back(revoked, current)
            for revoked in self._outcome.projects
            if revoked.result in (None, outcomes.REVOKED)
        ]

    def report_unknown(self) -> tuple[str, ...]:
        """Return the sentence for a state that could not be read."""
        for revoked in self._outcome.projects:
            revocations.settle(revoked, None)
        return (
            claims.whole(
                'The current state was not read back. To list the members: '
                f'{self._commands.status()}',
                self._image,
                claims.State.UNKNOWN,
            ),
        )

    def _ids(self) -> set[str]:
        return {m.id for m in self._images.members(self._image.id)}

    def _read(self) -> reading.Readback | None:
        """Return who is a member now; None if that cannot be read."""
        return reading.read_if_possible(self._images, self._image.id)

    def _read_back(
        self, revoked: outcomes.Revoked, current: reading.Readback | None
    ) -> str:
        """Settle a member by its current state, and return the sentence."""
        revocations.settle(revoked, current)
        if revoked.result == outcomes.REVOKED and current is not None:
            self._commands.made_private = current.closed is not None
        return revocations.sentence(
            self._image,
            revoked,
            current,
            functools.partial(self._commands.undo, revoked.project.id),
        )


def _gone(revoked: outcomes.Revoked, current: reading.Readback | None) -> bool:
    """Tell whether it is certain that a share is revoked."""
    return (
        current is not None
        and not current.gone
        and current.closed is None
        and current.status(revoked.project.id) is None
    )
