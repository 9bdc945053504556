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

"""A Nova as ordinary users and administrators meet it.

Imitates: 403 for ``all_tenants`` by ordinary users, filters that it does not
know and drops, servers in a cell that is down, pages, microversions, the root
device that only administrators are shown.
"""

from __future__ import annotations

import dataclasses
import itertools
import typing
from urllib import parse
import uuid

from tests.fakes import identity
from tests.fakes import server


def refuse(status: int, message: str) -> server.Answer:
    """Return an error as Nova words it."""
    return server.Answer(
        status,
        {'badRequest': {'code': status, 'message': message}},
        {'x-openstack-request-id': 'req-compute'},
    )


class Nova:
    """Servers of every project.

    :ivar servers: server ID to record.
    :ivar roots: server ID to the device of its root disk.
    :ivar disks: server ID to its volumes, and the device of each.
    :ivar flavors: records of what a server can be.
    :ivar down: IDs of the servers in a cell that is down.
    :ivar filters: whether it heeds the ``image`` and ``status`` filters.
    :ivar tenants: whether it shows to each project only its own servers.
    :ivar admin_role: the role that its policies give everything to.
    :ivar page_size: records on a page.
    :ivar latest: the newest microversion; None if it knows none at all.
    """

    def __init__(self) -> None:
        self._numbers = itertools.count(0x2000)
        self.servers: dict[str, dict[str, typing.Any]] = {}
        self.roots: dict[str, str] = {}
        self.disks: dict[str, dict[str, str | None]] = {}
        self.flavors: list[dict[str, int]] = []
        self.down: set[str] = set()
        self.filters = True
        self.tenants = True
        self.page_size: int | None = None
        self.admin_role = 'admin'
        self.latest: tuple[int, int] | None = (2, 96)

    def add(
        self,
        project_id: str,
        image: str | None = None,
        name: str = 'a server',
        status: str = 'ACTIVE',
        **record: typing.Any,
    ) -> str:
        """Make a server, booted from a volume without *image*."""
        server_id = str(uuid.UUID(int=next(self._numbers)))
        self.servers[server_id] = {
            'id': server_id,
            'name': name,
            'status': status,
            'tenant_id': project_id,
            'image': {'id': image} if image else '',
            **record,
        }
        return server_id

    def handle(
        self, request: server.Request, path: str, caller: identity.Caller
    ) -> server.Answer:
        _, version, collection, *rest = path.split('/')
        if collection == 'flavors':
            return server.Answer(body={'flavors': self.flavors})
        if collection != 'servers':
            return refuse(404, 'The resource could not be found.')
        asked = (2, 1)
        wanted = request.headers.get('openstack-api-version')
        # The compatibility endpoint (/v2) knows no microversions, and a
        # request for one is not heeded there.
        if wanted and version == 'v2.1' and self.latest is not None:
            major, minor = wanted.removeprefix('compute ').split('.')
            asked = int(major), int(minor)
            if asked > self.latest:
                return refuse(406, f'Version {wanted} is not supported.')
        if rest and rest != ['detail']:
            found = self.servers.get(rest[0])
            if found is None or not self._shown(found, caller, everyone=True):
                return refuse(404, f'Instance {rest[0]} could not be found.')
            answer = self._one(found, rest[1:], caller, asked)
        else:
            answer = self._list(request, caller, bool(rest), asked)
        if wanted and version == 'v2.1' and self.latest is not None:
            told = {**answer.headers, 'OpenStack-API-Version': wanted}
            return dataclasses.replace(answer, headers=told)
        return answer

    def _one(
        self,
        record: dict[str, typing.Any],
        rest: list[str],
        caller: identity.Caller,
        asked: tuple[int, int],
    ) -> server.Answer:
        if rest == ['os-volume_attachments']:
            disks = self.disks.get(record['id'], {})
            return server.Answer(
                body={
                    'volumeAttachments': [
                        {'volumeId': volume_id, 'device': device}
                        for volume_id, device in disks.items()
                    ]
                }
            )
        shown = dict(record)
        if caller.has(self.admin_role) and asked >= (2, 3):
            root = self.roots.get(record['id'])
            shown['OS-EXT-SRV-ATTR:root_device_name'] = root
        return server.Answer(body={'server': shown})

    def _shown(
        self,
        record: dict[str, typing.Any],
        caller: identity.Caller,
        everyone: bool,
    ) -> bool:
        if caller.has(self.admin_role) and everyone:
            return True
        return not self.tenants or record['tenant_id'] == caller.project_id

    def _list(
        self,
        request: server.Request,
        caller: identity.Caller,
        detail: bool,
        asked: tuple[int, int],
    ) -> server.Answer:
        everyone = request.parameter('all_tenants') is not None
        if everyone and not caller.has(self.admin_role):
            return refuse(
                403, "Policy doesn't allow servers:detail:get_all_tenants"
            )
        filtered = bool({key for key, _ in request.query} - {'all_tenants'})
        found: list[dict[str, typing.Any]] = []
        for record in self.servers.values():
            project = request.parameter('project_id') if everyone else None
            if project not in (None, record['tenant_id']):
                continue
            if not self._shown(record, caller, everyone):
                continue
            if record['id'] in self.down:
                if not filtered and asked >= (2, 69):
                    found.insert(0, _unknown(record))
            elif self._passes(request, record):
                brief = {'id': record['id'], 'name': record['name']}
                found.append(record if detail else brief)
        return self._page(request, found)

    def _passes(
        self, request: server.Request, record: dict[str, typing.Any]
    ) -> bool:
        image, status = request.parameter('image'), request.parameter('status')
        return not self.filters or (
            image in (None, (record['image'] or {}).get('id'))
            and status in (None, record['status'])
        )

    def _page(
        self, request: server.Request, found: list[dict[str, typing.Any]]
    ) -> server.Answer:
        marker = request.parameter('marker')
        if marker is not None:
            ids = [record['id'] for record in found]
            found = found[ids.index(marker) + 1 :]
        answer: dict[str, typing.Any] = {'servers': found}
        if self.page_size is not None and len(found) > self.page_size:
            answer['servers'] = found[: self.page_size]
            query = dict(request.query)
            query['marker'] = answer['servers'][-1]['id']
            link = f'http://inside.invalid/?{parse.urlencode(query)}'
            answer['servers_links'] = [{'rel': 'next', 'href': link}]
        return server.Answer(body=answer)


def _unknown(record: dict[str, typing.Any]) -> dict[str, typing.Any]:
    """Return all that Nova tells of a server in a cell that is down."""
    return {
        'id': record['id'],
        'tenant_id': record['tenant_id'],
        'status': 'UNKNOWN',
        'created': '2020-01-01T00:00:00Z',
        'links': [],
    }
