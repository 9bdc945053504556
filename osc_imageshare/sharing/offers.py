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

"""The offers of other projects, and which offer a word means.

An offer is a membership of the asking project, answered or not. This module
reads offers and changes none.

Sources: Glance's ``GET /v2/images`` with ``member_status``, and
``GET /v2/images/{id}/members/{project}``.
"""

from __future__ import annotations

import typing

from osc_imageshare.api import parallel
from osc_imageshare import errors
from osc_imageshare.identity import projects
from osc_imageshare.image import images

if typing.TYPE_CHECKING:
    from osc_imageshare.identity import scopes


class Unexpected(errors.Refused):
    """An offer does not meet an expectation: none may be answered."""


class Offers:
    """Finds the offers to the project of *scope*.

    :param owner: ID of the expected owner project, or None.
    """

    def __init__(self, scope: scopes.Scope, owner: str | None) -> None:
        self._scope = scope
        self._images = images.Images(scope)
        self._owner = owner

    def pending(self) -> list[images.Image]:
        """Return the pending offers of the expected owner.

        To an administrator, Glance shows offers to other projects as well.
        """
        return [
            image
            for image in self._shared(member_status=images.PENDING)
            if image.owner == self._owner
        ]

    def meant(self, words: str) -> images.Image:
        """Return the one offer that *words*, an ID or a name, mean.

        :raises Unexpected: when only other projects than the expected owner
            offer it.
        :raises errors.Refused: when no offer matches, or several do.
        """
        own_id = self._scope.project_id
        image = self._by_id(words)
        if image is not None:
            return image
        offered = self._shared(name=words, member_status='all')
        if self._scope.administrator or len(offered) > 1:
            # To administrators, whatever the name of their role, Glance shows
            # offers to other projects as well.
            offered = [
                image
                for image, member in parallel.ask(offered, self.membership)
                if member
            ]
        found = [i for i in offered if self._owner in (None, i.owner)]
        if len(found) == 1:
            return found[0]
        listed = [f'  {i.id}  owner {i.owner}' for i in found or offered]
        if found:
            raise errors.Refused(
                f'More than one image called {words!r} is offered:',
                *listed,
                advice=(
                    'Use the ID of the image.'
                    if self._owner
                    else 'Use the ID of the image, or --expect-owner.',
                ),
            )
        if offered:
            raise Unexpected(
                f'Project {self._owner} (--expect-owner) offers no image '
                f'called {words!r}, but other projects do:',
                *listed,
            )
        raise errors.Refused(
            f'No image called {words!r} is offered to project {own_id} in '
            f'region {self._scope.region!r}.',
            advice=(
                'To list the offered images: '
                + self._scope.command('image', 'share', 'list', '--incoming'),
            ),
        )

    def membership(self, image: images.Image) -> images.Member | None:
        """Return this project's membership of an image; None without one."""
        return self._images.member(image, self._scope.project_id)

    def _by_id(self, words: str) -> images.Image | None:
        if not projects.looks_like_id(words):
            return None
        try:
            return self._images.get(words.lower())
        except errors.ServiceError as exc:
            if exc.status != 404:
                raise
        return None

    def _shared(self, **filters: str) -> list[images.Image]:
        """Return images of other projects that Glance calls shared."""
        more = {'visibility': images.SHARED, 'limit': images.PAGE, **filters}
        found = self._images.hidden_or_not(**more)
        return [i for i in found if i.owner != self._scope.project_id]
