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

"""What all commands have in common: options, sentences, rows, exit code.

A command fills in a request from its arguments and turns the outcome of a
flow into rows. Everything else is done here: obtaining the connection, saying
what happened on stderr (and nothing else there), and ending with the exit
code of the outcome although rows were printed.
"""

from __future__ import annotations

import abc
import argparse
import contextlib
import functools
import typing

from osc_lib.command import command

from osc_imageshare.api import rest
from osc_imageshare.commands import arguments
from osc_imageshare.commands import columns
from osc_imageshare.commands import invocation
from osc_imageshare.commands import messages
from osc_imageshare.commands import signals
from osc_imageshare.commands import streams
from osc_imageshare import errors

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from openstack import connection as sdk_connection

    from osc_imageshare.sharing import context
    from osc_imageshare.sharing import outcomes


#: What is said of an interruption when everything had been done, or nearly.
_BEGUN = (
    'What was asked for has been begun, and may have been done; "openstack '
    'image share status" shows it.'
)

#: How programs end whose reader has gone, as the client does: 128 + SIGPIPE.
_NO_READER = 141


class Flow(typing.Protocol):
    """What a command runs: something that ends with an outcome."""

    @property
    def outcome(self) -> outcomes.Report: ...

    def run(self) -> object: ...


class Command(command.Command, metaclass=abc.ABCMeta):
    """A command whose output comes with sentences and an exit code."""

    #: What the counter on a terminal counts; None where there is none.
    COUNTED: typing.ClassVar[str | None] = None

    #: What the flow has to report so far.
    _outcome: outcomes.Report | None = None

    #: Whether the flow has ended and only its output is left to be printed.
    _printing = False

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = super().get_parser(prog_name)
        parser.add_argument(
            '--timeout',
            metavar='<seconds>',
            type=arguments.seconds,
            help=(
                'Seconds that one request to a service may take '
                '(default: api_timeout of clouds.yaml, else '
                f'{rest.TIMEOUT:g})'
            ),
        )

        def parse_args(
            args: Sequence[str] | None = None,
            namespace: argparse.Namespace | None = None,
        ) -> argparse.Namespace:
            return arguments.parsed(parser, list(args or ()), namespace)

        parser.parse_args = parse_args  # type: ignore
        arguments.harmless_errors(parser)
        return parser

    @abc.abstractmethod
    def flow(
        self,
        connection: sdk_connection.Connection,
        parsed_args: argparse.Namespace,
    ) -> Flow:
        """Return the flow that does what the arguments ask for."""

    def run(self, parsed_args: argparse.Namespace) -> int:
        """Run the command and return its exit code.

        What is printed by cliff ends with 0 whenever it could be printed;
        the code of the outcome is returned instead.
        """
        self.exit_code = errors.OK
        try:
            self._check(parsed_args)
            with signals.interrupting():
                super().run(parsed_args)
        except errors.ImageShareError as exc:
            # What happened comes before what was made of it.
            self._messages.say(exc.lines)
            if self._outcome is not None:
                self._messages.say_all(self._outcome)
            return exc.exit_code
        except KeyboardInterrupt as exc:
            self._messages.say(('Interrupted.',))
            if self._outcome is not None and self._outcome.may_have_changed:
                self._messages.say((_BEGUN,))
            return signals.code_of(exc)
        except Exception as exc:
            if self._printing and isinstance(exc, OSError):
                return self._unwritten(exc)
            # The boundary to the person at the terminal: an answer that no
            # rule foresaw must not end in a traceback, nor in silence.
            self.log.debug('unforeseen', exc_info=True)
            if self._outcome is not None and not self._printing:
                self._messages.say_all(self._outcome)
            self._messages.say(
                (
                    f'An answer could not be understood: {exc!r}.',
                    'What had been done until then stays done; "openstack '
                    'image share status" shows it. --debug shows where it '
                    'happened.',
                )
            )
            return errors.FAILED
        return self.exit_code

    def _check(self, parsed_args: argparse.Namespace) -> None:
        """Refuse arguments before anything is asked or done."""

    def _run(self, parsed_args: argparse.Namespace) -> outcomes.Report:
        """Run the flow, say what there is to say, and return its outcome."""
        connection = self.app.client_manager.sdk_connection
        with _limited(connection.session, parsed_args.timeout):
            flow = self.flow(connection, parsed_args)
            self._outcome = flow.outcome
            interrupted = self._run_flow(flow)
        self._messages.say_all(flow.outcome)
        self.exit_code = errors.gravest((interrupted, flow.outcome.exit_code))
        return flow.outcome

    def _run_flow(self, flow: Flow) -> int:
        """Run a flow and return the exit code of its interruption, if any.

        :raises BaseException: what ends the program that this runs in; all
            that there is to say has been said then.
        """
        try:
            flow.run()
        except Exception:
            raise
        except BaseException as exc:
            if not flow.outcome.interrupted:
                # One that came while a flow changed things has been told of.
                flow.outcome.interrupt(
                    _BEGUN
                    if flow.outcome.may_have_changed
                    else 'Nothing has been changed.'
                )
            if isinstance(exc, KeyboardInterrupt):
                return signals.code_of(exc)
            self._messages.say_all(flow.outcome)
            raise
        return errors.OK

    def write(self, words: str) -> None:
        """Print what is no table, as far as anything can be written."""
        self._printing = True
        with streams.printing(self.app.stdout):
            self.app.stdout.write(words)

    def progress(self, what: str) -> Callable[[int, int], None] | None:
        """Return what shows progress on a terminal; None elsewhere."""
        return self._messages.progress(what)

    def byte_progress(self) -> Callable[[int, int], None] | None:
        """Return what shows how bytes move on a terminal; None elsewhere."""
        return self._messages.byte_progress()

    @property
    def context(self) -> context.Context:
        """Where the flow runs: in this client, seen on its terminal."""
        from osc_imageshare.sharing import context

        return context.Context(
            invocation.repeated(self.app.options),
            None if self.COUNTED is None else self.progress(self.COUNTED),
        )

    @functools.cached_property
    def _messages(self) -> messages.Messages:
        kind = type(self)
        return messages.Messages(
            f'{kind.__module__}.{kind.__name__}', self.app
        )

    def _unwritten(self, exc: OSError) -> int:
        """Deal with rows that cannot be printed: all is done by then."""
        streams.discard(self.app.stdout)
        if isinstance(exc, BrokenPipeError):
            # Whoever reads has seen enough.
            return self.exit_code or _NO_READER
        why = f'the output could not be written: {exc.strerror or exc}.'
        begun = self._outcome is not None and self._outcome.may_have_changed
        if begun and not self.exit_code:
            why = f'What was asked for has been done, but {why}'
        self._messages.say((why[:1].upper() + why[1:],))
        return self.exit_code or errors.FAILED


class Lister(Command, command.Lister):
    """A command whose output is rows."""

    #: Headers of the rows. They are the keys of the JSON output.
    HEADERS: typing.ClassVar[tuple[str, ...]]

    #: Headers whose null means "there is none" instead of "unknown".
    OPTIONAL: typing.ClassVar[frozenset[str]] = frozenset()

    def headers(self, parsed_args: argparse.Namespace) -> tuple[str, ...]:
        """Return the headers for these arguments."""
        return self.HEADERS

    @abc.abstractmethod
    def rows(self, outcome: typing.Any) -> Iterator[tuple[object, ...]]:
        """Yield the rows of an outcome, in the order of the headers.

        A row may go on beyond the headers that were asked for.
        """

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[tuple[str, ...], list[tuple[columns.Cell, ...]]]:
        outcome = self._run(parsed_args)
        headers = self.headers(parsed_args)
        rows = [
            tuple(
                columns.Cell(
                    value,
                    parsed_args.formatter,
                    '-' if header in self.OPTIONAL else 'unknown',
                )
                for header, value in zip(headers, row, strict=False)
            )
            for row in self.rows(outcome)
        ]
        return headers, rows

    def produce_output(
        self, parsed_args: argparse.Namespace, *columns_and_rows: typing.Any
    ) -> int:
        """Print the rows, as far as anything can be written."""
        self._printing = True
        with streams.printing(self.app.stdout):
            super().produce_output(parsed_args, *columns_and_rows)
        return errors.OK

    def _check(self, parsed_args: argparse.Namespace) -> None:
        """Refuse columns that do not exist before anything is done.

        cliff finds out when it prints, which is too late for a command that
        changes something.
        """
        asked = {*parsed_args.columns, *parsed_args.sort_columns}
        there = self.headers(parsed_args)
        unknown = asked.difference(there)
        if unknown:
            raise errors.UsageError(
                f'No such column: {", ".join(sorted(unknown))}. There are: '
                f'{", ".join(there)}.'
            )


@contextlib.contextmanager
def _limited(session: typing.Any, wanted: float | None) -> Iterator[None]:
    """Limit what a request may take, for this command only.

    The session is the client's: in its interactive shell, other commands use
    it afterwards, and an upload takes longer than a look.
    """
    before = session.timeout
    session.timeout = wanted or before or rest.TIMEOUT
    try:
        yield
    finally:
        session.timeout = before
