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

"""Previous members, who regain access when an image becomes shared.

This module knows which members are previous ones, and what may be done with
them. The module visibility makes the image shared, and private again.
"""

from __future__ import annotations

import functools
import re
import typing

from osc_imageshare import errors
from osc_imageshare.image import images
from osc_imageshare.sharing import claims
from osc_imageshare.sharing import steps

if typing.TYPE_CHECKING:
    from osc_imageshare.sharing import outcomes

REFUSE = 'refuse'
KEEP = 'keep'
DROP = 'drop'

#: Times that sort as text, if both have the same number of digits: those
#: without an offset.
_TIME = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z?)', re.ASCII)


class LetIn(errors.ImageShareError):
    """Members of an old share were let in again, and may not be."""


class OldMembers:
    """The previous members of one image.

    :param image: the image before the first change.
    """

    def __init__(
        self,
        glance: images.Images,
        image: images.Image,
        performer: steps.Performer,
        report: outcomes.Report,
    ) -> None:
        self._images = glance
        self._image = image
        self._performer = performer
        self._report = report

    def is_one(self, member: images.Member) -> bool:
        """Tell whether a member was added before this run.

        A private image gets no new members. So a member that is newer than
        the last change of the private image was added by another run since.
        Both times are Glance's own. A member of the same second, or with a
        time that cannot be compared, counts as a previous one, so that no
        project gets access by mistake.
        """
        return not _later(member.created_at, self._image.updated_at)

    def settle(
        self, reactivated: list[images.Member], old_members: str
    ) -> None:
        """Keep or remove members that have regained access, or refuse to.

        :param old_members: REFUSE, KEEP or DROP.
        :raises errors.ImageShareError: when the members may not stay, or
            cannot be removed.
        """
        ids = sorted(member.id for member in reactivated)
        names = ', '.join(ids)
        if old_members == KEEP:
            self._report.warn(
                claims.members(
                    'Restored the access of previous members '
                    f'(--keep-members): {names}.',
                    self._image,
                    ids,
                    claims.State.MEMBER,
                )
            )
        elif old_members == DROP:
            self._drop_all([member.id for member in reactivated])
        else:
            raise LetIn(
                f'Sharing image {self._image} again would restore access for '
                f'its previous members: {names}.',
                advice=(
                    'Use --keep-members or --drop-members, or name them.',
                ),
            )

    def _drop_all(self, old: list[str]) -> None:
        """Remove members, and say which, even if some remain."""
        for member in old:
            if not images.addressable(member):
                raise errors.ImageShareError(
                    f'Member {member!r} cannot be removed through the API; it '
                    'ends when the image is deleted. No member was removed.',
                    advice=('Use --keep-members to restore its access.',),
                )
        gone = []
        try:
            for member in old:
                self._drop(member)
                gone.append(member)
        finally:
            if gone:
                self._report.note(
                    claims.members(
                        'Removed previous members: '
                        f'{", ".join(sorted(gone))}.',
                        self._image,
                        gone,
                        claims.State.NO_MEMBER,
                    )
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


def _later(time: str, than: str) -> bool:
    """Tell whether a time is certainly later than another one.

    Glance writes both in one form. A missing time, or one that a proxy or a
    fork writes in another form, cannot be compared.
    """
    found, other = _TIME.fullmatch(time), _TIME.fullmatch(than)
    alike = (
        found is not None
        and other is not None
        and len(time) == len(than)
        and found[2] == other[2]
    )
    return alike and time > than
