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

"""What a mutant is, what it is called, and which of them are tried."""

from __future__ import annotations

import collections
import dataclasses
import hashlib
import typing

if typing.TYPE_CHECKING:
    from collections.abc import Iterable

#: As many of each module are tried.
EACH = 12

#: Another word here makes another sample.
_SEED = 'osc_imageshare'

#: As much of what is around a change is part of its name.
_AROUND = 30
_LONGEST = 90


@dataclasses.dataclass(frozen=True)
class Mutant:
    """A small change of one module.

    :ivar path: the module's, below the top of the tree.
    :ivar name: tells it from all others of the module, and stays the same
        as long as the function and the expression do. It has no number of
        a line, and nothing of the module's own name.
    :ivar kind: the kind of change.
    :ivar lines: those of the statement; of a constant of the module, those
        that name it as well.
    :ivar on_import: it is executed when the module is imported, and so
        reached by no test that only reads what the module defines.
    :ivar text: returns the module with the change made.
    """

    path: str
    name: str
    kind: str
    lines: tuple[int, ...]
    on_import: bool
    text: typing.Callable[[], str] = dataclasses.field(
        repr=False, compare=False
    )


def described(before: str, after: str) -> str:
    """Return a change as a line of what differs and a bit around it."""
    before, after = (' '.join(text.split()) for text in (before, after))
    shorter = min(len(before), len(after))
    head = 0
    while head < shorter and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < shorter - head and before[-tail - 1] == after[-tail - 1]:
        tail += 1
    start = max(0, head - _AROUND)
    shown = []
    for text in before, after:
        end = min(len(text), len(text) - tail + _AROUND)
        part = text[start:end]
        if len(part) > _LONGEST:
            digest = hashlib.sha256(part.encode()).hexdigest()[:6]
            part = f'{part[:_LONGEST]}[{digest}]'
        left = '...' if start else ''
        right = '...' if end < len(text) else ''
        shown.append(f'{left}{part}{right}')
    return ' -> '.join(shown)


def told_apart(mutants: Iterable[Mutant]) -> list[Mutant]:
    """Number those of the same name, in the order of the module."""
    times: collections.Counter[str] = collections.Counter()
    apart = []
    for one in mutants:
        times[one.name] += 1
        number = times[one.name]
        apart.append(
            dataclasses.replace(one, name=f'{one.name} #{number}')
            if number > 1
            else one
        )
    return apart


def sample(mutants: Iterable[Mutant], number: int = EACH) -> list[Mutant]:
    """Choose the mutants of a module that are tried.

    Each kind of change has its turn, so that the many changes of sentences
    leave room for those of conditions. Within a kind, a digest of the name
    decides: the same names give the same sample on every machine, and a
    mutant that comes or goes moves one other at most out of its kind.
    """
    by_kind = collections.defaultdict(list)
    for one in mutants:
        by_kind[one.kind].append((_digest(one), one))
    turns = []
    for ranked in by_kind.values():
        ranked.sort(key=lambda pair: pair[0])
        turns += [
            (turn, digest, one) for turn, (digest, one) in enumerate(ranked)
        ]
    turns.sort(key=lambda entry: entry[:2])
    chosen = [one for _, _, one in turns[:number]]
    return sorted(chosen, key=lambda one: (one.lines, one.name))


def _digest(one: Mutant) -> str:
    return hashlib.sha256(f'{_SEED} {one.name}'.encode()).hexdigest()
