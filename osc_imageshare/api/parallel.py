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

"""Asking many things at once, and answering in order.

Knows how much is worked on at once and whether it is still wanted, and
nothing of what is asked.
"""

from __future__ import annotations

import concurrent.futures
import contextvars
import dataclasses
import time
import typing

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

#: Requests in flight in a run, and threads of one pool, at the most. A session
#: keeps ten connections open to a service (urllib3's default); more would open
#: and drop them all the time. "share list" of a thousand images, one Glance
#: process on loopback, three turns: 9.8 to 11.6 s with eight, 8.6 to 11.4
#: with four; with 40 ms more for each answer, 200 images: 2.9 to 6.7 s with
#: eight, 4.9 to 6.3 with four.
IN_FLIGHT = 8

#: Seconds between two checks whether everything in flight has ended.
_GLANCE = 0.01

_Item = typing.TypeVar('_Item')
_Answer = typing.TypeVar('_Answer')

Progress = typing.Callable[[int, int], object]


@dataclasses.dataclass
class _Work:
    """What one call of :func:`ask` has begun.

    :ivar within: the work of which this is a part; None for a whole.
    :ivar left: whether nobody waits for its answers any more.
    """

    within: _Work | None
    left: bool = False

    @property
    def wanted(self) -> bool:
        return not self.left and (self.within is None or self.within.wanted)


#: What a thread works for: nothing, unless it is one of a pool.
_WORK: contextvars.ContextVar[_Work | None] = contextvars.ContextVar(
    'work', default=None
)


def go_on() -> None:
    """Do nothing while the caller of :func:`ask` wants this thread's work.

    The caller may leave early. It then reads what is true and reverts changes
    itself, outside of the pool.

    :raises concurrent.futures.CancelledError: when the caller has left.
    """
    work = _WORK.get()
    if work is not None and not work.wanted:
        raise concurrent.futures.CancelledError()


def ask(
    items: Sequence[_Item],
    question: Callable[[_Item], _Answer],
    progress: Progress | None = None,
    in_flight: int = IN_FLIGHT,
) -> Iterator[tuple[_Item, _Answer]]:
    """Yield each item with its answer, in the order of the items.

    The caller may leave early, by an error or an interruption. No question
    begins after that, and the call waits for those that have begun, however
    often it is interrupted. So no request is in flight when the caller then
    reads what is true.

    A question that has begun completes the request it has sent, and sends no
    other if it calls :func:`go_on` before each.

    :param in_flight: how many questions are asked at once, at the most.
    :param progress: called with the number of answers so far and of items.
    :raises Exception: what *question* raised for the first item it failed on.
    """
    if len(items) == 1:
        yield items[0], question(items[0])
        return
    # Each worker writes both lists itself: it may begin before the thread
    # that starts it knows of it.
    begun: list[_Item] = []
    ended: list[_Item] = []
    work = _Work(_WORK.get())

    def asked(item: _Item) -> _Answer:
        begun.append(item)
        try:
            _WORK.set(work)
            go_on()
            return question(item)
        finally:
            ended.append(item)

    pool = concurrent.futures.ThreadPoolExecutor(in_flight)
    try:
        futures = [
            pool.submit(contextvars.copy_context().run, asked, item)
            for item in items
        ]
        for done, (item, future) in enumerate(
            zip(items, futures, strict=True), start=1
        ):
            yield item, future.result()
            if progress is not None:
                progress(done, len(items))
    finally:
        again: BaseException | None = None
        while True:
            # Polling, not joining threads or futures: an interruption makes
            # Python take a joined thread for ended, or leaves a lock behind.
            try:
                work.left = True
                pool.shutdown(wait=False)
                if len(ended) == len(begun):
                    break
                time.sleep(_GLANCE)
            except BaseException as exc:  # noqa: BLE001
                # A signal's handler may raise anything.
                again = exc
        if again is not None:
            raise again
