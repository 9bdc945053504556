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

"""Every fault at every request of every command."""

import re
import typing

from tests.faults import matrix as matrix_
from tests.faults import scenarios
from tests.functional import base


class TestFaults(base.TestCase):
    """A test for each scenario."""

    SUITE = 'faults'

    def check(self, turn: int) -> None:
        matrix = matrix_.Matrix(self, scenarios.SCENARIOS[turn])
        for case in self.cases(matrix, turn):
            matrix.run(case)
        told = matrix.report(self.SUITE)
        self.assertEqual([], matrix.broken, told)

    def cases(
        self, matrix: matrix_.Matrix, turn: int
    ) -> typing.Iterable[matrix_.Case]:
        return matrix.all(turn)


def _named(turn: int, name: str) -> None:
    def test(self: TestFaults) -> None:
        self.check(turn)

    name = f'test_{re.sub("[^a-z]+", "_", name)}'
    setattr(TestFaults, name, test)


for _turn, _scenario in enumerate(scenarios.SCENARIOS):
    _named(_turn, _scenario.name)
