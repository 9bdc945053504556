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

"""The list of mutations fits the package and its tests.

To run them takes minutes; a change of the package that leaves one behind is
noticed here.
"""

import ast
import collections
import pathlib
import unittest

import testtools

from mutations import change
from mutations import changes
from mutations import command
from tests.unit import base

_ROOT = pathlib.Path(__file__).parents[3]


class ListTest(base.TestCase):
    def test_every_change_can_be_made(self) -> None:
        impossible = []
        for one in changes.CHANGES:
            true = (_ROOT / one.path).read_text(encoding='utf-8')
            try:
                ast.parse(command.changed(true, one))
            except (command.Broken, SyntaxError) as exc:
                impossible.append(f'{one.name}: {exc}')
        self.assertEqual([], impossible)

    def test_every_change_has_a_name_of_its_own(self) -> None:
        times = collections.Counter(one.name for one in changes.CHANGES)
        self.assertEqual([], [name for name in times if times[name] > 1])

    def test_each_is_noticed_by_tests_that_there_are(self) -> None:
        missing = []
        for one in changes.CHANGES:
            if not one.tests:
                missing.append(f'{one.name}: nothing')
            for test in one.tests:
                loader = unittest.TestLoader()
                found = loader.loadTestsFromName(test)
                # A class would be found as well, but single tests are run.
                ids = [t.id() for t in testtools.iterate_tests(found)]
                if loader.errors or ids != [test]:
                    missing.append(f'{one.name}: {test}')
        self.assertEqual([], missing)


class ChangedTest(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.change = change.Change('x', 'x.py', 'if a:', 'if b:', ())

    def test_one_place_is_replaced(self) -> None:
        self.assertEqual(
            'x\nif b:\n', command.changed('x\nif a:\n', self.change)
        )

    def test_a_place_that_is_missing_or_one_of_several_is_none(self) -> None:
        for text in '', 'if  a:', 'if a:\nif a:\n':
            self.assertRaises(
                command.Broken, command.changed, text, self.change
            )
