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

import typing

from osc_imageshare.commands import columns
from tests.unit import base

_EVIL = 'web\x1b[2J\n'
_HARMLESS = 'web\\x1b[2J\\n'


class CellTest(base.TestCase):
    def test_people_read_a_line_each(self) -> None:
        table: list[tuple[object, str]] = [
            (None, 'unknown'),
            ('text', 'text'),
            ('', ''),
            (0, '0'),
            (True, 'True'),
            ([], ''),
            (['a', 'b'], 'a\nb'),
            (('a', 'b'), 'a\nb'),
            (
                [
                    {'type': 'server', 'id': '1', 'name': '', 'status': 'OK'},
                    {'type': 'volume', 'id': '2', 'name': 'x', 'status': ''},
                ],
                'server 1 OK\nvolume 2 x',
            ),
            (_EVIL, _HARMLESS),
            ([_EVIL], _HARMLESS),
            ([{'name': _EVIL}], _HARMLESS),
        ]
        for value, expected in table:
            self.assertEqual(
                expected, columns.Cell(value, 'table').human_readable()
            )

    def test_what_is_not_there_may_be_called_otherwise(self) -> None:
        cell = columns.Cell(None, 'table', absent='-')
        self.assertEqual('-', cell.human_readable())

    def test_scripts_read_what_is_true(self) -> None:
        values: list[object] = [
            None,
            0,
            True,
            '',
            [],
            _EVIL,
            [_EVIL],
            [{'name': _EVIL, 'status': None}],
        ]
        for form in 'json', 'yaml':
            for value in values:
                self.assertEqual(
                    value, columns.Cell(value, form).machine_readable()
                )

    def test_formats_that_do_not_quote_get_harmless_text(self) -> None:
        table: list[tuple[typing.Any, typing.Any]] = [
            (7, 7),
            (_EVIL, _HARMLESS),
            ([_EVIL, 1], [_HARMLESS, 1]),
            ([{'name': _EVIL}], [{'name': _HARMLESS}]),
        ]
        for form in 'csv', 'value':
            for value, expected in table:
                self.assertEqual(
                    expected, columns.Cell(value, form).machine_readable()
                )

    def test_null_is_a_word_wherever_it_is_not_null(self) -> None:
        table = {
            'json': (None, None),
            'yaml': (None, None),
            'csv': ('unknown', '-'),
            'value': ('unknown', '-'),
        }
        for form, expected in table.items():
            self.assertEqual(
                expected,
                (
                    columns.Cell(None, form).machine_readable(),
                    columns.Cell(None, form, '-').machine_readable(),
                ),
                form,
            )

    def test_numbers_sort_as_numbers_and_null_comes_last(self) -> None:
        for values in ([None, 10, 9, 0], [None, 'b', 'a'], [['b'], ['a']]):
            ordered = sorted(columns.Cell(v, 'json') for v in values)
            self.assertEqual(
                list(reversed(values)), [c.machine_readable() for c in ordered]
            )

    def test_cells_of_equal_values_are_equal(self) -> None:
        self.assertEqual(columns.Cell(1, 'json'), columns.Cell(1, 'json'))
        self.assertNotEqual(columns.Cell(1, 'json'), columns.Cell(2, 'json'))

    def test_only_cells_can_be_compared(self) -> None:
        self.assertRaises(
            TypeError, lambda: columns.Cell(1, 'json') < object()
        )
