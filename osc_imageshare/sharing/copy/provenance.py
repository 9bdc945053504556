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

"""What a copy says of where it comes from, and how it is found by that.

Pure rules: records in, decisions out. A name is never evidence: other images
may have it.
"""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare.image import hashes
from osc_imageshare.image import properties
from osc_imageshare.image import uploads

if typing.TYPE_CHECKING:
    from collections.abc import Iterable

    from osc_imageshare.image import images


@dataclasses.dataclass(frozen=True)
class Existing:
    """What earlier runs have left in one project and region.

    :ivar good: a copy that nothing is wrong with; None if there is none.
    :ivar half_made: images that never became one.
    """

    good: images.Image | None = None
    half_made: tuple[images.Image, ...] = ()


def marks(source: images.Image, region: str, copy_id: str) -> dict[str, str]:
    """Return the properties by which a copy is found again."""
    found = {
        properties.SOURCE: source.id,
        properties.SOURCE_REGION: region,
        properties.COPY: copy_id,
    }
    known = hashes.best(hashes.known(source.record))
    if known is not None:
        found[properties.SOURCE_HASH] = known
    return found


def existing(
    found: Iterable[images.Image], source: images.Image, owner: str
) -> Existing:
    """Sort the images of a project by what they are to *source*.

    What was made of a copy (a snapshot, the image of a volume) inherits what
    the copy says, and is none: it has another ID than it says.
    """
    ours = [
        image
        for image in found
        if image.owner == owner and origin(image) == source.id
    ]
    good = [image for image in ours if complete(image, source)]
    return Existing(
        next(iter(good), None),
        tuple(i for i in ours if i not in good and _failed(i, source)),
    )


def origin(image: images.Image) -> str | None:
    """Return the ID of the image that *image* is a copy of, if it is one."""
    if image.record.get(properties.COPY) != image.id:
        return None
    found = image.record.get(properties.SOURCE)
    return str(found) if found else None


def complete(copy: images.Image, source: images.Image) -> bool:
    """Tell whether a copy is active and has the bits of its source.

    Where the services compute different hashes, or the source has none, what
    an earlier run has compared is believed.
    """
    if copy.status != uploads.ACTIVE or _size(copy) != _size(source):
        return False
    has, wanted = hashes.known(copy.record), hashes.known(source.record)
    same = hashes.agree(has, wanted)
    if same is None:
        noted = noted_hash(copy)
        same = hashes.agree(has, noted) is True and (
            hashes.agree(noted, wanted) is not False
        )
    return same


def noted_hash(copy: images.Image) -> hashes.Hashes:
    """Return the hash that a copy says its source has."""
    return hashes.parsed(copy.record.get(properties.SOURCE_HASH))


def _failed(copy: images.Image, source: images.Image) -> bool:
    """Tell whether a copy that is not complete has become of no use.

    Somebody may have deactivated one, which may be right for all that.
    """
    return copy.status in uploads.UNFINISHED or (
        copy.status == uploads.ACTIVE and not complete(copy, source)
    )


def _size(image: images.Image) -> object:
    return image.record.get('size')
