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

"""The record of a copy: what it is made with.

A destination may protect a property, or have no room for it; then the copy is
made without it, and the report names it.
"""

from __future__ import annotations

import typing

from osc_imageshare import errors
from osc_imageshare.image import images
from osc_imageshare.image import properties
from osc_imageshare.sharing.copy import provenance

if typing.TYPE_CHECKING:
    from collections.abc import Mapping

    from osc_imageshare.image import uploads
    from osc_imageshare.sharing import outcomes

#: Without these there is no copy.
_NEEDED = (
    'name',
    'visibility',
    'disk_format',
    'container_format',
    'min_disk',
    'min_ram',
    *properties.PROVENANCE,
)

#: By these a Glance refuses single properties: 403 protects them, 413 has no
#: room for them, 400 does not take their value.
_PICKY = frozenset({400, 403, 413})


def wanted(
    source: images.Image,
    name: str,
    region: str,
    copy_id: str,
    companions: Mapping[str, str],
) -> dict[str, typing.Any]:
    """Return what a copy is to be made with.

    :param region: where the source is.
    :param companions: property to the ID of the copy that it names.
    """
    return {
        'name': name,
        'visibility': images.PRIVATE,
        **properties.copied(source.record),
        **companions,
        **provenance.marks(source, region, copy_id),
    }


def make(
    there: uploads.Uploads,
    copy_id: str,
    body: Mapping[str, typing.Any],
    report: outcomes.Report,
) -> None:
    """Make a copy's record, at worst with what it needs alone.

    Everything is there before the first bit comes: a run that ends early
    leaves no image that could be taken for a copy and lacks something.

    :raises errors.ServiceError: when it cannot be made.
    """
    try:
        _made(there, copy_id, body)
        return
    except errors.ServiceError as exc:
        needed = {k: v for k, v in body.items() if k in _NEEDED}
        if exc.status not in _PICKY or needed == body:
            raise
    copy = _made(there, copy_id, needed)
    refused: dict[str, errors.ServiceError] = {}
    for name in body.keys() - needed.keys():
        try:
            _set(there, copy, name, body[name])
        except errors.ServiceError as exc:
            if exc.status not in _PICKY:
                raise
            refused[name] = exc
    if refused:
        report.warn(
            f'Image {copy} is made without properties that the image service '
            f'there does not take: {", ".join(sorted(refused))}.',
            *refused[min(refused)].lines,
        )


def _made(
    there: uploads.Uploads, copy_id: str, body: Mapping[str, typing.Any]
) -> images.Image:
    try:
        return there.create(copy_id, body)
    except errors.ServiceError as exc:
        if not exc.uncertain:
            raise
        unsure = exc
    # An answer that got lost says nothing: is it there?
    try:
        return there.get(copy_id)
    except errors.ServiceError:
        raise unsure from None


def _set(
    there: uploads.Uploads, copy: images.Image, name: str, value: typing.Any
) -> None:
    try:
        there.set_properties(copy, {name: value})
    except errors.ServiceError as exc:
        if not exc.uncertain or there.get(copy.id).record.get(name) != value:
            raise
