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

"""The rules of what breaks beside what was measured on hypervisors.

Pure functions over the cells of a file of results; each returns what does not
fit, named.
"""

from __future__ import annotations

import typing

from osc_imageshare.usage import risk

Cell = dict[str, typing.Any]

WORKS = 'works'
NONE = 'none'

_OF_IMAGE = (risk.SERVER, risk.FROM_IMAGE)
_ANYBODY = (risk.PROJECT, None)
_KERNEL_MAIN = 'kernel-main'

#: A disk in the file -> what a server with such a disk is to the images that
#: are withdrawn.
_CONSUMERS: dict[str, tuple[tuple[str, str | None], ...]] = {
    risk.QCOW2: (_OF_IMAGE, _ANYBODY),
    risk.FLAT: (_OF_IMAGE, _ANYBODY),
    # The kernel and the ramdisk are withdrawn as well.
    risk.KERNEL: (_OF_IMAGE, (risk.SERVER, risk.FROM_KERNEL), _ANYBODY),
    _KERNEL_MAIN: (_OF_IMAGE, _ANYBODY),
    risk.VOLUME_DISK: ((risk.SERVER, risk.FROM_VOLUME), _ANYBODY),
}

#: What was tried on something that is no consumer of the image (any more).
_ELSEWHERE = frozenset(
    {'after a rebuild from another image', 'of a volume that was made earlier'}
)

#: What was tried on a server that was made of a snapshot.
SNAPSHOT = 'a server of the snapshot, its host lacks the base'

#: Operations of an administrator; another one's by an administrator is tried
#: where the member's has failed.
_ADMINISTRATOR = frozenset({'migrate', 'live migrate', 'evacuate'})


def _rules(cell: Cell) -> list[risk.Rule]:
    """Return the rules that speak of a cell's server."""
    if cell['condition'] == SNAPSHOT:
        return list(risk.RULES[risk.IMAGE, None])
    return [
        rule for key in _CONSUMERS[cell['disk']] for rule in risk.RULES[key]
    ]


def _condition(cell: Cell) -> str:
    found = str(cell['condition'])
    return risk.OWN_HOST_LACKS if found == SNAPSHOT else found


def _applies(rule: risk.Rule, cell: Cell) -> bool:
    """Tell whether a rule says how the operation of a cell ends."""
    return (
        rule.operation == cell['operation']
        and cell['withdrawal'] in rule.withdrawals
        and rule.condition in (risk.ALWAYS, _condition(cell))
    )


def _by_rule(cell: Cell) -> bool:
    """Tell whether rules speak of a cell, and not of what may heal it."""
    return (
        cell['withdrawal'] != NONE
        and cell['condition'] not in _ELSEWHERE
        and 'failed' not in cell['condition']
        and (cell['by'] == 'administrator')
        == (cell['operation'] in _ADMINISTRATOR)
    )


def named(cell: Cell) -> str:
    keys = ('disk', 'operation', 'condition', 'by', 'withdrawal', 'outcome')
    return ', '.join(str(cell[key]) for key in keys)


def _tried(cell: Cell, disk: str) -> tuple[str, ...]:
    return disk, cell['operation'], cell['condition'], cell['by']


def uncovered(cells: list[Cell]) -> list[str]:
    """Return the cells of which no rule says that they end so.

    What does not work with nothing withdrawn either is no withdrawal's.
    """
    never = {
        _tried(cell, disk)
        for cell in cells
        if cell['withdrawal'] == NONE and cell['outcome'] != WORKS
        for disk in (cell['disk'], f'{cell["disk"]}-main')
    }
    return [
        named(cell)
        for cell in filter(_by_rule, cells)
        if cell['outcome'] != WORKS
        and _tried(cell, cell['disk']) not in never
        and not any(
            _applies(rule, cell) and rule.outcome == cell['outcome']
            for rule in _rules(cell)
        )
    ]


def contradicted(cells: list[Cell]) -> list[str]:
    """Return the cells that work although a rule says that they do not.

    A rule with a condition speaks of the disks only with which it was seen.
    """
    return [
        named(cell)
        for cell in filter(_by_rule, cells)
        if cell['outcome'] == WORKS
        and any(
            _applies(rule, cell)
            and (rule.condition == risk.ALWAYS or cell['disk'] in rule.seen)
            for rule in _rules(cell)
        )
    ]


def unseen(cells: list[Cell]) -> list[str]:
    """Return the rules that were seen, as they say, and are in no cell.

    Making an image private was tried with one disk: Glance's answers are
    those that follow a revocation.
    """
    return [
        ', '.join((disk, rule.operation, rule.condition, withdrawal))
        for rules in risk.RULES.values()
        for rule in rules
        for disk in rule.seen
        for withdrawal in rule.withdrawals
        if (withdrawal != risk.PRIVATE or disk == risk.QCOW2)
        and not any(
            cell['disk'] == disk
            and cell['withdrawal'] == withdrawal
            and rule in _rules(cell)
            and _applies(rule, cell)
            for cell in filter(_by_rule, cells)
        )
    ]


REBOOT = 'hard reboot'
RESIZED = 'after a failed resize'
UNSHELVED = 'after an unshelve without the base and a failed resize'
_RESTORED = 'after a failed resize, with access restored'
_GONE = (risk.REVOKED, risk.PRIVATE, risk.DELETED)
_THERE = (risk.REVOKED, risk.PRIVATE, risk.DEACTIVATED)

#: What the remedies say: disk, operation, condition, by whom -> after which
#: withdrawals it heals. After the others it does not.
_HEALS: dict[tuple[str, str, str, str], tuple[str, ...]] = {
    (risk.QCOW2, REBOOT, RESIZED, 'member'): _GONE,
    (risk.QCOW2, REBOOT, RESIZED, 'administrator'): risk.WITHDRAWALS,
    (risk.QCOW2, REBOOT, UNSHELVED, 'member'): _GONE,
    (risk.QCOW2, REBOOT, UNSHELVED, 'administrator'): risk.WITHDRAWALS,
    (risk.QCOW2, REBOOT, risk.OWN_HOST_LACKS, 'administrator'): _THERE,
    (
        *(risk.QCOW2, 'unshelve', risk.NEITHER_HOST_HAS),
        'administrator',
    ): risk.WITHDRAWALS,
    # Neither the member nor whoever gives the images back.
    (risk.KERNEL, REBOOT, RESIZED, 'member'): (),
    (risk.KERNEL, REBOOT, _RESTORED, 'member'): (),
    (
        *(risk.KERNEL, 'unshelve', risk.NEITHER_HOST_HAS),
        'administrator',
    ): _THERE,
}


def misjudged(cells: list[Cell]) -> list[str]:
    """Return the cells in which a remedy does not do what it is said to."""
    return [
        named(cell)
        for cell in cells
        if cell['withdrawal'] != NONE
        and (key := (*_tried(cell, cell['disk']),)) in _HEALS
        and (cell['outcome'] == WORKS) != (cell['withdrawal'] in _HEALS[key])
    ]
