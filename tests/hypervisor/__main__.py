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

"""Measure what a withdrawal breaks on a real hypervisor.

Used as ``python -m devcloud.libvirt run -- python -m tests.hypervisor``.
Each cell is reported as a test: it holds when what was measured is what
``results.json`` says. ``--record`` writes that file instead, and the manual's
table with it.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
import dataclasses
import datetime
import os
import sys
import unittest

from devcloud.errors import CloudError
from devcloud.libvirt import needs
from devcloud import progress
from tests.hypervisor import programme
from tests.hypervisor import results
from tests.hypervisor import stage
from tests.hypervisor import story
from tests.hypervisor import table
from tests.hypervisor import verdicts
from tests.hypervisor import versions

#: What the guests are made with.
_PROGRAMS = {'as': 'the GNU assembler', 'ld': 'the GNU linker'}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog='python -m tests.hypervisor')
    parser.add_argument(
        'words',
        nargs='*',
        metavar='WORD',
        help='disk, withdrawal or scene: only stories of all of them',
    )
    parser.add_argument(
        '--record',
        action='store_true',
        help='write the file of results and the table, of a whole run',
    )
    parser.add_argument(
        '--jobs', type=int, default=6, help='stories at a time (%(default)s)'
    )
    parser.add_argument(
        '--check',
        action='store_true',
        help='only look whether this machine has what a run needs',
    )
    parser.add_argument(
        '--list', action='store_true', help='list the stories and do nothing'
    )
    return parser


def check() -> int:
    """Say what is missing on this machine; the exit code."""
    try:
        needs.check(_PROGRAMS)
    except CloudError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def main() -> int:
    parser = _parser()
    options = parser.parse_args()
    chosen = programme.choose(options.words)
    if not chosen:
        parser.error('there is no such story')
    if options.record and options.words:
        parser.error('only a whole run is recorded')
    if options.check:
        return check()
    if options.list:
        print('\n'.join(map(str, chosen)))
        return 0
    return judge(perform(chosen, options.jobs), options)


@dataclasses.dataclass(frozen=True)
class Measured:
    """What a run came to.

    :ivar spoilt: title and reason of what spoils the run.
    """

    results: results.Results
    spoilt: list[tuple[str, str]]


def perform(chosen: Sequence[programme.Chosen], jobs: int) -> Measured:
    """Tell the stories; what was measured is also kept with the cloud."""
    told = progress.Progress()
    record = story.Record(told)
    performance = programme.Performance(stage.Stage(), record, jobs, told)
    try:
        performance.run(chosen)
    except KeyboardInterrupt:
        # The threads would go on, and everything they need is ended next.
        os._exit(130)
    measured = results.Results(
        datetime.date.today().isoformat(),
        round(told.elapsed()),
        versions.found(),
        record.cells,
    )
    path = performance.stage.cloud / 'results.json'
    path.write_text(results.as_json(measured), encoding='utf-8')
    told(
        f'{len(record.cells)} cells of {len(chosen)} stories were measured, '
        f'see {path}'
    )
    twice = 'measured twice: it needs a condition'
    return Measured(
        measured,
        [
            *performance.crashed,
            *((str(question), twice) for question in record.repeated),
        ],
    )


def judge(measured: Measured, options: argparse.Namespace) -> int:
    """Hold what was measured to what is recorded; the exit code."""
    if options.record and not measured.spoilt:
        new = measured.results
        results.PATH.write_text(results.as_json(new), encoding='utf-8')
        table.PATH.write_text(table.rst(new), encoding='utf-8')
    recorded = results.recorded()
    suite = verdicts.suite(
        measured.results.cells,
        {} if recorded is None else recorded.cells,
        whole=not options.words,
    )
    suite.addTests(verdicts.Told(*each) for each in measured.spoilt)
    ended = unittest.TextTestRunner(verbosity=2).run(suite)
    return 0 if ended.wasSuccessful() else 1


if __name__ == '__main__':
    sys.exit(main())
