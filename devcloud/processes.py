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

"""The running services: started, waited for, recognised and ended.

Knows process ids, logs and whether something answers on a port; does not
know what a service is configured to do. A process id alone names nothing, as
the kernel uses it again: a service is its id and the moment it was born, and
only what has both is ever signalled.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
import contextlib
import dataclasses
import http.client
import json
import os
from pathlib import Path
import selectors
import signal
import socket
import subprocess
import time
import urllib.parse

from devcloud import endpoints
from devcloud.environment import Environment
from devcloud.errors import CloudError
from devcloud import interruption
from devcloud import layout
from devcloud.progress import Progress

START_TIMEOUT = 180.0
_STOP_TIMEOUT = 10.0

# Kept until this process ends, so that children that die are reaped.
_children: list[subprocess.Popen[bytes]] = []


@dataclasses.dataclass(frozen=True)
class Process:
    """A service as it is written down in the cloud's pid directory."""

    name: str
    pid: int
    born: str | None
    url: str
    log: str

    def is_alive(self) -> bool:
        return self.born is not None and born(self.pid) == self.born


def born(pid: int) -> str | None:
    """When this process was born, or None if there is no such process.

    The text means something only in comparison with another answer. A
    process that has ended and was not waited for counts as gone.
    """
    if not os.path.exists('/proc/self/stat'):
        return _born_says_ps(pid)
    try:
        stat = Path(f'/proc/{pid}/stat').read_text()
        boot = Path('/proc/sys/kernel/random/boot_id').read_text().strip()
    except OSError:
        return None
    # The second field is the program's name, which may hold anything.
    fields = stat.rpartition(')')[2].split()
    return None if fields[0] in 'ZX' else f'{boot} {fields[19]}'


def _born_says_ps(pid: int) -> str | None:
    answer = subprocess.run(
        ['ps', '-o', 'stat=,lstart=', '-p', str(pid)],
        env={'PATH': os.environ.get('PATH', os.defpath), 'LC_ALL': 'C'},
        capture_output=True,
        text=True,
    ).stdout.split()
    if not answer or answer[0].startswith('Z'):
        return None
    return ' '.join(answer[1:])


def launch(
    directory: Path,
    environment: Environment,
    name: str,
    bound: socket.socket,
    lifeline: int | None = None,
) -> Process:
    """Start a service on the socket, which is its from now on.

    With a lifeline, the reading end of a pipe, the service ends when the
    other end is closed, so even when its owner is killed with no chance to
    stop it.
    """
    command = [
        # -P: the current directory is no place to import from.
        *(str(environment.python), '-P', '-m', 'devcloud.services'),
        *(name, str(directory), str(bound.fileno())),
    ]
    handed_on = [bound.fileno()]
    if lifeline is not None:
        command.append(str(lifeline))
        handed_on.append(lifeline)
    environ = environment.service_environ()
    url = endpoints.url(bound)
    with interruption.deferred():
        process = spawn(directory, name, command, environ, url, handed_on)
        bound.close()
    return process


def spawn(
    directory: Path,
    name: str,
    command: Sequence[str],
    environ: Mapping[str, str],
    url: str,
    handed_on: Collection[int] = (),
) -> Process:
    """Start a process of the cloud and write down which one it is.

    :param url: where it will listen, for people.
    :param handed_on: descriptors that it inherits.
    """
    log = directory / 'log' / f'{name}.log'
    with interruption.deferred(), open(log, 'ab') as output:
        child = subprocess.Popen(
            command,
            cwd=directory,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=handed_on,
            start_new_session=True,
        )
        _children.append(child)
        process = Process(name, child.pid, born(child.pid), url, str(log))
        record = directory / 'pid' / name
        record.write_text(json.dumps(dataclasses.asdict(process)))
    return process


def recorded(directory: Path) -> list[Process]:
    """The processes last started here, the lowest number first."""
    found = []
    for path in (directory / 'pid').glob('*'):
        try:
            found.append(Process(**json.loads(path.read_text())))
        except (OSError, ValueError, TypeError):
            continue
    return sorted(found, key=lambda process: process.pid)


def wait_until_up(processes: Iterable[Process], progress: Progress) -> None:
    """Return when all of them answer.

    One request to each is enough: it waits in the socket until the service
    takes it, and is reset when the service dies instead.

    :raises CloudError: if one has died or does not answer in time
    """
    give_up = time.monotonic() + START_TIMEOUT
    with contextlib.ExitStack() as cleanup:
        selector = cleanup.enter_context(selectors.DefaultSelector())
        for process in processes:
            connection = http.client.HTTPConnection(
                urllib.parse.urlsplit(process.url).netloc
            )
            cleanup.callback(connection.close)
            try:
                connection.request('GET', '/')
            except OSError as error:
                raise _failure(process, f'cannot be asked ({error})') from None
            selector.register(
                connection.sock, selectors.EVENT_READ, (process, connection)
            )
        while selector.get_map():
            answers = selector.select(max(0, give_up - time.monotonic()))
            if not answers:
                process, _ = next(iter(selector.get_map().values())).data
                raise _failure(
                    process, f'is not up after {START_TIMEOUT:.0f} seconds'
                )
            for key, _ in answers:
                process, connection = key.data
                _take_answer(process, connection)
                selector.unregister(key.fileobj)
                progress(f'{process.name} answers on {process.url}')


def _take_answer(
    process: Process, connection: http.client.HTTPConnection
) -> None:
    try:
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        raise _failure(process, 'died') from None
    # 300 Multiple Choices and 401 come from services that are well.
    if status >= 500:
        raise _failure(process, f'answers GET / with {status}')


def _failure(process: Process, what: str) -> CloudError:
    return CloudError(
        f'{process.name} {what}, see {process.log}, which ends:\n'
        f'{layout.tail(Path(process.log))}'
    )


def stop(processes: Collection[Process]) -> None:
    """End those that are still what they were."""
    for signum in (signal.SIGTERM, signal.SIGKILL):
        for process in processes:
            _signal(process, signum)
        give_up = time.monotonic() + _STOP_TIMEOUT
        while time.monotonic() < give_up:
            for child in _children:
                child.poll()
            if not any(process.is_alive() for process in processes):
                return
            time.sleep(0.05)


def _signal(process: Process, signum: int) -> None:
    if process.is_alive():
        try:
            os.kill(process.pid, signum)
        except ProcessLookupError:
            return
