# Licensed under the Apache License, Version 2.0 (the "License"); you may
# not use this file except in compliance with the License. You may obtain
# a copy of the License at
#
#      http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS, WITHOUT
# WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the
# License for the specific language governing permissions and limitations
# under the License.

"""The file of results, and what is made of it."""

import dataclasses
import unittest

import testtools

from tests.hypervisor import cells
from tests.hypervisor import results
from tests.hypervisor import table
from tests.hypervisor import verdicts
from tests.hypervisor import words

_REBUILD = cells.Question(
    words.QCOW2, words.REBUILD, words.ALWAYS, words.MEMBER, words.REVOKED
)
_REFUSED = cells.Answer(
    400, 'ACTIVE', words.RUNS, 'Cannot find *it*', words.REFUSED
)
_STOP = dataclasses.replace(_REBUILD, operation=words.STOP)
_WORKS = cells.Answer(202, 'SHUTOFF', None, None, words.WORKS)


def _results(found: results.Cells) -> results.Results:
    return results.Results('2026-01-02', 3, {'nova': '34.0.0'}, found)


class TestFile(testtools.TestCase):
    def test_what_is_written_is_read(self) -> None:
        written = _results({_REBUILD: _REFUSED, _STOP: _WORKS})
        text = results.as_json(written)
        self.assertEqual(written, results.from_json(text))
        # A cell a line: changes can be reviewed.
        self.assertEqual(2, text.count('"operation"'))
        for line in text.splitlines():
            self.assertLessEqual(line.count('"operation"'), 1)

    def test_the_order_is_that_of_the_words_and_not_of_the_run(self) -> None:
        self.assertEqual(
            results.as_json(_results({_REBUILD: _REFUSED, _STOP: _WORKS})),
            results.as_json(_results({_STOP: _WORKS, _REBUILD: _REFUSED})),
        )

    def test_what_is_recorded_is_in_the_words(self) -> None:
        recorded = results.recorded()
        assert recorded is not None
        known = {
            value for name, value in vars(words).items() if name.isupper()
        }
        for question, answer in recorded.cells.items():
            said = {*dataclasses.astuple(question), answer.outcome}
            self.assertEqual(set(), said - known, str(question))

    def test_with_nothing_withdrawn_it_mostly_works(self) -> None:
        # What fails then is no consequence of a withdrawal: these are known.
        recorded = results.recorded()
        assert recorded is not None
        self.assertEqual(
            {
                (words.KERNEL, words.LIVE_MIGRATE, words.FAILS),
                (words.VOLUME, words.RESCUE, words.FAILS),
            },
            {
                (question.disk, question.operation, answer.outcome)
                for question, answer in recorded.cells.items()
                if question.withdrawal == words.NONE
                and answer.outcome != words.WORKS
            },
        )


class TestTable(testtools.TestCase):
    def test_the_manual_has_the_table_of_the_file(self) -> None:
        recorded = results.recorded()
        assert recorded is not None
        # python -m tests.hypervisor.table
        self.assertEqual(
            table.rst(recorded), table.PATH.read_text(encoding='utf-8')
        )

    def test_what_always_works_is_a_sentence(self) -> None:
        text = table.rst(_results({_STOP: _WORKS}))
        self.assertIn('Works in any case: stop.', text)
        self.assertNotIn('list-table', text)

    def test_what_does_not_is_a_row_that_says_how(self) -> None:
        text = table.rst(_results({_REBUILD: _REFUSED, _STOP: _WORKS}))
        self.assertIn('   * - rebuild\n', text)
        self.assertIn('     - 400: "Cannot find \\*it\\*"\n', text)


class TestVerdicts(testtools.TestCase):
    def test_a_run_is_held_to_what_is_recorded(self) -> None:
        other = dataclasses.replace(_WORKS, outcome=words.FAILS)
        for measured, recorded, whole, failures in (
            ({_STOP: _WORKS}, {_STOP: _WORKS}, True, 0),
            ({_STOP: other}, {_STOP: _WORKS}, True, 1),
            # A cell that nobody has recorded.
            ({_STOP: _WORKS}, {}, False, 1),
            # One that is not measured any more.
            ({}, {_STOP: _WORKS}, True, 1),
            ({}, {_STOP: _WORKS}, False, 0),
        ):
            result = unittest.TestResult()
            verdicts.suite(measured, recorded, whole).run(result)
            self.assertEqual(failures, len(result.failures))
            self.assertEqual([], result.errors)
