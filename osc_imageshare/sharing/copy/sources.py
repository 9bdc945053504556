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

"""Which image is to be copied, and which others it cannot do without."""

from __future__ import annotations

import typing

from osc_imageshare import errors
from osc_imageshare.image import properties
from osc_imageshare.image import search
from osc_imageshare.sharing.copy import making
from osc_imageshare.sharing.copy import provenance
from osc_imageshare.sharing import target

if typing.TYPE_CHECKING:
    from osc_imageshare.image import images
    from osc_imageshare.image import uploads


def meant(own: uploads.Uploads, words: str) -> images.Image:
    """Return the one image that *words* mean.

    A copy may have the name of its original: the command that has made it
    finds it, the next time, beside the original, or instead of it, as no list
    shows what is shared and not accepted. The original is meant then.

    :raises errors.Refused: when there is none, or several.
    """

    def originals(found: list[images.Image]) -> list[images.Image]:
        distinct = {}
        for image in found:
            if image.id != words.lower():
                image = _original(own, image)
            distinct[image.id] = image
        return list(distinct.values())

    return target.the_image(own.scope, words, as_owner=False, meant=originals)


def _original(own: uploads.Uploads, image: images.Image) -> images.Image:
    source = provenance.origin(image)
    if source is None or image.owner != own.scope.project_id:
        # What others' images say of themselves is theirs to choose.
        return image
    original = search.readable(own, source)
    if original is None or original.name != image.name:
        return image
    return original


def companions(
    own: uploads.Uploads, image: images.Image
) -> list[making.Piece]:
    """Return the images that a server needs beside *image*.

    :raises errors.Refused: when one of them cannot be read.
    """
    found = []
    for key, role in properties.COMPANIONS.items():
        other = image.record.get(key)
        if not other:
            continue
        source = search.readable(own, str(other))
        if source is None:
            raise errors.Refused(
                f'Image {image} needs image {other!r} ({key}), which project '
                f'{own.scope.project_id} cannot read: a server could not be '
                'started from a copy without it.',
            )
        found.append(making.Piece(role, source, source.name))
    return found
