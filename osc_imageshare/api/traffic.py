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


"""How many requests one run sends to the services, and how often.

This module knows how many requests are in flight, which service has asked for
a pause, how often and how long a request is tried, and that a pool sends
nothing more after its caller has left. It knows nothing about their content.
"""

from __future__ import annotations

import dataclasses
import threading
import time
import typing

from osc_imageshare.api import parallel

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: A service type and a region. A rate limit counts all requests there as one,
#: whatever scope they are sent in.
Service = tuple[str, str]

#: How long a request may take, with all its attempts and pauses: this many
#: times the limit of one attempt.
WHOLE = 3

#: Too many requests: the service did not carry out this one.
_TOO_MANY = 429

#: Answers to a GET that are worth a repetition: the service, or a proxy in
#: front of it, cannot answer now.
_UNABLE = frozenset({502, 503, 504})

#: Seconds before the second and the third attempt.
_PAUSES = (0.5, 1.0)

#: The shortest and the longest pause, in seconds, after a 429 that names none.
_LEAST, _MOST = 0.5, 16.0

#: Seconds between two checks whether a pausing request is still wanted.
_GLANCE = 0.05


@dataclasses.dataclass
class _Patience:
    """How long one request is tried.

    All pauses together take no longer than one attempt may take (*limit*). No
    attempt begins later than twice that time after the first, so the last one
    ends within three times.
    """

    limit: float
    paused: float = 0.0
    refused: int = 0
    failed: int = 0
    _end: float | None = None

    def begin(self) -> None:
        """Start the clock; until then a request waits for others to end."""
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
    """The requests of one run, in all scopes and to all services.

    At most :data:`parallel.IN_FLIGHT` are in flight at once. A 429 makes all
    requests to that service wait until the time that the answer names.
    """

    def __init__(self) -> None:
        # A request holds a slot while it is sent and answered, and waits for
        # nothing else meanwhile: so every slot becomes free again.
        self._slots = threading.BoundedSemaphore(parallel.IN_FLIGHT)
        self._closed: dict[Service, float] = {}

    def send(
        self,
        service: Service,
        attempt: Callable[[Callable[[], float]], typing.Any],
        limit: float,
        reading: bool = False,
    ) -> typing.Any:
        """Send a request, repeat it where that helps; return the last answer.

        A service that answers 429 did not carry out the request, so any
        request is repeated then. Only a request that reads is repeated after
        a failed connection (once) and after 502, 503 and 504 (twice).

        keystoneauth can repeat requests, but sleeps for as long as a
        ``Retry-After`` says, even a day, and writes a line to stderr each
        time.

        :param attempt: sends the request, and one for a token if it needs a
            token; its argument returns how many seconds it may take.
        :param limit: seconds that one attempt may take. All pauses together
            take no longer, and the whole takes :data:`WHOLE` times as long at
            the most; when that is not enough, the last answer is returned.
        :raises concurrent.futures.CancelledError: when the caller of this
            thread's pool has left; no request is in flight then.
        """
        patience = _Patience(limit)
        ended: _Ended | None = None
        while True:
            with self._slots:
                parallel.go_on(reading)
                patience.begin()
                pause = self._closed.get(service, 0.0) - time.monotonic()
                if pause <= 0 or (
                    ended is None and not patience.allows(pause)
                ):
                    ended = _attempted(attempt, patience)
                    pause = self._pause(service, ended, patience, reading)
            if ended is not None and not patience.allows(pause):
                return ended.result()
            _sleep(pause, reading)
            patience.paused += pause

    def _pause(
        self,
        service: Service,
        ended: _Ended,
        patience: _Patience,
        reading: bool,
    ) -> float:
        """Return the seconds until another attempt helps; inf if none does."""
        from keystoneauth1 import exceptions as ksa_exceptions

        if ended.status == _TOO_MANY:
            pause = _left_alone_for(ended.response.headers, patience.refused)
            patience.refused += 1
            if patience.allows(pause):
                # A pause that this request cannot wait for stops no other.
                until = time.monotonic() + pause
                self._closed[service] = max(
                    until, self._closed.get(service, until)
                )
            return pause
        if isinstance(ended.error, ksa_exceptions.RetriableConnectionFailure):
            # Only once: the next attempt may take the whole limit again.
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


def _sleep(seconds: float, reading: bool) -> None:
    """Pause as long as the work of this thread is wanted."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, _GLANCE))
        parallel.go_on(reading)


def _left_alone_for(headers: Mapping[str, str], before: int) -> float:
    """Return the seconds of the pause after a 429.

    :param before: how often the service has answered 429 to this request.
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
