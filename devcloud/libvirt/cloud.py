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

"""One cloud with libvirt: the ordinary services, a broker and two hosts.

Knows what comes up before the services (the broker) and after them (the
hosts), and how to tell that the hosts can be used.
"""

import contextlib
import os
from pathlib import Path
import shlex
import socket
import time

from devcloud import configuration as ordinary
from devcloud import databases
from devcloud import endpoints
from devcloud import environment
from devcloud.errors import CloudError
from devcloud import instance
from devcloud import layout
from devcloud.libvirt import bindings
from devcloud.libvirt import configuration
from devcloud.libvirt import hosts
from devcloud.libvirt import needs
from devcloud import population
from devcloud import processes
from devcloud.progress import Progress

_BROKER = 'broker'
_TIMEOUT = 240.0


class Cloud(instance.Instance):
    """The cloud of a name, with libvirt."""

    names = (_BROKER, *endpoints.NAMES, *hosts.NAMES)
    program = 'devcloud.libvirt'

    #: Of the broker and of libvirtd; new ones at each start.
    _ports = (0, 0)

    def start(
        self,
        progress: Progress,
        *,
        fresh: bool = False,
        lifeline: int | None = None,
    ) -> None:
        """As for any cloud, on a machine that has what the hosts need.

        :raises CloudError: if it has not; it says what is missing
        """
        needs.check()
        super().start(progress, fresh=fresh, lifeline=lifeline)

    def _launch(
        self,
        installed: environment.Environment,
        progress: Progress,
        lifeline: int | None,
    ) -> endpoints.Urls:
        bindings.link(installed, self._made(self.directory / 'bindings'))
        broker = self._launch_broker(installed, lifeline)
        self._wait_for_broker(broker, progress)
        urls = super()._launch(installed, progress, lifeline)
        launched = [
            self._launch_host(installed, host, lifeline)
            for host in hosts.of(self.directory)
        ]
        self._wait_for_hosts(launched, urls, progress)
        return urls

    @staticmethod
    def _made(directory: Path) -> Path:
        directory.mkdir(parents=True, exist_ok=True)
        return directory

    def _configure(
        self, installed: environment.Environment, urls: endpoints.Urls
    ) -> None:
        super()._configure(installed, urls)
        site = configuration.Site(
            ordinary.Site(self.directory, installed.data(''), urls),
            *self._ports,
        )
        for directory in configuration.directories(self.directory):
            self._made(directory)
        for name, text in configuration.files(site).items():
            (self.directory / name).write_text(text)
        databases.relocate(self.directory, urls, site.transport)
        programs = self._made(self.directory / 'bin')
        for program in ('scp', 'ssh'):
            command = [
                *(str(installed.python), '-P'),
                *('-m', 'devcloud.libvirt.transfer'),
                *(str(self.directory), program),
            ]
            script = programs / program
            script.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
            script.chmod(0o755)

    def _launch_broker(
        self, installed: environment.Environment, lifeline: int | None
    ) -> processes.Process:
        program = needs.broker()
        if program is None:
            raise CloudError('RabbitMQ was removed meanwhile')
        amqp, nodes, mapper, libvirt = _free_ports(4)
        self._ports = amqp, libvirt
        return processes.spawn(
            self.directory,
            _BROKER,
            [
                *(
                    str(installed.python),
                    '-P',
                    '-m',
                    'devcloud.libvirt.broker',
                ),
                *(program, str(self.directory / _BROKER)),
                *map(str, (amqp, nodes, mapper)),
                *_descriptors(lifeline),
            ],
            installed.service_environ(),
            f'amqp://127.0.0.1:{amqp}',
            _inherited(lifeline),
        )

    def _wait_for_broker(
        self, broker: processes.Process, progress: Progress
    ) -> None:
        give_up = time.monotonic() + _TIMEOUT
        while True:
            with contextlib.suppress(OSError):
                # It listens when all of it is up.
                address = ('127.0.0.1', self._ports[0])
                socket.create_connection(address, timeout=1).close()
                progress(f'{broker.name} answers on {broker.url}')
                return
            _check([broker], give_up)
            time.sleep(0.2)

    def _launch_host(
        self,
        installed: environment.Environment,
        host: hosts.Host,
        lifeline: int | None,
    ) -> processes.Process:
        environ = installed.service_environ()
        own = self.directory / 'bin'
        environ['PATH'] = f'{own}{os.pathsep}{needs.path(environ)}'
        environ['PYTHONPATH'] += f'{os.pathsep}{self.directory / "bindings"}'
        host.power.write_text(hosts.OFF)
        return processes.spawn(
            self.directory,
            host.name,
            [
                *(str(installed.python), '-P', '-m'),
                *('devcloud.libvirt.machine', str(self.directory), host.name),
                *_descriptors(lifeline),
            ],
            environ,
            f'qemu+tcp://{host.address}:{self._ports[1]}',
            _inherited(lifeline),
        )

    @staticmethod
    def _wait_for_hosts(
        launched: list[processes.Process],
        urls: endpoints.Urls,
        progress: Progress,
    ) -> None:
        """Return when the scheduler knows all of them."""
        api = population.Api(urls)
        give_up = time.monotonic() + _TIMEOUT
        waiting = {process.name: process for process in launched}
        while waiting:
            found = api.request(
                'GET', f'{urls["nova"]}/v2.1/os-hypervisors/detail'
            )['hypervisors']
            for each in found:
                process = waiting.get(each['service']['host'])
                if process is not None and each['state'] == 'up':
                    progress(f'{process.name} answers on {process.url}')
                    del waiting[process.name]
            if waiting:
                _check(launched, give_up)
                time.sleep(0.5)


def _free_ports(number: int) -> list[int]:
    """Ports that nobody has now: these programs cannot be given sockets."""
    with contextlib.ExitStack() as stack:
        bound = [stack.enter_context(endpoints.bind()) for _ in range(number)]
        return [each.getsockname()[1] for each in bound]


def _descriptors(lifeline: int | None) -> list[str]:
    return [] if lifeline is None else [str(lifeline)]


def _inherited(lifeline: int | None) -> tuple[int, ...]:
    return () if lifeline is None else (lifeline,)


def _check(launched: list[processes.Process], give_up: float) -> None:
    late = time.monotonic() > give_up
    for process in launched:
        if late or not process.is_alive():
            what = 'does not answer' if late else 'died'
            raise CloudError(
                f'{process.name} {what}, see {process.log}, which ends:\n'
                f'{layout.tail(Path(process.log))}'
            )
