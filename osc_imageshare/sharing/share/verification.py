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

"""The check of new shares: as the members, or by the list of members."""

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
    """The check of one image at the end of a run."""

    def __init__(
        self,
        outcome: outcomes.ShareOutcome,
        glance: images.Images,
        image: images.Image,
    ) -> None:
        self._outcome = outcome
        self._images = glance
        self._image = image
        #: The members, or why they could not be read; None before that.
        self._current: reading.Readback | errors.ServiceError | None = None

    def read_as_members(
        self, members: membership.Membership, joined: list[outcomes.Shared]
    ) -> None:
        """Read the image as the members, and list those that cannot read it.

        :param joined: the projects without a failure.
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
        # If a member cannot read the image, the list may be outdated.
        if all(s.verified for s in verifiable):
            self._current = current

    def _read(self) -> reading.Readback | errors.ServiceError:
        """Return the members, or why they could not be read."""
        return reading.read_or_why_not(self._images, self._image.id)

    def still_shared(self) -> None:
        """Check the shares that no member could verify."""
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
                    f'Cannot determine whether image {self._image} is still '
                    'shared. Run the same command again.',
                    self._image,
                    claims.State.UNKNOWN,
                ),
            )
            return
        for shared in sharing:
            shares.settle(shared, current)
            if shared.status is None:
                # A member that could read the image no longer can.
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
