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

"""An HTTP server in this process that answers as it is told to.

Knows how a request is received, recorded and answered, also badly: with an
answer that is cut short, or with none. What a service would answer is not its
business: the services are handed in.
"""

from __future__ import annotations

import collections
import dataclasses
import http.server
import json
import re
import socket
import threading
import time
import typing
from urllib import parse

import fixtures

_SHORT = 'the rest of the answer never comes'


@dataclasses.dataclass(frozen=True)
class Request:
    """A request as it arrived.

    :ivar path: as sent, that is, quoted; without the query.
    :ivar headers: names in lower case.
    :ivar body: decoded from JSON where it is; the bytes of image data.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: typing.Mapping[str, str]
    body: typing.Any

    def parameter(self, name: str) -> str | None:
        """Return the last value of a parameter, as OpenStack's services do."""
        return dict(self.query).get(name)

    @property
    def token(self) -> str | None:
        return self.headers.get('x-auth-token')

    def __str__(self) -> str:
        query = f'?{parse.urlencode(self.query)}' if self.query else ''
        return f'{self.method} {self.path}{query}'


@dataclasses.dataclass(frozen=True)
class Answer:
    """What is sent back.

    :ivar body: text and bytes as they are, None for nothing, else as JSON.
    :ivar cut: announce more than is sent, then close the connection.
    :ivar silent: close the connection without a word.
    """

    status: int = 200
    body: object = None
    headers: typing.Mapping[str, str] = dataclasses.field(default_factory=dict)
    cut: bool = False
    silent: bool = False

    @property
    def content(self) -> bytes:
        if self.body is None:
            return b''
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            return self.body.encode()
        return json.dumps(self.body).encode()


#: The connection is closed and nothing is said.
LOST = Answer(silent=True)

Handler = typing.Callable[[Request], Answer]


@dataclasses.dataclass
class _Rule:
    """An exception to what the services answer.

    :ivar left: how often it still applies; None for ever.
    """

    method: str
    path: re.Pattern[str]
    answer: Answer | None
    before: typing.Callable[[], object] | None
    carried_out: bool
    left: int | None
    parameter: str | None

    def applies(self, request: Request) -> bool:
        return (
            self.left != 0
            and self.method in ('*', request.method)
            and self.parameter in (None, *dict(request.query))
            and self.path.search(request.path) is not None
        )


@dataclasses.dataclass
class _RateLimit:
    """So many requests in a second of a clock, and 429 for the others."""

    path: re.Pattern[str]
    number: int
    now: typing.Callable[[], float]
    passed: list[float] = dataclasses.field(default_factory=list)

    def refuses(self, request: Request) -> bool:
        if not self.path.search(request.path):
            return False
        now = self.now()
        self.passed = [then for then in self.passed if then > now - 1]
        if len(self.passed) >= self.number:
            return True
        self.passed.append(now)
        return False


class Server(fixtures.Fixture):
    """A server on loopback, on a port of its own, until the test ends.

    :param handler: answers every request that no rule answers.
    :ivar rules: the exceptions; see :meth:`rule`.
    :ivar requests: every request that arrived, in order.
    :ivar cut_short: how many requests broke off in the middle.
    :ivar stopped: set when the test ends; a rule that holds an answer back
        waits for it.
    """

    def __init__(self, handler: Handler) -> None:
        super().__init__()
        self._handler = handler
        self.rules: list[_Rule] = []
        self._limits: list[_RateLimit] = []
        self._limiting = threading.Lock()
        self.requests: list[Request] = []
        self.cut_short = 0
        self.stopped = threading.Event()
        self.url = ''

    def _setUp(self) -> None:
        server = _HttpServer(('127.0.0.1', 0), _RequestHandler)
        server.fake = self
        self.url = f'http://127.0.0.1:{server.server_address[1]}'
        # The default interval would make every test half a second slower.
        thread = threading.Thread(
            target=server.serve_forever, args=(0.01,), daemon=True
        )
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.addCleanup(self.stopped.set)

    def rule(
        self,
        method: str,
        path: str,
        answer: Answer | None = None,
        *,
        before: typing.Callable[[], object] | None = None,
        carried_out: bool = False,
        times: int | None = 1,
        parameter: str | None = None,
    ) -> None:
        """Treat some requests differently; the first rule that fits counts.

        :param method: of the requests, or ``*``.
        :param path: a regular expression, looked for in the quoted path.
        :param answer: what to send instead of the service's answer.
        :param before: called when the request arrives.
        :param carried_out: let the service do what it is asked to first.
        :param times: for how many requests; None for all.
        :param parameter: name of one that is in their query.
        """
        self.rules.append(
            _Rule(
                method,
                re.compile(path),
                answer,
                before,
                carried_out,
                times,
                parameter,
            )
        )

    def limit(
        self,
        path: str,
        number: int,
        now: typing.Callable[[], float] = time.monotonic,
    ) -> None:
        """Answer 429 to all but *number* requests in a second.

        As large public clouds do, with a ``Retry-After`` of a second.

        :param path: as in :meth:`rule`.
        """
        self._limits.append(_RateLimit(re.compile(path), number, now))

    def sent(self, method: str = '*', path: str = '') -> list[Request]:
        """Return the requests that arrived, of a method and path."""
        return [
            request
            for request in self.requests
            if method in ('*', request.method)
            and re.search(path, request.path)
        ]

    def counts(self) -> collections.Counter[str]:
        """Return how often each method and path was asked for."""
        return collections.Counter(
            f'{request.method} {request.path}' for request in self.requests
        )

    def respond(self, request: Request) -> Answer:
        self.requests.append(request)
        with self._limiting:
            refused = [x for x in self._limits if x.refuses(request)]
        if refused:
            return Answer(429, 'Too many requests.', {'Retry-After': '1'})
        for rule in self.rules:
            if rule.applies(request):
                break
        else:
            return self._handler(request)
        if rule.left is not None:
            rule.left -= 1
        if rule.before is not None:
            rule.before()
        if rule.answer is None:
            return self._handler(request)
        if rule.carried_out:
            self._handler(request)
        return rule.answer


class _HttpServer(http.server.ThreadingHTTPServer):
    fake: Server


class _RequestHandler(http.server.BaseHTTPRequestHandler):
    """Receives one request after the other on a connection."""

    server: _HttpServer
    protocol_version = 'HTTP/1.1'
    # Head and body leave in one packet; else the client's delayed
    # acknowledgement makes each answer wait.
    wbufsize = -1
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        parts = parse.urlsplit(self.path)
        length = int(self.headers.get('Content-Length') or 0)
        raw = self.rfile.read(length)
        if len(raw) < length:
            # Whoever sent it has broken off; Glance is not asked then.
            self.server.fake.cut_short += 1
            self.close_connection = True
            return
        kind = self.headers.get('Content-Type', '')
        request = Request(
            self.command,
            parts.path,
            tuple(parse.parse_qsl(parts.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            raw
            if kind == 'application/octet-stream'
            else json.loads(raw)
            if raw
            else None,
        )
        answer = self.server.fake.respond(request)
        if answer.silent:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        content = answer.content
        self.send_response(answer.status)
        headers = {'Content-Type': 'application/json', **answer.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        missing = len(_SHORT) if answer.cut else 0
        self.send_header('Content-Length', str(len(content) + missing))
        self.end_headers()
        self.wfile.write(content)
        if answer.cut:
            self.close_connection = True

    # The names are http.server's.
    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet: the requests are recorded."""
