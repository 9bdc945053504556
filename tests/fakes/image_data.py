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

"""The data of a Glance's images: uploads, downloads by ranges, imports.

Imitates: an upload that is published however short it is, unless its size was
announced in the header for that; imports that leave a failed image queued;
properties that are protected.
"""

from __future__ import annotations

import hashlib
import re
import typing

from tests.fakes import identity
from tests.fakes import server

if typing.TYPE_CHECKING:
    from tests.fakes import image as image_

#: What an image without data has of them.
EMPTY: dict[str, typing.Any] = {'size': None, 'checksum': None}

_FORMATS = {
    'disk_format': 'raw',
    'container_format': 'bare',
    'min_disk': 0,
    'min_ram': 0,
    'protected': False,
    'tags': [],
}


class Data:
    """What a Glance does with data.

    :ivar of: image ID to its data.
    :ivar algorithm: of the hash, as the operator has chosen; None for a
        Glance from before Rocky.
    :ivar checks_size: whether it knows ``X-OpenStack-Image-Size`` (from 31).
    :ivar ranges: whether it knows ``Range``.
    :ivar converts_to: a disk format that everything is converted to.
    :ivar import_methods: what it offers; None for one that has no such call.
    :ivar peers: region to the Glance that is there, for imports.
    :ivar import_fails: what an import fails with; '' makes it go on for ever.
    :ivar protected: properties that only an administrator may set.
    :ivar status: of an image that has all its data.
    """

    def __init__(self, glance: image_.Glance) -> None:
        self._glance = glance
        self.of: dict[str, bytes] = {}
        self.algorithm: str | None = 'sha512'
        self.checks_size = True
        self.ranges = True
        self.converts_to: str | None = None
        self.import_methods: list[str] | None = ['glance-direct']
        self.peers: dict[str, image_.Glance] = {}
        self.import_fails: str | None = None
        self.protected: frozenset[str] = frozenset()
        self.status = 'active'
        self._tasks: dict[str, dict[str, str]] = {}

    def stored(self, image_id: str, data: bytes) -> dict[str, typing.Any]:
        """Keep data, and return what a record says of them."""
        self.of[image_id] = data
        found = {**_FORMATS, **self._hashes(data), 'size': len(data)}
        if self.converts_to is not None:
            found['disk_format'] = self.converts_to
        return found

    def _hashes(self, data: bytes) -> dict[str, str | None]:
        if self.converts_to is not None:
            data = data[::-1]
        found: dict[str, str | None] = {
            'checksum': hashlib.md5(data, usedforsecurity=False).hexdigest()
        }
        if self.algorithm is not None:
            found['os_hash_algo'] = self.algorithm
            found['os_hash_value'] = hashlib.new(
                self.algorithm, data
            ).hexdigest()
        return found

    def methods(self) -> server.Answer:
        if self.import_methods is None:
            return server.Answer(404, 'The resource could not be found.')
        value = {'type': 'array', 'value': self.import_methods}
        return server.Answer(body={'import-methods': value})

    def refusal(
        self, record: typing.Mapping[str, typing.Any]
    ) -> server.Answer | None:
        found = self.protected & record.keys()
        if not found:
            return None
        return server.Answer(403, f"Property '{min(found)}' is protected")

    def create(
        self, request: server.Request, caller: identity.Caller
    ) -> server.Answer:
        glance = self._glance
        record = {'id': glance.new_id(), **request.body}
        image_id = record['id']
        if image_id in glance.images:
            return server.Answer(409, 'Image ID already exists!')
        refused = self.refusal(record)
        if refused is not None:
            return refused
        glance.seconds += 1
        glance.memberships[image_id] = {}
        glance.images[image_id] = {
            **EMPTY,
            **_FORMATS,
            'owner': caller.project_id,
            'status': 'queued',
            'os_hidden': False,
            'created_at': glance.now(),
            'updated_at': glance.now(),
            **record,
        }
        return server.Answer(201, glance.images[image_id])

    def handle(
        self,
        request: server.Request,
        image: dict[str, typing.Any],
        what: str,
        caller: identity.Caller,
        mine: bool,
    ) -> server.Answer:
        if request.method == 'GET' and what == 'file':
            return self._download(request, image)
        if not mine:
            return server.Answer(403, 'You are not permitted to do that.')
        if what == 'tasks':
            task = self._tasks.get(image['id'])
            return server.Answer(body={'tasks': [task] if task else []})
        if image['status'] != 'queued':
            return server.Answer(409, 'The image is not queued.')
        if what == 'import':
            return self._import(request, image, caller)
        return self._upload(request, image)

    def _download(
        self, request: server.Request, image: dict[str, typing.Any]
    ) -> server.Answer:
        data = self.of.get(image['id'])
        if data is None:
            return server.Answer(204)
        kind = {'Content-Type': 'application/octet-stream'}
        wanted = re.fullmatch(
            r'bytes=(\d+)-', request.headers.get('range', '')
        )
        if wanted is None or not self.ranges:
            return server.Answer(200, data, kind)
        start = int(wanted[1])
        kind['Content-Range'] = f'bytes {start}-{len(data) - 1}/{len(data)}'
        return server.Answer(206, data[start:], kind)

    def _upload(
        self, request: server.Request, image: dict[str, typing.Any]
    ) -> server.Answer:
        data = request.body
        announced = request.headers.get('x-openstack-image-size')
        if self.checks_size and announced not in (None, str(len(data))):
            return server.Answer(400, 'The size is not the one announced.')
        self._activate(image, data)
        return server.Answer(204)

    def _activate(self, image: dict[str, typing.Any], data: bytes) -> None:
        found = self.stored(image['id'], data)
        form = found.pop('disk_format')
        if self.converts_to is not None:
            image['disk_format'] = form
        for name in ('size', 'checksum', 'os_hash_algo', 'os_hash_value'):
            image[name] = found.get(name)
        image['status'] = self.status

    def _import(
        self,
        request: server.Request,
        image: dict[str, typing.Any],
        caller: identity.Caller,
    ) -> server.Answer:
        method = request.body['method']
        if method['name'] not in (self.import_methods or ()):
            return server.Answer(400, 'Unknown import method name.')
        for name in 'glance_region', 'glance_image_id':
            if name not in method:
                return server.Answer(400, f"'{name}' needs to be set")
        task = self._tasks[image['id']] = {
            'status': 'processing',
            'message': '',
            'created_at': self._glance.now(),
        }
        image['os_glance_failed_import'] = ''
        if self.import_fails is not None:
            if self.import_fails:
                task.update(status='failure', message=self.import_fails)
            return server.Answer(202)
        there = self.peers[method['glance_region']]
        self._activate(image, there.data.of[method['glance_image_id']])
        task['status'] = 'success'
        return server.Answer(202)
