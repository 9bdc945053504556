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

"""YAML with the place of every value, read without trust in who wrote it.

Only plain data comes out: no tag makes an object, no key counts twice, and an
alias can make the file neither endless nor larger than a limit.
"""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare import errors

if typing.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Where something stands: keys and indexes from the top.
Path = tuple[str | int, ...]

#: Values that aliases may repeat in a file, all together.
_MOST = 50_000

#: Lists and mappings in each other; the format needs five.
_DEEPEST = 50

#: Tags of plain data.
_PLAIN = frozenset(
    f'tag:yaml.org,2002:{kind}'
    for kind in (
        *('map', 'seq'),
        *('str', 'int', 'float', 'bool', 'null', 'timestamp'),
    )
)


@dataclasses.dataclass(frozen=True, order=True)
class Place:
    """Line and column in a file, both counted from one."""

    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f'line {self.line}, column {self.column}'


class Malformed(errors.ImageShareError):
    """A file that cannot be read; each line names a place and what is wrong.

    Nothing has been asked or changed by then.
    """


@dataclasses.dataclass
class Read:
    """What was read.

    :ivar data: mappings with text as keys, lists, and plain values.
    :ivar places: where each value stands; of a value in a mapping, where its
        key does.
    """

    data: typing.Any = None
    places: dict[Path, Place] = dataclasses.field(default_factory=dict)

    def place(self, path: Path) -> Place:
        """Return where a value stands, or what it would be in."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(1, 1))


def read(content: bytes, name: str) -> Read:
    """Return what a YAML file says.

    :param name: of the file, for sentences.
    :raises Malformed: for what is no YAML, is not plain, or says one thing
        twice.
    """
    import yaml  # type: ignore[import-untyped]

    try:
        text = content.decode('utf-8-sig')
    except UnicodeDecodeError as exc:
        line = content.count(b'\n', 0, exc.start) + 1
        raise Malformed(f'{name}, line {line}: this is not UTF-8.') from exc
    found = _Reader(name)
    try:
        node = _composed(text)
        if node is None:
            raise Malformed(f'{name}: it is empty.')
        found.read.data = found.value(node, ())
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        where = f', {_place(mark)}' if mark else ''
        problem = ' '.join(filter(None, (exc.context, exc.problem)))
        raise Malformed(f'{name}{where}: {problem}.') from exc
    except yaml.YAMLError as exc:
        # A character that YAML does not allow: the reader knows no line.
        position = getattr(exc, 'position', 0)
        line = text.count('\n', 0, position) + 1
        reason = getattr(exc, 'reason', 'it is no YAML')
        raise Malformed(f'{name}, line {line}: {reason}.') from exc
    except RecursionError as exc:
        raise Malformed(f'{name}: it is nested too deeply.') from exc
    if found.problems:
        raise Malformed(*found.problems)
    return found.read


def _composed(text: str) -> typing.Any:
    """Return the node of a text; None for an empty one.

    libyaml is ten times as fast, where PyYAML has it, and words errors in its
    own way: what it refuses is read again.
    """
    import yaml

    fast = getattr(yaml, 'CSafeLoader', None)
    if fast is not None:
        try:
            _check_depth(yaml.parse(text, Loader=fast))
            return yaml.compose(text, Loader=fast)
        except yaml.YAMLError:
            pass
    return yaml.compose(text, Loader=yaml.SafeLoader)


def _check_depth(events: Iterable[typing.Any]) -> None:
    """Refuse what libyaml ends the whole program for.

    :raises RecursionError: as Python does for what is nested too deeply.
    """
    import yaml

    depth = 0
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise RecursionError


def _place(mark: typing.Any) -> Place:
    return Place(mark.line + 1, mark.column + 1)


class _Reader:
    """Turns YAML's nodes into plain data, and gathers what is wrong."""

    def __init__(self, name: str) -> None:
        import yaml

        self.read = Read()
        self.problems: list[str] = []
        self._name = name
        self._repeated = 0
        # By identity: nodes are never equal, and live as long as their tree.
        self._seen: set[int] = set()
        self._inside: set[int] = set()
        self._constructor = yaml.constructor.SafeConstructor()

    def _wrong(self, node: typing.Any, problem: str) -> None:
        place = _place(node.start_mark)
        self.problems.append(f'{self._name}, {place}: {problem}.')

    def value(self, node: typing.Any, path: Path) -> typing.Any:
        """Return what a node stands for, and note where."""
        import yaml

        self.read.places.setdefault(path, _place(node.start_mark))
        if node.tag not in _PLAIN:
            self._wrong(node, f'the tag {node.tag!r} is not allowed')
            return None
        self._repeated += id(node) in self._seen
        if self._repeated > _MOST or id(node) in self._inside:
            raise Malformed(
                f'{self._name}, {_place(node.start_mark)}: aliases make this '
                'file too large.'
            )
        self._seen.add(id(node))
        self._inside.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return dict(self._items(node, path))
            if isinstance(node, yaml.SequenceNode):
                return [
                    self.value(one, (*path, index))
                    for index, one in enumerate(node.value)
                ]
            return self._scalar(node)
        finally:
            self._inside.remove(id(node))

    def _items(
        self, node: typing.Any, path: Path
    ) -> Iterator[tuple[str, typing.Any]]:
        import yaml

        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._wrong(key, 'a key must be text')
                continue
            if key.value in seen:
                self._wrong(key, f'the key {key.value!r} is here twice')
                continue
            seen.add(key.value)
            at = (*path, key.value)
            # It is looked for where its key is.
            self.read.places[at] = _place(key.start_mark)
            yield key.value, self.value(value, at)

    def _scalar(self, node: typing.Any) -> typing.Any:
        try:
            return self._constructor.construct_object(node)
        except (ValueError, OverflowError):
            # 0o9, or a date that does not exist.
            return node.value
