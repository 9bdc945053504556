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

"""How much to ask for at once, found out while asking.

A service of many processes answers more in the same time if it is asked for
more at once. One process of several threads gets slower: they take turns at
one interpreter lock, and that costs more the more of them want it. A client
cannot tell which it has before it, so it tries.

Knows nothing of what is asked.
"""

from __future__ import annotations

import contextlib
import threading
import time
import typing

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

#: Answers by whose time a number is judged. With fewer in all, as nearly
#: always, nothing is tried and as much is asked for as may be.
ANSWERS = 32

#: How much longer fewer in flight may take and still be preferred to more:
#: less than this is as likely the noise of so few answers.
_TOLERANCE = 1.1


class Pace:
    """Lets as few be in flight at once as are answered the fastest.

    :param most: as many are in flight at first; half and a quarter are tried.
    :ivar limit: how many may be in flight now.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._left_to_try = [n for n in (most // 2, most // 4) if n]
        self.limit = most
        self._in_flight = 0
        self._answers = 0
        self._since = 0.0
        self._taken: dict[int, float] = {}
        self._changed = threading.Condition()

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until one more may be in flight, and be it.

        For the threads that ask, which nothing interrupts.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._in_flight < self.limit)
            self._in_flight += 1
        try:
            yield
        finally:
            with self._changed:
                self._in_flight -= 1
                self._judge()
                self._changed.notify_all()

    def _judge(self) -> None:
        """Count an answer, and go on to the next number after so many."""
        if self.limit in self._taken:
            return
        self._answers += 1
        # The first ones opened connections, or had begun among more.
        if self._answers == self._most:
            self._since = time.monotonic()
        if self._answers < self._most + ANSWERS:
            return
        self._taken[self.limit] = time.monotonic() - self._since
        self._answers = 0
        if self._left_to_try:
            self.limit = self._left_to_try.pop(0)
            return
        enough = min(self._taken.values()) * _TOLERANCE
        self.limit = min(n for n, t in self._taken.items() if t <= enough)
