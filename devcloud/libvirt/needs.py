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

"""What the machine must have, and what to say when it has not.

Knows names of programs and files. Everything that is missing is said at once,
before anything is started.
"""

from collections.abc import Iterator, Mapping
import glob
import os
from pathlib import Path
import shutil
import sys

from devcloud.errors import CloudError

#: Program -> what it is for.
_PROGRAMS = {
    'libvirtd': 'libvirt',
    'qemu-system-x86_64': 'QEMU',
    'qemu-img': "QEMU's image tool",
    'losetup': 'loop devices',
    'mount': 'file systems of the hosts',
    'cp': 'sparse copies',
}
#: The script in the place where RabbitMQ itself is installed: the one on PATH
#: may change to another user and to directories of the system.
_BROKERS = '/usr/lib*/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server'
_SBIN = ('/usr/local/sbin', '/usr/sbin', '/sbin')
_LOOP = Path('/dev/loop-control')


def check(programs: Mapping[str, str] | None = None) -> None:
    """Return when nothing is missing that can be looked for in advance.

    :param programs: others that are needed, and what each is for
    :raises CloudError: with a line for each thing that is missing
    """
    found = list(missing({**_PROGRAMS, **(programs or {})}))
    if found:
        raise CloudError(
            'This machine cannot run the hosts with libvirt:\n'
            + '\n'.join(f'  - {each}' for each in found)
            + '\nbindep.txt lists the packages, with the profile "hypervisor".'
        )


def missing(programs: Mapping[str, str]) -> Iterator[str]:
    """Yield what is missing, as sentences."""
    if sys.platform != 'linux':
        yield 'It is not Linux.'
        return
    if os.geteuid():
        yield 'You are not root, who alone can make namespaces and mounts.'
    for program, purpose in programs.items():
        if shutil.which(program, path=path(os.environ)) is None:
            yield f'The program {program} ({purpose}) is not installed.'
    if broker() is None:
        yield f'RabbitMQ is not installed (no {_BROKERS}).'
    if not _LOOP.exists():
        yield f'{_LOOP} is not there: this kernel has no loop devices.'


def path(environ: Mapping[str, str]) -> str:
    """Where programs are looked for: root's shell may not know sbin."""
    return os.pathsep.join([environ.get('PATH', os.defpath), *_SBIN])


def broker() -> str | None:
    """The program that starts RabbitMQ, of the newest that is installed."""
    found = sorted(glob.glob(_BROKERS))
    return found[-1] if found else None
