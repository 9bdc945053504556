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

"""Which signals interrupt a command."""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
import time
import typing
import unittest.mock

import fixtures

from osc_imageshare.commands import signals
from osc_imageshare import errors
from tests.unit import base

#: Runs in a process of its own, because it is about what that inherits.
_SCRIPT = """
import os, signal, sys
from osc_imageshare.commands import signals
number = int(sys.argv[1])
try:
    with signals.interrupting():
        os.kill(os.getpid(), number)
        print('went on')
except KeyboardInterrupt as exc:
    print(signals.code_of(exc))
"""


class InterruptingTest(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        # A signal that is not turned into what it should be must not end the
        # tests.
        for signum in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
            self.handle(signum, signal.default_int_handler)

    def handle(self, signum: int, handler: typing.Any) -> None:
        self.addCleanup(signal.signal, signum, signal.getsignal(signum))
        signal.signal(signum, handler)

    def send(self, *numbers: int) -> list[int]:
        """Send signals to a command that cleans up; return what it hears."""
        heard: list[int] = []
        with signals.interrupting():
            for number in numbers:
                try:
                    os.kill(os.getpid(), number)
                except KeyboardInterrupt as exc:
                    heard.append(signals.code_of(exc))
        return heard

    def test_a_hang_up_does_not_end_the_cleaning_up(self) -> None:
        stop, end, gone = signal.SIGINT, signal.SIGTERM, signal.SIGHUP
        for sent, heard in (
            ((gone,), [129]),
            # The kernel and the shell send one each.
            ((gone, gone, gone), [129]),
            ((stop, gone), [130]),
            ((end, gone), [143]),
            # In a hurry is who asks a second time.
            ((stop, stop), [130, 130]),
            ((end, stop), [143, 130]),
            ((gone, end), [129, 143]),
        ):
            self.assertEqual(heard, self.send(*sent), str(sent))

    def test_one_that_python_ignores_is_sent_again(self) -> None:
        class Finalized:
            def __init__(self, signum: int) -> None:
                self.signum = signum

            def __del__(self) -> None:
                os.kill(os.getpid(), self.signum)

        for signum in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
            code = None
            try:
                with signals.interrupting():
                    Finalized(signum)
                    time.sleep(60)
            except KeyboardInterrupt as exc:
                code = signals.code_of(exc)
            self.assertEqual(128 + signum, code)

    def test_other_exceptions_are_ignored_as_ever(self) -> None:
        class Broken:
            def __del__(self) -> None:
                raise ValueError('in vain')

        ignored: list[object] = []
        self.useFixture(
            fixtures.MonkeyPatch(
                'sys.unraisablehook',
                lambda lost: ignored.append(lost.exc_type),
            )
        )
        hook = sys.unraisablehook
        with signals.interrupting():
            Broken()
        self.assertEqual([ValueError], ignored)
        self.assertIs(hook, sys.unraisablehook)

    def test_everything_is_as_it_was_afterwards(self) -> None:
        def foreign(signum: int, frame: object) -> None:
            raise SystemExit(signum)

        handlers = (signal.SIG_DFL, signal.SIG_IGN, foreign)
        for signum in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
            for handler in (*handlers, signal.default_int_handler):
                self.handle(signum, handler)
                with signals.interrupting():
                    pass
                self.assertEqual(handler, signal.getsignal(signum))

    def test_a_program_that_handles_ctrl_c_itself_goes_on_doing_so(
        self,
    ) -> None:
        heard: list[int] = []
        self.handle(signal.SIGINT, lambda signum, frame: heard.append(signum))
        self.assertEqual([], self.send(signal.SIGINT))
        self.assertEqual([signal.SIGINT], heard)

    def test_a_handler_that_is_not_pythons_is_left_alone(self) -> None:
        # getsignal answers None then, which signal.signal does not take.
        with (
            unittest.mock.patch.object(signal, 'getsignal', return_value=None),
            unittest.mock.patch.object(signal, 'signal') as changed,
            signals.interrupting(),
        ):
            pass
        self.assertEqual([], changed.mock_calls)

    def test_what_is_ignored_from_the_start_stays_ignored(self) -> None:
        codes = {'SIGINT': '130', 'SIGTERM': '143', 'SIGHUP': '129'}
        for name, code in codes.items():
            number = getattr(signal, name)
            for handler, expected in (
                (signal.SIG_IGN, 'went on'),
                (signal.SIG_DFL, code),
            ):
                done = subprocess.run(
                    [sys.executable, '-c', _SCRIPT, str(int(number))],
                    preexec_fn=functools.partial(
                        signal.signal, number, handler
                    ),
                    capture_output=True,
                    text=True,
                    check=True,
                )
                self.assertEqual(expected, done.stdout.strip(), name)


class CodeTest(base.TestCase):
    def test_each_interruption_has_the_code_of_its_signal(self) -> None:
        table = {
            KeyboardInterrupt(): 128 + signal.SIGINT,
            errors.Terminated(): 128 + signal.SIGTERM,
            errors.HungUp(): 128 + signal.SIGHUP,
        }
        self.assertEqual(table, {exc: signals.code_of(exc) for exc in table})
