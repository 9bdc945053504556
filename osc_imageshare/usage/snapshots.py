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

"""Snapshots: the images that Nova made of servers of an image.

Source: Glance's ``GET /v2/images?base_image_ref=``.
"""

from __future__ import annotations

import typing

from osc_imageshare.api import parallel
from osc_imageshare import errors
from osc_imageshare.usage import risk

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

    from osc_imageshare.api import rest
    from osc_imageshare.usage import consumers


def made_of(
    asked: consumers.Query, api: rest.Api
) -> Iterator[consumers.Found]:
    """Yield the images that Nova made of servers of this image."""
    for record in with_property(api, 'base_image_ref', asked.image.id):
        # This scope may see images of other projects; only the project's own
        # images are its use of the image.
        mine = asked.everyone or record.get('owner') == (
            asked.scope.project_id
        )
        if mine and record.get('id') != asked.image.id:
            yield asked.consumer(
                risk.IMAGE,
                record,
                api.region,
                asked.owner_of(api, record, 'owner'),
            )


def with_property(
    api: rest.Api, name: str, value: str
) -> Iterator[dict[str, typing.Any]]:
    """Yield the visible images with a property, including hidden ones.

    Images that are offered to the project count, whatever its answer is.
    """
    shown = [(name, value), ('member_status', 'all')]
    lists = shown, [*shown, ('os_hidden', 'true')]
    for _, records in parallel.ask(lists, lambda one: _listed(api, one)):
        for record in records:
            if record.get(name) == value:
                yield record


def _listed(
    api: rest.Api, params: list[tuple[str, str]]
) -> list[dict[str, typing.Any]]:
    """Return a list of images of every visibility.

    A Glance from before Ocata refuses the visibility ``all``, and shows the
    project's own images without it.
    """
    try:
        everything = [*params, ('visibility', 'all')]
        return list(api.pages('images', key='images', params=everything))
    except errors.ServiceError as exc:
        if exc.status != 400:
            raise
    return list(api.pages('images', key='images', params=params))
