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
import typing
import unittest

from osc_imageshare.usage import risk
from tests.unit import base

_RESULTS = pathlib.Path(__file__).parents[2] / 'hypervisor' / 'results.json'

_Cell = dict[str, typing.Any]

_OF_IMAGE = (risk.SERVER, risk.FROM_IMAGE)
_ANYBODY = (risk.PROJECT, None)

#: A disk in the file -> what a server with such a disk is to the images that
#: are withdrawn.
_CONSUMERS: dict[str, tuple[tuple[str, str | None], ...]] = {
    risk.QCOW2: (_OF_IMAGE, _ANYBODY),
    risk.FLAT: (_OF_IMAGE, _ANYBODY),
    # The kernel and the ramdisk are withdrawn as well.
    risk.KERNEL: (_OF_IMAGE, (risk.SERVER, risk.FROM_KERNEL), _ANYBODY),
    'kernel-main': (_OF_IMAGE, _ANYBODY),
    risk.VOLUME_DISK: ((risk.SERVER, risk.FROM_VOLUME), _ANYBODY),
}

_WORKS = 'works'
_NONE = 'none'


def _rules(disk: str) -> list[risk.Rule]:
    return [rule for key in _CONSUMERS[disk] for rule in risk.RULES[key]]


def _applies(rule: risk.Rule, cell: _Cell) -> bool:
    """Tell whether a rule says how the operation of a cell ends."""
    return (
        rule.operation == cell['operation']
        and cell['withdrawal'] in rule.withdrawals
        and rule.condition in (risk.ALWAYS, cell['condition'])
    )


def _named(cell: _Cell) -> str:
    keys = ('disk', 'operation', 'condition', 'by', 'withdrawal', 'outcome')
    return ', '.join(str(cell[key]) for key in keys)


def uncovered(cells: list[_Cell]) -> list[str]:
    """Return the cells of which no rule says that they end so.

    What does not work with nothing withdrawn either is no withdrawal's.
    """
    same = ('disk', 'operation', 'condition', 'by')
    healthy = {
        tuple(cell[key] for key in same): cell['outcome'] == _WORKS
        for cell in cells
        if cell['withdrawal'] == _NONE
    }
    return [
        _named(cell)
        for cell in cells
        if cell['withdrawal'] != _NONE
        and cell['outcome'] != _WORKS
        and healthy.get(tuple(cell[key] for key in same), True)
        and not any(
            _applies(rule, cell) and rule.outcome == cell['outcome']
            for rule in _rules(cell['disk'])
        )
    ]


def contradicted(cells: list[_Cell]) -> list[str]:
    """Return the cells that work although a rule says that they do not.

    A rule with a condition speaks of the disks only with which it was seen.
    """
    return [
        _named(cell)
        for cell in cells
        if cell['outcome'] == _WORKS
        and any(
            _applies(rule, cell)
            and (rule.condition == risk.ALWAYS or cell['disk'] in rule.seen)
            for rule in _rules(cell['disk'])
        )
    ]


def unseen(cells: list[_Cell]) -> list[str]:
    """Return the rules that were seen, as they say, and are in no cell."""
    there = {
        (c['disk'], c['operation'], c['condition'], c['withdrawal'])
        for c in cells
    }
    return [
        ', '.join((disk, rule.operation, rule.condition, withdrawal))
        for rules in risk.RULES.values()
        for rule in rules
        for disk in rule.seen
        for withdrawal in rule.withdrawals
        if (disk, rule.operation, rule.condition, withdrawal) not in there
    ]


def cell(
    operation: str,
    withdrawal: str,
    outcome: str,
    condition: str = risk.ALWAYS,
    disk: str = risk.QCOW2,
) -> _Cell:
    return {
        'disk': disk,
        'operation': operation,
        'condition': condition,
        'by': 'member',
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
            ([cell('evacuate', risk.REVOKED, risk.ERROR)], 1),
            # It never works.
            (
                [
                    cell('snapshot', _NONE, risk.FAILS),
                    cell('snapshot', risk.REVOKED, risk.FAILS),
                ],
                0,
            ),
            (
                [
                    cell('snapshot', _NONE, _WORKS),
                    cell('snapshot', risk.REVOKED, risk.FAILS),
                ],
                1,
            ),
        ]
        for cells, count in table:
            self.assertEqual(count, len(uncovered(cells)), str(cells))

    def test_what_works_contradicts_a_rule_that_it_does_not(self) -> None:
        after, own = risk.AFTER_UNSHELVE, risk.OWN_HOST_LACKS
        table = [
            (cell('rebuild', risk.REVOKED, _WORKS), 1),
            (cell('rebuild', _NONE, _WORKS), 0),
            (cell('rescue', risk.DEACTIVATED, _WORKS), 0),
            (cell('resize', risk.REVOKED, _WORKS), 0),
            (cell('resize', risk.REVOKED, _WORKS, after), 1),
            # Flat disks have no base to lack.
            (cell('start', risk.REVOKED, _WORKS, own, risk.FLAT), 0),
        ]
        for one, count in table:
            self.assertEqual(count, len(contradicted([one])), _named(one))

    def test_what_a_rule_has_seen_is_looked_for(self) -> None:
        everything = unseen([])
        self.assertIn('qcow2, rebuild, , deleted', everything)
        seen = cell('rebuild', risk.DELETED, risk.REFUSED)
        self.assertEqual(
            {'qcow2, rebuild, , deleted'},
            set(everything) - set(unseen([seen])),
        )


@unittest.skipUnless(_RESULTS.exists(), 'not run on hypervisors so far')
class ResultsTest(base.TestCase):
    """The file of the last run on real hypervisors."""

    def setUp(self) -> None:
        super().setUp()
        self.cells = json.loads(_RESULTS.read_text())['cells']

    def test_every_rule_that_was_seen_has_its_cells(self) -> None:
        self.assertEqual([], unseen(self.cells))

    def test_whatever_does_not_work_is_said_by_a_rule(self) -> None:
        self.assertEqual([], uncovered(self.cells))

    def test_nothing_works_that_a_rule_says_breaks(self) -> None:
        self.assertEqual([], contradicted(self.cells))
