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

"""The real ``openstack`` against the real cloud.

Commands run in this process, through the same shell class that the
``openstack`` program starts, because starting a client takes a second. What a
test needs besides (images, servers, memberships) is made and inspected with
openstacksdk, never with the code under test.

The cloud is the one that ``python -m devcloud run`` has started; without
it every test here fails.
"""

import contextlib
import dataclasses
import fcntl
import functools
import io
import json
import logging
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import typing
import uuid

import fixtures
import openstack
from openstack import connection
import testtools
from testtools import content


#: The client of this environment.
PROGRAM = os.path.join(os.path.dirname(sys.executable), 'openstack')

#: A command of the client in which nothing means anything to a shell.
PLAIN = re.compile(r'openstack [\w\s./=:,+@-]*')


@dataclasses.dataclass(frozen=True)
class Result:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def rows(self) -> list[dict[str, typing.Any]]:
        """The rows of a command run with ``-f json``."""
        return typing.cast(
            'list[dict[str, typing.Any]]', json.loads(self.stdout)
        )

    @property
    def row(self) -> dict[str, typing.Any]:
        """The only row."""
        (row,) = self.rows
        return row


def run_shell(
    words: typing.Sequence[str],
    env: typing.Mapping[str, str | None],
    directory: str | os.PathLike[str] = '.',
) -> Result:
    """Run ``openstack`` in this process, with *env* set in addition.

    :param env: variables to set; None for one that must not be set.
    :param directory: where it is typed.
    """
    from openstackclient import shell

    _forget_clients()
    stdout, stderr = io.StringIO(), io.StringIO()
    with contextlib.ExitStack() as stack:
        stack.callback(os.chdir, os.getcwd())
        os.chdir(directory)
        for name, value in env.items():
            stack.enter_context(fixtures.EnvironmentVariable(name, value))
        stack.enter_context(contextlib.redirect_stdout(stdout))
        stack.enter_context(contextlib.redirect_stderr(stderr))
        # Each shell leaves its log handlers behind, which would then write
        # what is logged later into the output of commands long gone.
        root = logging.getLogger()
        stack.callback(setattr, root, 'handlers', list(root.handlers))
        try:
            ended = shell.main(list(words))
        except SystemExit as exc:
            ended = exc.code if isinstance(exc.code, int) else 1
    return Result(ended or 0, stdout.getvalue(), stderr.getvalue())


def _forget_clients() -> None:
    """Let native commands log in anew: a process has one client of an API.

    That is enough for a program, and would let one caller act as another here.
    """
    from osc_lib import clientmanager

    for cache in vars(clientmanager.ClientManager).values():
        if isinstance(cache, clientmanager.ClientCache):
            cache._handle = None


def _interruptible() -> None:
    for signum in signal.SIGINT, signal.SIGHUP:
        signal.signal(signum, signal.SIG_DFL)


class Quiet:
    """Keeps what is being made apart from whoever looks.

    Tests share projects, and what is being made in a project (a volume, a
    server that boots from one) cannot be told by whoever looks at it then.
    """

    def __init__(self) -> None:
        self._held: int | None = None

    @contextlib.contextmanager
    def looking(self) -> typing.Iterator[None]:
        """While nobody else makes something."""
        with self._locked(fcntl.LOCK_SH):
            yield

    @contextlib.contextmanager
    def making(self) -> typing.Iterator[None]:
        """While nobody else looks."""
        with self._locked(fcntl.LOCK_EX):
            yield

    @contextlib.contextmanager
    def _locked(self, how: int) -> typing.Iterator[None]:
        if self._held is not None:
            # A test may look at what it makes itself. Who looks cannot make
            # something as well: others may look at the same time.
            assert self._held == how or self._held == fcntl.LOCK_EX, (
                'use QUIET.making() around the whole'
            )
            yield
            return
        path = os.path.join(os.environ['OSC_IMAGESHARE_CLOUD'], 'quiet')
        with (
            open(f'{path}-next', 'a', encoding='utf-8') as line,
            open(path, 'a', encoding='utf-8') as lock,
        ):
            # One waits at a time, so that many who look keep nobody from
            # making something.
            fcntl.flock(line, fcntl.LOCK_EX)
            fcntl.flock(lock, how)
            fcntl.flock(line, fcntl.LOCK_UN)
            self._held = how
            try:
                yield
            finally:
                self._held = None


#: One for each process, in which one test runs at a time.
QUIET = Quiet()


@functools.cache
def connect(cloud: str, region: str = 'RegionOne') -> connection.Connection:
    """Return an openstacksdk connection; one for each cloud and region."""
    return openstack.connect(cloud=cloud, region_name=region)


@functools.cache
def _flavor(cloud: str) -> str:
    flavor = connect(cloud).compute.find_flavor(
        'm1.nano', ignore_missing=False
    )
    return str(flavor.id)


class TestCase(testtools.TestCase):
    """A test on the loopback cloud, with resources of its own names."""

    def setUp(self) -> None:
        super().setUp()
        self.cloud_directory = os.environ['OSC_IMAGESHARE_CLOUD']
        self.addDetail(
            'cloud logs',
            content.text_content(os.path.join(self.cloud_directory, 'log')),
        )

    # Running commands

    def openstack(
        self,
        command: str,
        *words: str,
        cloud: str | None = None,
        code: int | None = 0,
        env: dict[str, str] | None = None,
    ) -> Result:
        """Run ``openstack`` in this process and check its exit code.

        :param command: what is typed, split as a shell would.
        :param words: further ones, as they are.
        :param cloud: entry of clouds.yaml to act as; None for what the
            environment says.
        :param code: the exit code to expect; None for any.
        :param env: variables to set while it runs.
        """
        who = ('--os-cloud', cloud) if cloud else ()
        argv = [*who, *shlex.split(command), *words]
        with QUIET.looking():
            result = run_shell(argv, env or {})
        return self._checked(argv, result, code)

    def share(
        self,
        command: str,
        *words: str,
        cloud: str,
        code: int | None = 0,
        **more: typing.Any,
    ) -> Result:
        """Run ``openstack image <command> -f json``."""
        return self.openstack(
            f'image {command}',
            *(*words, '-f', 'json'),
            cloud=cloud,
            code=code,
            **more,
        )

    def type_printed(
        self, command: str, env: dict[str, str] | None = None
    ) -> None:
        """Type a line that was printed as it stands; it has to end with 0.

        A shell gets what only a shell understands. Everything else is run in
        this process, which saves the second that a client takes to start.

        :param env: what was exported.
        """
        if PLAIN.fullmatch(command):
            self.openstack(command.removeprefix('openstack '), env=env)
            return
        path = f'{os.path.dirname(PROGRAM)}{os.pathsep}{os.environ["PATH"]}'
        with QUIET.looking():
            done = subprocess.run(
                ['bash', '-c', command],
                env={**os.environ, **(env or {}), 'PATH': path},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
        self.assertEqual(0, done.returncode, f'{command}\n{done.stderr}')

    def program(
        self,
        command: str,
        *words: str,
        code: int | None = 0,
        env: dict[str, str] | None = None,
    ) -> Result:
        """Run ``openstack`` in a process of its own; slower."""
        argv = [*shlex.split(command), *words]
        with QUIET.looking():
            process = self.begin(command, *words, env=env)
            return self.ended(argv, process, code)

    @staticmethod
    def begin(
        command: str, *words: str, env: dict[str, str] | None = None
    ) -> subprocess.Popen[str]:
        """Start ``openstack`` in a process of its own."""
        return subprocess.Popen(
            [PROGRAM, *shlex.split(command), *words],
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # A shell lets what it starts in the background ignore Ctrl-C, and
            # nohup SIGHUP; that is inherited, and a person's program does not.
            preexec_fn=_interruptible,
        )

    def ended(
        self,
        argv: typing.Sequence[str],
        process: subprocess.Popen[str],
        code: int | None = None,
    ) -> Result:
        """Wait for what :meth:`begin` has started and check its exit code."""
        stdout, stderr = process.communicate()
        return self._checked(
            argv, Result(process.returncode, stdout, stderr), code
        )

    def _checked(
        self, argv: typing.Sequence[str], result: Result, code: int | None
    ) -> Result:
        told = (
            f'$ openstack {shlex.join(argv)}\n{result.stdout}'
            f'{result.stderr}exit code {result.code}\n'
        )
        self.addDetailUniqueName('command', content.text_content(told))
        self.assertNotIn('Traceback', result.stdout + result.stderr)
        if result.code:
            self.assertNotEqual('', result.stderr.strip(), told)
        if code is not None:
            self.assertEqual(code, result.code, told)
        return result

    # Making and inspecting things, as an ordinary client would

    def project_id(self, cloud: str) -> str:
        return str(connect(cloud).current_project_id)

    def make_image(
        self,
        cloud: str = 'alice',
        visibility: str = 'private',
        *,
        region: str = 'RegionOne',
        name: str | None = None,
        data: bytes | None = b'not really an image',
        **properties: typing.Any,
    ) -> str:
        """Make an image, active unless *data* is None, and return its ID."""
        image = connect(cloud, region).image
        body = {
            'name': name or f'image-{uuid.uuid4().hex[:12]}',
            'disk_format': 'raw',
            'container_format': 'bare',
            'visibility': visibility,
            **properties,
        }
        response = image.post('/images', json=body)
        self.assertEqual(201, response.status_code, response.text)
        image_id = str(response.json()['id'])
        self.addCleanup(self._delete_image, cloud, region, image_id)
        if data is not None:
            response = image.put(
                f'/images/{image_id}/file',
                data=data,
                headers={'Content-Type': 'application/octet-stream'},
            )
            self.assertEqual(204, response.status_code, response.text)
        return image_id

    @staticmethod
    def _delete_image(cloud: str, region: str, image_id: str) -> None:
        image = connect(cloud, region).image
        image.patch(
            f'/images/{image_id}',
            json=[{'op': 'replace', 'path': '/protected', 'value': False}],
            headers={
                'Content-Type': (
                    'application/openstack-images-v2.1-json-patch'
                )
            },
        )
        image.delete(f'/images/{image_id}')

    def set_visibility(
        self, image_id: str, visibility: str, cloud: str = 'alice'
    ) -> None:
        response = connect(cloud).image.patch(
            f'/images/{image_id}',
            json=[
                {'op': 'replace', 'path': '/visibility', 'value': visibility}
            ],
            headers={
                'Content-Type': (
                    'application/openstack-images-v2.1-json-patch'
                )
            },
        )
        self.assertEqual(200, response.status_code, response.text)

    def visibility(self, image_id: str, region: str = 'RegionOne') -> str:
        answer = connect('admin', region).image.get(f'/images/{image_id}')
        return str(answer.json()['visibility'])

    def make_shared(self, *members: str) -> str:
        """Make an image of project A that is shared with projects."""
        image = self.make_image(visibility='shared')
        for member in members:
            self.add_member(image, member)
        return image

    def add_member(
        self,
        image_id: str,
        member: str,
        cloud: str = 'alice',
        region: str = 'RegionOne',
    ) -> None:
        response = connect(cloud, region).image.post(
            f'/images/{image_id}/members', json={'member': member}
        )
        self.assertEqual(200, response.status_code, response.text)

    def set_status(self, image_id: str, cloud: str, status: str) -> None:
        response = connect(cloud).image.put(
            f'/images/{image_id}/members/{self.project_id(cloud)}',
            json={'status': status},
        )
        self.assertEqual(200, response.status_code, response.text)

    def members(
        self, image_id: str, region: str = 'RegionOne'
    ) -> dict[str, str]:
        """Return member to status, as an administrator sees them."""
        answer = connect('admin', region).image.get(
            f'/images/{image_id}/members'
        )
        self.assertEqual(200, answer.status_code, answer.text)
        return {m['member_id']: m['status'] for m in answer.json()['members']}

    def state(self, image_id: str, region: str = 'RegionOne') -> str:
        """Return all that Glance knows of an image, members included.

        Two equal answers mean that nothing was changed in between, as the
        times of the last changes are in them.
        """
        image = connect('admin', region).image
        members = image.get(f'/images/{image_id}/members')
        return f'{image.get(f"/images/{image_id}").text}\n{members.text}'

    def can_read(self, cloud: str, image_id: str) -> bool:
        """Tell whether a project can see an image by its ID."""
        answer = connect(cloud).image.get(f'/images/{image_id}')
        self.assertIn(answer.status_code, (200, 404), answer.text)
        return bool(answer.status_code == 200)

    def make_server(
        self,
        cloud: str,
        image_id: str | None = None,
        volume_id: str | None = None,
        name: str | None = None,
    ) -> str:
        """Boot a server from an image or a volume and return its ID."""
        if image_id:
            return self._make_server(cloud, image_id, None, name)
        with QUIET.making():
            return self._make_server(cloud, None, volume_id, name)

    def _make_server(
        self,
        cloud: str,
        image_id: str | None,
        volume_id: str | None,
        name: str | None,
    ) -> str:
        compute = connect(cloud).compute
        body: dict[str, typing.Any] = {
            'name': name or f'server-{uuid.uuid4().hex[:12]}',
            'flavorRef': _flavor(cloud),
            'networks': 'none',
        }
        if image_id:
            body['imageRef'] = image_id
        else:
            body['block_device_mapping_v2'] = [
                {
                    'boot_index': 0,
                    'uuid': volume_id,
                    'source_type': 'volume',
                    'destination_type': 'volume',
                }
            ]
        response = compute.post(
            '/servers', json={'server': body}, microversion='2.37'
        )
        self.assertEqual(202, response.status_code, response.text)
        server_id = str(response.json()['server']['id'])
        if image_id:
            self.addCleanup(compute.delete, f'/servers/{server_id}')
        else:
            # Its volume can be deleted when it has gone.
            self.addCleanup(self.delete_server, cloud, server_id)
        self.wait_for(
            lambda: self.server_status(cloud, server_id), 'ACTIVE', 'ERROR'
        )
        self.assertEqual('ACTIVE', self.server_status(cloud, server_id))
        return server_id

    @staticmethod
    def server_status(cloud: str, server_id: str) -> str | None:
        answer = connect(cloud).compute.get(f'/servers/{server_id}')
        if answer.status_code == 404:
            return None
        return str(answer.json()['server']['status'])

    def server_action(
        self, cloud: str, server_id: str, action: dict[str, typing.Any]
    ) -> int:
        """Ask for an action and return the HTTP status of the answer."""
        response = connect(cloud).compute.post(
            f'/servers/{server_id}/action', json=action
        )
        return int(response.status_code)

    def delete_server(self, cloud: str, server_id: str) -> None:
        """Delete a server and wait until it has gone."""
        connect(cloud).compute.delete(f'/servers/{server_id}')
        self.wait_for(lambda: self.server_status(cloud, server_id), None)

    def make_volume(self, cloud: str, image_id: str) -> str:
        """Make a volume of an image and return its ID."""
        with QUIET.making():
            return self._make_volume(cloud, image_id)

    def _make_volume(self, cloud: str, image_id: str) -> str:
        storage = connect(cloud).block_storage
        response = storage.post(
            '/volumes', json={'volume': {'size': 1, 'imageRef': image_id}}
        )
        self.assertEqual(202, response.status_code, response.text)
        volume_id = str(response.json()['volume']['id'])

        def status() -> str | None:
            answer = storage.get(f'/volumes/{volume_id}')
            if answer.status_code == 404:
                return None
            return str(answer.json()['volume']['status'])

        def delete() -> str | None:
            # Refused as long as the server it is attached to is there.
            storage.delete(f'/volumes/{volume_id}')
            return status()

        self.addCleanup(self.wait_for, delete, None)
        self.wait_for(status, 'available', 'error')
        self.assertEqual('available', status())
        return volume_id

    def wait_for(
        self, look: typing.Callable[[], object], *wanted: object
    ) -> None:
        """Look again and again until one of the wanted values is seen."""
        end = time.monotonic() + 180
        while True:
            seen = look()
            if seen in wanted:
                return
            if time.monotonic() > end:
                self.fail(f'still {seen!r}, wanted one of {wanted!r}')
            time.sleep(0.2)
