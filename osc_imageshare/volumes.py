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

"""Who uses an image, as Cinder tells it.

Knows the volumes made of an image, and finds the servers booted from them:
Nova's own records of such servers do not name the image.

Source: Cinder's Block Storage API v3, ``GET /volumes/detail``
(``volume_image_metadata``) and ``GET /attachments``.
"""

from __future__ import annotations

import json
import typing

from osc_imageshare import risk
from osc_imageshare import servers

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

    from osc_imageshare import consumers
    from osc_imageshare import rest

_FILTERS = 'volume 3.31'
_ATTACHMENTS = 'volume 3.27'


def made_of(
    asked: consumers.Question, api: rest.Api, compute: rest.Api | None
) -> Iterator[consumers.Found]:
    """Yield the volumes made of the image and the servers booted from them.

    :param compute: Nova in the same region; without it, servers cannot be
        told, and the caller has reported that already.
    """
    image_id = asked.image.id
    params, microversion = list(asked.tenants), None
    if asked.everyone:
        # Below 3.31 Cinder ignores filters, all_tenants among them, instead
        # of refusing them to who may not use them. At 3.31 an answer proves
        # that this is an administrator.
        params.append(('glance_metadata', json.dumps({'image_id': image_id})))
        microversion = _FILTERS
    silent: dict[str, int] = {}
    for record in api.pages(
        'volumes',
        'detail',
        key='volumes',
        params=params,
        microversion=microversion,
    ):
        project_id = asked.owner_of(
            api, record, 'os-vol-tenant-attr:tenant_id'
        )
        if 'volume_image_metadata' not in record:
            if asked.everyone or _boots(asked, api, compute, record):
                silent[project_id] = silent.get(project_id, 0) + 1
            continue
        made_of = record['volume_image_metadata'] or {}
        if made_of.get('image_id') != image_id:
            continue
        yield asked.consumer(risk.VOLUME, record, api.region, project_id)
        if compute is not None:
            yield from _booted_from(asked, api, compute, record)
    for project_id, count in silent.items():
        yield asked.gap(
            f'volumes of which Cinder does not tell the image: {count}',
            api.service,
            api.region,
            project_id,
        )


def _boots(
    asked: consumers.Question,
    api: rest.Api,
    compute: rest.Api | None,
    volume: dict[str, typing.Any],
) -> bool:
    """Tell whether a server boots from a volume of an unknown origin.

    Cinder leaves out ``volume_image_metadata`` where its policy forbids it or
    its look-up fails, and for a volume that was not made of an image. Made of
    one, it is bootable.
    """
    if compute is None or str(volume.get('bootable')).lower() != 'true':
        return False
    return any(_booted_from(asked, api, compute, volume))


def _booted_from(
    asked: consumers.Question,
    api: rest.Api,
    compute: rest.Api,
    volume: dict[str, typing.Any],
) -> Iterator[consumers.Consumer]:
    for server_id, device in _attached_to(asked, api, volume):
        server = servers.get(compute, server_id)
        # A server booted from a volume has an empty image; any other has the
        # volume as a data disk.
        if server is None or server.get('image'):
            continue
        others = server.get('os-extended-volumes:volumes_attached') or []
        if len(others) > 1 and not _is_root(device):
            continue
        yield asked.consumer(
            risk.SERVER,
            server,
            compute.region,
            asked.owner_of(compute, server, 'tenant_id'),
            risk.FROM_VOLUME,
        )


def _attached_to(
    asked: consumers.Question, api: rest.Api, volume: dict[str, typing.Any]
) -> list[tuple[str, str]]:
    """Return the servers a volume belongs to, each with its device name."""
    shown = [
        (str(a['server_id']), str(a.get('device') or ''))
        for a in volume.get('attachments') or ()
        if a.get('server_id')
    ]
    if shown or volume.get('status') == 'available':
        return shown
    # A volume shows attached servers only. That of a server that is shelved
    # or being built is "reserved", and only its attachment names the server.
    records = api.pages(
        'attachments',
        key='attachments',
        params=[('volume_id', str(volume['id'])), *asked.tenants],
        microversion=_ATTACHMENTS,
    )
    return [(str(a['instance']), '') for a in records if a.get('instance')]


def _is_root(device: str) -> bool:
    """Tell whether a device may be the one a server boots from.

    Nova names the root disk with the first letter (``/dev/vda``); a device
    that is not known may be it.
    """
    return not device or device.rstrip('0123456789').endswith('a')
