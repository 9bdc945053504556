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

"""The rules of what breaks, held to what was seen on real hypervisors.

``tests/hypervisor/results.json`` has a cell for each operation, as it ended
with nothing withdrawn and after each withdrawal.
"""

from __future__ import annotations

import json
import pathlib
import unittest

from osc_imageshare.usage import risk
from tests.unit import base
from tests.unit.usage import measured

_RESULTS = pathlib.Path(__file__).parents[2] / 'hypervisor' / 'results.json'


def cell(
    operation: str,
    withdrawal: str,
    outcome: str,
    condition: str = risk.ALWAYS,
    disk: str = risk.QCOW2,
    by: str = 'member',
) -> measured.Cell:
    return {
        'disk': disk,
        'operation': operation,
        'condition': condition,
        'by': by,
        'withdrawal': withdrawal,
        'outcome': outcome,
    }


class ComparisonTest(base.TestCase):
    """The comparison itself, on files of a few cells."""

    def test_what_does_not_work_needs_a_rule_that_says_so(self) -> None:
        after = risk.AFTER_UNSHELVE
        table = [
            # cells, how many of them no rule covers
            ([cell('rebuild', risk.REVOKED, risk.REFUSED)], 0),
            ([cell('rebuild', risk.REVOKED, risk.ERROR)], 1),
            ([cell('snapshot', risk.REVOKED, risk.FAILS)], 1),
            ([cell('resize', risk.REVOKED, risk.ERROR)], 1),
            ([cell('resize', risk.REVOKED, risk.ERROR, after)], 0),
            (
                [
                    cell(
                        *('evacuate', risk.REVOKED, risk.ERROR),
                        by='administrator',
                    )
                ],
                1,
            ),
            # That is what may heal it.
            (
                [
                    cell(
                        measured.REBOOT,
                        risk.REVOKED,
                        risk.ERROR,
                        measured.RESIZED,
                    )
                ],
                0,
            ),
            (
                [
                    cell(
                        *(measured.REBOOT, risk.DELETED, risk.ERROR),
                        by='administrator',
                    )
                ],
                0,
            ),
            # A server of a snapshot is rescued with the image.
            (
                [
                    cell(
                        'rescue',
                        risk.DEACTIVATED,
                        risk.ERROR,
                        measured.SNAPSHOT,
                    )
                ],
                0,
            ),
            (
                [
                    cell(
                        'start',
                        risk.DEACTIVATED,
                        risk.ERROR,
                        measured.SNAPSHOT,
                    )
                ],
                1,
            ),
            # It never works.
            (
                [
                    cell('snapshot', measured.NONE, risk.FAILS),
                    cell('snapshot', risk.REVOKED, risk.FAILS),
                ],
                0,
            ),
            (
                [
                    cell('snapshot', measured.NONE, measured.WORKS),
                    cell('snapshot', risk.REVOKED, risk.FAILS),
                ],
                1,
            ),
        ]
        for cells, count in table:
            self.assertEqual(count, len(measured.uncovered(cells)), str(cells))

    def test_what_works_contradicts_a_rule_that_it_does_not(self) -> None:
        after, own = risk.AFTER_UNSHELVE, risk.OWN_HOST_LACKS
        table = [
            (cell('rebuild', risk.REVOKED, measured.WORKS), 1),
            (cell('rebuild', measured.NONE, measured.WORKS), 0),
            (cell('rescue', risk.DEACTIVATED, measured.WORKS), 0),
            (cell('resize', risk.REVOKED, measured.WORKS), 0),
            (cell('resize', risk.REVOKED, measured.WORKS, after), 1),
            # It is made of another image by then.
            (
                cell(
                    *('rescue', risk.REVOKED, measured.WORKS),
                    'after a rebuild from another image',
                ),
                0,
            ),
            # Flat disks have no base to lack.
            (cell('start', risk.REVOKED, measured.WORKS, own, risk.FLAT), 0),
        ]
        for one, count in table:
            self.assertEqual(
                count, len(measured.contradicted([one])), measured.named(one)
            )

    def test_what_a_rule_has_seen_is_looked_for(self) -> None:
        everything = measured.unseen([])
        self.assertIn('qcow2, rebuild, , deleted', everything)
        seen = cell('rebuild', risk.DELETED, risk.REFUSED)
        self.assertEqual(
            {'qcow2, rebuild, , deleted'},
            set(everything) - set(measured.unseen([seen])),
        )

    def test_a_remedy_heals_what_it_is_said_to(self) -> None:
        own, by = risk.OWN_HOST_LACKS, 'administrator'
        table = [
            (
                cell(
                    measured.REBOOT,
                    risk.REVOKED,
                    measured.WORKS,
                    measured.UNSHELVED,
                ),
                0,
            ),
            (
                cell(
                    measured.REBOOT,
                    risk.REVOKED,
                    risk.ERROR,
                    measured.UNSHELVED,
                ),
                1,
            ),
            (
                cell(
                    measured.REBOOT,
                    risk.DEACTIVATED,
                    risk.ERROR,
                    measured.RESIZED,
                ),
                0,
            ),
            (cell(measured.REBOOT, risk.DELETED, risk.ERROR, own, by=by), 0),
            (
                cell(
                    measured.REBOOT, risk.DELETED, measured.WORKS, own, by=by
                ),
                1,
            ),
            (cell(measured.REBOOT, measured.NONE, risk.ERROR, own, by=by), 0),
        ]
        for one, count in table:
            self.assertEqual(
                count, len(measured.misjudged([one])), measured.named(one)
            )


@unittest.skipUnless(_RESULTS.exists(), 'not run on hypervisors so far')
class ResultsTest(base.TestCase):
    """The file of the last run on real hypervisors."""

    def setUp(self) -> None:
        super().setUp()
        self.cells = json.loads(_RESULTS.read_text())['cells']

    def test_every_rule_that_was_seen_has_its_cells(self) -> None:
        self.assertEqual([], measured.unseen(self.cells))

    def test_whatever_does_not_work_is_said_by_a_rule(self) -> None:
        self.assertEqual([], measured.uncovered(self.cells))

    def test_nothing_works_that_a_rule_says_breaks(self) -> None:
        self.assertEqual([], measured.contradicted(self.cells))

    def test_every_remedy_heals_what_it_is_said_to(self) -> None:
        self.assertEqual([], measured.misjudged(self.cells))
