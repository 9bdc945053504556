# Licensed under the Apache License, Version 2.0 (the "License"); you may
# not use this file except in compliance with the License. You may obtain
# a copy of the License at
#
#      http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS, WITHOUT
# WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the
# License for the specific language governing permissions and limitations
# under the License.

"""A service's address with somebody in between.

What cannot happen on a loopback cloud by itself (a service that fails at the
wrong moment, another run that is quicker) is done here, between a client and
the real service: requests are passed on unless a test says otherwise.
"""

from collections.abc import Callable
import dataclasses
import http.client
import http.server
import re
import ssl
import threading
import typing
from urllib import parse

import testtools


@dataclasses.dataclass
class Request:
    """A request as it came in; what is changed here is what is passed on."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclasses.dataclass
class Answer:
    """An answer to give instead of the service's.

    :ivar cut: break off in the middle of it.
    """

    status: int
    body: bytes = b''
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    cut: bool = False


@dataclasses.dataclass
class Silence:
    """No answer: the connection is closed when *held* comes back."""

    held: Callable[[], object] | None = None


Rule = Callable[[Request], 'Answer | Silence | None']

#: Headers that are between two neighbours only.
_HOP = frozenset({'connection', 'content-length', 'transfer-encoding'})


class Relay:
    """A relay to the service at *target*, until the test is over.

    :param tls: certificate and key, for a relay that speaks HTTPS.
    :ivar url: the address to use instead.
    :ivar root: the same without path.
    :ivar seen: method and path of every request, in order of arrival.
    """

    def __init__(
        self,
        test: testtools.TestCase,
        target: str,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._target = parse.urlsplit(target)
        self._rules: list[tuple[re.Pattern[str], re.Pattern[str], Rule]] = []
        self.seen: list[tuple[str, str]] = []
        relay = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'
            # Head and body of an answer are sent one after the other.
            disable_nagle_algorithm = True

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except ConnectionError:
                    # The client did not wait for its answer.
                    self.close_connection = True

            def log_message(self, *args: typing.Any) -> None:
                """Say nothing: stderr belongs to the command under test."""

            def relayed(self) -> None:
                relay.serve(self)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = relayed

        server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        server.daemon_threads = True
        scheme = 'http'
        if tls is not None:
            scheme = 'https'
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        test.addCleanup(server.server_close)
        test.addCleanup(server.shutdown)
        self.root = f'{scheme}://127.0.0.1:{server.server_port}'
        self.url = f'{self.root}{self._target.path}'

    def on(self, method: str, path: str, rule: Rule) -> None:
        """Call *rule* for each request whose path *path* matches to its end.

        Both are regular expressions. The rule may do what it likes, change
        the request, and return the answer to give without asking the service
        (or what :meth:`passed_on` has returned).
        """
        self._rules.append((re.compile(method), re.compile(f'.*{path}'), rule))

    def serve(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get('Content-Length') or 0)
        request = Request(
            handler.command,
            handler.path,
            dict(handler.headers.items()),
            handler.rfile.read(length),
        )
        self.seen.append((request.method, request.path))
        answer: Answer | Silence | None = None
        for method, path, rule in self._rules:
            if method.fullmatch(request.method) and path.fullmatch(
                request.path.partition('?')[0]
            ):
                answer = answer or rule(request)
        answer = answer or self.passed_on(request)
        if isinstance(answer, Answer):
            self._send(handler, answer)
            return
        handler.close_connection = True
        if answer.held is not None:
            answer.held()

    @staticmethod
    def _send(
        handler: http.server.BaseHTTPRequestHandler, answer: Answer
    ) -> None:
        handler.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in _HOP:
                handler.send_header(name, value)
        if answer.status != http.HTTPStatus.NO_CONTENT:
            handler.send_header('Content-Length', str(len(answer.body)))
        if not answer.cut:
            handler.end_headers()
            handler.wfile.write(answer.body)
            return
        handler.close_connection = True
        if answer.body:
            handler.end_headers()
            handler.wfile.write(answer.body[: len(answer.body) // 2])
        else:
            # There is nothing but a head that could break off.
            handler.wfile.write(b'HTTP/1.1 20')

    def passed_on(self, request: Request) -> Answer:
        """Ask the service and return its answer."""
        service = http.client.HTTPConnection(
            self._target.hostname or '', self._target.port
        )
        try:
            service.request(
                request.method,
                request.path,
                request.body,
                # Host as well: services make links of it, and those have to
                # lead here.
                request.headers | {'Content-Length': str(len(request.body))},
            )
            answer = service.getresponse()
            return Answer(
                answer.status, answer.read(), dict(answer.getheaders())
            )
        finally:
            service.close()
