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

"""A host as a process: number 1 of its own mounts, name and processes.

Knows which places of the file system a host must have to itself, and in which
order its programs start. Run as ``python -m devcloud.libvirt.machine CLOUD
HOST [LIFELINE]``. SIGUSR1 switches the host off, SIGHUP boots it again.
"""

import contextlib
import os
from pathlib import Path
import shutil
import signal
import socket
import subprocess
import sys
import time

from devcloud.libvirt import configuration
from devcloud.libvirt import hosts
from devcloud.libvirt import namespaces

# libvirtd's own places, and where the host has them.
_PLACES = {
    'etc': '/etc/libvirt',
    'lib': '/var/lib/libvirt',
    'log': '/var/log/libvirt',
    'cache': '/var/cache/libvirt',
}
_RUN = Path('/run')
_SIGNALS = {signal.SIGUSR1, signal.SIGHUP, signal.SIGCHLD}
_TIMEOUT = 60.0
# Debian's libvirtd does not read its configuration without this user.
_USER = 'libvirt-qemu'


class Machine:
    """The host from within."""

    def __init__(self, host: hosts.Host) -> None:
        self._host = host

    def build(self) -> None:
        """Give the host the places that are its alone."""
        own = self._host.directory
        for name, place in _PLACES.items():
            os.makedirs(place, exist_ok=True)
            namespaces.mount('--bind', str(own / name), place)
        namespaces.mount(
            '--bind',
            str(self._host.instances),
            str(hosts.instances(self._host.cloud)),
        )
        for name, text in self._accounts().items():
            (own / name).write_text(text)
            namespaces.mount('--bind', str(own / name), f'/etc/{name}')
        # Neither the machine's D-Bus nor its libvirtd are to be found.
        namespaces.mount('-t', 'tmpfs', 'tmpfs', str(_RUN))
        socket.sethostname(self._host.name)

    def _accounts(self) -> dict[str, str]:
        passwd = Path('/etc/passwd').read_text()
        group = Path('/etc/group').read_text()
        if f'\n{_USER}:' not in passwd:
            passwd += f'{_USER}:x:0:0::/:/bin/false\n'
        for name in (_USER, 'kvm'):
            if f'\n{name}:' not in group:
                group += f'{name}:x:0:\n'
        known = [
            f'{host.address} {host.name}'
            for host in hosts.of(self._host.cloud)
        ]
        table = '\n'.join(['127.0.0.1 localhost', *known]) + '\n'
        return {'passwd': passwd, 'group': group, 'hosts': table}

    def switch_on(self) -> None:
        """Start libvirtd, and nova-compute when that answers."""
        for left in _RUN.iterdir():
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left)
            else:
                left.unlink()
        (_RUN / 'libvirt').mkdir()
        self._spawn('libvirtd', '--listen', '--pid-file=/run/libvirtd.pid')
        self._wait_for_libvirt()
        self._spawn(
            *(sys.executable, '-P', '-m', 'devcloud.services.libvirt_compute'),
            *map(str, configuration.compute_files(self._host)),
        )
        self._host.power.write_text(hosts.ON)

    @staticmethod
    def _spawn(*command: str) -> None:
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_SETMASK, []),
        )

    def _wait_for_libvirt(self) -> None:
        give_up = time.monotonic() + _TIMEOUT
        while True:
            try:
                with socket.socket(socket.AF_UNIX) as connection:
                    connection.connect(str(_RUN / 'libvirt/libvirt-sock'))
                return
            except OSError:
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.1)

    def switch_off(self) -> None:
        """End all others, without a chance to say goodbye."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while True:
                os.waitpid(-1, 0)
        self._host.power.write_text(hosts.OFF)

    def run(self) -> None:
        """Obey the power switch; never returns."""
        while True:
            received = signal.sigwait(_SIGNALS)
            if received == signal.SIGUSR1:
                self.switch_off()
            elif received == signal.SIGHUP:
                self.switch_on()
            else:
                # Process 1 also inherits what others leave behind.
                with contextlib.suppress(ChildProcessError):
                    while os.waitpid(-1, os.WNOHANG)[0]:
                        pass


def main() -> None:
    cloud, name, *lifelines = sys.argv[1:]
    namespaces.enter()
    # Before there is a thread, which would get them otherwise.
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    for lifeline in lifelines:
        namespaces.end_with(int(lifeline))
    machine = Machine(hosts.Host(Path(cloud), name))
    machine.build()
    machine.switch_on()
    machine.run()


if __name__ == '__main__':
    main()
