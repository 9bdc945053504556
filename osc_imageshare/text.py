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

"""How text is shown to people, and how commands are printed for them.

This is the one place that makes text chosen by another project (image,
server and project names, member strings) harmless on a terminal, and the one
place that quotes a command so that it can be pasted into a shell. It knows
nothing of images, projects or HTTP.
"""

import shlex


def escaped(value: str) -> str:
    """Return *value* with every unprintable character as an escape code.

    Control, format (right-to-left marks among them), line-separator,
    surrogate and unassigned characters are replaced, so that the text can
    neither move the cursor nor start a line that looks like another row.
    """
    if value.isprintable():
        return value
    return ''.join(
        c if c.isprintable() else c.encode('unicode_escape').decode()
        for c in value
    )


def quoted(word: str) -> str:
    """Return *word* quoted for a POSIX shell, or for bash where it must be.

    A word with unprintable characters is written as ``$'...'``, which bash,
    zsh and ksh turn back into exactly that word.
    """
    if word.isprintable():
        return shlex.quote(word)
    body = ''.join(
        c if c.isprintable() else _ansi_c(c)
        for c in word.replace('\\', '\\\\').replace("'", "\\'")
    )
    return f"$'{body}'"


def _ansi_c(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        # A byte that is not UTF-8, as Python reads it from a command line.
        return f'\\x{code - 0xDC00:02x}'
    return f'\\u{code:04x}' if code < 0x10000 else f'\\U{code:08x}'


def comment(words: str, subject: str) -> str:
    """Return a comment to print where no command exists.

    Some interactive shells have no comments, so the *subject* is quoted.
    """
    return f'# {words} {shlex.quote(escaped(subject))}'


def _possible(word: str) -> bool:
    """Tell whether a shell can pass *word* on: no NUL, and encodable."""
    try:
        word.encode(errors='surrogateescape')
    except UnicodeEncodeError:
        return False
    return '\0' not in word


def openstack(
    *words: str,
    operands: tuple[str, ...] = (),
    program: tuple[str, ...] = ('openstack',),
) -> str:
    """Return the ``openstack`` command of *words* and *operands* as one line.

    The line is a comment when a command line cannot contain one of them.

    :param words: subcommand and options, written by this program.
    :param operands: positional arguments; the line has a ``--`` before them
        when one looks like an option.
    :param program: how the client is started, ``openstack`` and its options.
    """
    parts = [*program, *words]
    for word in (*parts, *operands):
        if not _possible(word):
            return comment('no command line can contain this word', word)
    if any(operand.startswith('-') for operand in operands):
        parts.append('--')
    return ' '.join(quoted(part) for part in (*parts, *operands))


def number(count: int, noun: str) -> str:
    """Return a number with its noun, as ``1 server`` or ``2 servers``."""
    return f'{count} {noun}' if count == 1 else f'{count} {noun}s'


def listed(words: list[str]) -> str:
    """Return *words* as ``a, b and c``."""
    if len(words) < 2:
        return ''.join(words)
    return f'{", ".join(words[:-1])} and {words[-1]}'
