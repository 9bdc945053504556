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
    """An answer to give instead of the service's."""

    status: int
    body: bytes = b''
    headers: dict[str, str] = dataclasses.field(default_factory=dict)


Rule = Callable[[Request], 'Answer | None']

#: Headers that are between two neighbours only.
_HOP = frozenset({'connection', 'content-length', 'transfer-encoding'})


class Relay:
    """A relay to the service at *target*, until the test is over.

    :ivar url: the address to use instead.
    :ivar seen: method and path of every request, in order of arrival.
    """

    def __init__(self, test: testtools.TestCase, target: str) -> None:
        self._target = parse.urlsplit(target)
        self._rules: list[tuple[str, re.Pattern[str], Rule]] = []
        self.seen: list[tuple[str, str]] = []
        relay = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

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
        threading.Thread(target=server.serve_forever, daemon=True).start()
        test.addCleanup(server.server_close)
        test.addCleanup(server.shutdown)
        self.url = f'http://127.0.0.1:{server.server_port}{self._target.path}'

    def on(self, method: str, path: str, rule: Rule) -> None:
        """Call *rule* for each request whose path *path* matches to its end.

        The rule may do what it likes, change the request, and return the
        answer to give without asking the service.
        """
        self._rules.append((method, re.compile(f'.*{path}'), rule))

    def serve(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get('Content-Length') or 0)
        request = Request(
            handler.command,
            handler.path,
            dict(handler.headers.items()),
            handler.rfile.read(length),
        )
        self.seen.append((request.method, request.path))
        answer = None
        for method, path, rule in self._rules:
            if method == request.method and path.fullmatch(
                request.path.partition('?')[0]
            ):
                answer = answer or rule(request)
        answer = answer or self.passed_on(request)
        handler.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in _HOP:
                handler.send_header(name, value)
        handler.send_header('Content-Length', str(len(answer.body)))
        handler.end_headers()
        handler.wfile.write(answer.body)

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
                {k: v for k, v in request.headers.items() if k != 'Host'}
                | {'Content-Length': str(len(request.body))},
            )
            answer = service.getresponse()
            return Answer(
                answer.status, answer.read(), dict(answer.getheaders())
            )
        finally:
            service.close()
