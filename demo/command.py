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

"""The command line: ``python -m demo``.

Knows arguments, the cloud that the story is told on, and how it all ends.
"""

import argparse
from collections.abc import Sequence
import os
from pathlib import Path
import shlex
import sys

from demo import stage
from demo import story
from devcloud.errors import CloudError
from devcloud import instance
from devcloud import interruption
from devcloud.progress import Progress

_DESCRIPTION = """\
Share an image between two projects of a real OpenStack on 127.0.0.1, look at
who uses it, and take it back; every command is shown with what it prints. The
cloud is left running, to go on by hand."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog='python -m demo', description=_DESCRIPTION
    )
    parser.add_argument(
        '--name',
        default='demo',
        help='the cloud to use; it is started if need be (%(default)s)',
    )
    parser.add_argument(
        '--stop', action='store_true', help='stop the cloud in the end'
    )
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(argv)
    interruption.install()
    try:
        program = _openstack()
        cloud = instance.Instance(options.name)
        with cloud.claimed() as ours:
            if not ours:
                raise CloudError(
                    f'another command is starting or using {cloud.name}'
                )
            return _run(cloud, program, options.stop)
    except (CloudError, OSError) as error:
        print(f'demo: {error}', file=sys.stderr)
        return 1
    except interruption.Interrupted as interrupted:
        print(f'demo: {interrupted}', file=sys.stderr)
        return 128 + interrupted.signum


def _openstack() -> Path:
    """The client of the Python that runs this.

    :raises CloudError: when it has none.
    """
    program = Path(sys.executable).with_name('openstack')
    if not program.exists():
        raise CloudError(
            f'there is no {program}; "make demo" installs one and starts this'
        )
    return program


def _run(cloud: instance.Instance, program: Path, stop: bool) -> int:
    progress = Progress()
    found_running = cloud.running()
    if found_running:
        progress(f'{cloud.name} is running already')
    else:
        cloud.start(progress)
    try:
        code = _tell(cloud, program)
    except BaseException:
        # Whoever interrupts the demo wants to be rid of it, but not of a
        # cloud that was there before.
        stop = stop or not found_running
        raise
    finally:
        if stop:
            cloud.stop()
            progress(f'{cloud.name} is stopped')
    if not stop:
        _invite(cloud, program)
    return code


def _tell(cloud: instance.Instance, program: Path) -> int:
    on = stage.Stage(
        program, cloud.environ(os.environ), cloud.directory, sys.stdout
    )
    try:
        story.make_disk(cloud.directory)
        story.tidy(on)
        story.tell(on)
    except stage.OtherThanSaid as other:
        print(f'\ntests.demo: {other}', file=sys.stderr)
        print(f'The logs of the services are in {cloud.logs}', file=sys.stderr)
        return 1
    return 0


def _invite(cloud: instance.Instance, program: Path) -> None:
    """Say how to go on by hand, and how to stop."""
    cloud_command = [str(_short(Path(sys.executable))), '-m', 'devcloud']
    name = ['--name', cloud.name]
    env = shlex.join([*cloud_command, 'env', *name])
    client = shlex.quote(str(program.parent))
    print(f"""
The cloud is still running. To go on by hand, in a shell in this directory:

  eval "$({env})"
  PATH={client}:$PATH
  openstack --os-cloud alice image share --help
  openstack --os-cloud bob image list

To stop it:

  {shlex.join([*cloud_command, 'stop', *name])}""")


def _short(path: Path) -> Path:
    """The path from the current directory, when that is shorter."""
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path
