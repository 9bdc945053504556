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


"""The requests of one run, as the services have to bear them.

Knows how many are in flight, which service wants to be left alone for a
while, how often and how long a request is tried, and that the work of a pool
which was left sends nothing more. Knows nothing of what is asked.
"""

from __future__ import annotations

import dataclasses
import threading
import time
import typing

from osc_imageshare.api import parallel

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: A service type and a region. All that is asked there, in whatever scope,
#: counts as one where somebody counts.
Service = tuple[str, str]

#: The whole of a request, its attempts and pauses, in times that one attempt
#: may take.
WHOLE = 3

#: Too many requests: this one was not carried out, whatever it was.
_TOO_MANY = 429

#: Answers to a GET that are worth asking again: the service, or the proxy in
#: front of it, says that it cannot answer now.
_UNABLE = frozenset({502, 503, 504})

#: Seconds before the second and the third attempt.
_PAUSES = (0.5, 1.0)

#: Seconds that a service is left alone which does not say for how long.
_LEAST, _MOST = 0.5, 16.0

#: Seconds between two looks whether a pause is of use still.
_GLANCE = 0.05


@dataclasses.dataclass
class _Patience:
    """How long one request is tried.

    Nobody waits longer than one attempt may take (*limit*), in all pauses
    together. No attempt begins later than two such times after the first,
    and so the last ends within three.
    """

    limit: float
    paused: float = 0.0
    refused: int = 0
    failed: int = 0
    _end: float | None = None

    def begin(self) -> None:
        """Let the time run; before, a request waits for others to end."""
        if self._end is None:
            self._end = time.monotonic() + WHOLE * self.limit

    def left(self) -> float:
        """Return the seconds that one attempt may take."""
        if self._end is None:
            return self.limit
        return max(min(self.limit, self._end - time.monotonic()), 0.001)

    def allows(self, pause: float) -> bool:
        last = (self._end or 0.0) - self.limit
        return (
            self.paused + pause <= self.limit
            and time.monotonic() + pause <= last
        )


@dataclasses.dataclass(frozen=True)
class _Ended:
    """How an attempt ended: with an answer or with an exception."""

    answer: typing.Any = None
    error: Exception | None = None

    def result(self) -> typing.Any:
        if self.error is not None:
            raise self.error
        return self.answer

    @property
    def response(self) -> typing.Any:
        """What a service has said.

        A token that is refused is an exception of keystoneauth with the
        answer of the identity service in it.
        """
        if self.error is not None:
            return getattr(self.error, 'response', None)
        return self.answer

    @property
    def status(self) -> int | None:
        return getattr(self.response, 'status_code', None)


class Traffic:
    """The requests of one run, whichever services and scopes they are for.

    At most :data:`parallel.IN_FLIGHT` are in flight at once. Who is answered
    429 makes all requests to that service wait until the time that the
    answer names.
    """

    def __init__(self) -> None:
        # Held while one request is sent and answered, never while anything
        # else is waited for: whoever holds it goes on.
        self._slots = threading.BoundedSemaphore(parallel.IN_FLIGHT)
        self._closed: dict[Service, float] = {}

    def send(
        self,
        service: Service,
        attempt: Callable[[Callable[[], float]], typing.Any],
        limit: float,
        reading: bool = False,
    ) -> typing.Any:
        """Return the answer of an attempt, the last one of as many as help.

        An attempt that is answered 429 was not carried out and is repeated,
        also if it was to change something. After a connection that failed
        (once) and after 502, 503 and 504 (twice) only reading is.

        keystoneauth knows how to repeat requests, but sleeps for as long as a
        ``Retry-After`` says, be it a day, and writes a line to stderr each
        time.

        :param attempt: sends the request, and the one for a token if it has
            to; called with what tells how many seconds it may take.
        :param limit: seconds that one attempt may take. The pauses take as
            long at the most, all together, and the whole :data:`WHOLE` times
            as long; when more would be needed, the last answer is returned.
        :raises concurrent.futures.CancelledError: when this thread works for
            a pool that was left; what was sent has been answered.
        """
        patience = _Patience(limit)
        ended: _Ended | None = None
        while True:
            with self._slots:
                parallel.go_on()
                patience.begin()
                pause = self._closed.get(service, 0.0) - time.monotonic()
                if pause <= 0 or (
                    ended is None and not patience.allows(pause)
                ):
                    ended = _attempted(attempt, patience)
                    pause = self._pause(service, ended, patience, reading)
            if ended is not None and not patience.allows(pause):
                return ended.result()
            _sleep(pause)
            patience.paused += pause

    def _pause(
        self,
        service: Service,
        ended: _Ended,
        patience: _Patience,
        reading: bool,
    ) -> float:
        """Return the seconds until another attempt helps; for ever if none."""
        from keystoneauth1 import exceptions as ksa_exceptions

        if ended.status == _TOO_MANY:
            pause = _left_alone_for(ended.response.headers, patience.refused)
            patience.refused += 1
            if patience.allows(pause):
                # One that nobody waits for keeps nobody else from asking.
                until = time.monotonic() + pause
                self._closed[service] = max(
                    until, self._closed.get(service, until)
                )
            return pause
        if isinstance(ended.error, ksa_exceptions.RetriableConnectionFailure):
            # Once: the next attempt may take the whole limit again.
            tried_enough = bool(patience.failed)
        else:
            tried_enough = ended.error is not None or (
                ended.status not in _UNABLE or patience.failed >= len(_PAUSES)
            )
        if not reading or tried_enough:
            return float('inf')
        pause = _PAUSES[patience.failed]
        patience.failed += 1
        if ended.error is not None:
            return pause
        asked_for = _asked_for(ended.response.headers)
        return pause if asked_for is None else asked_for


def _attempted(
    attempt: Callable[[Callable[[], float]], typing.Any], patience: _Patience
) -> _Ended:
    from keystoneauth1 import exceptions as ksa_exceptions

    try:
        return _Ended(attempt(patience.left))
    except ksa_exceptions.ClientException as exc:
        return _Ended(error=exc)


def _sleep(seconds: float) -> None:
    """Pause, and no longer than this thread's work is wanted."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, _GLANCE))
        parallel.go_on()


def _left_alone_for(headers: Mapping[str, str], before: int) -> float:
    """Return the seconds that a service is left alone after a 429.

    :param before: how often this request has been answered so.
    """
    asked_for = _asked_for(headers)
    if asked_for is not None:
        return max(asked_for, _LEAST)
    return float(min(_LEAST * 2**before, _MOST))


def _asked_for(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a ``Retry-After``, a number or a date.

    A date is compared with that of the answer: clocks differ.

    >>> _asked_for({'Retry-After': '7'})
    7.0
    """
    from email import utils

    value = headers.get('Retry-After', '').strip()
    if value.isascii() and value.isdecimal():
        return float(value)
    try:
        named = utils.parsedate_to_datetime(value).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
    try:
        here = utils.parsedate_to_datetime(headers['Date']).timestamp()
    except (KeyError, TypeError, ValueError, OverflowError):
        here = time.time()
    return max(named - here, 0.0)
