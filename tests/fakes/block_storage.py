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

"""A Cinder as ordinary users and administrators meet it.

Imitates: 400 for filters that an ordinary user may not use, filters that are
ignored below 3.31, a part of a status to ask for from 3.34 on (``status~``),
``all_tenants`` that is ignored for ordinary users, attachments that only their
own list shows.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import typing
from urllib import parse
import uuid

from tests.fakes import identity
from tests.fakes import server


def refuse(status: int, message: str) -> server.Answer:
    """Return an error as Cinder words it."""
    return server.Answer(
        status,
        {'badRequest': {'code': status, 'message': message}},
        {'x-compute-request-id': 'req-block-storage'},
    )


class Cinder:
    """Volumes of every project, and what they are attached to.

    :ivar volumes: volume ID to record.
    :ivar attachments: volume ID to the servers its attachments name.
    :ivar page_size: records on a page.
    :ivar latest: the newest microversion.
    :ivar tells: whether it says which image a volume was made of; not if its
        policy forbids that, or if it could not look it up.
    :ivar admin_role: the role that its policies give everything to.
    """

    def __init__(self) -> None:
        self._numbers = itertools.count(0x3000)
        self.volumes: dict[str, dict[str, typing.Any]] = {}
        self.attachments: dict[str, list[str]] = {}
        self.page_size: int | None = None
        self.latest = (3, 71)
        self.tells = True
        self.admin_role = 'admin'

    def add(
        self,
        project_id: str,
        image: str | None = None,
        status: str = 'available',
        attached: typing.Sequence[tuple[str, str | None]] = (),
        **record: typing.Any,
    ) -> str:
        """Make a volume, and return its ID.

        :param attached: server ID and device of each attachment it shows.
        """
        volume_id = str(uuid.UUID(int=next(self._numbers)))
        self.volumes[volume_id] = {
            'id': volume_id,
            'name': 'a volume',
            'status': status,
            'os-vol-tenant-attr:tenant_id': project_id,
            'attachments': [
                {'server_id': server_id, 'device': device}
                for server_id, device in attached
            ],
            **record,
        }
        if image:
            self.volumes[volume_id]['volume_image_metadata'] = {
                'image_id': image
            }
        return volume_id

    def handle(
        self, request: server.Request, path: str, caller: identity.Caller
    ) -> server.Answer:
        _, version, *rest = path.split('/')
        # Since microversion 3.67 it need not be in the path.
        named = len(rest[0]) == len(str(caller.project_id))
        if named and rest.pop(0) != caller.project_id:
            return refuse(400, 'Malformed request url')
        if version == 'v2':
            # It knows neither microversions nor attachments.
            if rest != ['volumes', 'detail']:
                return refuse(404, 'The resource could not be found.')
            return self._volumes(request, caller, (2, 0))
        wanted = request.headers.get('openstack-api-version', 'volume 3.0')
        major, minor = wanted.removeprefix('volume ').split('.')
        asked = int(major), int(minor)
        if asked > self.latest:
            return refuse(406, f'Version {wanted} is not supported.')
        if rest == ['volumes', 'detail']:
            answer = self._volumes(request, caller, asked)
        elif rest == ['attachments'] and asked >= (3, 27):
            answer = self._attachments(request, caller)
        else:
            answer = refuse(404, 'The resource could not be found.')
        told = {**answer.headers, 'OpenStack-API-Version': wanted}
        return dataclasses.replace(answer, headers=told)

    def _visible(
        self, request: server.Request, caller: identity.Caller
    ) -> dict[str, dict[str, typing.Any]]:
        everyone = (
            caller.has(self.admin_role)
            and request.parameter('all_tenants') == '1'
        )
        return {
            volume_id: record
            for volume_id, record in self.volumes.items()
            if everyone
            or record['os-vol-tenant-attr:tenant_id'] == caller.project_id
        }

    def _volumes(
        self,
        request: server.Request,
        caller: identity.Caller,
        asked: tuple[int, int],
    ) -> server.Answer:
        wanted = dict(request.query)
        for name in 'all_tenants', 'marker', 'limit':
            wanted.pop(name, None)
        if asked < (3, 31):
            wanted = {}
        refused = [name for name in wanted if name != 'status']
        if refused and not caller.has(self.admin_role):
            return refuse(400, f'Invalid filters {refused} are found.')
        if 'status~' in wanted and asked < (3, 34):
            # No column of its table is called that.
            return server.Answer(body={'volumes': []})
        found = [
            record
            for record in self._visible(request, caller).values()
            if all(_passes(record, *one) for one in wanted.items())
        ]
        marker = request.parameter('marker')
        if marker is not None:
            ids = [record['id'] for record in found]
            found = found[ids.index(marker) + 1 :]
        if not self.tells:
            found = [
                {k: v for k, v in one.items() if k != 'volume_image_metadata'}
                for one in found
            ]
        answer: dict[str, typing.Any] = {'volumes': found}
        if self.page_size is not None and len(found) > self.page_size:
            answer['volumes'] = found[: self.page_size]
            query = dict(request.query)
            query['marker'] = answer['volumes'][-1]['id']
            link = f'http://inside.invalid/?{parse.urlencode(query)}'
            answer['volumes_links'] = [{'rel': 'next', 'href': link}]
        return server.Answer(body=answer)

    def _attachments(
        self, request: server.Request, caller: identity.Caller
    ) -> server.Answer:
        volume_id = request.parameter('volume_id')
        return server.Answer(
            body={
                'attachments': [
                    {'id': 'x', 'instance': server_id, 'volume_id': one}
                    for one in self._visible(request, caller)
                    for server_id in self.attachments.get(one, ())
                    if volume_id in (None, one)
                ]
            }
        )


def _passes(record: dict[str, typing.Any], name: str, value: str) -> bool:
    if name == 'status':
        return bool(record['status'] == value)
    if name == 'status~':
        return value in record['status']
    metadata = record.get('volume_image_metadata') or {}
    return bool(
        name == 'glance_metadata'
        and metadata.get('image_id') == json.loads(value)['image_id']
    )
