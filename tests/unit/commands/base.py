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

"""A command with a terminal of its own, and no cloud behind it."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import io
import json
import types
import typing

import fixtures

from osc_imageshare.commands import base as base_
from osc_imageshare.sharing import outcomes
from tests.unit import base


class Terminal(io.StringIO):
    """What is printed; pretends to be a terminal where a test wants it."""

    def __init__(self, terminal: bool = False) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


class Flow:
    """A flow that ends as it is told to.

    :param ending: raised at the end; None to end well.
    """

    def __init__(
        self, outcome: outcomes.Report, ending: BaseException | None = None
    ) -> None:
        self.outcome = outcome
        self._ending = ending

    def run(self) -> outcomes.Report:
        if self._ending is not None:
            raise self._ending
        return self.outcome


@dataclasses.dataclass(frozen=True)
class Result:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def rows(self) -> list[dict[str, typing.Any]]:
        """The rows of a command run with ``-f json``."""
        return typing.cast(
            'list[dict[str, typing.Any]]', json.loads(self.stdout)
        )


class CommandTestCase(base.TestCase):
    """Tests of one command."""

    #: The command; each test case says which.
    command: typing.ClassVar[typing.Any]

    def setUp(self) -> None:
        super().setUp()
        self.session = types.SimpleNamespace(timeout=None)
        self.app = types.SimpleNamespace(
            stdout=Terminal(),
            stderr=Terminal(),
            options=types.SimpleNamespace(
                verbose_level=1, cloud='', region_name=''
            ),
            client_manager=types.SimpleNamespace(
                sdk_connection=types.SimpleNamespace(session=self.session)
            ),
        )

    def made(self) -> typing.Any:
        """Return a new instance of the command."""
        return self.command(self.app, None)

    def parse(self, *argv: str) -> argparse.Namespace:
        """Return the arguments as the command will see them."""
        parser = self.made().get_parser('openstack image x')
        return typing.cast('argparse.Namespace', parser.parse_args(list(argv)))

    def usage_error(self, *argv: str) -> str:
        """Return what argparse says about arguments that are wrong."""
        stderr = io.StringIO()
        with contextlib.redirect_stderr(stderr):
            ended = self.assertRaises(SystemExit, self.parse, *argv)
        self.assertEqual(2, ended.code)
        return stderr.getvalue()

    def requested(self, flow: str, *argv: str) -> typing.Any:
        """Return the request that arguments are turned into.

        :param flow: the class in the sharing module that gets it.
        """
        found: list[typing.Any] = []

        def start(connection: object, request: object, *more: object) -> None:
            found.append(request)

        with fixtures.MonkeyPatch(f'osc_imageshare.sharing.{flow}', start):
            self.made().flow(None, self.parse(*argv))
        (request,) = found
        return request

    def run_with(
        self,
        outcome: outcomes.Report,
        *argv: str,
        ending: BaseException | None = None,
    ) -> Result:
        """Run the command with a flow that has an outcome."""
        flow = Flow(outcome, ending)
        with fixtures.MonkeyPatch(
            f'{self.command.__module__}.{self.command.__name__}.flow',
            lambda *_: flow,
        ):
            return self.run_command(*argv)

    def run_command(self, *argv: str) -> Result:
        """Run the command as the shell does."""
        made = self.made()
        parsed = made.get_parser('openstack image x').parse_args(list(argv))
        code = made.run(parsed)
        return Result(
            code, self.app.stdout.getvalue(), self.app.stderr.getvalue()
        )


class ListerTestCase(CommandTestCase):
    """Tests of a command that prints rows."""

    def assert_values(
        self, expected: dict[str, object], argv: typing.Sequence[str]
    ) -> None:
        """Compare parsed arguments, of which the others are defaults."""
        found = vars(self.parse(*argv))
        self.assertEqual(
            expected, {name: found[name] for name in expected}, ' '.join(argv)
        )

    def test_it_is_a_lister_of_this_plugin(self) -> None:
        self.assertTrue(issubclass(self.command, base_.Lister))
