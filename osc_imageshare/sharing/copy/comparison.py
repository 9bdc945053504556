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

"""Whether an image that was made is bit for bit the one it was made of."""

from __future__ import annotations

import typing

from osc_imageshare import errors
from osc_imageshare.image import hashes
from osc_imageshare.image import properties
from osc_imageshare.image import uploads
from osc_imageshare.sharing.copy import provenance
from osc_imageshare.sharing.copy import stream

if typing.TYPE_CHECKING:
    from osc_imageshare.image import images


class Different(errors.ServiceError):
    """What was made has been looked at, and is something else."""


def compare(
    there: uploads.Uploads,
    copy: images.Image,
    source: images.Image,
    wanted: hashes.Hashes,
) -> None:
    """Compare a copy with its source.

    :param wanted: hashes of the source's data.
    :raises Different: when it is not bit for bit the same.
    :raises errors.ServiceError: when nobody can tell.
    """
    if copy.status != uploads.ACTIVE:
        raise Different(
            f'The image made of image {source} has status '
            f'{copy.status!r} after all of its data were sent.'
        )
    form = copy.record.get('disk_format')
    if form != source.record.get('disk_format'):
        raise Different(
            f'The image service has converted image {source} from '
            f'{source.record.get("disk_format")} to {form}: converted, '
            'it cannot be verified.'
        )
    same: bool | None = copy.record.get('size') == source.record['size']
    if same:
        same = hashes.agree(hashes.known(copy.record), wanted)
    if same is None:
        # Their operators have chosen different hashes.
        back = stream.read_back(there, copy, wanted)
        same = back is not None and hashes.agree(back, wanted) is True
    if not same:
        raise Different(
            f'The image service has made something else of image '
            f'{source}: {copy.record.get("size")} bytes, hash '
            f'{hashes.best(hashes.known(copy.record))}, instead of '
            f'{source.record["size"]} bytes, hash '
            f'{hashes.best(wanted)}.'
        )
    _note_hash(there, copy, wanted)


def _note_hash(
    there: uploads.Uploads, copy: images.Image, compared: hashes.Hashes
) -> None:
    """Let the next run find what only this one could compare.

    :raises errors.ServiceError: when that is not possible.
    """
    known = hashes.known(copy.record)
    if hashes.agree(known, provenance.noted_hash(copy)) is not True:
        noted = hashes.best(known) or hashes.best(compared)
        there.set_properties(copy, {properties.SOURCE_HASH: str(noted)})
