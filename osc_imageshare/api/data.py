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

"""Any number of bytes from a service, or to it, without keeping them.

Knows how a body is read from a place in the middle of it, and how one is sent
exactly once. What the bytes are, and whether all of them have come, is not
its business.

A body that was sent in part cannot be sent again: what would go out is the
rest of it, and a service may take that for the whole (Glance publishes an
image of no bytes). So nothing here or below repeats a PUT: neither
:mod:`osc_imageshare.api.traffic` after 429, nor
:mod:`osc_imageshare.api.tokens` after 401, nor keystoneauth, whose session
does both.
"""

from __future__ import annotations

import re
import typing

from osc_imageshare.api import tokens
from osc_imageshare.api import urls
from osc_imageshare import errors

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from osc_imageshare.api import rest

#: Bytes that are read, and sent, at a time. When a connection breaks, what
#: has come of the last such piece is lost with it (urllib3 2).
CHUNK = 1 << 18

#: Bytes a second that a service has for what it does with a body once it has
#: it: a proxy that keeps bodies on disk passes the whole of it on only then.
RATE = 8 << 20

_BYTES = 'application/octet-stream'
_RANGE = re.compile(r'bytes (\d+)-')


class Sized(typing.Protocol):
    """A body whose length is known: requests announces what ``len`` says."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[bytes]: ...


class Body:
    """The body of an answer, read piece by piece.

    :param skip: bytes at its beginning that are not wanted.
    """

    def __init__(self, response: typing.Any, skip: int = 0) -> None:
        self._response = response
        self._skip = skip

    def __iter__(self) -> Iterator[bytes]:
        """Yield the pieces.

        :raises OSError, ValueError: when the connection breaks off; whatever
            else a broken one raises is requests' own, and an OSError. An end
            that comes too early may as well just be the end.
        """
        for piece in self._response.iter_content(CHUNK):
            if self._skip:
                dropped = min(self._skip, len(piece))
                self._skip -= dropped
                piece = piece[dropped:]
            if piece:
                yield piece

    def close(self) -> None:
        self._response.close()


def opened(api: rest.Api, *segments: str, start: int = 0) -> Body:
    """Return the body of an answer to a GET.

    :param start: bytes at the beginning that are not wanted. A service that
        knows no ranges sends them all the same, and they are passed over.
    :raises errors.ServiceError: for any answer but success.
    """
    from keystoneauth1 import exceptions as ksa_exceptions

    address = api.address(*segments)
    what = f'GET {urls.shown(address)}'
    # Bytes as they are: a proxy that compresses them knows no range of them.
    sent = {'Accept': _BYTES, 'Accept-Encoding': 'identity'}
    if start:
        sent['Range'] = f'bytes={start}-'

    def attempt(left: Callable[[], float]) -> typing.Any:
        def send(place: str) -> typing.Any:
            return tokens.send(
                api.session,
                api.auth,
                lambda token: api.session.request(
                    place,
                    'GET',
                    auth=api.auth,
                    authenticated=False,
                    headers={**sent, **token},
                    raise_exc=False,
                    redirect=False,
                    connect_retries=0,
                    status_code_retries=0,
                    timeout=left(),
                    stream=True,
                    # keystoneauth reads all of what is called JSON to log it.
                    log=False,
                ),
            )

        return api.with_redirects(send, address)

    try:
        response = api.traffic.send(api.place, attempt, api.limit, True)
    except (ksa_exceptions.ClientException, ValueError) as exc:
        raise api.no_answer(what, exc) from exc
    if response.status_code not in (200, 206):
        raise api.failure(what, response, True)
    if response.status_code == 200:
        return Body(response, start)
    found = _RANGE.match(response.headers.get('Content-Range', ''))
    if found is None or int(found[1]) != start:
        response.close()
        raise api.unusable('it is not the part that was asked for')
    return Body(response)


def put(
    api: rest.Api,
    *segments: str,
    body: Sized,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Send a body with a PUT, once and with a token of just now.

    :raises errors.ServiceError: for any answer but success; uncertain where
        the service may have taken the body all the same.
    :raises Exception: what *body* raises; the connection is closed then, and
        the body was cut short.
    """
    from keystoneauth1 import exceptions as ksa_exceptions

    address = api.address(*segments)
    what = f'PUT {urls.shown(address)}'
    size = len(body)
    try:
        token = tokens.fresh(api.session, api.auth)
    except ksa_exceptions.ClientException as exc:
        raise errors.ServiceError(
            f'No new token for {what} (asked as {api.asker}): '
            f'{urls.shown(str(exc))}'
        ) from exc
    try:
        response = api.session.request(
            address,
            'PUT',
            auth=api.auth,
            authenticated=False,
            allow_reauth=False,
            headers={**(headers or {}), 'Content-Type': _BYTES, **token},
            # requests takes what has no length for a body of chunks.
            data=body if size else b'',
            raise_exc=False,
            redirect=False,
            connect_retries=0,
            status_code_retries=0,
            timeout=api.limit + size / RATE,
        )
    except ksa_exceptions.ClientException as exc:
        raise api.no_answer(what, exc) from exc
    if not 200 <= response.status_code < 300:
        raise api.failure(what, response, False)
