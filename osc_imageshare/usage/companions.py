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

"""Who relies on an image as a kernel or ramdisk.

Nova shows such servers as those of another image, whose properties name this
one, and has no filter for it. So this module finds the images that name it,
and then their servers. The caller sees the images of the image's owner, also
those of former shares; of a member's own images, it sees only the snapshots
of servers of those.

Source: Glance's ``GET /v2/images?kernel_id=`` and ``?ramdisk_id=``.
"""

from __future__ import annotations

import threading
import typing

from osc_imageshare.api import parallel
from osc_imageshare import errors
from osc_imageshare.identity import catalog
from osc_imageshare.usage import risk
from osc_imageshare.usage import servers
from osc_imageshare.usage import snapshots

if typing.TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from osc_imageshare.api import rest
    from osc_imageshare.identity import scopes
    from osc_imageshare.image import images
    from osc_imageshare.usage import consumers

#: Property -> what the named image is to the image with the property.
_PROPERTIES = {
    'kernel_id': risk.FROM_KERNEL,
    'ramdisk_id': risk.FROM_RAMDISK,
}

#: Formats whose bits differ from what the guest reads. A hypervisor loads
#: kernel and ramdisk as they are (nova/virt/libvirt/utils.py,
#: fetch_raw_image()), and Glance refuses data of another format than the
#: record says (``[image_format] require_image_format_match``). The formats
#: ``aki`` and ``ari`` are a custom: Nova does not ask for them.
_CONTAINERS = frozenset(
    {'iso', 'ploop', 'qcow2', 'vdi', 'vhd', 'vhdx', 'vmdk'}
)

#: A boot loader puts a ramdisk below 4 GiB (x86's boot protocol; QEMU's
#: hw/i386), and a kernel is smaller.
_TOO_LARGE = 4 * 1024**3

#: Image ID -> what the queried image is to it, and its record.
Relying = typing.Mapping[str, tuple[str, dict[str, typing.Any]]]


def may_be_one(image: images.Image) -> bool:
    """Tell whether an image may be another one's kernel or ramdisk."""
    size = image.record.get('size')
    return image.record.get('disk_format') not in _CONTAINERS and (
        not isinstance(size, int) or size < _TOO_LARGE
    )


class Companions:
    """Finds what relies on one image; it lists the images once.

    :param own: the caller's scope, which sees the images of the owner.
    """

    def __init__(self, own: scopes.Scope, image: images.Image) -> None:
        self._own = own
        self._image = image
        # Threads look at several projects at the same time.
        self._lock = threading.Lock()
        self._seen: Relying | None = None

    def made_of(
        self, asked: consumers.Query, computes: Sequence[rest.Api]
    ) -> Iterator[consumers.Found]:
        """Yield the servers that rely on the image, and images that name it.

        :param computes: every Nova that may have the servers.
        """
        glance = asked.scope.images()
        try:
            relying = {**self._relying()}
            if asked.scope.project_id != self._own.project_id:
                relying.update(_snapshots(asked, glance, relying))
        except errors.ServiceError as exc:
            yield asked.gap(
                'cannot determine which images and servers use this one as '
                'their kernel or ramdisk: ' + ' '.join(exc.lines),
                catalog.COMPUTE,
                glance.region,
            )
            return
        for how, record in relying.values():
            owner = record.get('owner')
            if asked.everyone or owner == asked.scope.project_id:
                yield asked.consumer(
                    risk.IMAGE,
                    record,
                    glance.region,
                    asked.owner_of(glance, record, 'owner'),
                    how,
                )
        yield from _servers(asked, computes, relying)

    def _relying(self) -> Relying:
        """Return the images that name the image, as the caller sees them."""
        with self._lock:
            if self._seen is None:
                self._seen = relying_on(self._own.images(), self._image)
            return self._seen


def relying_on(api: rest.Api, image: images.Image) -> Relying:
    """Return the images that name an image as their kernel or ramdisk.

    An image that cannot be one costs no request.

    :raises errors.ServiceError: when the images cannot be listed.
    """
    if not may_be_one(image):
        return {}
    return _sorted(
        image,
        [
            record
            for _, records in parallel.ask(
                list(_PROPERTIES),
                lambda name: list(
                    snapshots.with_property(api, name, image.id)
                ),
            )
            for record in records
        ],
    )


def _sorted(
    image: images.Image, records: Sequence[dict[str, typing.Any]]
) -> Relying:
    found: dict[str, tuple[str, dict[str, typing.Any]]] = {}
    for record in records:
        for name, how in _PROPERTIES.items():
            if record.get(name) == image.id != record.get('id'):
                found.setdefault(str(record.get('id')), (how, record))
    return found


def _snapshots(
    asked: consumers.Query, api: rest.Api, relying: Relying
) -> Relying:
    """Return the images made of servers that rely on the image.

    They inherit its ID (nova/virt/libvirt/driver.py,
    _create_snapshot_metadata()), and are their project's own.
    """
    return _sorted(
        asked.image,
        [
            record
            for _, records in parallel.ask(
                list(relying),
                lambda one: list(
                    snapshots.with_property(api, 'base_image_ref', one)
                ),
            )
            for record in records
        ],
    )


def _servers(
    asked: consumers.Query, computes: Sequence[rest.Api], relying: Relying
) -> Iterator[consumers.Found]:
    """Yield the servers of images, from every Nova that may have them."""

    def look(at: tuple[rest.Api, str]) -> list[consumers.Found]:
        compute, image_id = at
        how, _ = relying[image_id]
        try:
            return list(servers.booted_from(asked, compute, image_id, how))
        except errors.ServiceError as exc:
            lines = ' '.join(exc.lines)
            return [asked.gap(lines, compute.service, compute.region)]

    places = [(compute, one) for compute in computes for one in relying]
    for _, found in parallel.ask(places, look):
        yield from found
