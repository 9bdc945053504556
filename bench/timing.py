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

"""Two ways to do the same, timed in turns.

Knows clocks and order; does not know what is timed. A machine has good and
bad minutes, so the ways take turns, and each round begins with another one.
What counts is how the ways compare within a round.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
import dataclasses
import math
import statistics
import time
import typing

_Thing = typing.TypeVar('_Thing')

#: Does the work on a thing. One that does only a part of it returns the
#: seconds that the whole would have taken.
Way = Callable[[_Thing], float | None]


@dataclasses.dataclass(frozen=True)
class Spread:
    """A median, and between which values it was found."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        """Return the median of *values*, the least and the greatest."""
        found = sorted(values)
        return cls(statistics.median(found), found[0], found[-1])

    @classmethod
    def sure(cls, values: Iterable[float]) -> Spread:
        """Return the median of *values* and its 95 % confidence interval.

        From the order of the values alone (the sign test turned round), so
        nothing is assumed of how they are distributed.
        """
        found = sorted(values)
        count = len(found)
        # How many values may be left out at each end: the chance that so few
        # of *count* throws of a coin are heads is at most 2.5 %.
        ways = [
            sum(math.comb(count, heads) for heads in range(most + 1))
            for most in range(count)
        ]
        out = max(sum(40 * each <= 2**count for each in ways) - 1, 0)
        return cls(statistics.median(found), found[out], found[-1 - out])


def in_turns(
    ways: Mapping[str, Way[_Thing]],
    rounds: int,
    prepare: Callable[[], _Thing],
    check: Callable[[_Thing], object],
) -> dict[str, list[float]]:
    """Return the seconds that each way took in each round.

    :param prepare: makes a thing to work on, off the clock.
    :param check: raises when the work was not done, off the clock.
    """
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        names = list(ways)
        first = number % len(names)
        for name in names[first:] + names[:first]:
            thing = prepare()
            taken[name].append(_seconds(ways[name], thing))
            check(thing)
    return taken


def ratios(slow: Sequence[float], quick: Sequence[float]) -> list[float]:
    """Return round by round how many times quicker *quick* was."""
    return [a / b for a, b in zip(slow, quick, strict=True)]


def loop(
    items: Sequence[_Thing], of: int, body: Callable[[_Thing], object]
) -> float:
    """Do something with each item; return the seconds for *of* items."""
    begun = time.perf_counter()
    for item in items:
        body(item)
    return (time.perf_counter() - begun) * of / len(items)


def _seconds(way: Way[_Thing], thing: _Thing) -> float:
    begun = time.perf_counter()
    told = way(thing)
    taken = time.perf_counter() - begun
    return taken if told is None else told
