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

import collections
import concurrent.futures
import contextvars
import dataclasses
import threading
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

#: Seconds between two checks whether every change in flight has ended.
_GLANCE = 0.01

_Item = typing.TypeVar('_Item')
_Answer = typing.TypeVar('_Answer')

Progress = typing.Callable[[int, int], object]


@dataclasses.dataclass
class _Work:
    """What one call of :func:`ask` has begun.

    :ivar within: the question of which this is a part; None for a whole.
    :ivar left: whether nobody waits for its answers any more.
    :ivar changing: the questions that have begun to change something.
    :ivar ended: those of them that have ended.
    """

    within: _Question | None
    left: bool = False
    changing: set[_Question] = dataclasses.field(default_factory=set)
    ended: set[_Question] = dataclasses.field(default_factory=set)

    @property
    def wanted(self) -> bool:
        return not self.left and (
            self.within is None or self.within.work.wanted
        )


@dataclasses.dataclass(eq=False)
class _Question:
    """What one thread of a pool works for."""

    work: _Work

    def change(self) -> None:
        """Let whoever leaves wait for the end of this question."""
        self.work.changing.add(self)
        if self.work.within is not None:
            self.work.within.change()

    def end(self) -> None:
        if self in self.work.changing:
            self.work.ended.add(self)


#: What a thread works for: nothing, unless it is one of a pool.
_QUESTION: contextvars.ContextVar[_Question | None] = contextvars.ContextVar(
    'question', default=None
)


def go_on(reading: bool = False) -> None:
    """Do nothing while the caller of :func:`ask` wants this thread's work.

    The caller may leave early. It then reads what is true and reverts changes
    itself, outside of the pool.

    :param reading: whether what comes next changes nothing. The caller does
        not wait for that, nor for anything before the first change.
    :raises concurrent.futures.CancelledError: when the caller has left.
    """
    question = _QUESTION.get()
    if question is None:
        return
    if not reading:
        # Before the look whether somebody waits: who leaves looks at these
        # in the other order, so that one of the two sees the other.
        question.change()
    if not question.work.wanted:
        raise concurrent.futures.CancelledError()


def ask(
    items: Sequence[_Item],
    question: Callable[[_Item], _Answer],
    progress: Progress | None = None,
    in_flight: int = IN_FLIGHT,
) -> Iterator[tuple[_Item, _Answer]]:
    """Yield each item with its answer, in the order of the items.

    The caller may leave early, by an error or an interruption. No question
    begins after that, and the call waits for those that have begun to change
    something, however often it is interrupted. So no change is in flight when
    the caller then reads what is true. What only reads is left behind: a
    service that does not answer holds up nobody who wants to go.

    A question that has begun completes the request it has sent, and sends no
    other if it calls :func:`go_on` before each.

    :param in_flight: how many questions are asked at once, at the most.
    :param progress: called with the number of answers so far and of items.
    :raises Exception: what *question* raised for the first item it failed on.
    """
    if len(items) == 1:
        yield items[0], question(items[0])
        return
    work = _Work(_QUESTION.get())
    futures: list[concurrent.futures.Future[_Answer]] = [
        concurrent.futures.Future() for _ in items
    ]
    unasked = collections.deque(zip(items, futures, strict=True))
    context = contextvars.copy_context()

    def answer(
        item: _Item, future: concurrent.futures.Future[_Answer]
    ) -> None:
        asked = _Question(work)
        _QUESTION.set(asked)
        try:
            go_on(reading=True)
            future.set_result(question(item))
        except BaseException as exc:  # noqa: BLE001
            future.set_exception(exc)
        finally:
            asked.end()

    def answer_all() -> None:
        while True:
            try:
                item, future = unasked.popleft()
            except IndexError:
                return
            context.copy().run(answer, item, future)

    try:
        for _ in range(min(in_flight, len(items))):
            # Not an executor of the standard library: a program cannot end
            # before all threads of all executors have.
            threading.Thread(target=answer_all, daemon=True).start()
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
                unasked.clear()
                if len(work.ended) == len(work.changing):
                    break
                time.sleep(_GLANCE)
            except BaseException as exc:  # noqa: BLE001
                # A signal's handler may raise anything.
                again = exc
        if again is not None:
            raise again
