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

"""The command line: ``python -m devcloud``.

Knows arguments, messages and exit codes; the work is done elsewhere. Every
kind of cloud has the same one.
"""

import argparse
from collections.abc import Sequence
import dataclasses
import os
import shlex
import shutil
import sys

from devcloud import environment
from devcloud.errors import CloudError
from devcloud import instance
from devcloud import interpreter
from devcloud import interruption
from devcloud import layout
from devcloud.progress import Progress
from devcloud import template

NOT_RUNNING = 3

_DESCRIPTION = """\
Run a real Keystone, Glance (in two regions), Placement, Nova and Cinder on
127.0.0.1. Nova's hypervisor is its fake one, volumes are files, and Neutron
is a stub, so servers are made with --nic none."""

_EPILOG = f"""\
clouds.yaml of a cloud has admin, alice, bob and carol (members of project-a,
project-b and project-c), both-a and both-b (one user, member of the first two)
and reader (of project-b).
RegionTwo has a second Glance and nothing else.

environment variables:
  {layout.DIRECTORY_VARIABLE}
                        where everything is kept (default: .cloud in the
                        project; now {layout.cloud_directory()})
  {interpreter.VARIABLE}
                        the Python to run the services with"""


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of cloud, as its command line presents it.

    :ivar left_running: name of the cloud that is started by hand.
    :ivar for_a_command: name of the cloud that is started for one command.
    """

    instance: type[instance.Instance]
    description: str
    left_running: str
    for_a_command: str


ORDINARY = Kind(instance.Instance, _DESCRIPTION, 'dev', 'test')


def _parser(kind: Kind = ORDINARY) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f'python -m {kind.instance.program}',
        description=kind.description,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(
        dest='command', metavar='COMMAND', required=True
    )

    def add(
        name: str, text: str, cloud: str | None
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        if cloud:
            added.add_argument(
                '--name',
                default=cloud,
                help='which cloud is meant (default: %(default)s)',
            )
        return added

    by_hand = kind.left_running
    start = add('start', 'Start a cloud and leave it running.', by_hand)
    start.add_argument(
        '--fresh',
        action='store_true',
        help='begin anew, without the images and servers of the last time',
    )
    add('stop', 'Stop a cloud; it can be started again as it was.', by_hand)
    add(
        'status',
        f'Show the services; exit with {NOT_RUNNING} unless all run.',
        by_hand,
    )
    add(
        'env',
        'Print shell exports that lead a client to a running cloud: '
        f'eval "$({parser.prog} env)".',
        by_hand,
    )
    add('prepare', 'Install the services and prepare their databases.', None)
    run = add(
        'run',
        'Start a fresh cloud, run a command with OS_CLIENT_CONFIG_FILE and '
        f'{instance.VARIABLE} set and no other OS_* variable, stop the '
        "cloud, and exit as the command did. Its name gets a number when it "
        'is taken.',
        kind.for_a_command,
    )
    run.usage = f'{run.prog} [-h] [--name NAME] -- COMMAND [ARGUMENT ...]'
    run.add_argument(
        'argv', nargs='+', metavar='COMMAND', help='the command to run'
    )
    return parser


def main(argv: Sequence[str] | None = None, kind: Kind = ORDINARY) -> int:
    options = _parser(kind).parse_args(argv)
    interruption.install()
    try:
        if options.command == 'prepare':
            return prepare()
        if options.command == 'run':
            return run(options.name, options.argv, kind)
        cloud = kind.instance(options.name)
        if options.command == 'start':
            return start(cloud, options.fresh)
        return {'stop': stop, 'status': status, 'env': env}[options.command](
            cloud
        )
    except CloudError as error:
        print(f'devcloud: {error}', file=sys.stderr)
        return 1
    except interruption.Interrupted as interrupted:
        print(f'devcloud: {interrupted}', file=sys.stderr)
        return 128 + interrupted.signum


def prepare() -> int:
    progress = Progress()
    template.ready(environment.ready(progress), progress)
    progress('ready to start')
    return 0


def start(cloud: instance.Instance, fresh: bool) -> int:
    progress = Progress()
    with cloud.claimed() as ours:
        if not ours:
            raise CloudError(
                f'another command is starting or using {cloud.name}'
            )
        if cloud.running() and not fresh:
            progress(f'{cloud.name} is running already')
        else:
            cloud.start(progress, fresh=fresh)
            progress(f'{cloud.name} is ready')
    print(_hints(cloud), file=sys.stderr)
    return 0


def _hints(cloud: instance.Instance) -> str:
    argv = ['python', '-m', cloud.program, 'env', '--name', cloud.name]
    return (
        f'# eval "$({shlex.join(argv)})"\n'
        f'# openstack --os-cloud alice image list\n'
        f'# {cloud.stop_command()}'
    )


def stop(cloud: instance.Instance) -> int:
    was = 'was stopped' if cloud.stop() else 'was not running'
    print(f'{cloud.name} {was}', file=sys.stderr)
    return 0


def status(cloud: instance.Instance) -> int:
    found = cloud.processes()
    for process in found:
        state = 'running' if process.is_alive() else 'gone'
        print(
            f'{process.name:<10} {state:<8} {process.pid:>8}  '
            f'{process.url:<23} {process.log}'
        )
    if cloud.running():
        return 0
    print(f'{cloud.name} is not running', file=sys.stderr)
    return NOT_RUNNING


def env(cloud: instance.Instance) -> int:
    if not cloud.running():
        print(f'{cloud.name} is not running', file=sys.stderr)
        return NOT_RUNNING
    # It would win over the --os-cloud that one forgets to type.
    print('unset OS_CLOUD')
    for name, value in cloud.settings().items():
        print(f'export {name}={shlex.quote(value)}')
    print('# now, for instance: openstack --os-cloud alice image list')
    print(f'# or, without clouds.yaml: . {cloud.directory}/openrc-alice')
    return 0


def run(name: str, argv: Sequence[str], kind: Kind = ORDINARY) -> int:
    if shutil.which(argv[0]) is None:
        # Before the cloud is started, not after.
        print(f'devcloud: {argv[0]}: not found', file=sys.stderr)
        return 127
    progress = Progress()
    with instance.running(name, progress, kind.instance) as cloud:
        progress(f'{cloud.name} is ready, running {shlex.join(argv)}')
        code = interruption.call(argv, cloud.environ(os.environ))
        gone = [each.name for each in cloud.processes() if not each.is_alive()]
    if code < 0:
        code = 128 - code
    if gone:
        progress(f'meanwhile these had died: {", ".join(gone)}')
    if code:
        progress(f'the command ended with {code}; logs are in {cloud.logs}')
    return code
