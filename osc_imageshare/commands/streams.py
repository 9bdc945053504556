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

Python has None instead of a stream that was closed before it started. It
keeps text that it could not write, and tries again at its very end: that
costs the exit code and prints a message that nobody understands.
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
    """Tell whether a stream is a terminal."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def write(stream: typing.TextIO | None, words: str) -> None:
    """Write if the stream takes it; ignore a failure."""
    if stream is not None:
        try:
            stream.write(words)
            stream.flush()
        except (OSError, ValueError):
            discard(stream)


@contextlib.contextmanager
def printing(stdout: typing.TextIO | None) -> Iterator[None]:
    """Raise an OSError for text that cannot be written to *stdout*.

    A character that the encoding lacks is escaped instead: a name must not
    end a command that has changed something. Python does so on stderr.
    """
    if stdout is None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    if isinstance(stdout, io.TextIOWrapper):
        stdout.reconfigure(errors='backslashreplace')
    yield
    stdout.flush()


def discard(stream: typing.TextIO | None) -> None:
    """Drop the text that a stream could not write, so that nobody retries.

    The stream still leads to the same place.
    """
    if stream is None:
        return
    with contextlib.suppress(OSError, ValueError):
        # io.UnsupportedOperation, of a stream without a file, is both.
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
