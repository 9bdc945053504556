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

"""Standard streams that are closed, full, or have lost their reader.

Python has None in the place of a stream that was closed before it started,
keeps what could not be written, and tries again at its very end: that costs
the exit code and prints a message that nobody understands.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import typing

if typing.TYPE_CHECKING:
    from collections.abc import Iterator


def is_terminal(stream: typing.TextIO | None) -> bool:
    """Tell whether somebody is looking."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def write(stream: typing.TextIO | None, words: str) -> None:
    """Write where nothing depends on it, or not at all."""
    if stream is not None:
        try:
            stream.write(words)
            stream.flush()
        except (OSError, ValueError):
            discard(stream)


@contextlib.contextmanager
def printing(stdout: typing.TextIO | None) -> Iterator[None]:
    """Let what cannot be written to *stdout* be an OSError.

    A character that the encoding lacks is none: a name must not end a command
    that has changed something. Python sets up stderr in the same way.
    """
    if stdout is None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    if isinstance(stdout, io.TextIOWrapper):
        stdout.reconfigure(errors='backslashreplace')
    yield
    stdout.flush()


def discard(stream: typing.TextIO | None) -> None:
    """Forget what a stream could not write, so that nobody tries again.

    The stream goes on to lead where it did.
    """
    if stream is None:
        return
    with contextlib.suppress(OSError, ValueError):
        # io.UnsupportedOperation, of what is no file, is both.
        number = stream.fileno()
        kept = os.dup(number)
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, number)
            os.close(nowhere)
            stream.flush()
        finally:
            os.dup2(kept, number)
            os.close(kept)
