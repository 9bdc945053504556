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

"""What the matrices came to, as files and as a line for people.

A matrix writes a file for each scenario; the files are in the directory of
the cloud that it ran on, which git ignores and the next fresh cloud removes.
"""

from collections.abc import Iterator
import json
import os
import pathlib
import typing

Record = dict[str, typing.Any]


def _directory() -> pathlib.Path:
    return pathlib.Path(os.environ['OSC_IMAGESHARE_CLOUD']) / 'results'


def _path(suite: str, name: str) -> pathlib.Path:
    return _directory() / suite / f'{name.replace(" ", "-")}.json'


def forget() -> None:
    """Remove the results of earlier runs on this cloud."""
    for path in _directory().glob('*/*.json'):
        path.unlink()


def write(suite: str, name: str, record: Record) -> None:
    """Keep what the scenario *name* came to."""
    path = _path(suite, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=1))


def lines() -> Iterator[str]:
    """Yield a line for each suite, and one for all of them."""
    suites: dict[str, list[Record]] = {}
    for path in sorted(_directory().glob('*/*.json')):
        record = json.loads(path.read_text())
        suites.setdefault(path.parent.name, []).append(record)
    every = [record for records in suites.values() for record in records]
    for suite, records in suites.items():
        yield f'{suite}: {_figures(records)}'
    yield f'all: {_figures(every)}; details are in {_directory()}'


def _figures(records: list[Record]) -> str:
    cases = sum(record['cases'] for record in records)
    held = sum(record['held'] for record in records)
    left_open = sum(record['left open'] for record in records)
    told = (
        f', {left_open} could not be undone and said so' if left_open else ''
    )
    requests = sum(len(record['requests']) for record in records)
    return (
        f'{cases} cases ran and {held} held{told} ({len(records)} scenarios, '
        f'{requests} requests)'
    )
