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

"""Each cell as a test: what was measured is what the file of results says."""

from __future__ import annotations

from collections.abc import Mapping
import unittest

from tests.hypervisor import cells

Cells = Mapping[cells.Question, cells.Answer]


class Cell(unittest.TestCase):
    """One cell; the measuring is done already."""

    def __init__(
        self,
        question: cells.Question,
        measured: cells.Answer | None,
        recorded: cells.Answer | None,
    ) -> None:
        super().__init__('test_it_is_as_recorded')
        self._question = question
        self._measured = measured
        self._recorded = recorded

    def id(self) -> str:
        return str(self._question)

    __str__ = id

    def test_it_is_as_recorded(self) -> None:
        if self._measured is None:
            self.fail(f'not measured any more; recorded: {self._recorded}')
        if self._recorded is None:
            self.fail(f'not recorded; measured: {self._measured}')
        if self._measured != self._recorded:
            self.fail(
                f'recorded: {self._recorded}\nmeasured: {self._measured}'
            )


class Told(unittest.TestCase):
    """A story that could not be told, and why."""

    def __init__(self, title: str, error: str) -> None:
        super().__init__('test_it_is_told_to_its_end')
        self._title = title
        self._error = error

    def id(self) -> str:
        return self._title

    __str__ = id

    def test_it_is_told_to_its_end(self) -> None:
        self.fail(self._error)


def suite(measured: Cells, recorded: Cells, whole: bool) -> unittest.TestSuite:
    """Return a test for each cell.

    :param whole: whether everything was measured, so that a cell that was not
        is one too few.
    """
    questions = {*measured, *(recorded if whole else ())}
    return unittest.TestSuite(
        Cell(question, measured.get(question), recorded.get(question))
        for question in sorted(questions, key=str)
    )
