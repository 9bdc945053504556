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

"""Rounds, medians and what is concluded from them."""

import fixtures

from bench import timing
from tests.unit import base


class SpreadTest(base.TestCase):
    def test_a_median_comes_with_the_least_and_the_greatest(self) -> None:
        self.assertEqual(
            timing.Spread(4.0, 1.0, 9.0), timing.Spread.of([9.0, 1.0, 4.0])
        )

    def test_a_confidence_interval_leaves_out_what_chance_allows(self) -> None:
        # From the tables of the sign test: number of values, and how many
        # may be left out at each end.
        for count, out in (5, 0), (6, 0), (9, 1), (12, 2), (20, 5), (30, 9):
            values = [float(n) for n in range(count)]
            found = timing.Spread.sure(reversed(values))
            self.assertEqual(
                (values[out], values[-1 - out]), (found.least, found.most)
            )


class InTurnsTest(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.now = 0.0
        self.useFixture(
            fixtures.MonkeyPatch('time.perf_counter', lambda: self.now)
        )

    def takes(self, seconds: float) -> timing.Way[list[str]]:
        def way(thing: list[str]) -> None:
            thing.append(f'{seconds:g}')
            self.now += seconds

        return way

    def test_only_the_work_is_on_the_clock(self) -> None:
        def prepare() -> list[str]:
            self.now += 100
            return []

        def check(thing: list[str]) -> None:
            self.now += 100

        taken = timing.in_turns(
            {'slow': self.takes(3), 'quick': self.takes(1)}, 2, prepare, check
        )
        self.assertEqual({'slow': [3.0, 3.0], 'quick': [1.0, 1.0]}, taken)

    def test_each_round_begins_with_another_way(self) -> None:
        order: list[str] = []
        timing.in_turns(
            {'a': self.takes(1), 'b': self.takes(2), 'c': self.takes(3)},
            3,
            lambda: order,
            lambda _: None,
        )
        self.assertEqual('123 231 312'.replace(' ', ''), ''.join(order))

    def test_work_that_was_not_done_ends_the_comparison(self) -> None:
        def check(thing: list[str]) -> None:
            raise AssertionError('nothing was done')

        self.assertRaises(
            AssertionError,
            timing.in_turns,
            {'idle': self.takes(1)},
            1,
            list,
            check,
        )

    def test_a_way_may_tell_what_all_of_it_would_take(self) -> None:
        def part(items: list[str]) -> float:
            return timing.loop(items, 10, lambda _: self.takes(2)([]))

        taken = timing.in_turns(
            {'loop': part}, 1, lambda: ['one', 'two'], lambda _: None
        )
        self.assertEqual({'loop': [20.0]}, taken)

    def test_ways_are_compared_within_a_round(self) -> None:
        self.assertEqual([2.0, 5.0], timing.ratios([4.0, 50.0], [2.0, 10.0]))
