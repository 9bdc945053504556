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

"""The command line: ``python -m bench``.

Knows arguments and where the results go; the comparisons are other modules'.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
import os
from pathlib import Path
import sys

from bench import clients
from bench import copied
from bench import figures
from bench import filed
from bench import listed
from bench import many
from bench import peer
from bench import picture
from bench import report
from bench import single
from bench import stage as stage_
from bench import starting
from bench import using
from devcloud import instance
from devcloud.progress import Progress

_DESCRIPTION = """\
Time this project's commands beside the native ones, in turns, on the cloud
that "python -m devcloud run" has started. What counts are the ratios; the
seconds, which are the machine's, are in the JSON file only."""

Comparison = Callable[
    [stage_.Stage, clients.Client, figures.Plan], list[figures.Figure]
]

#: In the order of the table.
COMPARISONS: dict[str, Comparison] = {
    'share': single.two_credentials,
    'share-rescoped': single.rescoped,
    'share-many': many.shared,
    'share-domain': peer.shared,
    'file': filed.applied,
    'revoke': single.revoked,
    'list': listed.outgoing,
    'usage': using.many,
    'copy': copied.copied,
    'installed': starting.installed,
    'first-request': starting.first_request,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog='python -m bench', description=_DESCRIPTION
    )
    parser.add_argument(
        '--rounds',
        type=int,
        metavar='N',
        help='how often each way is timed (%(default)s)',
        default=figures.Plan.rounds,
    )
    parser.add_argument(
        '--only',
        nargs='+',
        choices=COMPARISONS,
        metavar='NAME',
        help=f'make these comparisons only: {", ".join(COMPARISONS)}',
        default=list(COMPARISONS),
    )
    parser.add_argument(
        '--keep',
        action='store_true',
        help='keep what the directory holds of the other comparisons',
    )
    parser.add_argument(
        '--quick',
        action='store_true',
        help='try everything once and with few records; proves nothing',
    )
    parser.add_argument(
        '--output',
        type=Path,
        metavar='DIRECTORY',
        help='where table, picture and JSON go (results/bench beside the '
        'cloud)',
    )
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(argv)
    cloud = os.environ.get(instance.VARIABLE)
    if cloud is None:
        print(
            'bench: there is no cloud; start this with "make bench" or '
            '"python -m devcloud run -- python -m bench"',
            file=sys.stderr,
        )
        return 2
    plan = figures.QUICK if options.quick else figures.Plan(options.rounds)
    output = options.output or Path(cloud).parent / 'results' / 'bench'
    output.mkdir(parents=True, exist_ok=True)
    before = _before(output) if options.keep else {}
    found: dict[str, figures.Compared] = {}
    try:
        for name in COMPARISONS:
            if name in options.only:
                found[name] = _compared(name, plan)
            elif name in before:
                found[name] = before[name]
    except clients.Failed as failed:
        print(f'bench: {failed}', file=sys.stderr)
        return 1
    print(_written(found, output), end='')
    return 0


_progress = Progress()

_RECORD = 'performance.json'


def _before(output: Path) -> dict[str, figures.Compared]:
    """Return what a directory holds of an earlier run."""
    return report.from_json((output / _RECORD).read_text())


def _compared(name: str, plan: figures.Plan) -> figures.Compared:
    _progress(f'comparing: {name}')
    with stage_.stage() as stage:
        found = COMPARISONS[name](stage, clients.Client(), plan)
    return figures.Compared(plan, found)


def _written(compared: Mapping[str, figures.Compared], output: Path) -> str:
    """Write the results to files; return the table for the terminal."""
    found = [figure for each in compared.values() for figure in each.figures]
    table = report.text(found)
    (output / 'performance.txt').write_text(table)
    # No ".rst", which Sphinx would take for a page of its own.
    (output / 'performance.inc').write_text(report.rst(found))
    (output / _RECORD).write_text(report.as_json(compared))
    picture.draw(found, output / 'performance.svg')
    _progress(f'written to {output}')
    return table
