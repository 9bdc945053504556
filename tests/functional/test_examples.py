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

"""Every command that the manual and the help show, typed as it stands.

The names that they use (the image ``ubuntu``, the projects ``team-a`` and the
like, entries of clouds.yaml) exist in a domain of each test's own. Where a
page shows what a command prints, the command has to print that.
"""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import re
import shlex
import subprocess
import typing
import uuid

import fixtures
import openstack

from tests.live import base
from tests.live import entries
from tests.live import examples

if typing.TYPE_CHECKING:
    from collections.abc import Callable

    from openstack import connection as sdk_connection

_USER = 'doc/source/user'
_NAMES = ('team-a', 'team-b', 'team-c')
_PASSWORD = 'on-loopback-only'

#: Commands that are not run, and why.
_NOT_RUN = {
    'make ': 'it starts a cloud or the tests by itself',
    'tools/tox ': 'it starts the tests by itself',
    'pip install ': 'it changes the environment that the tests run in',
    'pipx inject ': 'it changes the environment of a person',
    'python3 -m venv ': 'it installs a client from PyPI',
    'client/bin/': 'it is the client that the command before installs',
    'openstack volume create --snapshot=SNAPSHOT ': 'a person fills it in',
    'openstack image create --volume VOLUME ': 'a person fills it in',
    'openstack image share-to IMAGE ': 'a person fills it in',
}

#: The IDs in commands of the manual, and the projects that they stand for.
_IDS = {
    '15c30b0a4b004fdaa20fcb8b06e53583': 'team-a',
    'e6051bbcef2441a4848bec39a660476e': 'team-b',
    '819a280bf5a849e891e4044b7a456493': 'team-c',
}

#: Exit codes of commands that show no output and may not end with 0.
_CODES = {
    'openstack image share statsu ubuntu': {2},
    'openstack image share revoke': {0, 3, 4},
    'openstack image share usage': {0, 3, 4},
}


@dataclasses.dataclass(frozen=True)
class Act:
    """Blocks of a page that one cast plays one after the other.

    :ivar prepare: name of a method that makes what the page begins with.
    :ivar both: whether one user has a role in every project.
    :ivar each: whether it is made anew for each command.
    :ivar before: part of a command to a method that is called before it.
    """

    source: str
    blocks: tuple[int, ...]
    prepare: str = 'own_image'
    both: bool = False
    each: bool = False
    before: tuple[tuple[str, str], ...] = ()


_ACTS = {
    'readme': Act('README.rst', (0, 1, 2, 3)),
    'walkthrough': Act(
        f'{_USER}/walkthrough.rst',
        tuple(range(9)),
        before=(('image share status', 'another_server'),),
    ),
    'sharing': Act(f'{_USER}/sharing.rst', (0,), both=True),
    'previous members': Act(f'{_USER}/sharing.rst', (1,), 'previous_member'),
    'revoking': Act(f'{_USER}/revoking.rst', (0,), 'shared_image'),
    'gates': Act(f'{_USER}/revoking.rst', (1,), 'own_image', each=True),
    'copying': Act(f'{_USER}/copying.rst', (0,)),
    'a way out': Act(f'{_USER}/copying.rst', (1, 2, 3, 4), 'needed_image'),
    'files': Act(f'{_USER}/files.rst', (0,), 'shared_image'),
    'differences': Act(f'{_USER}/files.rst', (1,), 'another_file', both=True),
    'versions': Act(
        f'{_USER}/versions.rst', (0, 1), 'two_versions', both=True
    ),
    'answering': Act(f'{_USER}/answering.rst', (0, 1, 2), 'shared_image'),
    'fitness': Act(f'{_USER}/fitness.rst', (0,)),
    'scopes': Act(f'{_USER}/scopes.rst', (0,)),
    'scripts': Act(f'{_USER}/scripts.rst', (0, 1, 2, 3), 'used_image'),
    'reference': Act('doc/source/cli/index.rst', (0,)),
    'install': Act('doc/source/install/index.rst', (0, 1, 2)),
    'performance': Act(f'{_USER}/performance.rst', (0,)),
    'reliability': Act(f'{_USER}/reliability.rst', (0, 1)),
}


class Cast:
    """Projects and users of one test, and how they type commands.

    :param both: whether one user has a role in every project; else Alice has
        one in team-a and Bob in the others.
    """

    def __init__(self, test: base.TestCase, *, both: bool) -> None:
        self._test = test
        self.home = pathlib.Path(test.useFixture(fixtures.TempDir()).path)
        admin: typing.Any = base.connect('admin').identity
        self.domain = admin.create_domain(name=f'test-{uuid.uuid4().hex}')
        test.addCleanup(self._leave)
        self.projects = {
            name: str(
                admin.create_project(name=name, domain_id=self.domain.id).id
            )
            for name in _NAMES
        }
        role = admin.find_role('member', ignore_missing=False)
        users = {
            name: admin.create_user(
                name=name, domain_id=self.domain.id, password=_PASSWORD
            )
            for name in ('alice', 'bob')
        }
        self._users = dict.fromkeys(_NAMES, 'alice')
        if not both:
            self._users.update({'team-b': 'bob', 'team-c': 'bob'})
        for project, user in self._users.items():
            admin.assign_project_role_to_user(
                self.projects[project], users[user], role
            )
        self._write()
        self._preludes: dict[str, list[str]] = {}

    def _auth(self, project: str) -> dict[str, str]:
        return {
            'auth_url': str(entries.entry('admin')['auth']['auth_url']),
            'username': self._users[project],
            'password': _PASSWORD,
            'project_name': project,
            'user_domain_id': str(self.domain.id),
            'project_domain_id': str(self.domain.id),
        }

    def _exports(self, project: str) -> dict[str, str]:
        return {
            **{f'OS_{k.upper()}': v for k, v in self._auth(project).items()},
            'OS_REGION_NAME': 'RegionOne',
        }

    def _write(self) -> None:
        """Write clouds.yaml and an openrc file."""
        clouds = {
            name: {'auth': self._auth(name), 'region_name': 'RegionOne'}
            for name in _NAMES
        }
        text = json.dumps({'clouds': clouds})
        (self.home / 'clouds.yaml').write_text(text, encoding='utf-8')
        lines = [
            f"export {k}='{v}'" for k, v in self._exports('team-a').items()
        ]
        (self.home / 'openrc-team-a').write_text(
            '\n'.join(['unset OS_CLOUD', *lines]), encoding='utf-8'
        )

    def connect(self, project: str) -> sdk_connection.Connection:
        return openstack.connect(
            load_yaml_config=False,
            load_envvars=False,
            auth=self._auth(project),
            region_name='RegionOne',
        )

    def type(
        self, command: str, who: str = '', cloud: str = 'team-a'
    ) -> base.Result:
        """Run a command as a shell would.

        :param who: whose openrc file is loaded; empty for a shell with
            entries in clouds.yaml.
        """
        prelude = self._preludes.setdefault(who, [])
        if re.match(r'export |\. ', command):
            prelude.append(command)
        env = {
            'PATH': f'{os.path.dirname(base.PROGRAM)}:{os.environ["PATH"]}',
            'PYTHONPATH': os.environ.get('PYTHONPATH', ''),
            'HOME': str(self.home),
            'OS_CLIENT_CONFIG_FILE': str(self.home / 'clouds.yaml'),
            'image': 'ubuntu',
        }
        if who:
            team = {'alice': 'team-a', 'bob': 'team-b'}[who]
            env.update(self._exports(team))
        else:
            env['OS_CLOUD'] = cloud
        with base.QUIET.looking():
            if prelude or not base.PLAIN.fullmatch(command):
                return self._in_a_shell('\n'.join([*prelude, command]), env)
            return self._in_this_process(command, env)

    def _in_a_shell(self, commands: str, env: dict[str, str]) -> base.Result:
        ended = subprocess.run(
            ['bash', '-c', commands],
            cwd=self.home,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return base.Result(ended.returncode, ended.stdout, ended.stderr)

    def _in_this_process(
        self, command: str, env: dict[str, str]
    ) -> base.Result:
        """Save the second that a client takes to start."""
        program, *words = shlex.split(command)
        self._test.assertEqual('openstack', program)
        others = (name for name in os.environ if name.startswith('OS_'))
        return base.run_shell(
            words, {**dict.fromkeys(others), **env}, self.home
        )

    def _leave(self) -> None:
        """Delete all that was made, the domain in the end."""
        admin: typing.Any = base.connect('admin')
        for project_id in getattr(self, 'projects', {}).values():
            for server in admin.compute.servers(
                all_projects=True, project_id=project_id
            ):
                admin.compute.delete_server(server)
                admin.compute.wait_for_delete(server, wait=120)
            for image in admin.image.images(owner=project_id):
                admin.image.delete_image(image)
        admin.identity.update_domain(self.domain, is_enabled=False)
        admin.identity.delete_domain(self.domain)


class TestExamples(base.TestCase):
    def play(self, act: Act) -> None:
        """Type the commands of some blocks, one after the other."""
        self.cast = Cast(self, both=act.both)
        prepare: Callable[[], object] = getattr(self, act.prepare)
        prepare()
        found = [b for b in examples.of_pages() if b.source == act.source]
        self.last: int | None = None
        for number in act.blocks:
            for place, example in enumerate(found[number].examples):
                if act.each and place:
                    prepare()
                for part, method in act.before:
                    if part in example.command:
                        getattr(self, method)()
                self.typed(example, found[number].examples[place + 1 :])

    def typed(
        self,
        example: examples.Example,
        later: tuple[examples.Example, ...],
        cloud: str = 'team-a',
    ) -> None:
        """Type one command and compare it with what is shown."""
        command = example.command
        if command.startswith(tuple(_NOT_RUN)):
            self.known(command)
            return
        if command == 'echo $?':
            self.assertEqual([str(self.last)], example.output)
            return
        for shown in re.findall(r'\b[0-9a-f]{32}\b', command):
            self.assertIn(shown, _IDS, command)
            command = command.replace(shown, self.cast.projects[_IDS[shown]])
        result = self.cast.type(command, example.who, cloud)
        self.last = result.code
        told = f'{command}\n{result.stderr}{result.stdout}{result.code}'
        if not later or later[0].command != 'echo $?':
            codes = next(
                (
                    codes
                    for begin, codes in _CODES.items()
                    if command.startswith(begin) and not example.output
                ),
                {0},
            )
            self.assertIn(result.code, codes, told)
        for trouble in 'Traceback', 'Unexpected error', 'usage: ':
            self.assertNotIn(trouble, result.stderr, told)
        if example.output:
            # What a native command says besides depends on its release.
            ours = 'image share' in command
            lines = (result.stderr if ours else '') + result.stdout
            self.assertEqual(
                examples.stable(example.output),
                examples.stable(lines.splitlines()),
                told,
            )

    def known(self, command: str) -> None:
        """Check that a command that is not run exists, with its options."""
        if not command.startswith('openstack '):
            return
        name = re.match(r'openstack((?: [a-z][a-z-]*)+)', command)
        assert name is not None, command
        result = self.openstack('help', *name[1].split())
        for option in re.findall(r'--[a-z-]+', command):
            self.assertIn(option, result.stdout, command)

    # What the pages begin with

    def own_image(self, keep: str = '') -> None:
        """Let Alice have a private image, whatever else she had before.

        :param keep: the ID of an image that stays.
        """
        for image in self.images('team-a'):
            if image.id != keep:
                base.connect('admin').image.delete_image(image)
        glance = self.cast.connect('team-a').image
        made = glance.post(
            '/images',
            json={
                'name': 'ubuntu',
                'disk_format': 'raw',
                'container_format': 'bare',
                'visibility': 'private',
            },
        ).json()
        self.image_id = str(made['id'])
        answer = glance.put(
            f'/images/{self.image_id}/file',
            data=bytes(1024 * 1024),
            headers={'Content-Type': 'application/octet-stream'},
        )
        self.assertEqual(204, answer.status_code)

    def images(self, project: str) -> list[typing.Any]:
        owner = self.cast.projects[project]
        return list(base.connect('admin').image.images(owner=owner))

    def shared_image(self) -> None:
        self.own_image()
        self.share_with('team-b')

    def share_with(self, *projects: str) -> None:
        self.change('shared')
        glance = self.cast.connect('team-a').image
        for project in projects:
            answer = glance.post(
                f'/images/{self.image_id}/members',
                json={'member': self.cast.projects[project]},
            )
            self.assertEqual(200, answer.status_code)

    def change(self, visibility: str) -> None:
        answer = self.cast.connect('team-a').image.patch(
            f'/images/{self.image_id}',
            json=[
                {'op': 'replace', 'path': '/visibility', 'value': visibility}
            ],
            headers={
                'Content-Type': 'application/openstack-images-v2.1-json-patch'
            },
        )
        self.assertEqual(200, answer.status_code)

    def previous_member(self) -> None:
        self.shared_image()
        self.change('private')

    def used_image(self) -> None:
        """Share with two projects, of which one has a server."""
        self.own_image()
        self.share_with('team-b', 'team-c')
        self.boot('web-1')

    def another_server(self) -> None:
        self.boot('web-2')

    def boot(self, name: str) -> None:
        result = self.cast.type(
            # A page may have exported OS_CLOUD before.
            'openstack --os-cloud team-b server create --flavor m1.nano '
            f'--nic none --wait --image {self.image_id} {name}'
        )
        self.assertEqual(0, result.code, result.stderr)

    def needed_image(self) -> None:
        """Let team-b have a server of the image."""
        self.shared_image()
        self.accept()
        self.boot('web')

    def accept(self) -> None:
        result = self.cast.type(
            f'openstack image set --accept {self.image_id}', cloud='team-b'
        )
        self.assertEqual(0, result.code, result.stderr)

    def another_file(self) -> None:
        """Share with one project, and write a file that names another."""
        self.shared_image()
        self.accept()
        lines = (
            'version: 1',
            f'owner: {self.cast.projects["team-a"]}',
            'images:',
            '  - name: ubuntu',
            '    members:',
            f'      - project: {self.cast.projects["team-c"]}',
            '    exact: true',
        )
        (self.cast.home / 'shares.yaml').write_text(
            '\n'.join(lines), encoding='utf-8'
        )

    def two_versions(self) -> None:
        """Let an old version have a member, and a new one none."""
        self.shared_image()
        self.rename('ubuntu-24.04.1')
        old = self.image_id
        self.own_image(keep=old)
        self.rename('ubuntu-24.04.2')

    def write_file(self) -> None:
        """Write what is shared, and a plan that changes nothing."""
        for command in (
            'export > shares.yaml',
            'diff --file shares.yaml --out plan.json',
        ):
            result = self.cast.type(f'openstack image share {command}')
            self.assertEqual(0, result.code, result.stderr)

    def rename(self, name: str) -> None:
        result = self.cast.type(
            f'openstack image set --name {name} {self.image_id}'
        )
        self.assertEqual(0, result.code, result.stderr)

    # The pages

    def test_readme(self) -> None:
        self.play(_ACTS['readme'])

    def test_walkthrough(self) -> None:
        self.play(_ACTS['walkthrough'])

    def test_sharing(self) -> None:
        self.play(_ACTS['sharing'])
        self.play(_ACTS['previous members'])

    def test_revoking(self) -> None:
        self.play(_ACTS['revoking'])
        self.play(_ACTS['gates'])

    def test_copying(self) -> None:
        self.play(_ACTS['copying'])
        self.play(_ACTS['a way out'])

    def test_files(self) -> None:
        for act in 'files', 'differences', 'versions':
            self.play(_ACTS[act])

    def test_answering(self) -> None:
        self.play(_ACTS['answering'])

    def test_scripts(self) -> None:
        self.play(_ACTS['scripts'])

    def test_the_other_pages(self) -> None:
        for act in (
            *('fitness', 'scopes', 'reference', 'install'),
            *('performance', 'reliability'),
        ):
            self.play(_ACTS[act])

    def test_no_block_is_left_out(self) -> None:
        self.assertEqual(
            sorted((b.source, b.number) for b in examples.of_pages()),
            sorted((a.source, n) for a in _ACTS.values() for n in a.blocks),
        )

    def test_help(self) -> None:
        self.cast = Cast(self, both=True)
        names = set()
        for block in examples.of_help():
            names.add(block.source)
            answers = block.source.endswith(('_accept', '_reject'))
            if block.source == 'image_share-to':
                self.own_image()
            else:
                self.shared_image()
            if block.source in ('image_share_diff', 'image_share_apply'):
                self.write_file()
            self.typed(
                block.examples[0], (), 'team-b' if answers else 'team-a'
            )
        self.assertIn('image_share-to', names)
        self.assertIn('image_share_usage', names)
