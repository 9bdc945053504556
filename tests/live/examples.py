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

"""The commands that the manual and the help show, extracted from them.

Nothing here runs one; see ``tests/functional/test_examples.py``.
"""

from __future__ import annotations

import configparser
import dataclasses
import importlib
import pathlib
import re
import typing

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = pathlib.Path(__file__).parents[2]

#: The pages whose blocks of console and shell people type.
PAGES = (
    'README.rst',
    'doc/source/cli/index.rst',
    'doc/source/install/index.rst',
    'doc/source/user/*.rst',
)

_DIRECTIVE = re.compile(r'( *)\.\. code-block:: (console|sh)')
_PROMPT = re.compile(r'(\w*)\$ (.*)')

#: What differs from run to run, and what stands for it.
_CHANGING = (
    (r'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}\b', 'ID'),
    (r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ', 'TIME'),
    (r'sha512:[0-9a-f]+', 'HASH'),
    # The width of a column.
    (r'-+(?=[+])', '-'),
    (r' +', ' '),
)


@dataclasses.dataclass
class Example:
    """One command with what is shown below it.

    :ivar who: the word before the prompt; empty for none.
    """

    who: str
    command: str
    output: list[str] = dataclasses.field(default_factory=list)

    @property
    def unfinished(self) -> bool:
        """Whether the next line belongs to the command."""
        return self.command.endswith(('|', '\\', '&&'))


@dataclasses.dataclass(frozen=True)
class Block:
    """The commands of one code block, or of one example of a help.

    :ivar source: a page or a command.
    :ivar number: of the block in its source, from 0.
    """

    source: str
    number: int
    examples: tuple[Example, ...]


def stable(lines: list[str]) -> list[str]:
    """Return output without what differs from run to run."""
    found = []
    for line in lines:
        for pattern, instead in _CHANGING:
            line = re.sub(pattern, instead, line)
        if line.strip():
            found.append(line.strip())
    return found


def of_pages() -> Iterator[Block]:
    """Yield the blocks of console and shell of every page, in order."""
    for pattern in PAGES:
        for path in sorted(ROOT.glob(pattern)):
            source = str(path.relative_to(ROOT))
            text = path.read_text(encoding='utf-8')
            for number, (kind, lines) in enumerate(_blocks(text)):
                if kind == 'sh':
                    found = [Example('', '\n'.join(lines))]
                else:
                    found = _console(lines)
                yield Block(source, number, tuple(found))


def of_help() -> Iterator[Block]:
    """Yield a block for each example of each command's help."""
    config = configparser.ConfigParser()
    config.read(ROOT / 'setup.cfg', encoding='utf-8')
    lines = config['entry_points']['openstack.image.v2']
    for name, module, command in re.findall(
        r'^(\S+) = (\S+):(\S+)$', lines, re.M
    ):
        found = getattr(importlib.import_module(module), command)
        for number, (_, typed) in enumerate(getattr(found, 'EXAMPLES', ())):
            yield Block(name, number, (Example('', typed),))


def _blocks(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the kind and the lines of each block, without indentation."""
    lines = iter(text.splitlines())
    for line in lines:
        begun = _DIRECTIVE.fullmatch(line)
        if begun is None:
            continue
        indent, found = ' ' * (len(begun[1]) + 3), []
        for inner in lines:
            if inner and not inner.startswith(indent):
                break
            found.append(inner.removeprefix(indent))
        yield begun[2], '\n'.join(found).strip('\n').split('\n')


def _console(lines: list[str]) -> list[Example]:
    found: list[Example] = []
    for line in lines:
        typed = _PROMPT.fullmatch(line)
        if typed is not None:
            found.append(Example(typed[1], typed[2]))
        elif found and found[-1].unfinished:
            found[-1].command += f'\n{line}'
        elif found and line.strip():
            found[-1].output.append(line)
    return found
