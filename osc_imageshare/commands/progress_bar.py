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

"""A bar of the bytes that have been sent, with their rate and the time left.

Loaded only where somebody looks at it.
"""

from __future__ import annotations

import os
import typing

import tqdm  # type: ignore[import-untyped]

from osc_imageshare.commands import streams


#: Where nobody knows how wide a terminal is: some are told to have no width.
_COLUMNS = 80


class _Silent(tqdm.tqdm):  # type: ignore[misc]
    """One without a thread that looks after it: every piece shows it anew."""

    monitor_interval = 0


class _Terminal:
    """Stderr, where what cannot be written does not end what is shown."""

    def __init__(self, stream: typing.TextIO) -> None:
        self._stream = stream
        self.encoding = getattr(stream, 'encoding', None) or 'ascii'

    def write(self, words: str) -> None:
        streams.write(self._stream, words)

    def flush(self) -> None:
        """Everything is written at once."""

    def isatty(self) -> bool:
        return streams.is_terminal(self._stream)

    def fileno(self) -> int:
        return self._stream.fileno()

    @property
    def columns(self) -> int:
        """How wide it is; 0 where that is not known."""
        try:
            return os.get_terminal_size(self.fileno()).columns
        except (OSError, ValueError):
            return 0


class Bar:
    """A bar for one upload after the other; each clears its line."""

    def __init__(self, stream: typing.TextIO) -> None:
        self._terminal = _Terminal(stream)
        self._bar: _Silent | None = None

    def show(self, done: int, of: int) -> None:
        """Show how many bytes of how many there are; fewer: a new upload."""
        bar = self._bar
        if bar is None or done < bar.n or of != bar.total:
            self.close()
            self._bar = bar = _Silent(
                total=of,
                file=self._terminal,
                unit='B',
                unit_scale=True,
                unit_divisor=1024,
                dynamic_ncols=bool(self._terminal.columns),
                ncols=self._terminal.columns or _COLUMNS,
                leave=False,
            )
        bar.update(done - bar.n)
        if done >= of:
            self.close()

    def close(self) -> None:
        """Take the bar away, if there is one."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
