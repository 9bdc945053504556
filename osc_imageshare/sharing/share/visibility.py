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

"""Making a private image shared, without letting anybody in unasked.

Glance keeps the members of an image that is made private, and lets all of
them in again, at once, when it becomes shared; they cannot be listed before.
So the members are looked at right after the change, and the change is undone
when it lets in who was not named.
"""

from __future__ import annotations

import contextlib
import functools
import re
import time
import typing

from osc_imageshare import errors
from osc_imageshare.image import images
from osc_imageshare.sharing import steps

if typing.TYPE_CHECKING:
    from osc_imageshare.sharing import outcomes

REFUSE = 'refuse'
KEEP = 'keep'
DROP = 'drop'

#: Seconds between the attempts to make an image private again.
_PAUSES = (0.5, 1.0)

#: The times that sort as text, as long as both have the same digits: without
#: an offset.
_TIME = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z?)', re.ASCII)


class VisibilityChange:
    """The change of an image from private to shared, and its way back.

    :param image: as it was before anything was changed.
    :param named: the IDs of the projects that may become members.
    :ivar attempted: whether this run may have made it shared, and has not
        made it private again.
    :ivar changed: whether this run has changed the visibility.
    :ivar restored: whether the change has been undone.
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
        self.attempted = False
        self.changed = False
        self.restored = False

    def apply(self, old_members: str) -> dict[str, images.Member]:
        """Make the image shared if it is not, and return its members.

        :param old_members: REFUSE, KEEP or DROP those not named that an old
            share lets in again.
        :raises errors.ImageShareError: when the visibility could not be
            changed, the members could not be listed, or old members were let
            in; calling :meth:`revert` is left to the caller.
        """
        image_id = self._image.id
        if self._image.visibility != images.SHARED:
            dry_run = self._performer.dry_run
            as_it_is = self._as_it_is() if dry_run else None
            if as_it_is is not None:
                return as_it_is
            try:
                self._make_shared()
            except errors.ServiceError as exc:
                as_it_is = self._as_it_is() if exc.status == 400 else None
                if as_it_is is None:
                    raise
                return as_it_is
            if dry_run:
                self._report.note(
                    'Members of an old share, which cannot be listed while '
                    'the image is private, are not part of this plan.'
                )
                return {}
        # What is shared already has not been touched so far.
        untouched = (
            contextlib.nullcontext()
            if self.changed
            else errors.before_any_change()
        )
        with untouched:
            members = {m.id: m for m in self._images.members(image_id)}
        if self.changed:
            others = [m for m in members.values() if m.id not in self._named]
            woken = [member for member in others if self._old(member)]
            since = sorted(m.id for m in others if m not in woken)
            if since:
                self._report.warn(
                    'Members that somebody else has added meanwhile can use '
                    f'the image as well: {", ".join(since)}.'
                )
            if woken:
                self._answer(woken, old_members)
                if old_members == DROP:
                    for member in woken:
                        del members[member.id]
        return members

    def _as_it_is(self) -> dict[str, images.Member] | None:
        """Return the members where Glance has no visibility ``shared``.

        Before Ocata, private images have members, and none of them sleeps.
        None from any other Glance, or when that cannot be told.
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
                exc.lines += ('Nothing has been changed.',)
            raise
        self.changed = True

    def _old(self, member: images.Member) -> bool:
        """Tell whether a member dates from before this run.

        Nobody can become a member of a private image, so whoever was added
        after the record was last changed as a private image was added by
        another run since. Both times are Glance's own; in the same second,
        and where that cannot be told, the member counts as old, so that
        nobody is let in by mistake.
        """
        return not _later(member.created_at, self._image.updated_at)

    def _answer(self, woken: list[images.Member], old_members: str) -> None:
        names = ', '.join(sorted(member.id for member in woken))
        if old_members == KEEP:
            self._report.warn(
                'Members of an old share can use the image again, as '
                f'--keep-members allows: {names}.'
            )
        elif old_members == DROP:
            self._drop_all([member.id for member in woken])
        else:
            raise errors.ImageShareError(
                f'Image {self._image} was shared before, and making it '
                'shared again lets in members that were not named: '
                f'{names}.',
                'To let them in as well, add --keep-members; to remove them, '
                'add --drop-members; or name them.',
            )

    def _drop_all(self, old: list[str]) -> None:
        """Remove members, and tell which, also when not all could be."""
        for member in old:
            if not images.addressable(member):
                raise errors.ImageShareError(
                    f'The member {member!r} of an old share of image '
                    f'{self._image} cannot be removed: Glance stores it but '
                    'cannot address it. No member has been removed.',
                    'To let it in, add --keep-members instead; the '
                    'membership ends only when the image is deleted.',
                )
        gone = []
        try:
            for member in old:
                self._drop(member)
                gone.append(member)
        finally:
            if gone:
                self._report.note(
                    f'Members of an old share removed: '
                    f'{", ".join(sorted(gone))}.'
                )

    def _drop(self, member: str) -> None:
        image_id = self._image.id
        self._performer.perform(
            steps.Step(
                native=self._images.scope.command(
                    'image', 'remove', 'project', operands=(image_id, member)
                ),
                act=functools.partial(
                    self._images.remove_member, image_id, member
                ),
                done=lambda: (
                    member
                    not in {m.id for m in self._images.members(image_id)}
                ),
            )
        )

    @property
    def _private(self) -> str:
        return self._images.scope.command(
            'image', 'set', '--private', operands=(self._image.id,)
        )

    @property
    def by_hand(self) -> tuple[str, ...]:
        """What to say when nobody could even put the image back."""
        if not self.attempted:
            return ('What is true now was not read back.',)
        return (
            f'Image {self._image} is probably shared still; what is true '
            'now was not read back.',
            f'If nobody shall use it, run: {self._private}',
        )

    def revert(self) -> bool:
        """Make the image private again if this run made it shared.

        Left as it is, and reported, when another run has added a member
        since: that member must not be cut off.

        :returns: whether the image is private again.
        """
        if not self.attempted:
            return False
        image_id = self._image.id
        try:
            newcomers = [
                member.id
                for member in self._images.members(image_id)
                if not self._old(member)
            ]
        except errors.ServiceError:
            # 403 when it is private after all; else nobody can tell, and an
            # image that was private is better private.
            newcomers = []
        if newcomers:
            self._report.warn(
                f'Image {self._image} is left shared, because members have '
                f'been added to it since: {", ".join(newcomers)}.',
                f'If nobody shall use it, run: {self._private}',
            )
            return False
        failure = self._hide()
        if failure is None:
            self.changed = self.attempted = False
            self.restored = True
            self._report.warn(f'Image {self._image} is private again.')
            return True
        self._report.fail(
            errors.FAILED,
            *failure.lines,
            f'Image {self._image} could not be made private again: it is '
            'probably shared still, and members of an old share can use '
            f'it. Run: {self._private}',
        )
        return False

    def _hide(self) -> errors.ServiceError | None:
        """Make the image private, or return why that cannot be done.

        Nothing else in a run matters as much, and to ask twice for it does no
        harm: so one answer that went wrong is not the last word.
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


def _later(time: str, than: str) -> bool:
    """Tell whether a time is known to be later than another one.

    Glance writes both alike. What is missing, and what a proxy or a fork
    writes in two forms, cannot be compared.
    """
    found, other = _TIME.fullmatch(time), _TIME.fullmatch(than)
    alike = (
        found is not None
        and other is not None
        and len(time) == len(than)
        and found[2] == other[2]
    )
    return alike and time > than
