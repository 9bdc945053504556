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

"""How much is asked for at once."""

from __future__ import annotations

import threading
import typing

import fixtures

from osc_imageshare import pace
from tests.unit import base

if typing.TYPE_CHECKING:
    from collections.abc import Mapping

#: Answers that are needed until one number is judged, and until all are.
_ONE = 8 + pace.ANSWERS
_ALL = 3 * _ONE


class PaceTest(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.now = 0.0
        self.useFixture(
            fixtures.MonkeyPatch('time.monotonic', lambda: self.now)
        )
        self.pace = pace.Pace(8)

    def answered(self, count: int, seconds: Mapping[int, float]) -> None:
        """Let answers come.

        :param seconds: between two answers, by how many are in flight.
        """
        for _ in range(count):
            with self.pace.turn():
                self.now += seconds[self.pace.limit]

    def test_for_few_answers_nothing_is_tried(self) -> None:
        self.answered(_ONE - 1, {8: 9.0})
        self.assertEqual(8, self.pace.limit)

    def test_half_and_a_quarter_are_tried(self) -> None:
        for limit in 8, 4, 2:
            self.assertEqual(limit, self.pace.limit)
            self.answered(_ONE, {limit: 1.0})

    def test_fewer_are_kept_where_more_are_slower(self) -> None:
        self.answered(_ALL, {8: 1.5, 4: 1.2, 2: 1.0})
        self.assertEqual(2, self.pace.limit)

    def test_more_are_kept_where_fewer_are_slower(self) -> None:
        self.answered(_ALL, {8: 1.0, 4: 2.0, 2: 4.0})
        self.assertEqual(8, self.pace.limit)

    def test_the_best_may_be_in_between(self) -> None:
        self.answered(_ALL, {8: 1.5, 4: 1.0, 2: 1.5})
        self.assertEqual(4, self.pace.limit)

    def test_of_what_is_as_good_the_fewest_are_kept(self) -> None:
        self.answered(_ALL, {8: 1.0, 4: 1.05, 2: 1.2})
        self.assertEqual(4, self.pace.limit)

    def test_connections_that_are_opened_do_not_count(self) -> None:
        self.answered(8, {8: 1000.0})
        self.answered(_ALL - 8, {8: 1.0, 4: 2.0, 2: 4.0})
        self.assertEqual(8, self.pace.limit)

    def test_what_was_found_out_is_kept(self) -> None:
        self.answered(_ALL, {8: 1.5, 4: 1.2, 2: 1.0})
        self.answered(_ALL, {2: 100.0})
        self.assertEqual(2, self.pace.limit)

    def test_an_error_is_an_answer(self) -> None:
        for _ in range(_ONE):
            with (
                self.assertRaisesRegex(ValueError, 'no'),
                self.pace.turn(),
            ):
                raise ValueError('no')
        self.assertEqual(4, self.pace.limit)

    def test_one_at_a_time_stays_one_at_a_time(self) -> None:
        self.pace = pace.Pace(1)
        self.answered(_ALL, {1: 1.0})
        self.assertEqual(1, self.pace.limit)

    def test_one_more_than_may_be_in_flight_waits(self) -> None:
        self.pace = pace.Pace(2)
        leave = threading.Semaphore(0)
        entered = threading.Semaphore(0)
        inside: list[int] = []

        def work(number: int) -> None:
            with self.pace.turn():
                inside.append(number)
                entered.release()
                leave.acquire()

        threads = [
            threading.Thread(target=work, args=(number,), daemon=True)
            for number in range(3)
        ]
        for thread in threads:
            thread.start()
        for _ in range(2):
            self.assertTrue(entered.acquire(timeout=60))
        self.assertFalse(entered.acquire(timeout=0.1))
        self.assertEqual(2, len(inside))
        leave.release()
        self.assertTrue(entered.acquire(timeout=60))
        leave.release(2)
        for thread in threads:
            thread.join(60)
        self.assertEqual([0, 1, 2], sorted(inside))
