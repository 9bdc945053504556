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
Nova's own records of such servers do not name the image. What is still being
made does not name it either, and is reported as not known.

Source: Cinder's Block Storage API v3, ``GET /volumes/detail``
(``volume_image_metadata``) and ``GET /attachments``.
"""

from __future__ import annotations

import collections
import json
import typing

from osc_imageshare import errors
from osc_imageshare.usage import consumers
from osc_imageshare.usage import risk
from osc_imageshare.usage import servers

if typing.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from osc_imageshare.api import rest

_FILTERS = 'volume 3.34'
_ATTACHMENTS = 'volume 3.27'

#: Cinder writes what a volume was made of when it has copied the bits. A
#: volume begins in this status (Cinder's volume/flows/manager/create_volume).
_CREATING = 'creating'

#: A volume gets another content in these, and only then another image: one
#: that is reimaged (volume/manager.py, reimage()) or restored from a backup
#: (backup/driver.py, _restore_vol_glance_meta()) names its last image before.
_OVERWRITING = ('downloading', 'restoring-backup')

#: Part of each of these statuses, and of no more than a few others that are
#: as short-lived. Cinder knows no filter for several statuses, and asked for
#: one after the other a volume would have to be found in each in order.
_ANY_OF_THESE = 'ing'


def made_of(
    asked: consumers.Query,
    api: rest.Api,
    computes: Sequence[rest.Api],
    building: Sequence[rest.Api],
) -> Iterator[consumers.Found]:
    """Yield the volumes made of the image and the servers booted from them.

    A server first is in BUILD, then its volume is being made, then Cinder
    names the image. Each is asked for in that order: what has left one stage
    before it was looked at is found in the next.

    :param computes: every Nova that may have the servers; without one,
        servers cannot be told, and the caller has reported that already.
    :param building: those of them that are asked what is in BUILD.
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
    # What a server boots from is known where it is a volume of this image.
    counts = collections.Counter(
        (one.project_id, one.status, one.api.service, one.api.region)
        for one in begun
        if one.id not in found
    )
    for (project_id, status, service, region), count in counts.items():
        yield asked.gap(
            f'{_number(count, "server")} in status {status}, to boot from '
            'a volume that is not known yet',
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
            f'{_number(count, "volume")} in the making, whose source image '
            'Cinder does not report yet',
            api.service,
            api.region,
            project_id,
        )
    for project_id, count in without_metadata.items():
        yield asked.gap(
            f'volumes of which Cinder does not tell the image: {count}',
            api.service,
            api.region,
            project_id,
        )


def _records(
    asked: consumers.Query, api: rest.Api
) -> Iterable[dict[str, typing.Any]]:
    """Return the volumes that may be of the image, each once."""
    if not asked.everyone:
        return api.pages('volumes', 'detail', key='volumes')
    making = _of_everyone(api, 'status~', _ANY_OF_THESE)
    records = {one['id']: one for one in making if in_the_making(one)}
    wanted = json.dumps({'image_id': asked.image.id})
    # The later look is the one that counts.
    named = _of_everyone(api, 'glance_metadata', wanted)
    records.update((one['id'], one) for one in named)
    return records.values()


def _of_everyone(
    api: rest.Api, name: str, value: str
) -> Iterator[dict[str, typing.Any]]:
    """Yield the volumes of all projects that pass one filter.

    Below 3.31 Cinder ignores filters, ``all_tenants`` among them, instead of
    refusing them to who may not use them. From then on an answer proves that
    this is an administrator. The first release that speaks 3.31 speaks 3.34
    as well, where a part of a value can be asked for.
    """
    return api.pages(
        'volumes',
        'detail',
        key='volumes',
        params=[('all_tenants', '1'), (name, value)],
        microversion=_FILTERS,
    )


def _image_of(volume: dict[str, typing.Any]) -> object:
    """Return the image that Cinder names; None for none."""
    # Where signatures are verified there is metadata before the image is in
    # it (Cinder's create_volume, "signature_verified").
    return (volume.get('volume_image_metadata') or {}).get('image_id')


def in_the_making(volume: dict[str, typing.Any]) -> bool:
    """Tell whether Cinder may name another image of a volume, or one at all.

    A volume in an error status is none: Nova attaches no such volume
    (Cinder's attachment_create()), and one that is made anew is in another.
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
    """Tell whether a server boots from a volume of an unknown origin.

    Cinder leaves out ``volume_image_metadata`` where its policy forbids it or
    its look-up fails, and for a volume that was not made of an image. Made of
    one, it is bootable.
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
    """Return the Nova that has a server, and the server; None if none has.

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
    """Return the IDs of the servers a volume belongs to."""
    shown = [
        str(one['server_id'])
        for one in volume.get('attachments') or ()
        if one.get('server_id')
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
    return [str(one['instance']) for one in records if one.get('instance')]


def _number(count: int, noun: str) -> str:
    return f'{count} {noun}' if count == 1 else f'{count} {noun}s'
