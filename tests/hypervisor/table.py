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

"""The manual's table, made of the file of results.

``python -m tests.hypervisor.table`` writes it; a unit test holds that what is
committed is what this makes.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
import pathlib
import textwrap

from tests.hypervisor import cells
from tests.hypervisor import results
from tests.hypervisor import words

PATH = pathlib.Path(__file__).parents[2] / 'doc/source/user/hypervisor.inc'

_DISKS = {
    words.QCOW2: 'Server of the image, with a qcow2 disk (the default)',
    words.FLAT: 'Server of the image, with a flat disk',
    words.KERNEL: (
        'Server of an image with kernel_id and ramdisk_id; all three images '
        'are withdrawn'
    ),
    words.KERNEL_MAIN: (
        'The same; kernel and ramdisk are not withdrawn, only the image that '
        'names them'
    ),
    words.VOLUME: 'Server booted from a volume that was made of the image',
}
_WITHDRAWALS = {
    words.NONE: 'Nothing withdrawn',
    words.REVOKED: 'Revoked',
    words.PRIVATE: 'Private',
    words.DELETED: 'Deleted',
    words.DEACTIVATED: 'Deactivated',
}
_OPERATIONS = [
    value
    for name, value in vars(words).items()
    if name.isupper() and isinstance(value, str)
]

#: What distinguishes the rows of one disk's table.
Row = tuple[str, str, str]
Answers = Mapping[str, cells.Answer]


def rst(found: results.Results) -> str:
    """Return the text of the include file."""
    lines = [
        '.. Written by "make hypervisor ARGS=--record"; changes get lost.',
        '',
        *_paragraph(_measured(found)),
    ]
    for disk, caption in _DISKS.items():
        rows = _rows(found, disk)
        if rows:
            lines += _of_disk(caption, rows)
    return '\n'.join(lines).rstrip() + '\n'


def _measured(found: results.Results) -> str:
    versions = ', '.join(
        f'{_name(program)} {version}'
        for program, version in sorted(found.versions.items())
    )
    return (
        f'{len(found.cells)} operations, measured on {found.date} with '
        f'{versions}. "Works" means that the server reached the wished state '
        f'and that its guest, where one should run, read its disk again '
        f'afterwards. "ERROR" is the state of the server, whose guest is then '
        f'down. "Base" is the file of the image in the cache of a host; of an '
        f'image with a kernel, all its files. A dash stands for what was not '
        f'tried, mostly as nothing had failed that it could heal.'
    )


def _name(program: str) -> str:
    return {'qemu': 'QEMU', 'rabbitmq': 'RabbitMQ', 'libvirt': 'libvirt'}.get(
        program, program.capitalize()
    )


def _paragraph(text: str) -> list[str]:
    return [*textwrap.wrap(text, 78, break_on_hyphens=False), '']


def _rows(found: results.Results, disk: str) -> dict[Row, Answers]:
    """Return the rows of a disk: in the order of the words."""
    rows: dict[Row, dict[str, cells.Answer]] = {}
    for question, answer in found.cells.items():
        if question.disk == disk:
            row = question.operation, question.condition, question.by
            rows.setdefault(row, {})[question.withdrawal] = answer
    return {
        row: rows[row]
        for row in sorted(
            rows,
            key=lambda row: [_OPERATIONS.index(word) for word in row],
        )
    }


def _of_disk(caption: str, rows: Mapping[Row, Answers]) -> Iterator[str]:
    works = {
        row: {answer.outcome for answer in answers.values()} == {words.WORKS}
        for row, answers in rows.items()
    }
    yield f'**{caption}**'
    yield ''
    yield from _always([row for row in rows if works[row]])
    others = {row: rows[row] for row in rows if not works[row]}
    if others:
        yield from _table(others)


def _always(rows: Sequence[Row]) -> Iterator[str]:
    """What works with and without each withdrawal."""
    conditions: dict[str, list[str]] = {}
    for operation, condition, by in rows:
        conditions.setdefault(_by(operation, by), []).append(condition)
    plain = [who for who, found in conditions.items() if words.ALWAYS in found]
    if plain:
        yield from _paragraph(f'Works in any case: {", ".join(plain)}.')
    others = {
        who: [each for each in found if each != words.ALWAYS]
        for who, found in conditions.items()
    }
    if any(others.values()):
        yield from _paragraph('Works in these cases:')
    for who, found in others.items():
        if found:
            lines = textwrap.wrap(
                f'{who}: {"; ".join(found)}',
                76,
                break_on_hyphens=False,
            )
            yield f'* {lines[0]}'
            yield from (f'  {line}' for line in lines[1:])
    if any(others.values()):
        yield ''


def _by(operation: str, by: str) -> str:
    """Name the operation, and by whom it is where that is no member."""
    plain = by == words.MEMBER or by in operation
    return operation if plain else f'{operation} by the {by}'


def _told(row: Row) -> str:
    operation, condition, by = row
    told = _by(operation, by)
    return f'{told}, {condition}' if condition else told


def _table(rows: Mapping[Row, Answers]) -> Iterator[str]:
    columns = [
        name
        for name in _WITHDRAWALS
        if any(name in answers for answers in rows.values())
    ]
    widths = ' '.join(['28', *(str(72 // len(columns)) for _ in columns)])
    yield '.. list-table::'
    yield '   :header-rows: 1'
    yield f'   :widths: {widths}'
    yield ''
    yield from _line(
        ['Operation', *(_WITHDRAWALS[column] for column in columns)]
    )
    for row, answers in rows.items():
        yield from _line(
            [_told(row), *(_cell(answers.get(name)) for name in columns)]
        )
    yield ''


def _line(texts: Sequence[str]) -> Iterator[str]:
    first, *others = texts
    yield f'   * - {first}'
    for text in others:
        yield f'     - {text}'


def _cell(answer: cells.Answer | None) -> str:
    if answer is None:
        return '\\-'
    if answer.outcome == words.WORKS:
        return 'works'
    fault = f': {_escaped(answer.fault)}' if answer.fault else ''
    if answer.outcome == words.REFUSED:
        return f'{answer.answer}{fault}'
    if answer.outcome == words.FAILS:
        return f'{answer.answer}, fails, stays {answer.state}{fault}'
    return f'{answer.answer}, **{answer.state}**{fault}'


def _escaped(text: str) -> str:
    """Return what Nova says, its words and not its layout."""
    plain = ' '.join(text.split())
    for mark in '\\*`|_':
        plain = plain.replace(mark, f'\\{mark}')
    return f'"{plain}"'


def main() -> None:
    found = results.recorded()
    if found is None:
        raise SystemExit(f'{results.PATH} is not there')
    PATH.write_text(rst(found), encoding='utf-8')


if __name__ == '__main__':
    main()
