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

Knows how many requests may be in flight and nothing of what they ask.
"""

from __future__ import annotations

import concurrent.futures
import typing

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

#: Requests in flight at the most. A session keeps ten connections open to a
#: service (urllib3's default); more would open and drop them all the time.
IN_FLIGHT = 8

_Item = typing.TypeVar('_Item')
_Answer = typing.TypeVar('_Answer')

Progress = typing.Callable[[int, int], object]


def ask(
    items: Sequence[_Item],
    question: Callable[[_Item], _Answer],
    progress: Progress | None = None,
    in_flight: int = IN_FLIGHT,
) -> Iterator[tuple[_Item, _Answer]]:
    """Yield each item with its answer, in the order of the items.

    Leaving early, by an error or an interruption, cancels what has not begun
    and waits for what has: nothing goes on behind the back of whoever then
    looks what is true.

    :param progress: called with the number of answers so far and of items.
    :raises Exception: what *question* raised for the first item it failed on.
    """
    if len(items) == 1:
        yield items[0], question(items[0])
        return
    pool = concurrent.futures.ThreadPoolExecutor(in_flight)
    try:
        asked = [pool.submit(question, item) for item in items]
        for done, (item, future) in enumerate(
            zip(items, asked, strict=True), start=1
        ):
            yield item, future.result()
            if progress is not None:
                progress(done, len(items))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
