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

"""Members of an old share, which making an image shared lets in again.

Knows which members are old ones, and what may be done with them; when they
are let in, and that they are cut off again, is the business of visibility.
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

#: The times that sort as text, as long as both have the same digits: without
#: an offset.
_TIME = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z?)', re.ASCII)


class LetIn(errors.ImageShareError):
    """Members of an old share were let in again, and may not be."""


class OldMembers:
    """The members of one image, as far as they are of an old share.

    :param image: as it was before anything was changed.
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
        """Tell whether a member dates from before this run.

        Nobody can become a member of a private image, so whoever was added
        after the record was last changed as a private image was added by
        another run since. Both times are Glance's own; in the same second,
        and where that cannot be told, the member counts as old, so that
        nobody is let in by mistake.
        """
        return not _later(member.created_at, self._image.updated_at)

    def settle(
        self, reactivated: list[images.Member], old_members: str
    ) -> None:
        """Keep or remove members that are let in again, or refuse to.

        :param old_members: REFUSE, KEEP or DROP.
        :raises errors.ImageShareError: when they may not stay, or cannot be
            removed.
        """
        ids = sorted(member.id for member in reactivated)
        names = ', '.join(ids)
        if old_members == KEEP:
            self._report.warn(
                claims.members(
                    'Members of an old share can use the image again, as '
                    f'--keep-members allows: {names}.',
                    self._image,
                    ids,
                    claims.State.MEMBER,
                )
            )
        elif old_members == DROP:
            self._drop_all([member.id for member in reactivated])
        else:
            raise LetIn(
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
                    claims.members(
                        f'Members of an old share removed: '
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
