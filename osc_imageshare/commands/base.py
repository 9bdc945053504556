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
flow into rows. This module does the rest: it obtains the connection, says
what happened on stderr, and nothing else there, and ends with the exit code
of the outcome even if rows were printed.
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


#: What is true after an early end of a flow that had begun to change things.
_BEGUN = (
    'Changes may have been made; "openstack image share status" shows the '
    'current state.'
)

#: The client's exit code when the reader of a pipe is gone: 128 + SIGPIPE.
_NO_READER = 141


class Flow(typing.Protocol):
    """What a command runs; it has an outcome."""

    @property
    def outcome(self) -> outcomes.Report: ...

    def run(self) -> object: ...


class Command(command.Command, metaclass=abc.ABCMeta):
    """A command whose output comes with sentences and an exit code."""

    #: The flow, by its name in the sharing package; so is its request.
    FLOW: typing.ClassVar[str]

    #: What the counter on a terminal counts; None without a counter.
    COUNTED: typing.ClassVar[str | None] = None

    #: (What it does, the command as typed): the end of the help, see epilog.
    EXAMPLES: typing.ClassVar[tuple[tuple[str, str], ...]] = ()

    #: The report of the flow so far.
    _outcome: outcomes.Report | None = None

    #: Whether the flow has ended, and only its output remains to be printed.
    _printing = False

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = super().get_parser(prog_name)
        parser.add_argument(
            '--timeout',
            metavar='<seconds>',
            type=arguments.seconds,
            help=(
                'Limit each request to a service to this many seconds '
                '(default: api_timeout of clouds.yaml, or '
                f'{rest.TIMEOUT:g})'
            ),
        )
        arguments.keep_paragraphs(parser)

        def parse_args(
            args: Sequence[str] | None = None,
            namespace: argparse.Namespace | None = None,
        ) -> argparse.Namespace:
            return arguments.parsed(parser, list(args or ()), namespace)

        parser.parse_args = parse_args  # type: ignore
        arguments.harmless_errors(parser)
        return parser

    def get_epilog(self) -> str:
        return arguments.epilog(self.EXAMPLES, super().get_epilog())

    def flow(
        self,
        connection: sdk_connection.Connection,
        parsed_args: argparse.Namespace,
    ) -> Flow:
        """Return the flow that does what the arguments ask for."""
        from osc_imageshare import sharing

        flow = getattr(sharing, self.FLOW)
        request = arguments.request(
            getattr(sharing, f'{self.FLOW}Request'),
            parsed_args,
            **self.given(parsed_args),
        )
        return typing.cast(Flow, flow(connection, request, self.context))

    def given(self, parsed_args: argparse.Namespace) -> dict[str, object]:
        """Return the fields of the request that no single option has."""
        return {}

    def run(self, parsed_args: argparse.Namespace) -> int:
        """Run the command and return its exit code.

        cliff prints the output, and returns 0 whenever it has printed it; this
        method returns the code of the outcome instead.
        """
        self.exit_code = errors.OK
        try:
            self._check(parsed_args)
            with signals.interrupting():
                super().run(parsed_args)
        except errors.ImageShareError as exc:
            # What happened comes before its consequences.
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
            # The boundary to the person at the terminal: an unforeseen answer
            # must not end in a traceback, nor in silence.
            self.log.debug('unforeseen', exc_info=True)
            if self._outcome is not None and not self._printing:
                self._messages.say_all(self._outcome)
            self._messages.say(
                (
                    f'Unexpected error: {exc!r} (--debug shows details).',
                    *self._state(self._outcome),
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
        """Run a flow and return the exit code of an interruption, else 0.

        :raises BaseException: an exception that ends the whole program; the
            messages of the flow are printed before.
        """
        try:
            flow.run()
        except Exception:
            raise
        except BaseException as exc:
            if not flow.outcome.interrupted:
                # The flow reports an interruption of its changes itself.
                flow.outcome.interrupt(*self._state(flow.outcome))
            if isinstance(exc, KeyboardInterrupt):
                return signals.code_of(exc)
            self._messages.say_all(flow.outcome)
            raise
        return errors.OK

    @staticmethod
    def _state(outcome: outcomes.Report | None) -> tuple[str, ...]:
        """Return what is true after an early end, if that is worth a word."""
        if outcome is None or outcome.READS:
            return ()
        return (_BEGUN if outcome.may_have_changed else errors.UNCHANGED,)

    def write(self, words: str) -> None:
        """Print what is no table, as long as the stream takes it."""
        self._printing = True
        with streams.printing(self.app.stdout):
            self.app.stdout.write(words)

    def progress(self, what: str) -> Callable[[int, int], None] | None:
        """Return the function that shows progress; None without a terminal."""
        return self._messages.progress(what)

    def byte_progress(self) -> Callable[[int, int], None] | None:
        """Return what shows how bytes move on a terminal; None elsewhere."""
        return self._messages.byte_progress()

    @property
    def context(self) -> context.Context:
        """Where the flow runs: in this client, with its terminal."""
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
        """Report rows that cannot be printed, after the flow has ended."""
        streams.discard(self.app.stdout)
        if isinstance(exc, BrokenPipeError):
            # The reader has seen enough.
            return self.exit_code or _NO_READER
        why = f'Could not write the output: {exc.strerror or exc}.'
        begun = self._outcome is not None and self._outcome.may_have_changed
        if begun and not self.exit_code:
            why += ' The requested changes were made.'
        self._messages.say((why,))
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

        A row may have more values than there are headers.
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
        """Print the rows as long as the stream takes them."""
        self._printing = True
        with streams.printing(self.app.stdout):
            super().produce_output(parsed_args, *columns_and_rows)
        return errors.OK

    def _check(self, parsed_args: argparse.Namespace) -> None:
        """Refuse unknown columns before the flow runs.

        cliff refuses them when it prints, which is too late for a command
        that changes something.
        """
        asked = {*parsed_args.columns, *parsed_args.sort_columns}
        there = self.headers(parsed_args)
        unknown = asked.difference(there)
        if unknown:
            raise errors.UsageError(
                f'No such column: {", ".join(sorted(unknown))}. Choose from: '
                f'{", ".join(there)}.'
            )


@contextlib.contextmanager
def _limited(session: typing.Any, wanted: float | None) -> Iterator[None]:
    """Limit the time of a request, for this command only.

    The session is the client's: in its interactive shell, other commands use
    it afterwards, and an upload takes longer than a query.
    """
    before = session.timeout
    session.timeout = wanted or before or rest.TIMEOUT
    try:
        yield
    finally:
        session.timeout = before
