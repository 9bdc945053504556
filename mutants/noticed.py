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

"""The list of what was noticed."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import typing

if typing.TYPE_CHECKING:
    from collections.abc import Mapping

PATH = pathlib.Path(__file__).with_name('noticed.json')

#: By module and mutant, the test that noticed it first; None where none did.
Noticed = dict[str, dict[str, 'str | None']]


@dataclasses.dataclass
class Difference:
    """What a new run of a module says about the list.

    :ivar lost: mutants that were noticed and are not, with the test that
        noticed them.
    :ivar won: mutants that were not noticed and are.
    :ivar new: mutants of the sample that are not in the list.
    :ivar gone: mutants of the list that are no more in the sample.
    """

    lost: dict[str, str]
    won: list[str]
    new: list[str]
    gone: list[str]


def read(path: pathlib.Path = PATH) -> Noticed:
    """Return the list, an empty one if there is none."""
    if not path.exists():
        return {}
    written = json.loads(path.read_text(encoding='utf-8'))
    return typing.cast('Noticed', written['modules'])


def write(
    noticed: Noticed, made: Mapping[str, str], path: pathlib.Path = PATH
) -> None:
    """Write the list.

    :param made: how it was made, for people.
    """
    tried = [test for tests in noticed.values() for test in tests.values()]
    written = {
        'made': {
            **made,
            'mutants': len(tried),
            'noticed': len([test for test in tried if test]),
        },
        'modules': {path: noticed[path] for path in sorted(noticed)},
    }
    path.write_text(
        json.dumps(written, indent=1, ensure_ascii=False) + '\n',
        encoding='utf-8',
    )


def compared(
    before: Mapping[str, str | None], now: Mapping[str, str | None]
) -> Difference:
    """Compare two runs of a module."""
    difference = Difference({}, [], [], [])
    for name, test in now.items():
        if name not in before:
            difference.new.append(name)
            continue
        known = before[name]
        if known and not test:
            difference.lost[name] = known
        elif test and not known:
            difference.won.append(name)
    difference.gone = [name for name in before if name not in now]
    return difference
