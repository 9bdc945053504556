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

"""The kinds of change, each a function from a node to changed ones.

mutmut has most of them. The ones below, which it lacks, leave out what rules
consist of: a condition, a refusal, a call that is made for its effect.
"""

from __future__ import annotations

import typing

import libcst
from mutmut.mutation import mutators

if typing.TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterable


def operator_condition(
    node: libcst.If | libcst.While,
) -> Iterable[libcst.CSTNode]:
    """Turn a condition around."""
    inner = node.test.with_changes(
        lpar=[*node.test.lpar, libcst.LeftParen()],
        rpar=[*node.test.rpar, libcst.RightParen()],
    )
    yield node.with_changes(test=libcst.UnaryOperation(libcst.Not(), inner))


def operator_filter(node: libcst.CompIf) -> Iterable[libcst.CSTNode]:
    """Let a comprehension take everything."""
    yield node.with_changes(test=libcst.Name('True'))


def operator_effect(node: libcst.Expr) -> Iterable[libcst.CSTNode]:
    """Leave out a call that is made for its effect."""
    if isinstance(node.value, libcst.Call):
        yield libcst.Pass()


def operator_refusal(node: libcst.Raise) -> Iterable[libcst.CSTNode]:
    """Go on where an exception was raised."""
    yield libcst.Pass()


def operator_result(node: libcst.Return) -> Iterable[libcst.CSTNode]:
    """Return None."""
    value = node.value
    if value is None or (
        isinstance(value, libcst.Name) and value.value == 'None'
    ):
        return
    yield node.with_changes(
        value=libcst.Name('None'),
        whitespace_after_return=libcst.SimpleWhitespace(' '),
    )


#: Types of nodes, and what changes one.
KINDS: list[tuple[type, Callable[..., Iterable[libcst.CSTNode]]]] = [
    *mutators.mutation_operators,
    (libcst.If, operator_condition),
    (libcst.While, operator_condition),
    (libcst.CompIf, operator_filter),
    (libcst.Expr, operator_effect),
    (libcst.Raise, operator_refusal),
    (libcst.Return, operator_result),
]


def changes(node: libcst.CSTNode) -> Iterable[tuple[str, libcst.CSTNode]]:
    """Return every change of a node, and the name of its kind."""
    for node_type, change in KINDS:
        if isinstance(node, node_type):
            kind = change.__name__.removeprefix('operator_')
            for changed in change(node):
                yield kind, changed
