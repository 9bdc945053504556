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

"""Many questions at once, and answers in order."""

from __future__ import annotations

import concurrent.futures
import threading

import fixtures

from osc_imageshare.api import parallel
from osc_imageshare import errors
from tests.unit import base


class AskTest(base.TestCase):
    def test_answers_come_in_the_order_of_the_items(self) -> None:
        answered = {name: threading.Event() for name in 'abc'}

        def backwards(item: str) -> str:
            """Answer after the next item has been answered."""
            if item != 'c':
                self.assertTrue(answered[chr(ord(item) + 1)].wait(60))
            answered[item].set()
            return item.upper()

        self.assertEqual(
            [('a', 'A'), ('b', 'B'), ('c', 'C')],
            list(parallel.ask('abc', backwards)),
        )

    def test_so_many_are_in_flight_and_no_more(self) -> None:
        together = base.Together(parallel.IN_FLIGHT)
        items = range(3 * parallel.IN_FLIGHT)
        answers = parallel.ask(items, lambda _: together())
        self.assertEqual(len(items), len(list(answers)))
        self.assertEqual(parallel.IN_FLIGHT, together.most)

    def test_fewer_may_be_asked_for(self) -> None:
        asked: list[int] = []
        for item, _ in parallel.ask(range(20), asked.append, in_flight=1):
            self.assertIn(item, asked)
        self.assertEqual(list(range(20)), asked)

    def test_progress_counts_the_answers(self) -> None:
        shown: list[tuple[int, int]] = []
        list(parallel.ask('abc', str, lambda *seen: shown.append(seen)))
        self.assertEqual([(1, 3), (2, 3), (3, 3)], shown)

    def test_nothing_is_asked_about_nothing(self) -> None:
        shown: list[tuple[int, int]] = []
        self.assertEqual(
            [], list(parallel.ask('', str, lambda *seen: shown.append(seen)))
        )
        self.assertEqual([], shown)

    def test_an_error_ends_it_where_its_item_stands(self) -> None:
        def question(item: str) -> str:
            if item == 'b':
                raise ValueError(item)
            return item

        answers = parallel.ask('abc', question)
        self.assertEqual(('a', 'a'), next(answers))
        self.assertRaises(ValueError, next, answers)

    def test_leaving_early_waits_for_changes_and_begins_no_more(
        self,
    ) -> None:
        leaving = threading.Event()
        self.useFixture(
            fixtures.MonkeyPatch('time.sleep', lambda _: leaving.set())
        )
        begun: list[int] = []
        ended: list[int] = []

        def question(item: int) -> None:
            begun.append(item)
            parallel.go_on()
            if item:
                self.assertTrue(leaving.wait(60))
            ended.append(item)

        answers = parallel.ask(range(100), question, in_flight=2)
        next(answers)
        # The other thread, or both, are about to answer.
        while len(begun) < 2:
            leaving.wait(0.01)
        answers.close()  # type: ignore[attr-defined]
        self.assertEqual(sorted(begun), sorted(ended))
        self.assertLessEqual(len(begun), 3)

    def test_leaving_early_leaves_what_reads_behind(self) -> None:
        answered = threading.Event()
        reading = threading.Barrier(3)
        cancelled: list[int] = []

        def question(item: int) -> None:
            parallel.go_on(reading=True)
            reading.wait(60)
            if item:
                self.assertTrue(answered.wait(60))
                try:
                    parallel.go_on()
                except concurrent.futures.CancelledError:
                    cancelled.append(item)
                reading.wait(60)

        answers = parallel.ask(range(3), question)
        next(answers)
        answers.close()  # type: ignore[attr-defined]
        self.assertEqual([], cancelled)
        # What is answered then changes nothing any more.
        answered.set()
        reading.wait(60)
        self.assertEqual([1, 2], sorted(cancelled))

    def test_no_interruption_keeps_it_from_waiting(self) -> None:
        impatient = threading.Event()
        interruptions = [
            KeyboardInterrupt(),
            # What a program raises in the handler of its own.
            SystemExit(1),
            errors.Terminated(),
        ]

        def sleep(duration: float) -> None:
            if interruptions:
                raise interruptions.pop()
            impatient.set()

        self.useFixture(fixtures.MonkeyPatch('time.sleep', sleep))
        ended: list[int] = []
        together = threading.Barrier(3)

        def question(item: int) -> None:
            parallel.go_on()
            # What has not begun is not waited for.
            together.wait(60)
            if item:
                self.assertTrue(impatient.wait(60))
            ended.append(item)

        answers = parallel.ask(range(3), question)
        next(answers)
        self.assertRaises(
            KeyboardInterrupt,
            answers.close,  # type: ignore[attr-defined]
        )
        self.assertEqual([0, 1, 2], sorted(ended))

    def test_an_interruption_while_the_first_begins_waits_for_it(self) -> None:
        begun = threading.Event()
        leaving = threading.Event()
        self.addCleanup(leaving.set)

        class Thread(threading.Thread):
            def start(self) -> None:
                """Be interrupted before the return."""
                super().start()
                begun.wait(60)
                raise KeyboardInterrupt()

        self.useFixture(
            fixtures.MonkeyPatch('time.sleep', lambda _: leaving.set())
        )
        ended: list[str] = []

        def question(item: str) -> None:
            parallel.go_on()
            begun.set()
            self.assertTrue(leaving.wait(60))
            ended.append(item)

        answers = parallel.ask('ab', question)
        with fixtures.MonkeyPatch('threading.Thread', Thread):
            self.assertRaises(KeyboardInterrupt, list, answers)
        self.assertEqual(['a'], ended)
