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

"""The file of results: what the last recorded run has measured.

Knows the format only. ``results.json`` is what the manual's table is made of,
what the rules of the package are compared with, and what a run is held to.
"""

from __future__ import annotations

from collections.abc import Mapping
import dataclasses
import json
import pathlib
import typing

from tests.hypervisor import cells

PATH = pathlib.Path(__file__).with_name('results.json')

Cells = Mapping[cells.Question, cells.Answer]


@dataclasses.dataclass(frozen=True)
class Results:
    """A whole run.

    :ivar date: its day, YYYY-MM-DD.
    :ivar seconds: how long it took, the start of the cloud left out.
    :ivar versions: program -> version.
    """

    date: str
    seconds: int
    versions: Mapping[str, str]
    cells: Cells


def as_json(results: Results) -> str:
    """Return the text of the file: sorted, with a cell on each line."""
    records = sorted(
        (
            {**dataclasses.asdict(question), **dataclasses.asdict(answer)}
            for question, answer in results.cells.items()
        ),
        key=lambda record: [str(value) for value in record.values()],
    )
    lines = ',\n'.join(f'  {json.dumps(record)}' for record in records)
    versions = json.dumps(dict(sorted(results.versions.items())))
    return (
        f'{{\n "date": {json.dumps(results.date)},\n'
        f' "seconds": {results.seconds},\n'
        f' "versions": {versions},\n "cells": [\n{lines}\n ]\n}}\n'
    )


def from_json(text: str) -> Results:
    """Return what was written by :func:`as_json`."""
    record = json.loads(text)
    names = [field.name for field in dataclasses.fields(cells.Question)]
    found = {}
    for cell in record['cells']:
        values: dict[str, typing.Any] = dict(cell)
        question = cells.Question(**{name: values.pop(name) for name in names})
        found[question] = cells.Answer(**values)
    return Results(
        record['date'], record['seconds'], record['versions'], found
    )


def recorded() -> Results | None:
    """Return what the file holds, None where there is none yet."""
    try:
        return from_json(PATH.read_text(encoding='utf-8'))
    except FileNotFoundError:
        return None
