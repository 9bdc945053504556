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

"""Images as they are made: the record, the data, and an import.

Knows the calls by which Glance makes an image, and what each of them can be
taken for. Which image is made, of what, and whether it came out right, is
decided elsewhere.

Source: Glance's Image API v2: ``POST /v2/images``, ``PUT
/v2/images/{id}/file``, ``POST /v2/images/{id}/import``, ``GET
/v2/images/{id}/tasks``, ``GET /v2/info/import``.
"""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare.api import data
from osc_imageshare import errors
from osc_imageshare.image import images

if typing.TYPE_CHECKING:
    from collections.abc import Mapping

#: Makes Glance fetch the data from a Glance of the same Keystone.
GLANCE_DOWNLOAD = 'glance-download'

ACTIVE = 'active'
QUEUED = 'queued'

#: An image in one of these has no data yet, or not all of it.
UNFINISHED = frozenset({QUEUED, 'saving', 'uploading', 'importing', 'killed'})

#: Answers of a Glance that does not have a call, or keeps it from this user.
_NOT_THERE = frozenset({401, 403, 404, 405, 501})


@dataclasses.dataclass(frozen=True)
class Task:
    """What is known of an import: its status, and why it failed."""

    status: str
    message: str

    @property
    def failed(self) -> bool:
        return self.status == 'failure'


class Uploads(images.Images):
    """The image service, asked to make images in one scope."""

    @property
    def limit(self) -> float:
        """Seconds that one request may take."""
        return self._api.limit

    def create(
        self, image_id: str, body: Mapping[str, typing.Any]
    ) -> images.Image:
        """Make an image without data.

        The ID is chosen here: whoever gets no answer knows what to look for.

        :param body: properties and attributes, as Glance names them.
        """
        made = self._as_image(
            self._api.request('POST', 'images', body={**body, 'id': image_id})
        )
        if made.id != image_id:
            raise self._api.unusable('it is another image')
        return made

    def set_properties(
        self, image: images.Image, values: Mapping[str, typing.Any]
    ) -> images.Image:
        """Set some properties, all of them or none, and return the image."""
        return self._as_image(
            self._api.request(
                'PATCH',
                'images',
                image.id,
                body=[
                    {
                        'op': 'replace' if name in image.record else 'add',
                        # A JSON pointer has signs for a slash and a tilde.
                        'path': '/'
                        + name.replace('~', '~0').replace('/', '~1'),
                        'value': value,
                    }
                    for name, value in values.items()
                ],
                headers={'Content-Type': images.PATCH},
            )
        )

    def delete(self, image_id: str) -> None:
        """Delete an image, whatever state it is in; none is fine as well."""
        try:
            self._api.request('DELETE', 'images', image_id)
        except errors.ServiceError as exc:
            if exc.status != 404:
                raise

    def upload(self, image_id: str, body: data.Sized) -> None:
        """Give an image its data; nobody may try that again.

        Glance (from 31 on) refuses what is shorter than announced, and takes
        any end for the end otherwise.

        :raises errors.ServiceError: see :func:`data.put`.
        :raises Exception: what *body* raises.
        """
        data.put(
            self._api,
            'images',
            image_id,
            'file',
            body=body,
            headers={'X-OpenStack-Image-Size': str(len(body))},
        )

    def download(self, image_id: str, start: int = 0) -> data.Body:
        """Return the data of an image, from a byte on.

        :raises errors.ServiceError: when there is none to be had.
        """
        return data.opened(self._api, 'images', image_id, 'file', start=start)

    def import_methods(self) -> tuple[str, ...]:
        """Return the methods by which data can be imported; () of none.

        :raises errors.ServiceError: when the image service fails.
        """
        try:
            answer = self._api.request('GET', 'info', 'import')
        except errors.ServiceError as exc:
            if exc.status in _NOT_THERE:
                return ()
            raise
        try:
            found = answer['import-methods']['value']
            return tuple(str(method) for method in found)
        except (KeyError, TypeError) as exc:
            raise self._api.unusable('it lists no import methods') from exc

    def begin_import(
        self, image_id: str, source_id: str, region: str, interface: str
    ) -> None:
        """Let Glance fetch the data of an image from another Glance.

        Clients leave the region and the ID out unless an interface is named
        as well, and take no notice of a 400.

        :param source_id: the image whose data it is.
        :param region: where that is; may be the same.
        :param interface: by which Glance finds it in the user's catalog.
        """
        self._api.request(
            'POST',
            'images',
            image_id,
            'import',
            body={
                'method': {
                    'name': GLANCE_DOWNLOAD,
                    'glance_region': region,
                    'glance_image_id': source_id,
                    'glance_service_interface': interface,
                }
            },
        )

    def last_task(self, image_id: str) -> Task | None:
        """Return what became of the last import; None where it is not told.

        :raises errors.ServiceError: when the image service fails.
        """
        try:
            answer = self._api.request('GET', 'images', image_id, 'tasks')
        except errors.ServiceError as exc:
            if exc.status in _NOT_THERE:
                return None
            raise
        try:
            tasks = sorted(
                answer['tasks'], key=lambda t: str(t.get('created_at'))
            )
            if not tasks:
                return None
            return Task(
                str(tasks[-1]['status']), str(tasks[-1].get('message') or '')
            )
        except (AttributeError, KeyError, TypeError) as exc:
            raise self._api.unusable('it has no list of tasks') from exc
