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

"""Reading and writing the files that people name."""

from __future__ import annotations

import sys

from osc_imageshare import errors

#: Stands for standard input.
STDIN = '-'


def read(path: str) -> bytes:
    """Return what is in a file, or comes from standard input.

    :raises errors.UsageError: for an empty name, as an unset variable of a
        script makes.
    :raises errors.Refused: when it cannot be read.
    """
    if not path:
        raise errors.UsageError('The name of the file is empty.')
    try:
        if path == STDIN:
            return sys.stdin.buffer.read()
        with open(path, 'rb') as file:
            return file.read()
    except (OSError, ValueError, AttributeError) as exc:
        # ValueError: a NUL in the name; AttributeError: no standard input.
        why = getattr(exc, 'strerror', None) or str(exc)
        raise errors.Refused(f'Could not read {name(path)}: {why}.') from exc


def name(path: str) -> str:
    """Return what a file is called in sentences."""
    return 'standard input' if path == STDIN else path


def write(path: str, content: str) -> None:
    """Write a file anew.

    :raises errors.Refused: when it cannot be written.
    """
    try:
        with open(path, 'w', encoding='utf-8') as file:
            file.write(f'{content}\n')
    except (OSError, ValueError) as exc:
        why = getattr(exc, 'strerror', None) or str(exc)
        raise errors.Refused(f'Could not write {path}: {why}.') from exc
