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

"""The volumes that use an image, from Cinder, and their servers.

This module finds the volumes made of an image and the servers booted from
them, whose records in Nova do not name the image. A volume or server that is
still being made does not name it either, and is a gap.

Source: Cinder's Block Storage API v3, ``GET /volumes/detail``
(``volume_image_metadata``) and ``GET /attachments``.
"""

from __future__ import annotations

import collections
import json
import typing

from osc_imageshare import errors
from osc_imageshare import text
from osc_imageshare.usage import consumers
from osc_imageshare.usage import risk
from osc_imageshare.usage import servers

if typing.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from osc_imageshare.api import rest

_FILTERS = 'volume 3.34'
_ATTACHMENTS = 'volume 3.27'

#: Cinder writes a volume's source image after it has copied the bits. A volume
#: begins in this status (Cinder's volume/flows/manager/create_volume).
_CREATING = 'creating'

#: In these statuses a volume gets new content, and only then a new image: one
#: in a reimage (volume/manager.py, reimage()) or a restore from a backup
#: (backup/driver.py, _restore_vol_glance_meta()) names its last image.
_OVERWRITING = ('downloading', 'restoring-backup')

#: Part of each of these statuses, and of a few others that are as short-lived.
#: Cinder has no filter for several statuses, and a volume could change its
#: status between two queries.
_ANY_OF_THESE = 'ing'


def made_of(
    asked: consumers.Query,
    api: rest.Api,
    computes: Sequence[rest.Api],
    building: Sequence[rest.Api],
) -> Iterator[consumers.Found]:
    """Yield the volumes made of the image and the servers booted from them.

    A server first is in BUILD, then its volume is being made, then Cinder
    names the image. The queries come in the same order: if a server has left
    one stage before its query, the next query finds it.

    :param computes: every Nova that may have the servers; without one, no
        server is found, and the caller has already reported that.
    :param building: the Novas to ask for servers in BUILD.
    """
    begun: list[servers.Begun] = []
    for compute in building:
        try:
            begun += servers.begun(asked, compute)
        except errors.ServiceError as exc:
            yield asked.gap(
                ' '.join(exc.lines), compute.service, compute.region
            )
    found = set()
    for one in _made_of(asked, api, computes):
        if isinstance(one, consumers.Consumer):
            found.add(one.id)
        yield one
    # A server is no gap if its boot volume is one of this image.
    counts = collections.Counter(
        (one.project_id, one.status, one.api.service, one.api.region)
        for one in begun
        if one.id not in found
    )
    for (project_id, status, service, region), count in counts.items():
        yield asked.gap(
            f'{text.number(count, "server")} in status {status} whose boot '
            'volume is not known yet',
            service,
            region,
            project_id,
        )


def _made_of(
    asked: consumers.Query, api: rest.Api, computes: Sequence[rest.Api]
) -> Iterator[consumers.Found]:
    image_id = asked.image.id
    making: collections.Counter[str] = collections.Counter()
    without_metadata: collections.Counter[str] = collections.Counter()
    for record in _records(asked, api):
        project_id = asked.owner_of(
            api, record, 'os-vol-tenant-attr:tenant_id'
        )
        if _image_of(record) == image_id:
            yield asked.consumer(risk.VOLUME, record, api.region, project_id)
            yield from _booted_from(asked, api, computes, record)
        elif in_the_making(record):
            making[project_id] += 1
        elif 'volume_image_metadata' not in record and (
            asked.everyone or _boots(asked, api, computes, record)
        ):
            without_metadata[project_id] += 1
    for project_id, count in making.items():
        yield asked.gap(
            f'{text.number(count, "volume")} in the making whose source image '
            'Cinder does not report yet',
            api.service,
            api.region,
            project_id,
        )
    for project_id, count in without_metadata.items():
        yield asked.gap(
            f'{text.number(count, "volume")} whose source image Cinder does '
            'not report',
            api.service,
            api.region,
            project_id,
        )


def _records(
    asked: consumers.Query, api: rest.Api
) -> Iterable[dict[str, typing.Any]]:
    """Return the volumes that may be made of the image, each once."""
    if not asked.everyone:
        return api.pages('volumes', 'detail', key='volumes')
    making = _of_everyone(api, 'status~', _ANY_OF_THESE)
    records = {one['id']: one for one in making if in_the_making(one)}
    wanted = json.dumps({'image_id': asked.image.id})
    # The later query counts.
    named = _of_everyone(api, 'glance_metadata', wanted)
    records.update((one['id'], one) for one in named)
    return records.values()


def _of_everyone(
    api: rest.Api, name: str, value: str
) -> Iterator[dict[str, typing.Any]]:
    """Yield the volumes of all projects that pass one filter.

    Below 3.31 Cinder ignores filters, ``all_tenants`` among them, of users who
    may not use them. From then on it refuses them, so an answer proves that
    the caller is an administrator. The first release with 3.31 has 3.34 too,
    which can filter by a part of a value.
    """
    return api.pages(
        'volumes',
        'detail',
        key='volumes',
        params=[('all_tenants', '1'), (name, value)],
        microversion=_FILTERS,
    )


def _image_of(volume: dict[str, typing.Any]) -> object:
    """Return the image that Cinder names, or None."""
    # A Cinder that verifies signatures writes metadata before the image
    # (its create_volume, "signature_verified").
    return (volume.get('volume_image_metadata') or {}).get('image_id')


def in_the_making(volume: dict[str, typing.Any]) -> bool:
    """Tell whether Cinder may name an image, or another one, later.

    A volume in an error status does not count: Nova attaches no such volume
    (Cinder's attachment_create()), and a repetition has another status.
    """
    status = volume.get('status')
    if status == _CREATING:
        return not _image_of(volume)
    return status in _OVERWRITING


def _boots(
    asked: consumers.Query,
    api: rest.Api,
    computes: Sequence[rest.Api],
    volume: dict[str, typing.Any],
) -> bool:
    """Tell whether a server boots from a volume of unknown origin.

    Cinder leaves out ``volume_image_metadata`` if its policy forbids it or its
    look-up fails, and for a volume that was not made of an image. A volume
    that was made of one is bootable.
    """
    if str(volume.get('bootable')).lower() != 'true':
        return False
    return any(_booted_from(asked, api, computes, volume))


def _booted_from(
    asked: consumers.Query,
    api: rest.Api,
    computes: Sequence[rest.Api],
    volume: dict[str, typing.Any],
) -> Iterator[consumers.Consumer]:
    if not computes:
        return
    for server_id in _attached_to(asked, api, volume):
        there = _server(computes, server_id)
        if there is None:
            continue
        compute, server = there
        if servers.may_boot_from(compute, server, str(volume['id'])):
            yield asked.consumer(
                risk.SERVER,
                server,
                compute.region,
                asked.owner_of(compute, server, 'tenant_id'),
                risk.FROM_VOLUME,
            )


def _server(
    computes: Sequence[rest.Api], server_id: str
) -> tuple[rest.Api, dict[str, typing.Any]] | None:
    """Return a server and the Nova that has it; None if no Nova has.

    :raises errors.ServiceError: when no Nova that answers has it, and one
        that may have it gave no answer.
    """
    failed: errors.ServiceError | None = None
    for compute in computes:
        try:
            server = servers.get(compute, server_id)
        except errors.ServiceError as exc:
            failed = exc
            continue
        if server is not None:
            return compute, server
    if failed is not None:
        raise failed
    return None


def _attached_to(
    asked: consumers.Query, api: rest.Api, volume: dict[str, typing.Any]
) -> list[str]:
    """Return the IDs of the servers that a volume belongs to."""
    shown = [
        str(one['server_id'])
        for one in volume.get('attachments') or ()
        if one.get('server_id')
    ]
    if shown or volume.get('status') == 'available':
        return shown
    # A volume shows attached servers only. The volume of a server in BUILD or
    # shelved is "reserved", and only its attachment names the server.
    records = api.pages(
        'attachments',
        key='attachments',
        params=[('volume_id', str(volume['id'])), *asked.tenants],
        microversion=_ATTACHMENTS,
    )
    return [str(one['instance']) for one in records if one.get('instance')]
