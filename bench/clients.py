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

"""The ``openstack`` program, as a person or a script starts it.

Knows processes; does not know what the commands do.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
import os
from pathlib import Path
import shlex
import subprocess
import sys

#: What a test environment sets and nobody else does. Without byte code on
#: disk, whatever is installed from a checkout is compiled at each start.
_UNUSUAL = frozenset({'PYTHONDONTWRITEBYTECODE', 'PYTHONFAULTHANDLER'})

#: Starts a command and prints the most memory it had, in KiB. The kernel
#: counts what the parent had when it started a child to the child, so the
#: parent has to be smaller than what is measured.
_PEAK = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


class Failed(Exception):
    """A command did not do what it was started for."""


class Client:
    """One installation of the client.

    :param program: its ``openstack``; that of this Python by default.
    :ivar program: the same.
    """

    def __init__(self, program: Path | None = None) -> None:
        self.program = program or Path(sys.executable).with_name('openstack')

    def run(self, *words: str, cloud: str) -> str:
        """Run a command and return what it prints.

        :param cloud: entry of clouds.yaml to act as.
        :raises Failed: when it does not end with 0.
        """
        return output([str(self.program), '--os-cloud', cloud, *words])

    def batch(self, commands: Iterable[str], cloud: str) -> None:
        """Run commands in one process, which reads them from its input.

        Whether they did anything is for the caller to see: the process ends
        with 1 in any case.
        """
        # In this mode it takes words of the command line for commands, and
        # "--os-cloud" is none.
        done = _done(
            [str(self.program)], '\n'.join(commands), {'OS_CLOUD': cloud}
        )
        if done.stderr:
            raise Failed(done.stderr.strip()[:2000])

    def peak(self, *words: str, cloud: str) -> float:
        """Run a command and return the most memory it had, in MiB."""
        argv = [str(self.program), '--os-cloud', cloud, *words]
        return int(output([sys.executable, '-c', _PEAK, *argv])) / 1024


def output(argv: list[str]) -> str:
    """Run any program and return what it prints.

    :raises Failed: when it does not end with 0.
    """
    done = _done(argv)
    if done.returncode:
        raise Failed(
            f'"{shlex.join(argv)[:500]}" ended with {done.returncode}: '
            f'{done.stderr.strip()}'
        )
    return done.stdout


def _done(
    argv: list[str], stdin: str = '', more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    environ = {k: v for k, v in os.environ.items() if k not in _UNUSUAL}
    return subprocess.run(
        argv,
        env={**environ, **(more or {})},
        input=stdin,
        capture_output=True,
        encoding='utf-8',
        check=False,
    )
