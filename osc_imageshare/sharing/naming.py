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

import typing

from osc_imageshare import errors
from osc_imageshare import images
from osc_imageshare import projects

if typing.TYPE_CHECKING:
    from collections.abc import Collection


class Naming:
    """Finds members by what they are called.

    :param members: the member strings of *image*.
    """

    def __init__(
        self,
        look_up: projects.Projects,
        image: images.Image,
        members: Collection[str],
    ) -> None:
        self._projects = look_up
        self._image = image
        self._members = members

    def known(self, member: str) -> projects.Project:
        """Return the project of a member string, with its name if known."""
        return projects.Project(member, self._projects.name_of(member))

    def match(self, words: str) -> projects.Project:
        """Return the project whose membership *words* mean.

        What Glance has stored literally counts, and so does the name of a
        project that is a member. A word that is both is refused; an ID is
        always an ID.

        :raises errors.Refused: for a word that means two members, or a name
            that nobody can look up.
        """
        literal = words in self._members
        if literal and projects.looks_like_id(words):
            return self.known(words)
        try:
            named = self._projects.named(words)
        except errors.Refused:
            if literal:
                return projects.Project(words)
            if projects.looks_like_id(words) or not images.addressable(words):
                # A project that does not exist any more and is no member, or
                # nothing that could be addressed: no reason to keep others.
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
