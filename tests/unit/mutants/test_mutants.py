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

"""Which mutants are tried, with which tests, and what is said of them."""

import pathlib

import fixtures

from mutants import mutant
from mutants import noticed
from mutants import reach
from tests.unit import base

_PATH = 'osc_imageshare/api/urls.py'


def _mutant(name: str, kind: str = 'string', line: int = 1) -> mutant.Mutant:
    return mutant.Mutant(_PATH, name, kind, (line,), False, str)


class NameTest(base.TestCase):
    def test_it_shows_what_differs_and_a_bit_around_it(self) -> None:
        many = 'x' * 50
        for before, after, expected in (
            ('a == b', 'a != b', 'a == b -> a != b'),
            ('f(\n    a,\n  b)', 'f(\n    a)', 'f( a, b) -> f( a)'),
            ('raise x', 'pass', 'raise x -> pass'),
            (
                f'f({many}, 1, {many})',
                f'f({many}, 2, {many})',
                f'...{"x" * 28}, 1, {"x" * 28}... -> '
                f'...{"x" * 28}, 2, {"x" * 28}...',
            ),
        ):
            self.assertEqual(expected, mutant.described(before, after))

    def test_long_ones_of_the_same_beginning_differ(self) -> None:
        first, second = (
            mutant.described(f'f({"x" * 200}{end})', 'pass') for end in 'ab'
        )
        self.assertNotEqual(first, second)

    def test_those_of_the_same_name_are_numbered(self) -> None:
        apart = mutant.told_apart(map(_mutant, ['a', 'b', 'a', 'a']))
        self.assertEqual(
            ['a', 'b', 'a #2', 'a #3'], [one.name for one in apart]
        )


class SampleTest(base.TestCase):
    def names(self, *mutants: mutant.Mutant, number: int = 6) -> set[str]:
        return {one.name for one in mutant.sample(mutants, number)}

    def setUp(self) -> None:
        super().setUp()
        self.strings = [_mutant(f's{n}') for n in range(40)]
        self.conditions = [_mutant(f'c{n}', 'condition') for n in range(4)]

    def test_each_kind_of_change_has_its_turn(self) -> None:
        found = self.names(*self.strings, *self.conditions)
        self.assertEqual(3, len({name for name in found if name[0] == 'c'}))
        self.assertEqual(6, len(found))

    def test_the_order_of_the_module_does_not_count(self) -> None:
        self.assertEqual(
            self.names(*self.strings, *self.conditions),
            self.names(*self.conditions, *reversed(self.strings)),
        )

    def test_a_mutant_that_comes_moves_one_other_at_most(self) -> None:
        before = self.names(*self.strings, *self.conditions)
        for number in range(40):
            more = _mutant(f'new{number}')
            after = self.names(more, *self.strings, *self.conditions)
            self.assertLessEqual(len(before - after), 1)

    def test_there_may_be_fewer(self) -> None:
        self.assertEqual({'c0'}, self.names(self.conditions[0]))


class ReachTest(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.own = 'tests.unit.api.test_urls.X.test_a'
        self.quick = 'tests.unit.api.test_rest.X.test_z'
        self.slow = 'tests.unit.api.test_rest.X.test_a'
        self.other = 'tests.unit.usage.test_risk.X.test_a'
        seconds = dict.fromkeys(
            (self.own, self.quick, self.slow, self.other), 0.1
        )
        self.reach = reach.Reach(
            seconds,
            {
                _PATH: {
                    1: [],
                    2: [self.slow, self.quick, self.own],
                    3: [self.other],
                },
                'osc_imageshare/text.py': {1: [self.slow]},
            },
            [],
        )

    def reaching(
        self, *lines: int, on_import: bool = False, known: str | None = None
    ) -> list[str]:
        return self.reach.tests_of(
            mutant.Mutant(_PATH, 'x', 'string', lines, on_import, str), known
        )

    def test_the_nearest_tests_come_first(self) -> None:
        self.assertEqual(
            [self.own, self.quick, self.slow, self.other], self.reaching(2, 3)
        )

    def test_only_those_are_run_that_reach_a_line_of_it(self) -> None:
        self.assertEqual([self.other], self.reaching(3, 4))

    def test_what_is_executed_on_import_is_reached_by_all(self) -> None:
        for line in 1, 7:
            self.assertEqual(4, len(self.reaching(line, on_import=True)))
            self.assertEqual([], self.reaching(line))

    def test_the_modules_own_tests_may_only_read_it(self) -> None:
        self.assertEqual(
            [self.own, self.other], self.reaching(3, on_import=True)
        )

    def test_the_test_that_is_known_to_notice_is_run_first(self) -> None:
        self.assertEqual(
            [self.slow, self.own, self.quick],
            self.reaching(2, known=self.slow),
        )

    def test_one_that_is_gone_is_not_run(self) -> None:
        self.assertEqual([self.other], self.reaching(3, known='gone'))


class ListTest(base.TestCase):
    def test_it_is_compared_with_what_is_noticed_now(self) -> None:
        difference = noticed.compared(
            {'kept': 'x', 'lost': 'y', 'won': None, 'not': None, 'gone': 'z'},
            {'kept': 'w', 'lost': None, 'won': 'x', 'not': None, 'new': 'x'},
        )
        self.assertEqual(
            noticed.Difference({'lost': 'y'}, ['won'], ['new'], ['gone']),
            difference,
        )

    def test_it_is_read_as_it_was_written(self) -> None:
        directory = self.useFixture(fixtures.TempDir()).path
        path = pathlib.Path(directory, 'noticed.json')
        self.assertEqual({}, noticed.read(path))
        listed: noticed.Noticed = {'b.py': {'x': 'y', 'z': None}, 'a.py': {}}
        noticed.write(listed, {'on': 'a day'}, path)
        self.assertEqual(listed, noticed.read(path))
