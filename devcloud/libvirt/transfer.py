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

"""What Nova does on another host with ssh and scp, without either.

Knows the few commands of Nova's remotefs.SshDriver (touch, rm, mkdir, and scp
of a file or directory) and where the hosts' files are: all hosts have their
instances under the same path, each its own, and the real place of each is
seen by all. Run as ``python -m devcloud.libvirt.transfer CLOUD ssh ...``.
"""

from collections.abc import Sequence
import os
from pathlib import Path
import sys

from devcloud.libvirt import hosts

_COMMANDS = ('touch', 'rm', 'mkdir')


class Refused(Exception):
    """Something that is not done here; the text says what."""


def translated(cloud: Path, program: str, words: Sequence[str]) -> list[str]:
    """The local command that does what is asked for.

    :raises Refused: if that is nothing that Nova does
    """
    options, others = _split(words)
    if program == 'scp' and len(others) == 2:
        # The holes of a disk stay holes: its size is a gigabyte and more.
        return [
            *('cp', '-r', '--sparse=always', '--'),
            *(_place(cloud, *_remote(word)) for word in others),
        ]
    if program == 'ssh' and len(others) > 2 and others[1] in _COMMANDS:
        name, command, *arguments = others
        return [
            command,
            *(
                word if word.startswith('-') else _place(cloud, name, word)
                for word in arguments
            ),
        ]
    raise Refused(f'{program} {" ".join([*options, *others])}')


def _split(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Options that come first (-o takes a value), and the rest."""
    options = list(words)
    index = 0
    while index < len(options) and options[index].startswith('-'):
        index += 2 if options[index] == '-o' else 1
    return options[:index], options[index:]


def _remote(word: str) -> tuple[str | None, str]:
    name, colon, path = word.partition(':')
    return (name, path) if colon and '/' not in name else (None, word)


def _place(cloud: Path, name: str | None, path: str) -> str:
    if name is None:
        return path
    for host in hosts.of(cloud):
        if name in (host.name, host.address):
            shared = hosts.instances(cloud)
            try:
                inner = Path(os.path.normpath(path)).relative_to(shared)
                return str(host.instances / inner)
            except ValueError:
                raise Refused(f'{path} is outside of {shared}') from None
    raise Refused(f'{name} is no host of this cloud')


def main() -> int:
    cloud, program, *words = sys.argv[1:]
    try:
        command = translated(Path(cloud), program, words)
    except Refused as refused:
        print(f'{program}: {refused}', file=sys.stderr)
        return 255
    os.execvp(command[0], command)


if __name__ == '__main__':
    sys.exit(main())
