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

"""Whether shares hold that were just made: read as the members, or of them."""

from __future__ import annotations

import functools
import typing

from osc_imageshare.api import parallel
from osc_imageshare import errors
from osc_imageshare.sharing import claims
from osc_imageshare.sharing import outcomes
from osc_imageshare.sharing.readback import reading
from osc_imageshare.sharing.readback import shares
from osc_imageshare.sharing import together

if typing.TYPE_CHECKING:
    from osc_imageshare.image import images
    from osc_imageshare.sharing.share import membership


class Verification:
    """A look at what one run has made of one image."""

    def __init__(
        self,
        outcome: outcomes.ShareOutcome,
        glance: images.Images,
        image: images.Image,
    ) -> None:
        self._outcome = outcome
        self._images = glance
        self._image = image
        #: Who is a member, or why that could not be read; None if it was not.
        self._current: reading.Readback | errors.ServiceError | None = None

    def read_as_members(
        self, members: membership.Membership, joined: list[outcomes.Shared]
    ) -> None:
        """Read the image as the members, and the members where none can.

        :param joined: the projects with which nothing has gone wrong.
        """
        verifiable = [s for s in joined if members.can_verify(s)]
        current = None
        if len(verifiable) == len(self._outcome.projects):
            reports = [r for _, r in parallel.ask(verifiable, members.verify)]
        else:
            current, reports = together.first_and(
                self._read,
                [functools.partial(members.verify, s) for s in verifiable],
            )
        for report in reports:
            self._outcome.add(report)
        # Whoever could not read the image any more says something of all.
        if all(s.verified for s in verifiable):
            self._current = current

    def _read(self) -> reading.Readback | errors.ServiceError:
        """Return who is a member, or why that could not be read."""
        try:
            return reading.read(self._images, self._image.id)
        except errors.ServiceError as exc:
            return exc

    def still_shared(self) -> None:
        """Look whether the shares stand, where no member could tell."""
        sharing = [
            shared
            for shared in self._outcome.projects
            if shared.status not in (None, outcomes.UNREAD)
        ]
        everybody = all(shared.verified for shared in self._outcome.projects)
        if everybody or not sharing:
            return
        current = self._read() if self._current is None else self._current
        if isinstance(current, errors.ServiceError):
            self._outcome.fail(
                errors.FAILED,
                *current.lines,
                claims.whole(
                    f'Whether image {self._image} is still shared could not '
                    'be read back. Run the same command again.',
                    self._image,
                    claims.State.UNKNOWN,
                ),
            )
            return
        for shared in sharing:
            shares.settle(shared, current)
            if shared.status is None:
                # Whoever could read it then cannot any more.
                shared.verified = False if shared.verified else None
                self._outcome.fail(
                    errors.FAILED,
                    shares.lost(self._image, shared.project, current),
                    *(
                        ()
                        if current.gone
                        else ('Run the same command again.',)
                    ),
                )
