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

"""Making a private image shared, without giving access to unnamed projects.

Glance keeps the members of an image that becomes private, and gives all of
them access again when it becomes shared; nobody can list them before. So this
module reads the members right after the change, and reverts the change if it
has restored the access of an unnamed member.
"""

from __future__ import annotations

import contextlib
import functools
import time
import typing

from osc_imageshare import errors
from osc_imageshare.image import images
from osc_imageshare.sharing import claims
from osc_imageshare.sharing.share import old_members as old_members_
from osc_imageshare.sharing import steps

if typing.TYPE_CHECKING:
    from osc_imageshare.sharing import outcomes

#: Seconds between the attempts to make an image private again.
_PAUSES = (0.5, 1.0)


class VisibilityChange:
    """The change of an image from private to shared, and its way back.

    :param image: the image before the first change.
    :param named: the IDs of the projects that may become members.
    :ivar attempted: whether this run may have made the image shared, and has
        not made it private again.
    :ivar changed: whether this run has changed the visibility.
    :ivar restored: whether this run has reverted the change.
    """

    def __init__(
        self,
        glance: images.Images,
        image: images.Image,
        named: frozenset[str],
        performer: steps.Performer,
        report: outcomes.Report,
    ) -> None:
        self._images = glance
        self._image = image
        self._named = named
        self._performer = performer
        self._report = report
        self._old_members = old_members_.OldMembers(
            glance, image, performer, report
        )
        self.attempted = False
        self.changed = False
        self.restored = False

    def apply(self, old_members: str) -> dict[str, images.Member]:
        """Make the image shared if it is not, and return its members.

        :param old_members: what to do with unnamed previous members, see the
            module old_members.
        :raises errors.ImageShareError: when the visibility could not be
            changed, the members could not be listed, or previous members have
            regained access; the caller then calls :meth:`revert`.
        """
        image_id = self._image.id
        if self._image.visibility != images.SHARED:
            dry_run = self._performer.dry_run
            found = self._members_before_ocata() if dry_run else None
            if found is not None:
                return found
            try:
                self._make_shared()
            except errors.ServiceError as exc:
                refused = exc.status == 400
                found = self._members_before_ocata() if refused else None
                if found is None:
                    raise
                return found
            if dry_run:
                self._report.note(
                    'This plan leaves out previous members, which cannot be '
                    'listed while the image is private.'
                )
                return {}
        # An image that was already shared is unchanged so far.
        untouched = (
            contextlib.nullcontext()
            if self.changed
            else errors.before_any_change()
        )
        with untouched:
            members = {m.id: m for m in self._images.members(image_id)}
        if self.changed:
            others = [m for m in members.values() if m.id not in self._named]
            reactivated = [m for m in others if self._old_members.is_one(m)]
            since = sorted(m.id for m in others if m not in reactivated)
            if since:
                self._report.warn(
                    claims.members(
                        'Somebody else has added members meanwhile: '
                        f'{", ".join(since)}.',
                        self._image,
                        since,
                        claims.State.MEMBER,
                    )
                )
            if reactivated:
                self._old_members.settle(reactivated, old_members)
                if old_members == old_members_.DROP:
                    for member in reactivated:
                        del members[member.id]
        return members

    def _members_before_ocata(self) -> dict[str, images.Member] | None:
        """Return the members if Glance has no visibility ``shared``.

        Before Ocata, private images have members, and all of them have access.
        The answer is None for any other Glance, or if nobody can tell.
        """
        try:
            members = self._images.members_if_shared(self._image)
        except errors.ServiceError:
            return None
        if members is None:
            return None
        return {member.id: member for member in members}

    def _make_shared(self) -> None:
        image_id = self._image.id
        self.attempted = not self._performer.dry_run
        try:
            self._performer.perform(
                steps.Step(
                    native=self._images.scope.command(
                        'image', 'set', '--shared', operands=(image_id,)
                    ),
                    act=functools.partial(
                        self._images.set_visibility, image_id, images.SHARED
                    ),
                    done=lambda: (
                        self._images.get(image_id).visibility == images.SHARED
                    ),
                )
            )
        except errors.ServiceError as exc:
            self.attempted = exc.uncertain
            if not exc.uncertain:
                exc.facts += (errors.UNCHANGED,)
            raise
        self.changed = True

    @property
    def _private(self) -> str:
        return self._images.scope.command(
            'image', 'set', '--private', operands=(self._image.id,)
        )

    @property
    def by_hand(self) -> tuple[str, ...]:
        """The sentences for a state that could not be read or reverted."""
        if not self.attempted:
            return (
                claims.whole(
                    'The current state was not read back.',
                    self._image,
                    claims.State.UNKNOWN,
                ),
            )
        return (
            claims.whole(
                f'Image {self._image} is probably still shared. The current '
                'state was not read back.',
                self._image,
                claims.State.PROBABLY_SHARED,
            ),
            f'To make it private: {self._private}',
        )

    def revert(self) -> bool:
        """Make the image private again if this run made it shared.

        If another run has added a member since, the image stays shared, with
        a warning: that member must keep its access.

        :returns: whether the image is private again.
        """
        if not self.attempted:
            return False
        image_id = self._image.id
        try:
            newcomers = [
                member.id
                for member in self._images.members(image_id)
                if not self._old_members.is_one(member)
            ]
        except errors.ServiceError:
            # 403 for an image that is private after all; otherwise nobody can
            # tell, and private is the safer state.
            newcomers = []
        if newcomers:
            self._report.warn(
                claims.members(
                    f'Image {self._image} was not set back to private: other '
                    f'members were added meanwhile ({", ".join(newcomers)}).',
                    self._image,
                    newcomers,
                    claims.State.MEMBER,
                    claims.Claim(image_id, None, claims.State.SHARED),
                ),
                f'To make it private: {self._private}',
            )
            return False
        failure = self._make_private()
        if failure is None:
            self.changed = self.attempted = False
            self.restored = True
            self._report.warn(
                claims.whole(
                    f'Image {self._image} was set back to private.',
                    self._image,
                    claims.State.PRIVATE,
                )
            )
            return True
        self._report.fail(
            errors.FAILED,
            *failure.lines,
            claims.whole(
                f'Image {self._image} could not be set back to private. It is '
                'probably still shared, and previous members can use it. To '
                f'make it private: {self._private}',
                self._image,
                claims.State.PROBABLY_SHARED,
            ),
        )
        return False

    def _make_private(self) -> errors.ServiceError | None:
        """Make the image private, or return why that failed.

        Nothing else in a run matters as much, and a second request does no
        harm, so the request is repeated after a failure.
        """
        image_id = self._image.id
        for pause in (*_PAUSES, None):
            try:
                self._images.set_visibility(image_id, images.PRIVATE)
            except errors.ServiceError as exc:
                failure = exc
            else:
                return None
            try:
                if self._images.get(image_id).visibility == images.PRIVATE:
                    return None
            except errors.ServiceError:
                pass
            if pause is not None:
                time.sleep(pause)
        return failure
