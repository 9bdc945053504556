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

"""The members of older images, who are to get a new one as well.

Knows which of them are meant, how each is to accept, and who has become one
while the new image was being shared.
"""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare.api import parallel
from osc_imageshare import errors
from osc_imageshare.identity import projects
from osc_imageshare.image import fitness
from osc_imageshare.image import images
from osc_imageshare.sharing import outcomes
from osc_imageshare.sharing import target

if typing.TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from osc_imageshare.identity import scopes


@dataclasses.dataclass(frozen=True)
class _Old:
    """An older image and its members; None where there can be none."""

    image: images.Image
    members: Sequence[images.Member] | None


class MembersOf:
    """The members of some images of the caller's.

    :param words: IDs or names of the images.
    :param accept: as in the request; None leaves it to what the member has
        done with the older image.
    :raises errors.ImageShareError: when there is no such image, or its
        members cannot be read.
    """

    def __init__(
        self, own: scopes.Scope, words: Sequence[str], accept: bool | None
    ) -> None:
        self._images = images.Images(own)
        self._accept = accept
        self._old: list[_Old] = [
            old
            for _, old in parallel.ask(words, lambda one: self._read(own, one))
        ]

    def _read(self, own: scopes.Scope, words: str) -> _Old:
        image = target.the_image(own, words, as_owner=True)
        return _Old(image, self._images.members_if_shared(image))

    def check(self, new: images.Image) -> None:
        """Refuse images whose members say nothing of the new one.

        :raises errors.Refused: for the new image itself, for one of another
            owner, and for one whose members cannot be listed.
        """
        reasons = []
        for old in self._old:
            image = old.image
            if image.id == new.id:
                reasons.append(f'Image {image} is the one that is shared.')
            elif image.owner != new.owner:
                reasons.append(
                    f'Image {image} belongs to project {image.owner}, and '
                    f'image {new} to project {new.owner}.'
                )
            elif old.members is None:
                reasons.append(
                    f'Image {image} is {image.visibility}: its members, if '
                    'it has any, cannot be listed.'
                )
        if reasons:
            raise errors.Refused(*reasons)

    def warn(self, outcome: outcomes.ShareOutcome, new: images.Image) -> None:
        """Say who is left out, and where the new image is less fit."""
        for old in self._old:
            image = old.image
            for sentence in fitness.less_fit(new, image):
                outcome.warn(sentence)
            rejected = [
                member.id
                for member in old.members or ()
                if member.status == images.REJECTED
            ]
            words = [m.id for m in old.members or () if not _is_project(m)]
            if rejected:
                outcome.note(
                    f'Left out, because they have rejected image {image}: '
                    f'{", ".join(sorted(rejected))}.'
                )
            if words:
                outcome.warn(
                    f'Left out, because these members of image {image} are '
                    f'not IDs of projects: {", ".join(sorted(words))}.'
                )
            if not old.members:
                outcome.note(f'Image {image} is shared with no project.')

    def wanted(self) -> list[outcomes.Shared]:
        """Return the projects that get the new image, each once.

        Who has accepted one of the older images accepts the new one where
        the caller may speak for it; to others that is left.
        """
        found: dict[str, outcomes.Shared] = {}
        for old in self._old:
            for member in old.members or ():
                if (
                    not _is_project(member)
                    or member.status == images.REJECTED
                    or member.id == old.image.owner
                ):
                    continue
                # That it is a member does not show that there is such a
                # project; but nobody means another one by it.
                shared = found.setdefault(
                    member.id,
                    outcomes.Shared(
                        projects.Project(member.id),
                        accept=False if self._accept is None else self._accept,
                    ),
                )
                if member.status == images.ACCEPTED:
                    shared.accept = self._accept
        return list(found.values())

    def since(self, known: Collection[str]) -> list[outcomes.Shared]:
        """Read the members again, and return those that are new.

        :param known: the IDs of the projects that are dealt with.
        :raises errors.ServiceError: when they cannot be read.
        """
        self._old = [
            dataclasses.replace(old, members=members)
            for old, members in parallel.ask(
                self._old, lambda old: self._images.members(old.image.id)
            )
        ]
        return [s for s in self.wanted() if s.project.id not in known]


def _is_project(member: images.Member) -> bool:
    return projects.looks_like_id(member.id)
