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

"""Requests of this process, answered round by round.

A request is held until no other has been made for a while; then all that are
held are sent, and their answers are handed out when all are there. So the
number of rounds is the length of the longest chain of requests that wait for
one another, however fast each of them is answered.
"""

import threading
import time
import typing

import fixtures
from requests import adapters

from osc_imageshare.api import parallel

#: Seconds without a request after which a round is complete.
_QUIET = 0.3

#: As many in flight as nobody needs: that they are bounded is no wait for an
#: answer.
_IN_FLIGHT = 64

_send = adapters.HTTPAdapter.send
_ask = parallel.ask


class Lockstep(fixtures.Fixture):
    """While it is in use, requests are sent in rounds.

    :ivar rounds: the requests of each round.
    """

    def _setUp(self) -> None:
        self.rounds: list[list[str]] = []
        self._held: list[str] = []
        self._answering = 0
        self._answered = 0
        self._last = 0.0
        self._changed = threading.Condition()
        step = self

        def send(
            adapter: adapters.HTTPAdapter,
            request: typing.Any,
            *args: typing.Any,
            **more: typing.Any,
        ) -> typing.Any:
            number = step._begin(f'{request.method} {request.path_url}')
            try:
                return _send(adapter, request, *args, **more)
            finally:
                step._end(number)

        self.useFixture(
            fixtures.MonkeyPatch('requests.adapters.HTTPAdapter.send', send)
        )
        for name, value in (('ask', _unbounded), ('IN_FLIGHT', _IN_FLIGHT)):
            self.useFixture(
                fixtures.MonkeyPatch(
                    f'osc_imageshare.api.parallel.{name}', value
                )
            )

    def _begin(self, what: str) -> int:
        """Wait for the round of a request, and return its number."""
        with self._changed:
            mine = len(self.rounds) + 1
            self._held.append(what)
            self._last = time.monotonic()
            while len(self.rounds) < mine:
                left = self._last + _QUIET - time.monotonic()
                if left > 0 or self._answering:
                    self._changed.wait(max(left, 0.01))
                    continue
                self.rounds.append(self._held)
                self._answering = len(self._held)
                self._held = []
                self._changed.notify_all()
            return mine

    def _end(self, number: int) -> None:
        """Wait until all requests of a round are answered."""
        with self._changed:
            self._answering -= 1
            self._last = time.monotonic()
            if not self._answering:
                self._answered = number
                self._changed.notify_all()
            self._changed.wait_for(lambda: self._answered >= number)

    def __str__(self) -> str:
        return '\n'.join(
            f'{number}: {", ".join(sorted(one))}'
            for number, one in enumerate(self.rounds, start=1)
        )


def _unbounded(
    items: typing.Any,
    question: typing.Any,
    progress: typing.Any = None,
    in_flight: int = _IN_FLIGHT,
) -> typing.Any:
    if in_flight > 1:
        in_flight = _IN_FLIGHT
    return _ask(items, question, progress, in_flight)
