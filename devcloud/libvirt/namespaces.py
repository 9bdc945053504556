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

"""Lets a program go on as the first process of namespaces of its own.

Knows Linux: when the first process of a PID namespace ends, the kernel ends
all others in it, daemons included, and the mounts of a mount namespace are
gone with its last process. So whoever ends that one process has cleaned up.
"""

import ctypes
import os
import signal
import subprocess
import threading
import types

# From linux/sched.h and linux/prctl.h.
_NEW_MOUNTS = 0x00020000
_NEW_NAME = 0x04000000
_NEW_PROCESSES = 0x20000000
_SIGNAL_AT_PARENTS_DEATH = 1

#: What is passed on to the first process.
PASSED_ON = (signal.SIGUSR1, signal.SIGHUP)


def enter() -> None:
    """Return in a child that is process 1; the caller waits for its end.

    On SIGTERM or SIGINT the caller ends the child, and with it all there is in
    the namespaces, and then itself.

    :raises OSError: if this user may not make namespaces
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_MOUNTS | _NEW_NAME | _NEW_PROCESSES):
        number = ctypes.get_errno()
        raise OSError(number, f'unshare: {os.strerror(number)}')
    # Signals that come in between wait for whoever can handle them.
    ours = {signal.SIGTERM, signal.SIGINT, *PASSED_ON}
    signal.pthread_sigmask(signal.SIG_BLOCK, ours)
    child = os.fork()
    if child:
        _attend(child)
    libc.prctl(_SIGNAL_AT_PARENTS_DEATH, signal.SIGKILL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ours)
    # Nothing that is mounted from here on is seen outside.
    mount('--make-rprivate', '/')
    # The kernel shows each PID namespace its own processes.
    mount('-t', 'proc', 'proc', '/proc')


def _attend(child: int) -> None:
    """Be the process that others know; never returns."""

    def pass_on(signum: int, frame: types.FrameType | None) -> None:
        os.kill(child, signum)

    def end(signum: int, frame: types.FrameType | None) -> None:
        os.kill(child, signal.SIGKILL)

    for signum in PASSED_ON:
        signal.signal(signum, pass_on)
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, end)
    signal.pthread_sigmask(
        signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGINT, *PASSED_ON}
    )
    # Its end is reported after that of all others in the namespace.
    _, status = os.waitpid(child, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def mount(*arguments: str) -> None:
    subprocess.run(['mount', *arguments], check=True)


def end_with(lifeline: int) -> None:
    """End this process when the other end of the pipe is closed."""

    def wait() -> None:
        os.read(lifeline, 1)
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()
