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

"""Text that somebody chose to mislead a person, a shell or a service.

What is made here goes wherever another project can write: names of images,
servers and projects, member strings, properties; and wherever a script may
pass on what it has read: the words of a command line.
"""

import string
import typing
import unicodedata

import hypothesis
from hypothesis import strategies

#: The same examples in every run and on every machine, however slow it is:
#: a failure can be seen again, and no test depends on what ran before it.
examples = hypothesis.settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=100,
    suppress_health_check=list(hypothesis.HealthCheck),
)

#: Parts that mean something to a terminal, a reader, a shell, an option
#: parser, a URL, Glance or a format of the output.
_PARTS = (
    '\x1b[2J\x1b[1;1H',
    '\x1b]0;owned\x07',
    '\x9b31m',
    '\n| 0 | server | web |\n',
    '\nNothing has been changed.',
    '\r',
    '\b',
    '\t',
    '\0',
    '\x7f',
    '\u0085',
    '\u2028',
    '\u2029',
    '\u202egpj.exe',
    '\u2066',
    '\u200b',
    '\ufeff',
    '\U000e0041',
    '\U0010ffff',
    '\ud800',
    '\udcff',
    '\N{PENGUIN}',
    'e\u0301',
    'عربى',
    '日本語',
    '$(touch ran)',
    '`touch ran`',
    '; touch ran;',
    '&& touch ran ||',
    '| touch ran',
    '> ran',
    '<(touch ran)',
    '!!',
    '!touch',
    '$HOME',
    '${x:=y}',
    '~',
    '*',
    '{a,b}',
    '#',
    "'",
    '"',
    '\\',
    "\\'",
    ' ',
    '-',
    '--',
    '--force',
    '--os-cloud=x',
    '..',
    '.',
    '/',
    '/../',
    '%2e%2e',
    '%2F',
    '%',
    '?x=1',
    '&limit=1',
    '#f',
    ';x',
    'eq:',
    'in:"x",',
    ': - &a !!x',
    'null',
    '=1+1',
)


def _long(word: str) -> str:
    return (word or 'x') * (256 // max(len(word), 1) + 1)


_assembled = strategies.lists(
    strategies.sampled_from(_PARTS)
    | strategies.text(string.ascii_lowercase + string.digits, max_size=3),
    max_size=5,
).map(''.join)

#: Any text, whether it can be typed, stored or sent, or not.
texts: strategies.SearchStrategy[str] = (
    _assembled
    | strategies.text(max_size=20)
    | strategies.sampled_from(_PARTS).map(_long)
)

#: What can be a word of a command line: bytes that are no UTF-8 arrive as
#: lone surrogates, and no word contains the character that ends it.
words = texts.filter(lambda word: _is_word(word) and '\0' not in word)


def _is_word(text: str) -> bool:
    return not any(
        '\ud800' <= character < '\udc80' or '\udcff' < character <= '\udfff'
        for character in text
    )


#: What a service can send and store: any characters, but no surrogates.
stored = texts.filter(
    lambda text: not any('\ud800' <= c <= '\udfff' for c in text)
)

_some: typing.Any = strategies.none()

#: A name that may be missing.
names: strategies.SearchStrategy[str | None] = _some | texts


def harmless(line: str) -> bool:
    """Tell whether a line can be shown without moving anything else.

    No control, format (reading direction among them), surrogate, private or
    unassigned character, and nothing that ends a line or a paragraph.
    """
    return not any(
        unicodedata.category(character)[0] == 'C'
        or unicodedata.category(character) in ('Zl', 'Zp')
        for character in line
    )
