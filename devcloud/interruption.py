# Licensed under the Apache License, Version 2.0 (the "License"); you may
# not use this file except in compliance with the License. You may obtain
# a copy of the License at
#
#      http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS, WITHOUT
# WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the
# License for the specific language governing permissions and limitations
# under the License.

"""Turns Ctrl-C, SIGTERM and SIGHUP into one exception, at bearable moments.

Knows signals only. A service that was just started and not yet written down
would be lost, and a stop that stops half way is none: such stretches are
marked with :func:`deferred`, and the signal is delivered at their end.
"""

from collections.abc import Iterator, Mapping, Sequence
import contextlib
import os
import signal
import subprocess
import types

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """A signal asks this process to end.

    No Exception, for the same reason as KeyboardInterrupt.
    """

    def __init__(self, signum: int) -> None:
        super().__init__(f'interrupted by {signal.Signals(signum).name}')
        self.signum = signum


class _State:
    depth = 0
    pending: int | None = None
    child: subprocess.Popen[bytes] | None = None


def _received(signum: int, frame: types.FrameType | None) -> None:
    if _State.child is not None:
        if signum != signal.SIGINT or not _typed():
            _State.child.send_signal(signum)
    elif _State.depth:
        _State.pending = signum
    else:
        raise Interrupted(signum)


def install() -> None:
    """Let the signals raise :class:`Interrupted` in this process."""
    for signum in SIGNALS:
        # Whoever started us with nohup does not want to be overruled.
        if signal.getsignal(signum) is not signal.SIG_IGN:
            signal.signal(signum, _received)


@contextlib.contextmanager
def deferred() -> Iterator[None]:
    """Let no signal interrupt the body; raise what came in, afterwards."""
    _State.depth += 1
    try:
        yield
    finally:
        _State.depth -= 1
        pending = _State.pending
        if pending is not None and not _State.depth:
            _State.pending = None
            raise Interrupted(pending)


def call(command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run a command that gets the signals in our stead; its return code."""
    with deferred():
        process = subprocess.Popen(command, env=environ)
        _State.child = process
        try:
            if _State.pending is not None:
                process.send_signal(_State.pending)
                _State.pending = None
            return process.wait()
        finally:
            _State.child = None


def _typed() -> bool:
    """Whether a SIGINT comes from a Ctrl-C that the child has got as well.

    The terminal signals the whole foreground group; forwarding it again
    would look to a test runner like an impatient second Ctrl-C.
    """
    try:
        with open('/dev/tty') as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False
