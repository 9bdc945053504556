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

"""Which membership a word of the command line means.

Glance lists members by the strings it has stored, people know projects by
name: both are accepted, and what could mean either is refused.
"""

from __future__ import annotations

import contextlib
import typing

from osc_imageshare import errors
from osc_imageshare.identity import projects
from osc_imageshare.image import images

if typing.TYPE_CHECKING:
    from collections.abc import Collection, Iterable


def look_up(look_ups: projects.Projects, words: Iterable[str]) -> None:
    """Look up at once what the names among *words* mean.

    Whether each of them means a project is decided by :class:`Naming`.
    """
    names = [w for w in words if not projects.looks_like_id(w)]
    # Glance stores any string: what is no project may be a member.
    with contextlib.suppress(errors.Refused):
        look_ups.all_named(names)


class Naming:
    """Finds members by what they are called.

    :param members: the member strings of *image*.
    """

    def __init__(
        self,
        look_ups: projects.Projects,
        image: images.Image,
        members: Collection[str],
    ) -> None:
        self._projects = look_ups
        self._image = image
        self._members = members

    def match(self, words: str) -> projects.Project:
        """Return the project whose membership *words* mean.

        An ID is compared with members only: it never means a project of that
        name, nor that a project has another ID. What Glance has stored
        literally counts as well as the name of a project that is a member; a
        word that is both is refused.

        :raises errors.Refused: for a word that means two members, or a name
            that nobody can look up.
        """
        if projects.looks_like_id(words):
            member = projects.same_id(words, self._members)
            return projects.Project(words if member is None else member)
        literal = words in self._members
        try:
            named = self._projects.named(words)
        except errors.Refused:
            # What could not be addressed is no reason to keep others.
            if literal or not images.addressable(words):
                return projects.Project(words)
            raise
        if literal and named.id != words and named.id in self._members:
            raise errors.Refused(
                f'{words!r} is a member of image {self._image} and also the '
                f'name of project {named.id}, which is another member.',
                'Nothing has been changed. Revoke the project by its ID: '
                'after that, the word means the member of that name.',
            )
        return projects.Project(words) if literal else named
