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

"""A Glance as projects meet it that share images.

Imitates: 404 where an image is not visible, 403 for the members of an image
that is not shared, the return of old members, listings that hide pending
memberships, links to further pages, errors in HTML.
"""

from __future__ import annotations

import typing
from urllib import parse
import uuid

from tests.fakes import identity
from tests.fakes import image_data
from tests.fakes import server

#: What ``GET /v2/images`` takes for something else than a property.
_OPERATORS = frozenset(
    {'name', 'visibility', 'member_status', 'os_hidden', 'limit', 'marker'}
)

_STATUSES = frozenset({'pending', 'accepted', 'rejected'})

#: What ``visibility`` may ask for in a Glance without ``shared`` images.
_BEFORE_OCATA = frozenset({'public', 'private', 'shared'})


def refuse(status: int, message: str) -> server.Answer:
    """Return an error as Glance words it."""
    return server.Answer(
        status,
        f'<html>\n <head>\n  <title>{status} No</title>\n </head>\n'
        f' <body>\n  <h1>{status} No</h1>\n  {message}<br /><br />\n\n\n'
        ' </body>\n</html>',
        {
            'Content-Type': 'text/html; charset=UTF-8',
            'x-openstack-request-id': 'req-image',
        },
    )


class Glance:
    """Images and their members.

    :ivar images: image ID to record, by the order they were made in.
    :ivar memberships: image ID to member string to record.
    :ivar page_size: records on a page of images.
    :ivar quota: members an image may have.
    :ivar knows_shared: False for a Glance from before Ocata, where private
        images have members, ``visibility=shared`` means what others share,
        and ``os_hidden`` is a property that no image has.
    :ivar admin_role: the role that its policies give everything to.
    :ivar data: the data of images, and how they come there.
    :ivar seconds: the time, in seconds; every change takes one.
    """

    def __init__(self) -> None:
        self.images: dict[str, dict[str, typing.Any]] = {}
        self.memberships: dict[str, dict[str, dict[str, str]]] = {}
        self.page_size: int | None = None
        self.quota = 128
        self.knows_shared = True
        self.seconds = 0
        self.admin_role = 'admin'
        self.data = image_data.Data(self)

    def now(self) -> str:
        minutes, seconds = divmod(self.seconds, 60)
        return f'2020-01-01T00:{minutes:02}:{seconds:02}Z'

    def new_id(self) -> str:
        return str(uuid.UUID(int=0x1000 + len(self.images)))

    def add(
        self,
        owner: str,
        visibility: str = 'private',
        name: str = '',
        members: typing.Mapping[str, str] | None = None,
        data: bytes | None = None,
        **record: typing.Any,
    ) -> str:
        """Make an image and return its ID.

        :param members: member to status.
        :param data: makes it a whole image, with formats and hashes.
        """
        self.seconds += 1
        image_id = self.new_id()
        self.memberships[image_id] = {}
        for member, status in (members or {}).items():
            self.add_member(image_id, member, status)
        self.seconds += 1
        self.images[image_id] = {
            'id': image_id,
            'name': name or f'image-{len(self.images)}',
            'owner': owner,
            'visibility': visibility,
            'status': 'active',
            'os_hidden': False,
            'created_at': self.now(),
            'updated_at': self.now(),
            **image_data.EMPTY,
            **({} if data is None else self.data.stored(image_id, data)),
            **record,
        }
        self.seconds += 1
        return image_id

    def add_member(
        self, image_id: str, member: str, status: str = 'pending'
    ) -> dict[str, str]:
        """Make a membership as another client would; returns its record."""
        self.seconds += 1
        record = {
            'image_id': image_id,
            'member_id': member,
            'status': status,
            'created_at': self.now(),
            'updated_at': self.now(),
        }
        self.memberships[image_id][member] = record
        return record

    def members(self, image_id: str) -> dict[str, str]:
        """Return member to status, hidden or not."""
        return {
            member: record['status']
            for member, record in self.memberships[image_id].items()
        }

    def handle(
        self, request: server.Request, path: str, caller: identity.Caller
    ) -> server.Answer:
        _, version, collection, *rest = path.split('/')
        if (version, collection, rest) == ('v2', 'schemas', ['image']):
            known = ['private', 'public']
            if self.knows_shared:
                known += ['community', 'shared']
            enum = {'type': 'string', 'enum': known}
            return server.Answer(body={'properties': {'visibility': enum}})
        if (version, collection, rest) == ('v2', 'info', ['import']):
            return self.data.methods()
        if version != 'v2' or collection != 'images':
            return refuse(404, 'The resource could not be found.')
        if not rest and request.method == 'POST':
            return self.data.create(request, caller)
        if not rest:
            return self._list(request, caller)
        image = self.images.get(rest[0])
        if image is None or not self._readable(image, caller):
            return refuse(404, f'No image found with ID {rest[0]}')
        if len(rest) == 1:
            return self._image(request, image, caller)
        if rest[1] in ('file', 'import', 'tasks'):
            mine = self._mine(image, caller)
            return self.data.handle(request, image, rest[1], caller, mine)
        if image['visibility'] != self._shared:
            return refuse(
                403, f'Not allowed to manage members for image {image["id"]}.'
            )
        if len(rest) == 2:
            return self._members(request, image, caller)
        return self._member(
            request, image, parse.unquote('/'.join(rest[2:])), caller
        )

    @property
    def _shared(self) -> str:
        """The visibility of images that have members."""
        return 'shared' if self.knows_shared else 'private'

    def _mine(
        self, image: dict[str, typing.Any], caller: identity.Caller
    ) -> bool:
        return (
            caller.has(self.admin_role) or image['owner'] == caller.project_id
        )

    def _status(
        self, image: dict[str, typing.Any], caller: identity.Caller
    ) -> str | None:
        """Return the caller's status as a member of a shared image."""
        found = self.memberships[image['id']].get(caller.project_id or '')
        if found is None or image['visibility'] != self._shared:
            return None
        return found['status']

    def _readable(
        self, image: dict[str, typing.Any], caller: identity.Caller
    ) -> bool:
        return (
            self._mine(image, caller)
            or image['visibility'] in ('public', 'community')
            or self._status(image, caller) is not None
        )

    def _list(
        self, request: server.Request, caller: identity.Caller
    ) -> server.Answer:
        filters = dict(request.query)
        operator, colon, _ = filters.get('name', '').partition(':')
        if colon and operator != 'eq':
            return refuse(400, f'Unable to filter by operator {operator}.')
        wanted = filters.get('visibility', 'public')
        if not self.knows_shared and wanted not in _BEFORE_OCATA:
            return refuse(400, f'Invalid visibility value: {wanted}')
        found = [
            image
            for image in self.images.values()
            if self._listed(image, caller, filters)
            and all(
                image.get(key) == value
                for key, value in filters.items()
                if key not in _OPERATORS
            )
        ]
        marker = filters.pop('marker', None)
        if marker is not None:
            ids = [image['id'] for image in found]
            found = found[ids.index(marker) + 1 :]
        answer: dict[str, typing.Any] = {'images': found}
        if self.page_size is not None and len(found) > self.page_size:
            answer['images'] = found[: self.page_size]
            last = answer['images'][-1]['id']
            query = parse.urlencode({**filters, 'marker': last})
            # A service behind a proxy does not know its own address.
            answer['next'] = f'http://inside.invalid/v2/images?{query}'
        return server.Answer(body=answer)

    def _listed(
        self,
        image: dict[str, typing.Any],
        caller: identity.Caller,
        filters: dict[str, str],
    ) -> bool:
        name = filters.get('name')
        if name is not None and name.removeprefix('eq:') != image['name']:
            return False
        wanted = filters.get('visibility')
        status = filters.get('member_status', 'accepted')
        if not self.knows_shared:
            if 'os_hidden' in filters:
                return False
            if wanted == 'shared':
                mine = self._status(image, caller)
                return mine is not None and status in ('all', mine)
        hidden = filters.get('os_hidden', 'false') == 'true'
        if image['os_hidden'] != hidden:
            return False
        if wanted not in (None, 'all', image['visibility']):
            return False
        if caller.has(self.admin_role) or image['owner'] == caller.project_id:
            return True
        if image['visibility'] == 'community':
            return wanted is not None
        mine = self._status(image, caller)
        return image['visibility'] == 'public' or (
            mine is not None and status in ('all', mine)
        )

    def _image(
        self,
        request: server.Request,
        image: dict[str, typing.Any],
        caller: identity.Caller,
    ) -> server.Answer:
        if request.method == 'GET':
            return server.Answer(body=image)
        if not self._mine(image, caller):
            return refuse(403, 'You are not permitted to modify this image.')
        if request.method == 'DELETE':
            if image.get('protected'):
                return refuse(403, 'It is protected and cannot be deleted.')
            del self.images[image['id']]
            return server.Answer(204)
        changes = {
            change['path'][1:].replace('~1', '/').replace('~0', '~'): change[
                'value'
            ]
            for change in request.body
        }
        if changes.get('visibility') == 'shared' and not self.knows_shared:
            return refuse(400, "'shared' is not one of the known values.")
        refused = self.data.refusal({**image, **changes})
        if refused is not None:
            return refused
        self.seconds += 1
        image.update(changes)
        image['updated_at'] = self.now()
        return server.Answer(body=image)

    def _members(
        self,
        request: server.Request,
        image: dict[str, typing.Any],
        caller: identity.Caller,
    ) -> server.Answer:
        members = self.memberships[image['id']]
        if request.method == 'POST':
            if not self._mine(image, caller):
                return refuse(403, 'You are not permitted to do that.')
            member = request.body['member']
            if not member:
                return refuse(400, 'Member can\'t be empty')
            if member in members:
                return refuse(409, f'Image member {member} is duplicated.')
            if len(members) >= self.quota:
                return refuse(413, 'The limit has been exceeded.')
            return server.Answer(body=self.add_member(image['id'], member))
        shown = [
            record
            for member, record in members.items()
            if self._mine(image, caller) or member == caller.project_id
        ]
        return server.Answer(body={'members': shown})

    def _member(
        self,
        request: server.Request,
        image: dict[str, typing.Any],
        member: str,
        caller: identity.Caller,
    ) -> server.Answer:
        members = self.memberships[image['id']]
        if '/' in member or not member.isascii() or member not in members:
            return refuse(404, f'{member} not found in the member list.')
        if request.method == 'GET':
            if not self._mine(image, caller) and member != caller.project_id:
                return refuse(404, f'{member} not found in the member list.')
            return server.Answer(body=members[member])
        if request.method == 'DELETE':
            if not self._mine(image, caller):
                return refuse(403, 'You cannot delete image members.')
            self.seconds += 1
            del members[member]
            return server.Answer(204)
        answers = caller.has(self.admin_role) or (
            member == caller.project_id and caller.roles != ('reader',)
        )
        if not answers:
            return refuse(403, 'Not authorized to modify_member.')
        if request.body['status'] not in _STATUSES:
            return refuse(400, 'Member status should be one of three.')
        self.seconds += 1
        members[member]['status'] = request.body['status']
        members[member]['updated_at'] = self.now()
        return server.Answer(body=members[member])
