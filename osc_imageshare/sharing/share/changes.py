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

"""The changes that let projects use one image, and the way back.

What is done, and in which order, is for the flows to say; what is true when
something has gone wrong meanwhile is worked out here, for all of it.
"""

from __future__ import annotations

import typing

from osc_imageshare.sharing import outcomes
from osc_imageshare.sharing.readback import reading
from osc_imageshare.sharing.readback import shares
from osc_imageshare.sharing.share import membership
from osc_imageshare.sharing.share import visibility

if typing.TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from osc_imageshare.identity import scopes
    from osc_imageshare.image import images
    from osc_imageshare.sharing import steps


class Changes:
    """What is changed of one image, for the projects of an outcome.

    :param image: as it was before anything was changed.
    :param named: the IDs of all projects that may become members.
    :param member_scopes: project ID to the scope in which the caller is that
        project, or why there is none.
    :ivar change: of the visibility.
    :ivar members: what makes projects members.
    """

    def __init__(
        self,
        outcome: outcomes.ShareOutcome,
        glance: images.Images,
        image: images.Image,
        named: Collection[str],
        member_scopes: Mapping[str, scopes.Scope | scopes.NoScope],
        performer: steps.Performer,
    ) -> None:
        self._outcome = outcome
        self._images = glance
        self._image = image
        self.change = visibility.VisibilityChange(
            glance, image, frozenset(named), performer, outcome
        )
        self.members = membership.Membership(
            glance, image, member_scopes, performer
        )

    def open(self, old_members: str) -> None:
        """Make the image shared if it is not, and read its members.

        :param old_members: what to do with those not named that an old share
            lets in again.
        :raises errors.ImageShareError: as the change of the visibility does.
        """
        self.members.members = self.change.apply(old_members)
        if self.change.changed:
            for shared in self._outcome.projects:
                shared.changes.append('visibility')

    def put_back_if_useless(self) -> bool:
        """Make the image private again if no named project is a member.

        :returns: whether no named project is a member.
        """
        if any(
            shared.status not in (None, outcomes.UNREAD)
            for shared in self._outcome.projects
        ):
            return False
        if self.change.revert():
            for shared in self._outcome.projects:
                shared.status = None
                shared.changes = [
                    c for c in shared.changes if c != 'visibility'
                ]
        return True

    def put_back_after_error(self) -> None:
        """Revert a useless change; say what is true if it stays."""
        self.put_back_if_useless()
        if self.change.attempted:
            # The image is still shared: say who has access to it.
            self._outcome.warn(*self.read_back())

    def report_interruption(self) -> list[str]:
        """Revert a useless change, and return what is true then."""
        self.put_back_if_useless()
        if self.change.restored:
            return [
                shares.restored(self._image, shared.project)
                for shared in self._outcome.projects
            ]
        return self.read_back()

    def read_back(self) -> list[str]:
        """Settle each project by one look, and return the sentences."""
        current = reading.read_if_possible(self._images, self._image.id)
        for shared in self._outcome.projects:
            shares.settle(shared, current)
        return [
            shares.sentence(self._image, shared, current)
            for shared in self._outcome.projects
        ]

    def report_unknown(self) -> tuple[str, ...]:
        """Return the sentences for a state that could not be read."""
        for shared in self._outcome.projects:
            if not shared.verified and not self.change.restored:
                shares.settle(shared, None)
        return self.change.by_hand
