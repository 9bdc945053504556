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

"""The table, as people, the manual and programs get it."""

import json
import pathlib

from bench import figures
from bench import report
from bench import timing
from tests.unit import base

FASTER = figures.Figure(
    name='share',
    work='Share',
    against='a loop',
    unit=figures.TIMES,
    measured=timing.Spread(5.26, 4.9, 5.51),
    goal='≥ 4 times',
    reached=True,
    requests=10,
    requests_against=31,
)
LOOPED = figures.Figure(
    name='list',
    work='List',
    against='a loop of `image list --shared`',
    unit=figures.TIMES,
    measured=timing.Spread(91.4, 88.8, 95.2),
    goal='≥ 100 times',
    reached=False,
    requests=1005,
    requests_against=5003,
    extrapolated='20 of 1000 turns timed',
)
_MANUAL = pathlib.Path(report.__file__).parents[1] / 'doc/source/user'

LONGER = figures.Figure(
    name='installed',
    work='server list',
    against='without',
    unit=figures.PERCENT,
    measured=timing.Spread(0.31, -0.2, 0.8),
)


class ReportTest(base.TestCase):
    def test_a_row_says_what_was_measured_and_what_was_wanted(self) -> None:
        cases = (
            (
                FASTER,
                'a loop',
                '5.3 times faster (4.9 to 5.5)',
                '≥ 4 times',
                'yes',
                '10 : 31',
            ),
            (
                LOOPED,
                'a loop of `image list --shared` (20 of 1000 turns timed)',
                '91 times faster (89 to 95)',
                '≥ 100 times',
                'no',
                '1005 : ≈ 5003',
            ),
            (LONGER, 'without', '+0.3 % longer (-0.2 to +0.8)', '', '', ''),
        )
        for figure, *cells in cases:
            (row,) = report.rows([figure])
            self.assertEqual((figure.work, *cells), row)

    def test_the_table_of_the_manual_has_every_cell_on_a_line(self) -> None:
        lines = report.rst([FASTER, LONGER]).splitlines()
        self.assertEqual(3, sum(line.startswith('   * - ') for line in lines))
        self.assertEqual(
            3 * (len(report.HEADERS) - 1),
            # An empty cell keeps its mark.
            sum(line.startswith('     -') for line in lines),
        )
        self.assertIn('     - 5.3 times faster (4.9 to 5.5)', lines)

    def test_a_command_is_literal_in_the_manual_alone(self) -> None:
        self.assertIn(
            '     - a loop of ``image list --shared`` (20 of',
            report.rst([LOOPED]),
        )
        self.assertNotIn('`', report.text([LOOPED]))

    def test_the_manual_has_what_its_record_says(self) -> None:
        kept = report.from_json((_MANUAL / 'performance.json').read_text())
        found = [figure for each in kept.values() for figure in each.figures]
        for name, written in (
            ('performance.inc', report.rst(found)),
            ('performance.txt', report.text(found)),
        ):
            self.assertEqual((_MANUAL / name).read_text(), written, name)
        # An option outside a literal would be printed with a dash.
        for cell in (*(f.work for f in found), *(f.against for f in found)):
            self.assertNotIn('--', ''.join(cell.split('`')[::2]))

    def test_the_terminal_gets_the_same_rows(self) -> None:
        self.assertIn('5.3 times faster', report.text([FASTER]))

    def test_programs_get_all_there_is(self) -> None:
        found = {'list': figures.Compared(figures.QUICK, [LOOPED])}
        record = json.loads(report.as_json(found))['list']
        self.assertEqual(figures.QUICK.looped, record['plan']['looped'])
        (figure,) = record['figures']
        self.assertEqual(91.4, figure['measured']['median'])
        self.assertIs(False, figure['reached'])

    def test_what_was_written_can_be_kept(self) -> None:
        found = {
            'share': figures.Compared(figures.Plan(), [FASTER]),
            'list': figures.Compared(figures.QUICK, [LOOPED, LONGER]),
        }
        self.assertEqual(found, report.from_json(report.as_json(found)))
