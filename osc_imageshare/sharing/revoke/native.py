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

"""The commands that a revocation prints, for people to run or to compare.

This module knows which native command removes a member or adds it again, for
which members there is none, and how to restore a revoked share.
"""

from __future__ import annotations

import typing

from osc_imageshare.identity import projects
from osc_imageshare.image import fitness
from osc_imageshare.image import images
from osc_imageshare import text

if typing.TYPE_CHECKING:
    from collections.abc import Mapping

    from osc_imageshare.identity import caller

#: The native client does not quote these: the service would take the rest of
#: the member for a query, or ``%2e%2e`` for the way up, the image itself.
_UNQUOTED = frozenset('%?#')


class Commands:
    """Commands about one image.

    :param members: the members before the first change, by ID.
    :ivar made_private: whether the run has made the image private.
    """

    def __init__(
        self,
        scopes: caller.Caller,
        image: images.Image,
        members: Mapping[str, images.Member],
    ) -> None:
        self._scopes = scopes
        self._own = scopes.own
        self._image = image
        self._members = members
        self.made_private = False

    def status(self) -> str:
        """Return the command that lists the members."""
        return self._own.command(
            'image', 'share', 'status', operands=(self._image.id,)
        )

    def show(self, visibility: str) -> str:
        """Return the native command that changes the visibility."""
        return self._own.command(
            'image', 'set', f'--{visibility}', operands=(self._image.id,)
        )

    def remove(self, member: str) -> str:
        """Return the native command that removes a member."""
        if _UNQUOTED.intersection(member):
            return text.comment(
                'no native command can remove this member', member
            )
        return self._native('remove', member)

    def undo(self, member: str) -> str:
        """Return the command that restores a membership."""
        operands = (self._image.id, member)
        if (
            projects.looks_like_id(member)
            and member != self._image.owner
            and not fitness.refusals(self._image, force=False)
        ):
            cloud = self._scopes.clouds.get(member)
            options = []
            if cloud is not None:
                options.append(f'--member-cloud={cloud.cloud}')
            if self._members[member].status != images.ACCEPTED:
                options.append('--no-accept')
            return self._own.command(
                'image', 'share-to', *options, operands=operands
            )
        undo = self._native('add', member)
        if not self.made_private or undo.startswith('#'):
            return undo
        return f'{self.show(images.SHARED)} && {undo}'

    def _native(self, verb: str, member: str) -> str:
        """Return the native command that adds or removes a member.

        An administrator has none for a member that is no ID: the native
        client looks up a project of that name instead.
        """
        if self._own.administrator and not projects.looks_like_id(member):
            return text.comment(
                f'no native command of an administrator can {verb} this '
                'member',
                member,
            )
        return self._own.command(
            'image', verb, 'project', operands=(self._image.id, member)
        )
