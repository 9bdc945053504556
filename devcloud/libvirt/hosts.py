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

"""The two hosts, as seen from outside: places, addresses, a power switch.

Knows directories and signals; what a host does when it is switched on is
``machine``'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass
import os
from pathlib import Path
import signal
import time

from devcloud import configuration
from devcloud.errors import CloudError
from devcloud import processes

NAMES = ('host-1', 'host-2')

OFF = 'off'
ON = 'on'
_TIMEOUT = 90.0


@dataclass(frozen=True)
class Host:
    """One host of the cloud in a directory."""

    cloud: Path
    name: str

    @property
    def number(self) -> int:
        return NAMES.index(self.name) + 1

    @property
    def address(self) -> str:
        return f'127.0.0.{self.number + 1}'

    @property
    def uuid(self) -> str:
        """Of the machine: two libvirtds would else say the same."""
        return f'00000000-0000-4000-8000-00000000000{self.number}'

    @property
    def directory(self) -> Path:
        return self.cloud / 'hosts' / self.name

    @property
    def instances(self) -> Path:
        """Where the host's guests really are."""
        return self.directory / 'instances'

    @property
    def options(self) -> Path:
        """Options of Nova for this host, read when it is switched on."""
        return self.directory / 'options.conf'

    @property
    def power(self) -> Path:
        """A file that says ON or OFF."""
        return self.directory / 'power'

    def switch_off(self) -> None:
        """End libvirtd, nova-compute and all guests at once."""
        self._switch(signal.SIGUSR1, OFF)

    def switch_on(self, options: Mapping[str, Mapping[str, object]]) -> None:
        """Boot it, with these options of Nova (section -> name -> value)."""
        self.options.write_text(configuration.render(options))
        self._switch(signal.SIGHUP, ON)

    def _switch(self, signum: int, wanted: str) -> None:
        for process in processes.recorded(self.cloud):
            if process.name == self.name and process.is_alive():
                os.kill(process.pid, signum)
                break
        else:
            raise CloudError(f'{self.name} is not there')
        give_up = time.monotonic() + _TIMEOUT
        while self.power.read_text() != wanted:
            if time.monotonic() > give_up:
                raise CloudError(f'{self.name} is not {wanted}: {process.log}')
            time.sleep(0.1)


def of(cloud: Path) -> list[Host]:
    """All hosts of the cloud in a directory."""
    return [Host(cloud, name) for name in NAMES]


def instances(cloud: Path) -> Path:
    """The path of the instances, the same on every host."""
    return cloud / 'instances'
