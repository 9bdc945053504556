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

"""What a project should know of an image before it accepts it.

This module looks at the image as the member sees it: whether it can work for
this project, and whether the project could confuse it with another image. It
answers no offer and changes nothing.

Sources: Glance's ``GET /v2/images``, Nova's ``GET /flavors/detail``.
"""

from __future__ import annotations

import functools
import typing

from osc_imageshare import errors
from osc_imageshare.identity import catalog
from osc_imageshare.identity import discovery
from osc_imageshare.image import fitness
from osc_imageshare.image import images

if typing.TYPE_CHECKING:
    from osc_imageshare.identity import scopes


def checksums(image: images.Image) -> list[str]:
    """Return the known hashes of an image's data, as ``algorithm:hex``.

    Glance's secure hash (since Rocky) comes before its older MD5 checksum.
    """
    record = image.record
    known = (
        (record.get('os_hash_algo'), record.get('os_hash_value')),
        ('md5', record.get('checksum')),
    )
    return [f'{name}:{value}' for name, value in known if name and value]


def checksum(image: images.Image) -> str | None:
    """Return the best hash of an image's data, or None."""
    return next(iter(checksums(image)), None)


def has_checksum(image: images.Image, expected: str) -> bool:
    """Tell whether an image's data has the hash ``algorithm:hex``."""
    return expected.lower() in map(str.lower, checksums(image))


class Inspection:
    """Inspects offers as the project that receives them."""

    def __init__(self, scope: scopes.Scope) -> None:
        self._scope = scope
        self._images = images.Images(scope)

    def warnings(self, image: images.Image) -> list[str]:
        """Return sentences about problems and risks of an offer.

        A check that fails is a warning too.
        """
        found = []
        if image.status != 'active':
            found.append(
                f'The image has status {image.status!r}: nobody can use it '
                'now.'
            )
        if checksum(image) is None:
            found.append('The image has no hash: its data cannot be verified.')
        if image.record.get('disk_format') == 'vmdk':
            found.append(
                'The image has the format vmdk, which can refer to files of '
                'the host that converts it.'
            )
        if fitness.volume_snapshot(image) is not None:
            found.append(
                'The image cannot work in this project: it holds no data, '
                'only a reference to a volume snapshot of its owner.'
            )
        secrets = fitness.secrets(image)
        if secrets:
            found.append(
                'The image cannot work in this project: it needs a secret '
                f'that only its owner can read ({", ".join(secrets)}).'
            )
        if fitness.hidden(image):
            found.append('The image is hidden and does not appear in lists.')
        found += self._namesakes(image)
        found += self._companions(image)
        found += self._flavors(image)
        return found

    def _namesakes(self, image: images.Image) -> list[str]:
        if not image.name:
            return []
        try:
            others = [
                other
                for other in self._images.matching(name=image.name)
                if other.id != image.id
            ]
        except errors.ServiceError as exc:
            return [
                'Could not check for other images of the same name: '
                f'{exc.lines[0]}'
            ]
        return [
            f'Image {other.id} of project {other.owner} has the same name.'
            for other in others
        ]

    def _companions(self, image: images.Image) -> list[str]:
        found = []
        for key, other in fitness.companions(image).items():
            seen = 'this project cannot see'
            try:
                self._images.get(other)
                continue
            except ValueError:
                # The property has no ID.
                pass
            except errors.ServiceError as exc:
                if exc.status != 404:
                    seen = 'was not checked'
            found.append(
                f'The image refers to image {other} ({key}), which {seen}: '
                f'{fitness.COMPANIONS[key]}.'
            )
        return found

    def _flavors(self, image: images.Image) -> list[str]:
        disk = int(image.record.get('min_disk') or 0)
        ram = int(image.record.get('min_ram') or 0)
        if not disk and not ram:
            return []
        needs = f'The image needs {disk} GB of disk and {ram} MB of memory'
        try:
            flavors = self._sizes
        except errors.ServiceError as exc:
            return [f'{needs}; the flavors were not checked: {exc.lines[0]}']
        if flavors is None:
            return [
                f'{needs}; the flavors were not checked: this region has no '
                'compute service.'
            ]
        # A flavor without a disk is for servers that boot from a volume, and
        # min_disk limits the volume then.
        if any(
            (not size or size >= disk) and memory >= ram
            for size, memory in flavors
        ):
            return []
        return [f'{needs}, more than any flavor of this project has.']

    @functools.cached_property
    def _sizes(self) -> list[tuple[int, int]] | None:
        """Disk (GB) and memory (MB) of each flavor; None without a Nova."""
        scope, kind = self._scope, catalog.COMPUTE
        settings = scope.settings[kind]
        url = catalog.configured_url(scope.services, kind, settings)
        if url is None:
            return None
        region = settings.region or scope.region
        at = discovery.address(scope, kind, region, url)
        api = scope.api(kind, region, at.url)
        return [
            (int(record['disk']), int(record['ram']))
            for record in api.pages('flavors', 'detail', key='flavors')
        ]
