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

"""Which signals interrupt a command, and how.

This module turns signals into exceptions; the flows clean up.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import typing

from osc_imageshare import errors

if typing.TYPE_CHECKING:
    from collections.abc import Iterator


#: What a shell adds to the number of a signal.
_SIGNALLED = 128

#: Seconds until a signal that was lost is sent again.
_SOON = 0.01


class _Interruptions:
    """Turns signals into exceptions.

    A hang-up is never a second interruption. A closed terminal sends it more
    than once (the kernel does, and so does the shell), and nobody wants the
    command to hurry then. So it does not stop the cleaning up.
    """

    def __init__(self) -> None:
        self._interrupted = False
        self._over = False

    def interrupt(self, signum: int, frame: object) -> None:
        self._interrupted = True
        raise KeyboardInterrupt

    def terminate(self, signum: int, frame: object) -> None:
        self._interrupted = True
        raise errors.Terminated

    def hang_up(self, signum: int, frame: object) -> None:
        if not self._interrupted:
            self._interrupted = True
            raise errors.HungUp

    @contextlib.contextmanager
    def repeating(self) -> Iterator[None]:
        """Send a signal again whose exception Python has ignored.

        It ignores every exception in a finalizer or in the callback of a
        weak reference, and the handler of a signal may be called in one.
        """
        before = sys.unraisablehook

        def hook(lost: sys.UnraisableHookArgs) -> None:
            if isinstance(lost.exc_value, KeyboardInterrupt):
                signum = code_of(lost.exc_value) - _SIGNALLED
                # Not here: that is where it would be ignored again.
                timer = threading.Timer(_SOON, self._send, (signum,))
                timer.daemon = True
                timer.start()
            else:
                before(lost)

        sys.unraisablehook = hook
        try:
            yield
        finally:
            self._over = True
            sys.unraisablehook = before

    def _send(self, signum: int) -> None:
        if not self._over:
            if signum == errors.HANGUP - _SIGNALLED:
                # The first one was not heard.
                self._interrupted = False
            os.kill(os.getpid(), signum)


@contextlib.contextmanager
def interrupting() -> Iterator[None]:
    """Let SIGTERM and SIGHUP interrupt as SIGINT does.

    These stay as they are: an ignored signal (``nohup``), a signal with a
    handler that is not Python's and could not be restored, every signal
    outside the main thread, and a SIGINT with a program's own handler.
    """
    interruptions = _Interruptions()
    handlers = {
        'SIGINT': interruptions.interrupt,
        'SIGTERM': interruptions.terminate,
        'SIGHUP': interruptions.hang_up,
    }
    with contextlib.ExitStack() as stack:
        for name, handler in handlers.items():
            signum = getattr(signal, name, None)
            if signum is None:
                # Windows has no SIGHUP.
                continue
            before = signal.getsignal(signum)
            if before in (None, signal.SIG_IGN):
                continue
            if name == 'SIGINT' and before is not signal.default_int_handler:
                continue
            try:
                signal.signal(signum, handler)
            except ValueError:
                # Only the main thread may set handlers.
                break
            stack.callback(signal.signal, signum, before)
        # The last, and so the first to end: what is sent is handled here.
        stack.enter_context(interruptions.repeating())
        yield


def code_of(interruption: KeyboardInterrupt) -> int:
    """Return the exit code of a signal."""
    return int(getattr(interruption, 'exit_code', errors.INTERRUPTED))
