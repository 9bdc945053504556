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

"""Runs the long preparations: chains of commands, side by side.

Knows processes and one log file; does not know what the commands do. No
threads: an interruption must reach the one place that can end the commands.
"""

from collections.abc import Mapping, Sequence
import os
from pathlib import Path
import shlex
import signal
import subprocess
import time

from devcloud.errors import CloudError
from devcloud import interruption
from devcloud import layout

Command = Sequence[str]


def run(
    chains: Sequence[Sequence[Command]],
    environ: Mapping[str, str],
    log: Path,
) -> None:
    """Run the commands of each chain in order, the chains side by side.

    Every command is ended before this returns, whatever happens.

    :raises CloudError: if a command fails; it names the log
    """
    waiting = [list(chain) for chain in chains if chain]
    running: dict[int, tuple[Command, subprocess.Popen[bytes]]] = {}
    try:
        while running or any(waiting):
            for index, chain in enumerate(waiting):
                if index not in running and chain:
                    # In a session of its own, so that what the command has
                    # started can be ended with it.
                    with interruption.deferred():
                        running[index] = (
                            chain[0],
                            _start(chain.pop(0), environ, log),
                        )
            for index, (command, process) in list(running.items()):
                code = process.poll()
                if code is None:
                    continue
                del running[index]
                if code:
                    raise CloudError(
                        f'{shlex.join(command)} ended with {code}, see '
                        f'{log}, which ends:\n{layout.tail(log)}'
                    )
            time.sleep(0.05)
    finally:
        with interruption.deferred():
            for _, process in running.values():
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _start(
    command: Command, environ: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    with open(log, 'ab') as output:
        output.write(f'$ {shlex.join(command)}\n'.encode())
        output.flush()
        return subprocess.Popen(
            command,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
