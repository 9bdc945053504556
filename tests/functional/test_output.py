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

"""What the real program leaves on its streams, in its log and in a shell."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys

import fixtures

from tests.live import base
from tests.live import entries

_PATH = os.path.dirname(sys.executable)


class TestCase(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('bob')
        self.image = self.make_image()

    def typed(
        self, command: str, *, typed_in: str = '', **env: str
    ) -> base.Result:
        """Type a line into a shell; a pipe tells of its first program."""
        done = subprocess.run(
            ['bash', '-o', 'pipefail', '-c', command],
            input=typed_in,
            env={
                **os.environ,
                **env,
                'PATH': f'{_PATH}{os.pathsep}{os.environ["PATH"]}',
            },
            capture_output=True,
            text=True,
            check=False,
        )
        for stream in done.stdout, done.stderr:
            self.assertNotIn('Traceback', stream)
            self.assertNotIn('Exception ignored', stream)
        return base.Result(done.returncode, done.stdout, done.stderr)


class TestStreams(TestCase):
    """Streams that are closed or full, or whose reader has gone."""

    def run_to_the_end(
        self, words: str, redirection: str, code: int, *said: str
    ) -> None:
        result = self.typed(
            f'openstack --os-cloud alice image {words} {redirection}'
        )
        about = f'{words} {redirection}\n{result.stdout}{result.stderr}'
        self.assertEqual(code, result.code, about)
        for sentence in said:
            self.assertEqual(1, result.stderr.count(sentence), about)
        if not said:
            self.assertEqual('', result.stderr, about)

    def test_the_exit_code_tells_what_was_done(self) -> None:
        to = f'share-to {self.image} {self.b}'
        revoke = f'share revoke {self.image} {self.b}'
        unwritten = 'Could not write the output'
        pending, refused = 'is pending', 'The share was not revoked'
        # Rows that nobody gets are a failure; a reader that has gone is told
        # so as other programs tell it; sentences that nobody gets are lost.
        for redirection, code, told in (
            ('>&-', 1, True),
            ('>/dev/full', 1, True),
            ('2>&-', 0, False),
            ('2>/dev/full', 0, False),
            ('>&- 2>&-', 1, False),
            ('>/dev/full 2>/dev/full', 1, False),
        ):
            self.run_to_the_end(
                to, redirection, code, *((unwritten, pending) if told else ())
            )
            self.assertEqual({self.b: 'pending'}, self.members(self.image))
        self.run_to_the_end(to, '| true', 141, pending)
        self.run_to_the_end(
            f'share status {self.image}', '>/dev/full', 1, unwritten
        )
        # Unseen, whether anybody can be told or not.
        self.run_to_the_end(revoke, '>/dev/full', 4, unwritten, refused)
        self.run_to_the_end(revoke, '>&- 2>&-', 4)
        self.run_to_the_end(revoke, '| true', 4, refused)
        self.assertEqual({self.b: 'pending'}, self.members(self.image))

    def test_wrong_usage_is_not_told_on_stdout(self) -> None:
        for words in 'share-to --nonsense', 'share nonsense':
            result = self.typed(
                f'openstack --os-cloud alice image {words} 2>&-'
            )
            self.assertEqual((2, ''), (result.code, result.stdout))


class TestShell(TestCase):
    def test_a_limit_does_not_outlive_its_command(self) -> None:
        # A thousandth of a second is too little for any request.
        result = self.typed(
            'openstack --os-cloud alice',
            typed_in=(
                f'image share status {self.image} --timeout 0.001\n'
                f'image show {self.image} -f value -c status\n'
            ),
        )
        self.assertIn('gave no usable answer', result.stderr)
        self.assertRegex(result.stdout, '(?m)^.*active$')


class TestClient(TestCase):
    """What the client's own options do."""

    def test_the_log_file_has_the_sentences_and_nobody_forges_one(
        self,
    ) -> None:
        log = self.useFixture(fixtures.TempDir()).join('log')
        name = f'{self.image[:8]}\nERROR forged'
        image = self.make_image(name=name)
        for option in '--os-cloud=alice', '--quiet', '--debug':
            result = self.program(
                f'--os-cloud alice --log-file {log} {option} image '
                f'share-to {image} {self.b}',
            )
            with open(log, encoding='utf-8') as lines:
                logged = lines.read()
            os.truncate(log, 0)
            note = 'is pending: you have no role'
            self.assertEqual(
                option != '--quiet', note in result.stderr, option
            )
            self.assertEqual(1, logged.count(note), option)
            self.assertLess(result.stderr.count(note), 2, option)
        self.program(
            f'--os-cloud alice --log-file {log} image share revoke {image} '
            f'{self.b}',
            code=4,
        )
        with open(log, encoding='utf-8') as lines:
            logged = lines.read()
        self.assertIn('\\nERROR forged', logged)
        for line in logged.splitlines():
            self.assertRegex(line, r'^\d{4}-\d\d-\d\d ')

    def test_timing_has_the_requests_of_a_member_cloud(self) -> None:
        words = ('image', 'share-to', self.image, '-f', 'json')
        result = self.program(
            '--os-cloud alice --timing',
            *words,
            '--member-cloud',
            'bob',
        )
        # Accepted by nobody else, on a session of its own.
        accepted = f'PUT .*/images/{self.image}/members/{self.b}'
        self.assertRegex(result.stdout, accepted)
        self.assertEqual(
            2, len(re.findall('POST .*/auth/tokens', result.stdout))
        )


class TestPrintedCommands(TestCase):
    """What is printed is typed as it stands."""

    def setUp(self) -> None:
        super().setUp()
        # Old clients prefer the project of an entry to the one of an option.
        entry = entries.entry('both-b', project_name=None)
        for name, value in entries.written(self, nobody=entry).items():
            self.useFixture(fixtures.EnvironmentVariable(name, value))

    def test_who_is_asking_is_part_of_it(self) -> None:
        self.set_visibility(self.image, 'shared')
        base_options = ('--os-cloud', 'nobody')
        for options in (
            ('--os-project-id', self.project_id('alice')),
            (
                *('--os-project-name', 'project-a'),
                *('--os-project-domain-name', 'Default'),
                *('--os-interface', 'public'),
                *('--os-region-name', 'RegionOne'),
            ),
        ):
            self.add_member(self.image, self.b)
            self.set_status(self.image, 'bob', 'accepted')
            result = self.program(
                *base_options,
                *options,
                'image',
                'share',
                'revoke',
                *(self.image, self.b),
            )
            self.assertEqual({}, self.members(self.image))
            (undo,) = re.findall('To undo: (.*)', result.stderr)
            for name, value in zip(options[::2], options[1::2], strict=True):
                self.assertIn(f'{name}={value}', undo)
            typed = self.typed(undo)
            self.assertEqual(0, typed.code, f'{undo}\n{typed.stderr}')
            self.assertEqual({self.b: 'accepted'}, self.members(self.image))
            result = self.program(
                *base_options,
                *options,
                'image',
                'share',
                'revoke',
                *('--dry-run', self.image, self.b),
            )
            (native,) = re.findall('Would run: (.*)', result.stderr)
            typed = self.typed(native)
            self.assertEqual(0, typed.code, f'{native}\n{typed.stderr}')
            self.assertEqual({}, self.members(self.image))

    def test_the_plan_of_a_project_that_was_chosen_is_one_that_works(
        self,
    ) -> None:
        result = self.program(
            '--os-cloud nobody --os-project-name project-a image share-to '
            f'--dry-run {self.image} {self.b}',
        )
        plan = re.findall('Would run: (.*)', result.stderr)
        self.assertEqual(3, len(plan))
        for command in plan:
            self.assertEqual(1, command.count('--os-project-'), command)
            typed = self.typed(command)
            self.assertEqual(0, typed.code, f'{command}\n{typed.stderr}')
        self.assertEqual({self.b: 'accepted'}, self.members(self.image))
        self.assertIn('--os-cloud=nobody', shlex.split(plan[0]))
