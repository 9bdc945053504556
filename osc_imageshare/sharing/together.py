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

"""Independent look-ups at the same time."""

from __future__ import annotations

import typing

from osc_imageshare.api import parallel

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_First = typing.TypeVar('_First')
_Second = typing.TypeVar('_Second')


def first_and(
    first: Callable[[], _First], others: Sequence[Callable[[], _Second]]
) -> tuple[_First, list[_Second]]:
    """Run look-ups at the same time, and return their answers.

    :raises Exception: the exception of the first one that failed.
    """
    found: list[typing.Any] = [
        answer
        for _, answer in parallel.ask(
            (first, *others), lambda look_up: look_up()
        )
    ]
    return found[0], found[1:]


def both(
    first: Callable[[], _First], second: Callable[[], _Second]
) -> tuple[_First, _Second]:
    """Run two look-ups at the same time, and return their answers.

    :raises Exception: the exception of *first*, else that of *second*.
    """
    answer, (other,) = first_and(first, [second])
    return answer, other
