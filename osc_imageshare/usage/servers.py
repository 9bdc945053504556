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

"""The servers that use an image, from Nova.

Source: Nova's Compute API v2.1, ``GET /servers/detail?image=`` and
``?status=``, ``GET /servers``, ``GET /servers/{id}`` and
``GET /servers/{id}/os-volume_attachments``.
"""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare.api import parallel
from osc_imageshare import errors
from osc_imageshare.image import fitness
from osc_imageshare import text
from osc_imageshare.usage import risk

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

    from osc_imageshare.api import rest
    from osc_imageshare.usage import consumers

_CELLS = 'compute 2.69'
_ROOT_DEVICE = 'compute 2.3'

#: In these states the image of a shelved server may be its only disk; a failed
#: unshelve leaves the server in ERROR.
_SHELVED = ('SHELVED', 'ERROR', 'UNKNOWN')

#: In these statuses Nova may not have asked Cinder yet for a server's boot
#: volume, or for another image on it. A query for both statuses also returns
#: the ACTIVE servers: Nova drops the task states (its
#: api/openstack/common.py, task_and_vm_state_from_status()).
_BEGUN = ('BUILD', 'REBUILD')

#: In these task states, at the end, every volume exists and names its image,
#: and the server names its volumes (Nova's compute/manager.py,
#: _build_and_run_instance() and _rebuild_default_impl()).
_PREPARED = ('spawning', 'rebuild_spawning')


@dataclasses.dataclass(frozen=True)
class Begun:
    """A server whose boot volume Cinder may not know yet."""

    api: rest.Api
    project_id: str
    id: str
    status: str


def made_of(
    asked: consumers.Query, api: rest.Api
) -> Iterator[consumers.Found]:
    """Yield the servers booted from the image, in whatever state.

    Nova silently drops the servers of a cell that is down from every filtered
    list; only a list without filters (``all_tenants`` excepted) at
    microversion 2.69 or later has them, so this reads one too.
    """
    yield from booted_from(asked, api, asked.image.id, risk.FROM_IMAGE)
    yield from _down_cells(asked, api)
    shelved = fitness.is_shelved(asked.image)
    if shelved:
        yield from _shelved_server(asked, api, shelved)


def booted_from(
    asked: consumers.Query, api: rest.Api, image_id: str, how: str
) -> Iterator[consumers.Consumer]:
    """Yield the servers booted from an image, in whatever state.

    :param how: how the queried image made them, one of FROM_IMAGE and so on.
    """
    for record in api.pages(
        'servers',
        'detail',
        key='servers',
        params=[('image', image_id), *asked.tenants],
    ):
        project_id = asked.owner_of(api, record, 'tenant_id')
        made_of = record.get('image') or {}
        if made_of.get('id') == image_id:
            yield asked.consumer(
                risk.SERVER, record, api.region, project_id, how
            )


def _down_cells(
    asked: consumers.Query, api: rest.Api
) -> Iterator[consumers.Gap]:
    try:
        answer = api.request(
            'GET', 'servers', params=asked.tenants, microversion=_CELLS
        )
    except errors.ServiceError as exc:
        if exc.status != 406:
            raise
        yield asked.gap(
            'Nova does not support microversion 2.69 and hides the servers '
            'of a cell that is down',
            api.service,
            api.region,
        )
        return
    records = answer.get('servers') if isinstance(answer, dict) else None
    if not isinstance(records, list):
        raise api.unusable("servers has no list of 'servers'")
    down: dict[str, int] = {}
    for record in records:
        if record.get('status') == 'UNKNOWN':
            owner = str(record.get('tenant_id') or '')
            down[owner] = down.get(owner, 0) + 1
    for owner, count in down.items():
        yield asked.gap(
            f'{text.number(count, "server")} in a cell that is down',
            api.service,
            api.region,
            owner or None,
        )
    # Nova lists the servers of down cells first, a page at the most.
    if down and asked.everyone and answer.get('servers_links'):
        yield asked.gap(
            'more servers may be in a cell that is down',
            api.service,
            api.region,
        )


def _shelved_server(
    asked: consumers.Query, api: rest.Api, server_id: str
) -> Iterator[consumers.Consumer]:
    record = get(api, server_id)
    if record and str(record.get('status')).startswith(_SHELVED):
        yield asked.consumer(
            risk.SERVER,
            record,
            api.region,
            asked.owner_of(api, record, 'tenant_id'),
            risk.FROM_SHELVED,
        )


def begun(asked: consumers.Query, api: rest.Api) -> list[Begun]:
    """Return the servers whose volumes Cinder may not know yet.

    The image filter finds a server with an image: Nova writes the image before
    it answers a request for a server or a rebuild. A server that boots from a
    volume never has an image.
    """
    return [
        one
        for _, found in parallel.ask(
            _BEGUN, lambda status: list(_begun(asked, api, status))
        )
        for one in found
    ]


def _begun(
    asked: consumers.Query, api: rest.Api, status: str
) -> Iterator[Begun]:
    for record in api.pages(
        'servers',
        'detail',
        key='servers',
        params=[('status', status), *asked.tenants],
    ):
        project_id = asked.owner_of(api, record, 'tenant_id')
        if (
            record.get('status') == status
            and not record.get('image')
            and record.get('OS-EXT-STS:task_state') not in _PREPARED
        ):
            yield Begun(api, project_id, str(record['id']), status)


def may_boot_from(
    api: rest.Api, server: dict[str, typing.Any], volume_id: str
) -> bool:
    """Tell whether a server may boot from a volume that is attached to it.

    It does not if it has an image, or if Nova says that another volume is its
    root disk. Nothing else is a proof: a volume may have any device, and a
    data disk may be bootable.
    """
    if server.get('image'):
        return False
    attached = server.get('os-extended-volumes:volumes_attached') or []
    if len(attached) < 2:
        return True
    return _root_volume(api, str(server['id'])) in (None, volume_id)


def _root_volume(api: rest.Api, server_id: str) -> str | None:
    """Return the volume that is a server's root disk; None if not known.

    Nova shows the root device to administrators only.
    """
    try:
        server = get(api, server_id, _ROOT_DEVICE) or {}
        root = server.get('OS-EXT-SRV-ATTR:root_device_name')
        if not root:
            return None
        disks = api.pages(
            *('servers', server_id, 'os-volume_attachments'),
            key='volumeAttachments',
        )
        found = [str(d['volumeId']) for d in disks if d.get('device') == root]
    except errors.ServiceError:
        return None
    return found[0] if len(found) == 1 else None


def get(
    api: rest.Api, server_id: str, microversion: str | None = None
) -> dict[str, typing.Any] | None:
    """Return a server by ID; None when this scope has no such server."""
    try:
        answer = api.request(
            'GET', 'servers', server_id, microversion=microversion
        )
    except errors.ServiceError as exc:
        if exc.status == 404:
            return None
        raise
    record = answer.get('server') if isinstance(answer, dict) else None
    if not isinstance(record, dict):
        raise api.unusable(f'{server_id} is no server record')
    return record
