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

"""One cloud: its directory, its services, and what a client needs to know.

Knows in which order a cloud comes up and goes down. Several can run at the
same time; the name decides which one is meant.
"""

from collections.abc import Iterator, Mapping
import contextlib
import itertools
import os
from pathlib import Path
import shlex
import shutil

from devcloud import accounts
from devcloud import configuration
from devcloud import databases
from devcloud import endpoints
from devcloud import environment
from devcloud.errors import CloudError
from devcloud import interruption
from devcloud import layout
from devcloud import population
from devcloud import processes
from devcloud.progress import Progress
from devcloud import template

VARIABLE = 'OSC_IMAGESHARE_CLOUD'


class Instance:
    """The cloud of a name, whether it runs or not.

    :cvar names: the processes that a running cloud has.
    :cvar program: what ``python -m`` runs to start and stop such a cloud.
    """

    names: tuple[str, ...] = endpoints.NAMES
    program = 'devcloud'

    def __init__(self, name: str) -> None:
        """:raises CloudError: if no cloud can have such a name"""
        self.name = name
        self.directory = layout.instance_directory(name)

    @property
    def clouds_yaml(self) -> Path:
        return self.directory / 'clouds.yaml'

    @property
    def logs(self) -> Path:
        return self.directory / 'log'

    def processes(self) -> list[processes.Process]:
        """The services as last started, running or not."""
        return processes.recorded(self.directory)

    def running(self) -> bool:
        """Whether all services run."""
        found = self.processes()
        return {process.name for process in found} >= {*self.names} and all(
            process.is_alive() for process in found
        )

    def settings(self) -> dict[str, str]:
        """The environment variables that lead a client to this cloud."""
        return {
            'OS_CLIENT_CONFIG_FILE': str(self.clouds_yaml),
            VARIABLE: str(self.directory),
        }

    def environ(self, base: Mapping[str, str]) -> dict[str, str]:
        """An environment in which a client knows this cloud and no other."""
        kept = {
            name: value
            for name, value in base.items()
            if not name.startswith('OS_')
        }
        direct = base.get('no_proxy') or base.get('NO_PROXY')
        direct = f'{direct},127.0.0.1' if direct else '127.0.0.1'
        return {
            **kept,
            'no_proxy': direct,
            'NO_PROXY': direct,
            **self.settings(),
        }

    def start(
        self,
        progress: Progress,
        *,
        fresh: bool = False,
        lifeline: int | None = None,
    ) -> None:
        """Start all services and return when they can be used.

        What an earlier run of this name has left is used again, unless a
        fresh cloud is wanted. On any failure nothing keeps running.

        :raises CloudError: if that is not possible; it names the log
        """
        installed = environment.ready(progress)
        prepared = template.ready(installed, progress)
        self.stop()
        origin = layout.completed_by(self.directory)
        if origin is None:
            # Never started, or interrupted at its first start.
            fresh = True
        elif origin != prepared.name and not fresh:
            raise CloudError(
                f'{self.name} was made with other versions of the services '
                f'or other accounts: begin anew with --fresh'
            )
        if fresh:
            if self.directory.exists():
                shutil.rmtree(self.directory)
            template.copy(prepared, self.directory)
        try:
            urls = self._launch(installed, progress, lifeline)
            if fresh:
                population.make_flavors(urls)
                layout.mark_complete(self.directory, by=prepared.name)
        except BaseException:
            self.stop()
            raise

    def _launch(
        self,
        installed: environment.Environment,
        progress: Progress,
        lifeline: int | None,
    ) -> endpoints.Urls:
        sockets = {name: endpoints.bind() for name in endpoints.NAMES}
        urls = {name: endpoints.url(bound) for name, bound in sockets.items()}
        self._configure(installed, urls)
        self._write_credentials(endpoints.auth_url(urls))

        launched = [
            processes.launch(self.directory, installed, name, bound, lifeline)
            for name, bound in sockets.items()
        ]
        processes.wait_until_up(launched, progress)
        return urls

    def _configure(
        self, installed: environment.Environment, urls: endpoints.Urls
    ) -> None:
        template.write_configuration(self.directory, installed, urls)
        databases.relocate(self.directory, urls, configuration.IN_PROCESS)

    def _write_credentials(self, auth_url: str) -> None:
        self.clouds_yaml.write_text(accounts.clouds_yaml(auth_url))
        for account in (accounts.ADMIN, *accounts.MEMBERS):
            path = self.directory / f'openrc-{account.cloud}'
            path.write_text(accounts.openrc(account, auth_url))

    def stop(self) -> bool:
        """End what runs of this cloud; whether there was anything."""
        with interruption.deferred():
            alive = [each for each in self.processes() if each.is_alive()]
            processes.stop(alive)
        return bool(alive)

    @contextlib.contextmanager
    def claimed(self) -> Iterator[bool]:
        """Let nobody else start this cloud; False if somebody else does."""
        lock = layout.try_lock(
            layout.cloud_directory() / f'.lock-cloud-{self.name}'
        )
        try:
            yield lock is not None
        finally:
            if lock is not None:
                os.close(lock)

    def stop_command(self) -> str:
        return shlex.join(
            ['python', '-m', self.program, 'stop', '--name', self.name]
        )


@contextlib.contextmanager
def running(
    name: str, progress: Progress, kind: type[Instance] = Instance
) -> Iterator[Instance]:
    """A fresh cloud that is stopped at the end, even if we are killed.

    When the name is taken, the first free one of name-2, name-3 ... is used.
    """
    for number in itertools.count(1):
        instance = kind(name if number == 1 else f'{name}-{number}')
        with instance.claimed() as ours:
            if not ours:
                continue
            if instance.running():
                progress(
                    f'{instance.name} is running already '
                    f'("{instance.stop_command()}" would end it)'
                )
                continue
            reading, writing = os.pipe()
            try:
                instance.start(progress, fresh=True, lifeline=reading)
                yield instance
            finally:
                instance.stop()
                os.close(reading)
                os.close(writing)
            return
