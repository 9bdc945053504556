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

"""Bodies that break off, and bodies that go out once."""

from __future__ import annotations

import contextlib
import typing

from osc_imageshare.api import data
from osc_imageshare.api import rest
from osc_imageshare import errors
from tests import fakes
from tests.unit import base

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

_DATA = bytes(range(256)) * 40


class _Pieces:
    """A body that counts how often somebody begins to read it."""

    def __init__(
        self, *pieces: bytes, ending: Exception | None = None, size: int = 0
    ) -> None:
        self._pieces = pieces
        self._ending = ending
        self._size = size or sum(map(len, pieces))
        self.begun = 0

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        self.begun += 1
        yield from self._pieces
        if self._ending is not None:
            raise self._ending


#: Answers that lead elsewhere, or to the same place later.
_LED: tuple[tuple[int, dict[str, str]], ...] = (
    (429, {'Retry-After': '0'}),
    (302, {'Location': '/elsewhere'}),
    (307, {'Location': '/image/v2/images'}),
)


class DataTestCase(base.CloudTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.no_pauses()
        self.scope = self.scopes('alice').own
        self.server = self.cloud.server
        self.server.requests.clear()

    @property
    def glance(self) -> rest.Api:
        return self.scope.images()


class OpenedTest(DataTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.image_id = self.cloud.glance.add(fakes.A, data=_DATA)

    def read(self, start: int = 0) -> bytes:
        body = data.opened(
            self.glance, 'images', self.image_id, 'file', start=start
        )
        try:
            return b''.join(body)
        finally:
            body.close()

    def test_it_begins_where_it_is_to_begin(self) -> None:
        for ranges in True, False:
            self.cloud.glance.data.ranges = ranges
            for start in 0, 1, 255, len(_DATA) - 1:
                self.assertEqual(_DATA[start:], self.read(start))

    def test_the_bytes_are_asked_for_as_they_are(self) -> None:
        self.read()
        self.read(7)
        first, second = self.server.sent('GET', '/file')
        self.assertEqual('identity', first.headers['accept-encoding'])
        self.assertNotIn('range', first.headers)
        self.assertEqual('bytes=7-', second.headers['range'])

    def test_another_part_than_the_one_asked_for_is_an_error(self) -> None:
        for ranges in 'bytes 6-9/10', 'bytes */10', 'rows 7-9/10', None:
            headers = {} if ranges is None else {'Content-Range': ranges}
            self.server.rule('GET', '/file', fakes.Answer(206, 'x', headers))
            error = self.assertRaises(errors.ServiceError, self.read, 7)
            self.assertIn('not the part', str(error))

    def test_a_service_that_is_unable_is_asked_again(self) -> None:
        self.server.rule('GET', '/file', fakes.Answer(503), times=2)
        self.assertEqual(_DATA, self.read())

    def test_a_token_that_has_ended_is_replaced(self) -> None:
        self.read()
        self.cloud.keystone.callers.clear()
        self.assertEqual(_DATA[9:], self.read(9))

    def test_no_data_and_no_access_are_errors(self) -> None:
        for status in 204, 403, 404, 416, 500:
            self.server.rule(
                'GET', '/file', fakes.Answer(status, 'it failed'), times=9
            )
            error = self.assertRaises(errors.ServiceError, self.read)
            self.assertEqual(status, error.status)
            self.server.rules.clear()

    def test_what_is_called_json_is_not_read_for_the_log(self) -> None:
        answer = fakes.Answer(
            200, b'{"a": 1}', {'Content-Type': 'application/json'}
        )
        self.server.rule('GET', '/file', answer)
        self.assertEqual(b'{"a": 1}', self.read())

    def test_a_body_that_is_cut_short_ends_or_raises(self) -> None:
        sent = b'a' * data.CHUNK * 2 + b'bc'
        answer = fakes.Answer(200, sent, cut=True)
        self.server.rule('GET', '/file', answer)
        body = data.opened(self.glance, 'images', self.image_id, 'file')
        found = b''
        with contextlib.suppress(OSError, ValueError):
            for piece in body:
                found += piece
        self.assertLessEqual(data.CHUNK * 2, len(found))
        self.assertTrue(sent.startswith(found))


class PutTest(DataTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.image_id = self.cloud.glance.add(
            fakes.A, status='queued', disk_format='raw'
        )

    def put(self, body: data.Sized) -> None:
        data.put(
            self.glance,
            *('images', self.image_id, 'file'),
            body=body,
            headers={'X-OpenStack-Image-Size': str(len(body))},
        )

    def record(self) -> dict[str, typing.Any]:
        return self.cloud.glance.images[self.image_id]

    def test_a_body_goes_out_whole_and_with_its_length(self) -> None:
        for pieces in (b'abc', b'', b'd' * 70000), (b'x',), ():
            self.record()['status'] = 'queued'
            self.put(_Pieces(*pieces))
            sent = self.server.sent('PUT')[-1]
            size = str(sum(map(len, pieces)))
            self.assertEqual(b''.join(pieces), sent.body)
            self.assertEqual(size, sent.headers['content-length'])
            self.assertEqual(size, sent.headers['x-openstack-image-size'])
            self.assertNotIn('transfer-encoding', sent.headers)

    def test_no_answer_makes_it_go_out_again(self) -> None:
        for answer in (
            *map(fakes.Answer, (401, 403, 409, 413, 429, 500, 502, 503, 507)),
            *(
                fakes.Answer(status, headers=headers)
                for status, headers in _LED
            ),
            fakes.LOST,
        ):
            self.server.requests.clear()
            self.server.rules.clear()
            self.server.rule('PUT', '/file', answer)
            body = _Pieces(b'abc')
            error = self.assertRaises(errors.ServiceError, self.put, body)
            self.assertEqual(1, len(self.server.sent('PUT')), str(answer))
            self.assertEqual(1, body.begun)
            self.assertEqual(
                answer.silent or answer.status >= 500, error.uncertain
            )
            self.assertEqual('queued', self.record()['status'])

    def test_the_token_is_new_each_time(self) -> None:
        self.put(_Pieces(b'a'))
        self.record()['status'] = 'queued'
        self.put(_Pieces(b'a'))
        first, second = (r.token for r in self.server.sent('PUT'))
        self.assertNotEqual(first, second)

    def test_without_a_new_token_nothing_is_sent(self) -> None:
        self.server.rule('POST', '/auth/tokens', fakes.Answer(401), times=9)
        body = _Pieces(b'abc')
        error = self.assertRaises(errors.ServiceError, self.put, body)
        self.assertFalse(error.uncertain)
        self.assertEqual(0, body.begun)
        self.assertEqual([], self.server.sent('PUT'))

    def test_what_breaks_off_is_not_an_image(self) -> None:
        gone = errors.ServiceError('the source has gone')
        body = _Pieces(b'abc', ending=gone, size=9)
        self.assertIs(
            gone, self.assertRaises(errors.ServiceError, self.put, body)
        )
        self.assertEqual([], self.server.sent('PUT'))
        self.assertEqual('queued', self.record()['status'])

    def test_the_service_has_time_for_what_it_was_given(self) -> None:
        limits = []
        session: typing.Any = self.scope.session
        real = session.request

        def request(*args: object, **more: typing.Any) -> object:
            limits.append(more.get('timeout'))
            return real(*args, **more)

        session.request = request
        self.put(_Pieces(b'a' * data.RATE * 2))
        self.assertEqual(self.glance.limit + 2, limits[-1])
