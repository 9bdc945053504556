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

"""Which of a catalog's image services is the caller's.

One service may have several addresses (a name and a number, one for each
region, another path). So comparing addresses is not enough: this module asks
for the image at each address.

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

#: What an image holds. Glance sets these when all data have arrived.
_CONTENT = ('os_hash_value', 'checksum')

#: Whether a service is the caller's, or why nobody can tell.
Same = bool | str


class ImageServices:
    """Tells the caller's image service from others.

    :param image: an image that the caller has read there.
    """

    def __init__(self, own: scopes.Scope, image: images.Image) -> None:
        self._own = own
        self._image = image
        # Threads look at several projects; each address is asked once.
        self._lock = threading.Lock()
        self._known: dict[str, Same] = dict.fromkeys(own.image_roots, True)

    def recognize(
        self,
        services: Collection[catalog.Service],
        interfaces: tuple[str, ...],
    ) -> None:
        """Ask each service that is not known yet, all at once.

        The caller asks, because it can read the image: for a project that
        cannot, the caller's own service would look like another one.

        :param services: the relevant services, and those of the caller's
            region.
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
        """Tell whether a service is the caller's.

        One address that is the caller's decides for the whole service.
        """
        known = [self._known[r] for r in service.roots if r in self._known]
        if True in known:
            return True
        unknown = [v for v in known if isinstance(v, str)]
        if known:
            return unknown[0] if unknown else False
        return (
            f'the region may use the same image service: the {service} was '
            'not asked, because it has no address that is both configured '
            'and in a trusted catalog (interfaces: '
            f'{", ".join(service.interfaces)})'
        )

    def _has_image(self, url: str, region: str) -> Same:
        """Tell whether the image service at an address has the image."""
        own = self._own
        at = discovery.address(own, catalog.IMAGE, region, url)
        unknown = (
            'the region may use the same image service, but cannot determine '
            f'this at {urls.shown(url)}: '
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
            return unknown + 'the image there is not comparable'
        return same


def _is_same(
    ours: Mapping[str, typing.Any], theirs: typing.Any
) -> bool | None:
    """Tell whether two records are of one image; None if nobody can tell.

    An answer that is no image record (a proxy's) decides nothing. Neither does
    a record of the same image without a hash: its bits may still arrive, or
    the release is old.
    """
    if not isinstance(theirs, dict) or theirs.get('id') != ours.get('id'):
        return None
    made = ours.get('created_at'), theirs.get('created_at')
    if not all(made):
        return None
    if made[0] != made[1]:
        # A copy may have the same ID.
        return False
    content = all(ours.get(key) == theirs.get(key) for key in _CONTENT)
    return True if content else None


def _has_images(api: rest.Api) -> bool:
    """Tell whether an address has an image service at all.

    A proxy answers 404 too, and its 404 says nothing about an image.
    """
    try:
        found = api.request('GET', 'images', params=[('limit', '1')])
    except errors.ServiceError:
        return False
    return isinstance(found, dict) and isinstance(found.get('images'), list)
