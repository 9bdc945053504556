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
    hidden = ('os_hidden', 'true')
    for record in (*_snapshots(asked, api), *_snapshots(asked, api, hidden)):
        # Other projects' images may be visible here; only those of the
        # project in question are its use of the image.
        mine = asked.everyone or record.get('owner') == (
            asked.scope.project_id
        )
        if (
            mine
            and record.get('base_image_ref') == asked.image.id
            and record.get('id') != asked.image.id
        ):
            yield asked.consumer(
                risk.IMAGE,
                record,
                api.region,
                asked.owner_of(api, record, 'owner'),
            )


def _snapshots(
    asked: consumers.Query, api: rest.Api, *more: tuple[str, str]
) -> list[dict[str, typing.Any]]:
    """Ask for the images that name the image as their base.

    A Glance from before Ocata refuses the visibility ``all``, and shows the
    project's own images without it.
    """
    params = [('base_image_ref', asked.image.id), *more]
    try:
        everything = [*params, ('visibility', 'all')]
        return list(api.pages('images', key='images', params=everything))
    except errors.ServiceError as exc:
        if exc.status != 400:
            raise
    return list(api.pages('images', key='images', params=params))
