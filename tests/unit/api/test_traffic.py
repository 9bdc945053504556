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


"""How many requests are sent, when, and how often."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import threading
import types
import typing

import fixtures
from keystoneauth1 import exceptions as ksa_exceptions

from osc_imageshare.api import parallel
from osc_imageshare.api import traffic
from tests.unit import base

_GLANCE = ('image', 'RegionOne')
_NOVA = ('compute', 'RegionOne')

_DATE = 'Wed, 21 Oct 2026 07:28:00 GMT'
_LATER = 'Wed, 21 Oct 2026 07:28:07 GMT'


@dataclasses.dataclass
class _Answer:
    status_code: int
    headers: dict[str, str] = dataclasses.field(default_factory=dict)


_OK = _Answer(200)


def _busy(seconds: str) -> _Answer:
    return _Answer(429, {'Retry-After': seconds})


class TrafficTestCase(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.clock = self.no_pauses()
        self.traffic = traffic.Traffic()

    def send(
        self,
        *answers: _Answer | Exception,
        reading: bool = False,
        service: traffic.Service = _GLANCE,
        limit: float = 60.0,
    ) -> tuple[object, list[float]]:
        """Send a request; return its result and the pauses before attempts.

        :param answers: what the attempts end with; the last one stays.
        """
        left = list(answers)
        times: list[float] = []

        def attempt(_: object) -> _Answer:
            times.append(self.clock.now)
            answer = left.pop(0) if len(left) > 1 else left[0]
            if isinstance(answer, Exception):
                raise answer
            return answer

        begun = self.clock.now
        result: object
        try:
            result = self.traffic.send(service, attempt, limit, reading)
        except ksa_exceptions.ClientException as exc:
            result = exc
        pauses = [
            round(after - before, 1)
            for before, after in zip([begun, *times], times, strict=False)
        ]
        return result, pauses


class RepeatTest(TrafficTestCase):
    def test_what_was_not_carried_out_is_repeated(self) -> None:
        lost = ksa_exceptions.ConnectFailure('lost')
        other = ksa_exceptions.SSLError('unknown')
        table: list[typing.Any] = [
            # reading, answers: result, pauses
            (False, [_OK], _OK, [0]),
            (False, [_busy('7'), _OK], _OK, [0, 7]),
            (True, [_busy('7'), _OK], _OK, [0, 7]),
            (False, [*[_busy('7')] * 5, _OK], _OK, [0, 7, 7, 7, 7, 7]),
            (False, [_Answer(429), _OK], _OK, [0, 0.5]),
            (False, [_Answer(429)] * 2 + [_OK], _OK, [0, 0.5, 1]),
            (False, [_busy('0'), _OK], _OK, [0, 0.5]),
            # Only reading is repeated when it may have been carried out.
            (True, [_Answer(503), _OK], _OK, [0, 0.5]),
            (True, [_Answer(502), _Answer(504), _OK], _OK, [0, 0.5, 1]),
            (True, [lost, _OK], _OK, [0, 0.5]),
            (True, [lost, lost, _OK], lost, [0, 0.5]),
            (True, [_Answer(503), lost, _OK], lost, [0, 0.5]),
            (True, [other, _OK], other, [0]),
            (False, [lost, _OK], lost, [0]),
            *(
                (False, [answer, _OK], answer, [0.0])
                for answer in map(_Answer, (500, 502, 503, 504, 413, 401))
            ),
        ]
        for reading, answers, result, pauses in table:
            self.assertEqual(
                (result, pauses),
                self.send(*answers, reading=reading),
                f'{reading} {answers}',
            )

    def test_a_token_that_is_refused_for_now_is_asked_for_again(self) -> None:
        # As old releases of keystoneauth, which have no name for it.
        refused = ksa_exceptions.HttpError(
            http_status=429, response=typing.cast('typing.Any', _busy('3'))
        )
        self.assertEqual((_OK, [0, 3]), self.send(refused, _OK))
        denied = ksa_exceptions.Unauthorized(
            response=typing.cast('typing.Any', _Answer(401))
        )
        self.assertEqual((denied, [0]), self.send(denied, _OK))

    def test_pauses_come_to_no_more_than_one_attempt_may_take(self) -> None:
        table: dict[str, list[float]] = {
            '7': [0, 7, 7, 7, 7],
            '30': [0, 30],
            '31': [0],
            '86400': [0],
            '': [0, 0.5, 1, 2, 4, 8],
            '0': [0] + [0.5] * 60,
        }
        for seconds, pauses in table.items():
            busy = _busy(seconds)
            expected = (busy, pauses)
            self.assertEqual(expected, self.send(busy, limit=30), seconds)
            # Nobody is kept from asking who would not wait for that.
            self.clock.now += 60

    def test_the_whole_comes_to_no_more_than_is_said(self) -> None:
        for limit in 5.0, 60.0:
            for takes in 0.1, 0.5, 0.99, 1.0:
                begun = self.clock.now

                def attempt(
                    left: typing.Callable[[], float], takes: float = takes
                ) -> _Answer:
                    self.clock.sleep(min(left(), takes * limit))  # noqa: B023
                    return _busy('1')

                self.traffic.send(_GLANCE, attempt, limit, True)
                self.assertLessEqual(
                    self.clock.now - begun,
                    traffic.WHOLE * limit,
                    f'{limit} {takes}',
                )

    def test_a_time_is_understood_in_each_form(self) -> None:
        table: dict[tuple[str, str], float | None] = {
            # Retry-After, Date
            ('7', ''): 7.0,
            (' 7 ', ''): 7.0,
            (_LATER, _DATE): 7.0,
            (_DATE, _LATER): 0.0,
            ('Thu, 01 Jan 1970 00:16:45 GMT', ''): 5.0,
            ('Thu, 01 Jan 1970 00:16:45 GMT', 'noon'): 5.0,
            ('', ''): None,
            ('-1', ''): None,
            ('1.5', ''): None,
            ('soon', ''): None,
            ('\u0667', ''): None,
        }
        for (value, date), seconds in table.items():
            headers = {
                'Retry-After': value,
                **({'Date': date} if date else {}),
            }
            self.assertEqual(seconds, traffic._asked_for(headers), value)


class BackOffTest(TrafficTestCase):
    """One request is refused, and others are sent meanwhile."""

    def meanwhile(
        self, service: traffic.Service, seconds: str = '7', limit: float = 60
    ) -> list[float]:
        """Return the pauses of a request while one to Glance waits."""
        found: list[float] = []

        def refused_first(_: object) -> _Answer:
            if found:
                return _OK
            found.append(0)
            return _busy(seconds)

        real = self.clock.sleep

        def sleep(duration: float) -> None:
            if found == [0]:
                found.clear()
                found.extend(self.send(_OK, service=service, limit=limit)[1])
            real(duration)

        self.clock.sleep = sleep
        self.traffic.send(_GLANCE, refused_first, limit)
        return found

    def test_nobody_asks_a_service_that_wants_to_be_left_alone(self) -> None:
        self.assertEqual([7], self.meanwhile(_GLANCE))

    def test_another_service_is_asked_at_once(self) -> None:
        self.assertEqual([0], self.meanwhile(_NOVA))

    def test_each_run_is_on_its_own(self) -> None:
        self.send(_busy('50'), limit=60)
        self.traffic = traffic.Traffic()
        self.assertEqual((_OK, [0]), self.send(_OK))

    def test_who_cannot_wait_so_long_asks_once(self) -> None:
        self.send(_busy('50'), _OK)
        self.clock.now -= 30
        self.assertEqual((_OK, [0]), self.send(_OK, limit=10))
        self.assertEqual((_OK, [30]), self.send(_OK, limit=60))


class InFlightTest(base.TestCase):
    def test_so_many_are_in_flight_however_work_is_nested(self) -> None:
        sent = traffic.Traffic()
        together = base.Together(parallel.IN_FLIGHT)

        def attempt(_: object) -> _Answer:
            together()
            return _OK

        def request(_: int) -> object:
            return sent.send(_GLANCE, attempt, 60)

        def several(_: int) -> object:
            return list(parallel.ask(range(parallel.IN_FLIGHT), request))

        items = range(2 * parallel.IN_FLIGHT)
        self.assertEqual(len(items), len(list(parallel.ask(items, several))))
        self.assertEqual(parallel.IN_FLIGHT, together.most)


class LeavingTest(base.TestCase):
    """Work that somebody gives up, as Ctrl-C makes the main thread do.

    The first question is answered when others have sent something, and what
    they have sent is answered after everything has been given up.
    """

    def setUp(self) -> None:
        super().setUp()
        self.traffic = traffic.Traffic()
        self.enough = threading.Event()
        self.left = threading.Event()
        self.sent: list[bool] = []
        self.answered: list[bool] = []

    def attempt(self, _: object) -> _Answer:
        self.sent.append(self.left.is_set())
        self.enough.set()
        self.left.wait(60)
        self.answered.append(True)
        return _OK

    def request(self) -> object:
        return self.traffic.send(_GLANCE, self.attempt, 60)

    def three(self, item: int) -> object:
        """Send three requests one after the other."""
        if not item:
            return self.enough.wait(60)
        return [self.request() for _ in range(3)]

    def nested(self, item: int) -> object:
        if not item:
            return self.enough.wait(60)
        return list(parallel.ask(range(1, 4), self.three))

    def leave(self, question: typing.Callable[[int], object]) -> None:
        """Give up after the first answer, and wait for what was sent."""
        answers: typing.Any = parallel.ask(range(40), question)
        next(answers)
        # By now it has been given up, and others are waited for.
        waiting = types.SimpleNamespace(sleep=lambda _: self.left.set())
        with fixtures.MonkeyPatch('osc_imageshare.api.parallel.time', waiting):
            answers.close()
        self.assertEqual(len(self.sent), len(self.answered))

    def test_nothing_is_sent_after_that(self) -> None:
        for question in self.three, self.nested:
            for event in self.left, self.enough:
                event.clear()
            self.sent.clear()
            self.answered.clear()
            self.leave(question)
            self.assertNotEqual([], self.sent)
            self.assertNotIn(True, self.sent)

    def test_what_is_looked_at_afterwards_is_asked(self) -> None:
        self.leave(self.nested)
        self.assertIs(_OK, self.request())
        self.assertEqual(
            [(1, [_OK] * 3), (2, [_OK] * 3)],
            list(parallel.ask(range(1, 3), self.three)),
        )

    def test_nobody_waits_for_a_service_that_was_left_alone(self) -> None:
        clock = self.no_pauses()
        # The clock stands: whoever waits to the end waits for ever.
        clock.sleep = lambda _: self.left.wait(60)

        def busy(_: object) -> _Answer:
            self.sent.append(True)
            self.answered.append(True)
            self.enough.set()
            return _busy('50')

        def question(item: int) -> object:
            if not item:
                return self.enough.wait(60)
            return self.traffic.send(_GLANCE, busy, 60)

        self.leave(question)
        self.assertNotEqual([], self.sent)

    def test_it_is_told_by_an_exception(self) -> None:
        raised: list[type[BaseException]] = []

        def question(item: int) -> object:
            try:
                return self.three(item)
            except concurrent.futures.CancelledError as exc:
                raised.append(type(exc))
                raise

        self.leave(question)
        self.assertIn(concurrent.futures.CancelledError, raised)
