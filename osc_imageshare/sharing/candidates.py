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

"""The images that may have members, before the members are read.

Source: Glance's ``GET /v2/images`` with ``visibility`` and ``member_status``.
"""

from __future__ import annotations

from osc_imageshare import errors
from osc_imageshare.image import images
from osc_imageshare.image import search
from osc_imageshare.sharing import outcomes


class Candidates:
    """Finds the images of a list.

    :param wanted: the only direction to list; None for both.
    :param all_projects: whether to list every project's shares, as outgoing.
    """

    def __init__(
        self, glance: images.Images, wanted: str | None, *, all_projects: bool
    ) -> None:
        self._images = glance
        self._scope = glance.scope
        self._wanted = wanted
        self._all_projects = all_projects
        self._unlabelled = False

    def shared(
        self, found: list[images.Image], others: frozenset[str] | None
    ) -> list[images.Image]:
        """Return the shared images to list, each once.

        :param found: the answer of :meth:`find`.
        :param others: strings that may mean the other project; None for any.
        """
        wanted = {
            image.id: image
            for image in found
            if (
                self._unlabelled
                or image.visibility == images.SHARED
                or self.direction(image) == outcomes.INCOMING
            )
            and self._wanted in (None, self.direction(image))
            and (
                self.direction(image) == outcomes.OUTGOING
                or others is None
                or image.owner in others
            )
        }
        return list(wanted.values())

    def find(self, words: str | None) -> list[images.Image]:
        """Return images that may be shared, some perhaps twice.

        :param words: ID or name of the only image to list, or None.
        :raises errors.Refused: for an image that does not exist.
        """
        if words is None:
            return self._listed()
        found = search.find(self._images, words)
        if [image.id for image in found] == [words.lower()]:
            return found
        if not found:
            raise errors.Refused(
                f'No image found for {words!r} in project '
                f'{self._scope.project_id} in region {self._scope.region!r}.'
            )
        # Several images may have the name, and the shared ones count.
        return self._listed(name=words)

    def _listed(self, **filters: str) -> list[images.Image]:
        """Return the images that Glance lists as shared, hidden or not."""
        if self._wanted == outcomes.OUTGOING and not self._all_projects:
            filters['owner'] = self._scope.project_id
        filters = {
            'visibility': images.SHARED,
            'member_status': 'all',
            'limit': images.PAGE,
            **filters,
        }
        found = self._images.hidden_or_not(**filters)
        outgoing = self._wanted != outcomes.INCOMING
        own_id = self._scope.project_id
        if not outgoing or any(image.owner == own_id for image in found):
            return found
        # Nothing is shared, or this Glance is from before Ocata and calls
        # images with members private.
        self._unlabelled = not self._images.knows_shared()
        if self._unlabelled:
            filters = {**filters, 'visibility': images.PRIVATE}
            del filters['member_status']
            found += self._images.matching(**filters)
        return found

    def direction(self, image: images.Image) -> str:
        """Return the direction in which an image would be shared."""
        if self._all_projects or (image.owner == self._scope.project_id):
            return outcomes.OUTGOING
        return outcomes.INCOMING
