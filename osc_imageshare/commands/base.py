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
import io
import os
import signal
import typing

from osc_lib.command import command

from osc_imageshare.commands import columns
from osc_imageshare import errors
from osc_imageshare import rest
from osc_imageshare import text

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from openstack import connection as sdk_connection

    from osc_imageshare.sharing import outcome as outcomes


#: What is said of an interruption when everything had been done, or nearly.
_BEGUN = (
    'What was asked for has been begun, and may have been done; "openstack '
    'image share status" shows it.'
)

#: Takes the counter away from its line on a terminal.
_CLEARED = '\r\033[K'


class Flow(typing.Protocol):
    """What a command runs: something that ends with an outcome."""

    @property
    def outcome(self) -> outcomes.Report: ...

    def run(self) -> object: ...


class Lister(command.Lister, metaclass=abc.ABCMeta):
    """A command whose rows come with sentences and an exit code."""

    #: Headers of the rows. They are the keys of the JSON output.
    HEADERS: typing.ClassVar[tuple[str, ...]]

    #: Headers whose null means "there is none" instead of "unknown".
    OPTIONAL: typing.ClassVar[frozenset[str]] = frozenset()

    #: What the flow has to report so far.
    _outcome: outcomes.Report | None = None

    #: Whether a counter stands on the terminal's current line.
    _counting = False

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = super().get_parser(prog_name)
        parser.add_argument(
            '--timeout',
            metavar='<seconds>',
            type=seconds,
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
            return _parse(parser, list(args or ()), namespace)

        parser.parse_args = parse_args  # type: ignore
        harmless_errors(parser)
        return parser

    @abc.abstractmethod
    def flow(
        self,
        connection: sdk_connection.Connection,
        parsed_args: argparse.Namespace,
    ) -> Flow:
        """Return the flow that does what the arguments ask for."""

    def headers(self, parsed_args: argparse.Namespace) -> tuple[str, ...]:
        """Return the headers for these arguments."""
        return self.HEADERS

    @abc.abstractmethod
    def rows(self, outcome: typing.Any) -> Iterator[tuple[object, ...]]:
        """Yield the rows of an outcome, in the order of the headers.

        A row may go on beyond the headers that were asked for.
        """

    def run(self, parsed_args: argparse.Namespace) -> int:
        """Run the command and return its exit code.

        The rows are printed by cliff, which returns 0 whenever it has
        printed them; the code of the outcome is returned instead.
        """
        self.exit_code = errors.OK
        # A name that the terminal's encoding lacks must not end a command
        # that has changed something; stderr is set up like this by Python.
        if isinstance(self.app.stdout, io.TextIOWrapper):
            self.app.stdout.reconfigure(errors='backslashreplace')
        try:
            self._check_columns(parsed_args)
            with _sigterm_interrupts():
                super().run(parsed_args)
        except errors.ImageShareError as exc:
            # What happened comes before what was made of it.
            self._say(exc.lines)
            if self._outcome is not None:
                self._say_all(self._outcome)
            return exc.exit_code
        except BrokenPipeError:
            raise
        except KeyboardInterrupt as exc:
            self._say(('Interrupted.',))
            if self._outcome is not None and self._outcome.begun:
                self._say((_BEGUN,))
            return _code_of(exc)
        except Exception as exc:
            # The boundary to the person at the terminal: an answer that no
            # rule foresaw must not end in a traceback, nor in silence.
            self.log.debug('unforeseen', exc_info=True)
            if self._outcome is not None:
                self._say_all(self._outcome)
            self._say(
                (
                    f'An answer could not be understood: {exc!r}.',
                    'What had been done until then stays done; "openstack '
                    'image share status" shows it. --debug shows where it '
                    'happened.',
                )
            )
            return errors.FAILED
        return self.exit_code

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[tuple[str, ...], list[tuple[columns.Cell, ...]]]:
        connection = self.app.client_manager.sdk_connection
        session = connection.session
        session.timeout = (
            parsed_args.timeout or session.timeout or rest.TIMEOUT
        )
        flow = self.flow(connection, parsed_args)
        self._outcome = flow.outcome
        interrupted = errors.OK
        try:
            flow.run()
        except KeyboardInterrupt as exc:
            interrupted = _code_of(exc)
            if not flow.outcome.interrupted:
                # One that came while a flow changed things has been told of.
                flow.outcome.interrupt(
                    _BEGUN
                    if flow.outcome.begun
                    else 'Nothing has been changed.'
                )
        self._say_all(flow.outcome)
        self.exit_code = errors.gravest((interrupted, flow.outcome.exit_code))
        headers = self.headers(parsed_args)
        return headers, [
            tuple(
                columns.Cell(
                    value,
                    parsed_args.formatter,
                    '-' if header in self.OPTIONAL else 'unknown',
                )
                for header, value in zip(headers, row, strict=False)
            )
            for row in self.rows(flow.outcome)
        ]

    def progress(self, what: str) -> Callable[[int, int], None] | None:
        """Return what shows progress on a terminal; None elsewhere."""
        if not self.app.stderr.isatty() or self._quiet:
            return None

        def show(done: int, of: int) -> None:
            line = f'\r{done} of {of} {what}' if done < of else _CLEARED
            self._counting = done < of
            print(line, end='', flush=True, file=self.app.stderr)

        return show

    @property
    def program(self) -> tuple[str, ...]:
        """How this client was started, as far as commands have to repeat it.

        Where the cloud and the region come from the environment, they hold
        for what is typed next as well.
        """
        options = self.app.options
        return (
            'openstack',
            *(
                f'--os-{name}={value}'
                for name, value, variable in (
                    ('cloud', options.cloud, 'OS_CLOUD'),
                    ('region-name', options.region_name, 'OS_REGION_NAME'),
                )
                if value and value != os.environ.get(variable)
            ),
        )

    @property
    def _quiet(self) -> bool:
        return bool(self.app.options.verbose_level == 0)

    def _check_columns(self, parsed_args: argparse.Namespace) -> None:
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

    def _say_all(self, outcome: outcomes.Report) -> None:
        for message in outcome.messages:
            if message.level.value != 'note' or not self._quiet:
                self._say(message.lines)
        for planned in outcome.planned:
            self._say((f'Would run: {planned}',))

    def _say(self, lines: tuple[str, ...]) -> None:
        """Print a sentence; the one place where messages are escaped."""
        if self._counting:
            print(_CLEARED, end='', file=self.app.stderr)
            self._counting = False
        for line in lines:
            print(text.escaped(line), file=self.app.stderr)


def harmless_errors(parser: argparse.ArgumentParser) -> None:
    """Let argparse repeat the words of the command line escaped."""
    error = parser.error

    def escaped(message: str) -> typing.NoReturn:
        error(text.escaped(message))

    parser.error = escaped  # type: ignore[method-assign]


def _parse(
    parser: argparse.ArgumentParser,
    args: list[str],
    namespace: argparse.Namespace | None,
) -> argparse.Namespace:
    """Parse options and arguments in any order, up to a ``--``.

    Plain argparse takes all arguments of a list from one place and calls
    those behind the next option unrecognized; its intermixed form loses the
    ``--`` and takes options behind it for such. So the words behind it are
    marked with a character that no command line can contain.
    """
    if '--' in args:
        end = args.index('--')
        args = [*args[:end], *(f'\0{word}' for word in args[end + 1 :])]
    found, unknown = parser.parse_known_intermixed_args(args, namespace)
    if unknown:
        words = ' '.join(word.removeprefix('\0') for word in unknown)
        parser.error(f'unrecognized arguments: {words}')
    for name, value in vars(found).items():
        if isinstance(value, str):
            setattr(found, name, value.removeprefix('\0'))
        elif isinstance(value, list):
            setattr(found, name, [str(v).removeprefix('\0') for v in value])
    return found


def add_image(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        'image', metavar='<image>', help='Image to work on (name or ID)'
    )


def add_member_cloud(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        '--member-cloud',
        dest='member_clouds',
        metavar='<cloud>',
        action='append',
        default=[],
        help=(
            "Entry of clouds.yaml for a member's project, to act and look as "
            'that project (repeat for several)'
        ),
    )


def add_project_domain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        '--project-domain',
        metavar='<project-domain>',
        help=(
            'Domain the projects belong to (name or ID); only needed when '
            'several projects have the same name'
        ),
    )


def add_dry_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        '--dry-run',
        action='store_true',
        help=(
            'Look at everything, change nothing, and print the native '
            'commands that would be needed'
        ),
    )


def seconds(value: str) -> float:
    """Return a positive number of seconds, for argparse."""
    found = float(value)
    if not 0 < found < float('inf'):
        raise ValueError(value)
    return found


def _code_of(interrupt: KeyboardInterrupt) -> int:
    if isinstance(interrupt, errors.Terminated):
        return errors.TERMINATED
    return errors.INTERRUPTED


@contextlib.contextmanager
def _sigterm_interrupts() -> Iterator[None]:
    """Let SIGTERM interrupt as SIGINT does, so that flows clean up."""

    def interrupt(signum: int, frame: object) -> None:
        raise errors.Terminated()

    try:
        before = signal.signal(signal.SIGTERM, interrupt)
    except ValueError:
        # Only the main thread may; a program that runs commands in others
        # keeps its own handling.
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
