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

"""The figures as a table: for a terminal, for the manual and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
import dataclasses
import itertools
import json
import textwrap
import typing

from bench import figures
from bench import timing

HEADERS = (
    'Work',
    'Compared with',
    'Measured',
    'To reach',
    'Reached',
    'Requests',
)
_WIDTHS = (34, 42, 24, 22, 7, 14)
_RST_WIDTHS = (25, 29, 16, 14, 6, 10)


def rows(found: Sequence[figures.Figure]) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each figure's row."""
    for figure in found:
        against = figure.against
        if figure.extrapolated:
            against += f' ({figure.extrapolated})'
        yield (
            figure.work,
            against,
            _measured(figure.unit, figure.measured),
            figure.goal,
            {None: '', True: 'yes', False: 'no'}[figure.reached],
            _requests(figure),
        )


def _measured(unit: str, spread: timing.Spread) -> str:
    digits = 0 if unit == figures.TIMES and spread.median >= 20 else 1
    sign = '' if unit == figures.TIMES else '+'
    median, least, most = (
        f'{value:{sign}.{digits}f}'
        for value in (spread.median, spread.least, spread.most)
    )
    return f'{median} {unit} ({least} to {most})'


def _requests(figure: figures.Figure) -> str:
    if figure.requests is None:
        return ''
    about = '≈ ' if figure.extrapolated else ''
    return f'{figure.requests} : {about}{figure.requests_against}'


def text(found: Sequence[figures.Figure]) -> str:
    """Return a table for a terminal."""
    rule = '+'.join(['', *('-' * (width + 2) for width in _WIDTHS), ''])
    lines = [rule]
    for row in (HEADERS, *rows(found)):
        cells = [
            textwrap.wrap(cell.replace('`', ''), width)
            for cell, width in zip(row, _WIDTHS, strict=True)
        ]
        for parts in itertools.zip_longest(*cells, fillvalue=''):
            padded = [
                f' {part:{width}} '
                for part, width in zip(parts, _WIDTHS, strict=True)
            ]
            lines.append('|'.join(['', *padded, '']))
        lines.append(rule)
    return '\n'.join(lines) + '\n'


def rst(found: Sequence[figures.Figure]) -> str:
    """Return a table for the manual."""
    widths = ' '.join(map(str, _RST_WIDTHS))
    lines = [
        '.. Written by "make bench"; changes here get lost.',
        '',
        '.. list-table::',
        '   :header-rows: 1',
        f'   :widths: {widths}',
        '',
    ]
    for row in (HEADERS, *rows(found)):
        # Literal: in running text the manual would make a dash of "--".
        first, *others = (cell.replace('`', '``') for cell in row)
        lines += [f'   * - {first}', *(f'     - {cell}' for cell in others)]
    return '\n'.join(line.rstrip() for line in lines) + '\n'


def as_json(found: Mapping[str, figures.Compared]) -> str:
    """Return everything, single runs included, by comparison."""
    record = {name: dataclasses.asdict(each) for name, each in found.items()}
    return json.dumps(record, indent=1, ensure_ascii=False) + '\n'


def from_json(written: str) -> dict[str, figures.Compared]:
    """Return what was written by :func:`as_json`."""
    return {
        name: figures.Compared(
            _plan(each['plan']), [*map(_figure, each['figures'])]
        )
        for name, each in json.loads(written).items()
    }


def _plan(written: dict[str, typing.Any]) -> figures.Plan:
    # JSON has no tuples.
    copied = tuple(written.get('copied', figures.Plan.copied))
    return figures.Plan(**{**written, 'copied': copied})


def _figure(written: dict[str, typing.Any]) -> figures.Figure:
    measured = timing.Spread(**written['measured'])
    return figures.Figure(**{**written, 'measured': measured})
