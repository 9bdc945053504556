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


"""Cluster templates whose nodes are made of an image.

Source: Magnum's ``GET /v1/clustertemplates``.
"""

from __future__ import annotations

import typing

from osc_imageshare.usage import risk

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

    from osc_imageshare.api import rest
    from osc_imageshare.usage import consumers


def made_of(
    asked: consumers.Query, api: rest.Api
) -> Iterator[consumers.Found]:
    """Yield the cluster templates whose nodes are made of the image.

    Magnum keeps the image as the user gave it: by ID or by name. It shows an
    administrator the templates of every project without a filter.
    """
    names = {asked.image.id, asked.image.name} - {''}
    for record in api.pages('clustertemplates', key='clustertemplates'):
        if record.get('image_id') not in names:
            continue
        project_id = record.get('project_id')
        if not asked.everyone and project_id != asked.scope.project_id:
            # A public template is the use of the project that owns it.
            continue
        yield asked.consumer(
            risk.CLUSTER_TEMPLATE,
            {**record, 'id': record.get('uuid'), 'status': ''},
            api.region,
            asked.owner_of(api, record, 'project_id'),
        )
