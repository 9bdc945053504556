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

"""What the flows rely on, asked of fake and of real services alike.

A contract is a table of requests and of what each is answered. It is run on
the fakes by the unit tests and on the developer cloud by the functional ones,
so a fake that answers otherwise than the service fails, and so does a service
that has changed.
"""

from __future__ import annotations

import abc
import typing

import testtools

if typing.TYPE_CHECKING:
    from openstack import connection

#: The cast: user to the letter of its project. Alice owns what is shared, Bob
#: and the reader are in the project that it is shared with, Carol is a
#: stranger.
CAST = {'alice': 'A', 'bob': 'B', 'reader': 'B', 'carol': 'C', 'admin': 'D'}


class Answer(typing.NamedTuple):
    """What a service has answered.

    :ivar body: decoded JSON; None for anything else.
    """

    status: int
    body: typing.Any


class Contract(testtools.TestCase, abc.ABC):
    """Requests to one service as each of the cast.

    :cvar SERVICE: name of openstacksdk's proxy.
    """

    SERVICE: typing.ClassVar[str]

    @abc.abstractmethod
    def connect(self, user: str) -> connection.Connection:
        """Return the connection of one of the cast."""

    @abc.abstractmethod
    def create_server(self, user: str, image: str) -> str:
        """Return the ID of a server that is made of an image."""

    @abc.abstractmethod
    def create_volume(self, user: str, image: str) -> str:
        """Return the ID of a volume that is made of an image."""

    def project(self, letter: str) -> str:
        """Return the ID of a project of the cast."""
        user = next(name for name, one in CAST.items() if one == letter)
        return str(self.connect(user).current_project_id)

    def ask(
        self,
        user: str,
        method: str,
        path: str,
        body: typing.Any = None,
        *,
        service: str | None = None,
        **more: typing.Any,
    ) -> Answer:
        """Send one request.

        :param path: ``{A}`` and the other letters stand for project IDs.
        :param service: the proxy to send it through instead of the usual one.
        """
        proxy = getattr(self.connect(user), service or self.SERVICE)
        answer = proxy.request(
            path.format_map({x: self.project(x) for x in CAST.values()}),
            method,
            json=body,
            raise_exc=False,
            **more,
        )
        try:
            return Answer(answer.status_code, answer.json())
        except ValueError:
            return Answer(answer.status_code, None)

    def create_image(
        self,
        visibility: str = 'shared',
        *,
        data: bool = False,
        **properties: typing.Any,
    ) -> str:
        """Let Alice make an image and return its ID.

        :param data: whether it has any.
        """
        body = {
            'name': self.getUniqueString(),
            'disk_format': 'raw',
            'container_format': 'bare',
            'visibility': visibility,
            **properties,
        }
        answer = self.ask('alice', 'POST', '/images', body, service='image')
        self.assertEqual(201, answer.status, answer.body)
        image_id = str(answer.body['id'])
        self.addCleanup(self._remove_image, image_id)
        if data:
            put = self.connect('alice').image.put(
                f'/images/{image_id}/file',
                data=b'not really an image',
                headers={'Content-Type': 'application/octet-stream'},
            )
            self.assertEqual(204, put.status_code, put.text)
        return image_id

    def _remove_image(self, image_id: str) -> None:
        self.change_image(image_id, protected=False)
        self.ask('admin', 'DELETE', f'/images/{image_id}', service='image')

    def change_image(self, image_id: str, **values: typing.Any) -> None:
        body = [
            {'op': 'replace', 'path': f'/{name}', 'value': value}
            for name, value in values.items()
        ]
        kind = 'application/openstack-images-v2.1-json-patch'
        self.ask(
            'admin',
            'PATCH',
            f'/images/{image_id}',
            body,
            service='image',
            headers={'Content-Type': kind},
        )

    def create_member(self, image_id: str, letter: str) -> None:
        answer = self.ask(
            'alice',
            'POST',
            f'/images/{image_id}/members',
            {'member': self.project(letter)},
            service='image',
        )
        self.assertEqual(200, answer.status, answer.body)


class Consumers(Contract):
    """Requests about what is made of an image that B may use."""

    def setUp(self) -> None:
        super().setUp()
        self.image_id = self.create_image('shared', data=True)
        self.create_member(self.image_id, 'B')
