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

Glance lists members by their stored strings, and people know projects by
name. This module accepts both, and refuses a word that could mean either.
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
    """Look up the names among *words* at the same time.

    :class:`Naming` decides whether each of them means a project.
    """
    names = [w for w in words if not projects.looks_like_id(w)]
    # Glance stores any string: a word that is no project may be a member.
    with contextlib.suppress(errors.Refused):
        look_ups.all_named(names)


class Naming:
    """Finds members by ID, name or stored string.

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

        An ID is compared with members only; it never means the name of a
        project. Any other word may be a member string that Glance has stored,
        or the name of a project that is a member. A word that is both is
        refused.

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
            # A member that cannot be addressed does not stop the others.
            if literal or not images.addressable(words):
                return projects.Project(words)
            raise
        if literal and named.id != words and named.id in self._members:
            raise errors.Refused(
                f'{words!r} is a member of image {self._image} and also the '
                f'name of project {named.id}, which is another member.',
                advice=(
                    'Use the ID of the project to revoke its share. After '
                    f'that, {words!r} means the other member.',
                ),
            )
        return projects.Project(words) if literal else named
