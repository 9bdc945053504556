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

"""Finds every mutant of a module."""

from __future__ import annotations

import re
import typing

import libcst
from libcst import metadata

from mutants import kinds
from mutants import mutant as mutant_

#: What is no behaviour, or is Python's own to check.
_LEFT_OUT = (
    libcst.Annotation,
    libcst.Decorator,
    libcst.Import,
    libcst.ImportFrom,
    libcst.TypeAlias,
)
_CALLS_LEFT_OUT = ('len', 'isinstance', 'TypeVar', 'ParamSpec')

#: Say too little for a name: what is around them is named.
_SMALL = (
    libcst.BaseCompOp,
    libcst.BaseNumber,
    libcst.ComparisonTarget,
    libcst.Name,
    libcst.SimpleString,
)


def mutants(path: str, text: str) -> list[mutant_.Mutant]:
    """Return every mutant of a module, in its order.

    :param path: the module's, for the mutants to know.
    :param text: the module's.
    """
    wrapper = metadata.MetadataWrapper(libcst.parse_module(text))
    visitor = _Visitor(path, wrapper.module)
    wrapper.visit(visitor)
    return mutant_.told_apart(visitor.found)


class _Visitor(libcst.CSTVisitor):
    METADATA_DEPENDENCIES = (metadata.PositionProvider,)

    def __init__(self, path: str, module: libcst.Module) -> None:
        super().__init__()
        self.found: list[mutant_.Mutant] = []
        self._path = path
        self._module = module
        self._text = module.code
        self._names: list[str] = []
        # Of the statements around: the last one is that of the node.
        self._spans: list[tuple[int, int]] = []
        # The lines that name what a statement of the module defines.
        self._naming: list[list[int]] = []
        self._parents: list[libcst.CSTNode] = []
        # The types of typing.cast(): they are for type checkers only.
        self._types: list[libcst.CSTNode] = []

    def on_visit(self, node: libcst.CSTNode) -> bool:
        if _left_out(node) or node in self._types:
            return False
        self._parents.append(node)
        if isinstance(node, libcst.FunctionDef | libcst.ClassDef):
            self._names.append(node.name.value)
        if isinstance(node, libcst.BaseStatement):
            self._spans.append(self._span(node))
            self._naming.append(self._naming_constant(node))
        if isinstance(node, libcst.Call) and _name(node.func) == 'cast':
            self._types.append(node.args[0].value)
        else:
            for kind, changed in kinds.changes(node):
                self._found(kind, node, changed)
        return True

    def on_leave(self, original_node: libcst.CSTNode) -> None:
        if self._parents[-1] is not original_node:
            return
        self._parents.pop()
        if isinstance(original_node, libcst.FunctionDef | libcst.ClassDef):
            self._names.pop()
        if isinstance(original_node, libcst.BaseStatement):
            self._spans.pop()
            self._naming.pop()

    def _span(self, node: libcst.BaseStatement) -> tuple[int, int]:
        """Return the lines of a statement, or of the head of a block."""
        place = self.get_metadata(metadata.PositionProvider, node)
        last = place.end.line
        body = getattr(node, 'body', None)
        if isinstance(node, libcst.BaseCompoundStatement) and isinstance(
            body, libcst.IndentedBlock
        ):
            inner = self.get_metadata(metadata.PositionProvider, body.body[0])
            last = max(place.start.line, inner.start.line - 1)
        return place.start.line, last

    def _naming_constant(self, node: libcst.BaseStatement) -> list[int]:
        """Return the lines that name what a statement of the module sets."""
        if self._names or not isinstance(node, libcst.SimpleStatementLine):
            return []
        first = node.body[0]
        if isinstance(first, libcst.Assign):
            target = first.targets[0].target
        elif isinstance(first, libcst.AnnAssign):
            target = first.target
        else:
            return []
        word = re.compile(rf'\b{re.escape(_name(target))}\b')
        return [
            number
            for number, line in enumerate(self._text.splitlines(), 1)
            if word.search(line)
        ]

    def _found(
        self, kind: str, node: libcst.CSTNode, changed: libcst.CSTNode
    ) -> None:
        described = self._described(node, changed)
        where = '.'.join(self._names) or '(module)'
        first, last = self._spans[-1]
        lines = {*range(first, last + 1), *self._naming[-1]}

        def text() -> str:
            made = self._module.deep_replace(node, changed)
            return typing.cast('libcst.Module', made).code

        self.found.append(
            mutant_.Mutant(
                self._path,
                f'{where}: {kind}: {described}',
                kind,
                tuple(sorted(lines)),
                not any(
                    isinstance(around, libcst.FunctionDef)
                    for around in self._parents
                ),
                text,
            )
        )

    def _described(self, node: libcst.CSTNode, changed: libcst.CSTNode) -> str:
        shown = node
        for parent in reversed(self._parents[:-1]):
            if not isinstance(shown, _SMALL):
                break
            shown = parent
        if shown is not node:
            changed = shown.deep_replace(node, changed)
        return mutant_.described(
            *(self._module.code_for_node(_head(n)) for n in (shown, changed))
        )


def _left_out(node: libcst.CSTNode) -> bool:
    if isinstance(node, _LEFT_OUT):
        return True
    if isinstance(node, libcst.SimpleStatementLine):
        return _is_docstring(node)
    if isinstance(node, libcst.If):
        # What only type checkers import; what is beside it is not there.
        return 'TYPE_CHECKING' in _name(node.test)
    if isinstance(node, libcst.Call):
        return _name(node.func) in _CALLS_LEFT_OUT
    return False


def _is_docstring(node: libcst.SimpleStatementLine) -> bool:
    first = node.body[0]
    return isinstance(first, libcst.Expr) and isinstance(
        first.value, libcst.BaseString
    )


def _name(node: libcst.CSTNode) -> str:
    if isinstance(node, libcst.Attribute):
        return node.attr.value
    return node.value if isinstance(node, libcst.Name) else ''


def _head(node: libcst.CSTNode) -> libcst.CSTNode:
    """Return a node without the block below it: that is no part of a name."""
    if isinstance(node, libcst.If | libcst.While):
        return node.test
    return node
