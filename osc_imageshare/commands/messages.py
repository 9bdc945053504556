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

"""Sentences for people, on stderr and in the client's log file.

This is the one place that escapes and prints sentences. They go through
logging, so that the client's log file has them too. The client's own formatter
makes the lines of that file, and no sentence can forge one.
"""

from __future__ import annotations

import logging
import typing

from osc_imageshare.commands import streams
from osc_imageshare import text

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from osc_imageshare.commands import progress_bar
    from osc_imageshare.sharing import outcomes

#: Removes the counter from its line on a terminal.
_CLEARED = '\r\033[K'

_LEVELS = {
    'error': logging.ERROR,
    'warning': logging.WARNING,
    'note': logging.INFO,
}


class _Console(logging.Handler):
    """Stderr; a failure to write has no other effect."""

    def __init__(self, app: typing.Any) -> None:
        super().__init__()
        self._app = app
        self.addFilter(lambda record: record.printed)  # type: ignore

    def emit(self, record: logging.LogRecord) -> None:
        streams.write(self._app.stderr, f'{self.format(record)}\n')


class _Passing(logging.Handler):
    """Another handler of the client, with the level of that handler."""

    def __init__(self, handler: logging.Handler) -> None:
        super().__init__()
        self._handler = handler

    def emit(self, record: logging.LogRecord) -> None:
        self._handler.handle(record)


def _is_console(handler: logging.Handler) -> bool:
    """Tell whether a handler prints to the terminal."""
    return isinstance(handler, logging.StreamHandler) and not isinstance(
        handler, logging.FileHandler
    )


class Messages:
    """The sentences of one command.

    :param name: the name of the command, for the log file.
    :param app: the client, with its stderr and its verbosity.
    """

    def __init__(self, name: str, app: typing.Any) -> None:
        self._app = app
        self._counting = False
        self._bar: progress_bar.Bar | None = None
        # A separate logger: the client's console handler would print every
        # sentence twice, and hides other levels with --quiet.
        self._logger = logging.Logger(name)
        self._logger.addHandler(_Console(app))
        for handler in logging.getLogger().handlers:
            if not _is_console(handler):
                self._logger.addHandler(_Passing(handler))

    @property
    def _quiet(self) -> bool:
        return bool(self._app.options.verbose_level == 0)

    def say(
        self,
        lines: Iterable[str],
        level: int = logging.ERROR,
        *,
        printed: bool = True,
    ) -> None:
        """Say something; the record of each line has its claims.

        :param printed: whether stderr gets the lines, too, not only the file.
        """
        self._clear()
        for line in lines:
            self._logger.log(
                level,
                '%s',
                text.escaped(line),
                extra={
                    'printed': printed,
                    # Of a statement, see sharing.claims.
                    'claims': getattr(line, 'claims', ()),
                },
            )

    def say_all(self, outcome: outcomes.Report) -> None:
        """Say the report of a flow; --quiet hides its notes."""
        for message in outcome.messages:
            level = _LEVELS[message.level.value]
            printed = level > logging.INFO or not self._quiet
            self.say(message.lines, level, printed=printed)
        for planned in outcome.planned:
            self.say((f'Would run: {planned}',), logging.INFO)

    def progress(self, what: str) -> Callable[[int, int], None] | None:
        """Return the function that shows progress; None without a terminal."""
        if self._quiet or not streams.is_terminal(self._app.stderr):
            return None

        def show(done: int, of: int) -> None:
            self._counting = done < of
            streams.write(
                self._app.stderr,
                f'\r{done} of {of} {what}' if done < of else _CLEARED,
            )

        return show

    def byte_progress(self) -> Callable[[int, int], None] | None:
        """Return what shows a bar of bytes on a terminal; None elsewhere."""
        if self._quiet or not streams.is_terminal(self._app.stderr):
            return None
        from osc_imageshare.commands import progress_bar

        self._bar = progress_bar.Bar(self._app.stderr)
        return self._bar.show

    def _clear(self) -> None:
        """Remove counter and bar, so that a sentence begins its own line."""
        if self._bar is not None:
            self._bar.close()
        if self._counting:
            streams.write(self._app.stderr, _CLEARED)
            self._counting = False
