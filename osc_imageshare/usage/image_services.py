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

"""Which of the image services that a catalog names is the one in question.

One service may have several addresses (a name and a number, one for each
region, another path), so that is not decided by comparing addresses, but by
asking for the image there.

Source: Glance's ``GET /v2/images/{id}``.
"""

from __future__ import annotations

import threading
import typing

from osc_imageshare.api import parallel
from osc_imageshare.api import urls
from osc_imageshare import errors
from osc_imageshare.identity import catalog
from osc_imageshare.identity import discovery

if typing.TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from osc_imageshare.api import rest
    from osc_imageshare.identity import scopes
    from osc_imageshare.image import images

#: What an image holds. A service tells that when all of it has arrived.
_CONTENT = ('os_hash_value', 'checksum')

#: Whether it is the service in question, or why nobody can tell.
Same = bool | str


class ImageServices:
    """Tells the caller's image service from others.

    :param image: an image that the caller has read there.
    """

    def __init__(self, own: scopes.Scope, image: images.Image) -> None:
        self._own = own
        self._image = image
        # Several projects are looked at at once; each address is asked once.
        self._lock = threading.Lock()
        self._known: dict[str, Same] = dict.fromkeys(own.image_roots, True)

    def recognize(
        self,
        services: Collection[catalog.Service],
        interfaces: tuple[str, ...],
    ) -> None:
        """Ask each service that is not known yet, all at once.

        As the caller, who can read the image: to whoever cannot, the very
        service would look like another one.

        :param services: those that matter, and those of the caller's region.
        """
        with self._lock:
            for service in services:
                if any(self._known.get(r) is True for r in service.roots):
                    self._known.update(dict.fromkeys(service.roots, True))
            new = {
                urls.root(url): (url, service.region)
                for service in services
                if not service.roots & self._known.keys()
                for url in service.under(interfaces)
            }
            for (root, _), same in parallel.ask(
                list(new.items()), lambda one: self._has_image(*one[1])
            ):
                self._known[root] = same

    def same(self, service: catalog.Service) -> Same:
        """Tell whether a service that could be asked is the one in question.

        One address that is decides: the others are of the same service.
        """
        known = [self._known[r] for r in service.roots if r in self._known]
        if True in known:
            return True
        unknown = [v for v in known if isinstance(v, str)]
        if known:
            return unknown[0] if unknown else False
        return (
            f'the region may use the same image service: the {service} was '
            'not asked, because no address of it is both configured and in a '
            'catalog that can be relied on (interfaces: '
            f'{", ".join(service.interfaces)})'
        )

    def _has_image(self, url: str, region: str) -> Same:
        """Tell whether the image service at an address has the image."""
        own = self._own
        at = discovery.address(own, catalog.IMAGE, region, url)
        unknown = (
            'the region may use the same image service, which could not be '
            'determined at '
            f'{urls.shown(url)}: '
        )
        api = own.api(catalog.IMAGE, region, at.url)
        try:
            record = api.request('GET', 'images', self._image.id)
        except errors.ServiceError as exc:
            if exc.status == 404 and at.certain and _has_images(api):
                return False
            return unknown + ' '.join(exc.lines)
        same = _is_same(self._image.record, record)
        if same is None:
            return unknown + 'the image there cannot be compared'
        return same


def _is_same(
    ours: Mapping[str, typing.Any], theirs: typing.Any
) -> bool | None:
    """Tell whether two records are of one image; None if nobody can tell.

    Another image is what says so: an answer that is no record of an image
    (a proxy's) says nothing. Nor does a record of the same image that is told
    without a hash, while its bits arrive or by an older release.
    """
    if not isinstance(theirs, dict) or theirs.get('id') != ours.get('id'):
        return None
    made = ours.get('created_at'), theirs.get('created_at')
    if not all(made):
        return None
    if made[0] != made[1]:
        # A copy may have been given the same ID.
        return False
    content = all(ours.get(key) == theirs.get(key) for key in _CONTENT)
    return True if content else None


def _has_images(api: rest.Api) -> bool:
    """Tell whether an image service is at an address at all.

    A proxy answers 404 as well, and says nothing of any image.
    """
    try:
        found = api.request('GET', 'images', params=[('limit', '1')])
    except errors.ServiceError:
        return False
    return isinstance(found, dict) and isinstance(found.get('images'), list)
