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

"""How one value of a row looks to a script and to a person.

Scripts that read JSON or YAML get real lists, numbers, booleans and null, and
text as it is, because those formats quote it. Every other format goes to a
terminal sooner or later, so its text, which another project may have chosen,
is escaped.
"""

import typing

from cliff import columns

from osc_imageshare import text

#: Formats that quote text themselves.
_QUOTING = frozenset({'json', 'yaml'})


class Cell(columns.FormattableColumn):  # type: ignore[type-arg]
    """A value of a row.

    :param formatter: the name of the output format.
    :param absent: what people read instead of null.
    """

    def __init__(
        self, value: typing.Any, formatter: str, absent: str = 'unknown'
    ) -> None:
        super().__init__(value)
        self._formatter = formatter
        self._absent = absent

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Cell):
            return NotImplemented
        return self._key() < other._key()

    def _key(self) -> tuple[bool, float, str]:
        """Sort numbers as numbers, the rest as text, null last."""
        number = self._value if isinstance(self._value, (int, float)) else 0
        return self._value is None, number, str(self._value)

    def human_readable(self) -> str:
        value = self._value
        if value is None:
            return self._absent
        if isinstance(value, (list, tuple)):
            return '\n'.join(_line(item) for item in value)
        return _line(value)

    def machine_readable(self) -> typing.Any:
        if self._formatter in _QUOTING:
            return self._value
        if self._value is None:
            return self._absent
        return _escaped(self._value)


def _line(value: object) -> str:
    """Return one item as a line: the values of a mapping side by side."""
    if isinstance(value, dict):
        return ' '.join(_line(part) for part in value.values() if part)
    return text.escaped(str(value))


def _escaped(value: typing.Any) -> typing.Any:
    if isinstance(value, str):
        return text.escaped(value)
    if isinstance(value, list):
        return [_escaped(item) for item in value]
    if isinstance(value, dict):
        return {key: _escaped(item) for key, item in value.items()}
    return value
