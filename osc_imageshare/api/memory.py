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

"""What was answered once, for all who ask for it at the same time."""

from __future__ import annotations

import threading
import typing

from osc_imageshare import errors

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Hashable

_Answer = typing.TypeVar('_Answer')


class Memory:
    """Answers by key; errors of a service are remembered as well."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._locks: dict[Hashable, threading.Lock] = {}
        self._answers: dict[Hashable, typing.Any] = {}

    def ask(self, key: Hashable, ask: Callable[[], _Answer]) -> _Answer:
        """Return an answer; the first who wants it asks, and others wait.

        :raises errors.ServiceError: whenever it was raised the first time.
        """
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._answers:
                try:
                    self._answers[key] = ask()
                except errors.ServiceError as exc:
                    self._answers[key] = exc
        answer = self._answers[key]
        if isinstance(answer, errors.ServiceError):
            raise answer
        return typing.cast(_Answer, answer)
