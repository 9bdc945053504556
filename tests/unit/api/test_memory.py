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

import functools
import threading

from osc_imageshare.api import memory
from osc_imageshare.api import parallel
from osc_imageshare import errors
from tests.unit import base


class MemoryTest(base.TestCase):
    def test_each_thing_is_asked_once(self) -> None:
        answers = iter(range(5))
        found = memory.Memory()
        for key, answer in ('a', 0), ('b', 1), ('a', 0):
            self.assertEqual(
                answer, found.ask(key, functools.partial(next, answers))
            )

    def test_others_wait_for_the_first(self) -> None:
        asked = []
        begun, others = threading.Event(), threading.Barrier(4)
        found = memory.Memory()

        def question() -> int:
            asked.append(1)
            begun.set()
            # All the others have asked by now, or are about to.
            others.wait(60)
            return 5

        def ask(number: int) -> int:
            if number:
                begun.wait(60)
                others.wait(60)
            return found.ask('key', question)

        answers = [one for _, one in parallel.ask(range(4), ask)]
        self.assertEqual([5] * 4, answers)
        self.assertEqual([1], asked)

    def test_an_error_of_a_service_is_an_answer(self) -> None:
        asked = []

        def question() -> None:
            asked.append(1)
            raise errors.ServiceError('It failed.', status=500)

        found = memory.Memory()
        for _ in range(2):
            exc = self.assertRaises(
                errors.ServiceError, found.ask, 'key', question
            )
            self.assertEqual(500, exc.status)
        self.assertEqual([1], asked)

    def test_what_is_interrupted_is_asked_again(self) -> None:
        def interrupted() -> None:
            raise KeyboardInterrupt

        found = memory.Memory()
        self.assertRaises(KeyboardInterrupt, found.ask, 'key', interrupted)
        self.assertEqual(5, found.ask('key', lambda: 5))
