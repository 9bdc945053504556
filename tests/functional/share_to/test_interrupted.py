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

"""An image is not left open by a run that failed or was interrupted.

What goes wrong at the wrong moment is done by a relay in front of the image
service.
"""

from collections.abc import Iterator
import contextlib
import fcntl
import functools
import json
import os
import pty
import signal
import subprocess
import termios
import time

from tests.live import base
from tests.live import relay
from tests.live import relayed


class TestCase(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('bob')
        self.c = self.project_id('carol')
        self.image = self.make_image()
        # Commands ignore what is ignored when they start, as under nohup.
        heard = signal.signal(signal.SIGHUP, signal.SIG_DFL)
        self.addCleanup(signal.signal, signal.SIGHUP, heard)

    def a_second_later(self) -> None:
        """Wait until Glance, which counts seconds, gives a later time."""
        time.sleep(1.1)


class TestShareToFailures(TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.owner = relayed.before(self, 'image', 'alice')

    def run_share(self, *words: str, code: int = 1) -> base.Result:
        return self.share(
            f'share-to {self.image}',
            *words,
            cloud=self.owner.cloud,
            env=self.owner.env,
            code=code,
        )

    @staticmethod
    def failed(request: relay.Request) -> relay.Answer:
        return relay.Answer(500)

    def test_members_that_cannot_be_listed_are_not_let_in(self) -> None:
        self.set_visibility(self.image, 'shared')
        self.add_member(self.image, self.b)
        self.set_visibility(self.image, 'private')
        self.owner.relay.on('GET', '/members', self.failed)
        result = self.run_share(self.c)
        self.assertEqual('private', self.visibility(self.image))
        self.assertFalse(self.can_read('bob', self.image))
        self.assertIn('500', result.stderr)
        self.assertIn('set back to private', result.stderr)

    def test_an_image_that_nobody_could_be_added_to_is_private_again(
        self,
    ) -> None:
        self.owner.relay.on('POST', '/members', self.failed)
        result = self.run_share(self.b, self.c)
        self.assertEqual([[], []], [row['Changes'] for row in result.rows])
        self.assertEqual([None, None], [row['Status'] for row in result.rows])
        self.assertEqual('private', self.visibility(self.image))
        self.assertIn('set back to private', result.stderr)

    def test_an_image_that_was_shared_before_stays_shared(self) -> None:
        self.set_visibility(self.image, 'shared')
        self.owner.relay.on('POST', '/members', self.failed)
        result = self.run_share(self.b)
        self.assertEqual('shared', self.visibility(self.image))
        self.assertNotIn('set back to private', result.stderr)

    def test_a_member_of_another_run_is_not_cut_off(self) -> None:
        def overtaken(request: relay.Request) -> relay.Answer:
            self.add_member(self.image, self.c)
            return relay.Answer(500)

        self.owner.relay.on('POST', '/members', overtaken)
        self.a_second_later()
        result = self.run_share(self.b)
        self.assertEqual('shared', self.visibility(self.image))
        self.assertEqual({self.c: 'pending'}, self.members(self.image))
        self.assertIn('was not set back', result.stderr)
        self.assertIn(self.c, result.stderr)
        self.assertIn(
            f'openstack --os-cloud={self.owner.cloud} image set --private '
            f'{self.image}',
            result.stderr,
        )

    def test_a_member_of_another_run_is_no_old_member(self) -> None:
        def overtaken(request: relay.Request) -> None:
            if self.visibility(self.image) == 'shared':
                answer = base.connect('alice').image.post(
                    f'/images/{self.image}/members', json={'member': self.c}
                )
                self.assertIn(answer.status_code, (200, 409))

        self.owner.relay.on('GET', '/members', overtaken)
        self.a_second_later()
        self.run_share(self.b, code=0)
        self.assertEqual(
            {self.b: 'pending', self.c: 'pending'}, self.members(self.image)
        )

    def test_a_failure_with_one_project_does_not_stop_the_others(
        self,
    ) -> None:
        def refused(request: relay.Request) -> relay.Answer | None:
            member = json.loads(request.body)['member']
            return relay.Answer(500) if member == self.b else None

        self.owner.relay.on('POST', '/members', refused)
        result = self.run_share(self.b, self.c)
        self.assertEqual(
            [
                (self.b, None, ['visibility']),
                (self.c, 'pending', ['visibility', 'member']),
            ],
            [
                (row['Project ID'], row['Status'], row['Changes'])
                for row in result.rows
            ],
        )
        self.assertEqual({self.c: 'pending'}, self.members(self.image))
        self.assertIn(f'is not shared with project {self.b}', result.stderr)
        self.assertIn('same command again', result.stderr)

    def test_what_failed_is_resumed_by_the_same_command(self) -> None:
        self.test_a_failure_with_one_project_does_not_stop_the_others()
        result = self.share(
            f'share-to {self.image} {self.b} {self.c}', cloud='alice'
        )
        self.assertEqual(
            [['member'], []], [row['Changes'] for row in result.rows]
        )

    def test_an_image_that_the_member_cannot_read_is_not_verified(
        self,
    ) -> None:
        def unseen(request: relay.Request) -> relay.Answer | None:
            # Read as the member once the share is accepted.
            accepted = ('PUT', self.b) in {
                (method, path.rpartition('/')[2])
                for method, path in self.owner.relay.seen
            }
            return relay.Answer(404) if accepted else None

        both = relayed.before(self, 'image', 'both-a')
        self.owner = both
        both.relay.on('GET', f'/images/{self.image}', unseen)
        result = self.run_share('project-b')
        self.assertIs(False, result.row['Verified'])
        self.assertEqual('accepted', result.row['Status'])
        self.assertIn('404', result.stderr)


class TestShareToInterrupted(TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.owner = relayed.before(self, 'image', 'both-a')

    def interrupted(
        self,
        method: str,
        path: str,
        *words: str,
        signum: signal.Signals = signal.SIGINT,
        passed_on: bool = False,
    ) -> base.Result:
        """Interrupt share-to during its first request of a kind.

        :param passed_on: whether the service has got that request.
        """
        sent: list[str] = []

        def interrupt(request: relay.Request) -> relay.Silence | None:
            if sent:
                return None
            sent.append(request.path)
            if passed_on:
                self.owner.relay.passed_on(request)
            process.send_signal(signum)
            return relay.Silence(process.wait)

        self.owner.relay.on(method, path, interrupt)
        argv = (
            *('--os-cloud', self.owner.cloud),
            *('image', 'share-to', self.image, *words, '-f', 'json'),
        )
        process = self.begin(*argv, env=self.owner.env)
        return self.ended(argv, process, 128 + signum)

    def test_before_a_project_was_added_it_is_private_again(self) -> None:
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signum=signum):
                result = self.interrupted(
                    'POST', '/members', 'project-b', signum=signum
                )
                self.assertEqual('private', self.visibility(self.image))
                self.assertFalse(self.can_read('bob', self.image))
                self.assertIn('set back to private', result.stderr)
                self.assertIn(
                    f'not shared with project project-b ({self.b})',
                    result.stderr,
                )

    def test_while_the_visibility_changes_it_is_private_again(self) -> None:
        result = self.interrupted(
            'PATCH', f'/images/{self.image}', 'project-b', passed_on=True
        )
        self.assertEqual('private', self.visibility(self.image))
        self.assertIn('set back to private', result.stderr)

    def test_before_anything_was_changed_it_says_so(self) -> None:
        result = self.interrupted(
            'GET', f'/images/{self.image}', 'project-b', passed_on=True
        )
        self.assertEqual('private', self.visibility(self.image))
        self.assertIn('Interrupted', result.stderr)

    def test_while_a_project_is_added_it_is_told_what_is_true(self) -> None:
        result = self.interrupted(
            'POST', '/members', 'project-b', passed_on=True
        )
        self.assertEqual('shared', self.visibility(self.image))
        self.assertEqual({self.b: 'pending'}, self.members(self.image))
        self.assertIn(
            f'is shared with project project-b ({self.b}) (status pending)',
            result.stderr,
        )
        self.assertIn('same command again', result.stderr)

    def test_after_a_project_was_added_the_share_stays(self) -> None:
        result = self.interrupted('PUT', self.b, 'project-b')
        self.assertEqual({self.b: 'pending'}, self.members(self.image))
        self.assertIn('status pending', result.stderr)
        again = self.share(f'share-to {self.image} project-b', cloud='both-a')
        self.assertEqual(['status'], again.row['Changes'])

    def test_a_terminal_that_is_closed_leaves_no_old_member_inside(
        self,
    ) -> None:
        self.set_visibility(self.image, 'shared')
        self.add_member(self.image, self.c)
        self.set_visibility(self.image, 'private')
        terminal, inside = pty.openpty()
        closed: list[str] = []

        def close(request: relay.Request) -> relay.Silence | None:
            if closed:
                return None
            closed.append(request.path)
            # The kernel sends SIGHUP, and writing fails from now on. So does
            # the shell that was started there.
            os.close(terminal)
            process.send_signal(signal.SIGHUP)
            return relay.Silence(process.wait)

        self.owner.relay.on('GET', '/members', close)
        process = subprocess.Popen(
            [
                *(base.PROGRAM, '--os-cloud', self.owner.cloud),
                *('image', 'share-to', self.image, 'project-b', self.b),
            ],
            env={**os.environ, **self.owner.env},
            stdin=inside,
            stdout=inside,
            stderr=inside,
            start_new_session=True,
            preexec_fn=functools.partial(
                fcntl.ioctl, inside, termios.TIOCSCTTY, 0
            ),
        )
        os.close(inside)
        self.assertEqual(128 + signal.SIGHUP, process.wait())
        self.assertEqual('private', self.visibility(self.image))
        self.assertFalse(self.can_read('carol', self.image))

    def test_what_ignores_hang_ups_is_not_interrupted(self) -> None:
        def hang_up(request: relay.Request) -> None:
            process.send_signal(signal.SIGHUP)

        self.owner.relay.on('POST', '/members', hang_up)
        with self.ignored(signal.SIGHUP):
            process = subprocess.Popen(
                [
                    *(base.PROGRAM, '--os-cloud', self.owner.cloud),
                    *('image', 'share-to', self.image, 'project-b'),
                ],
                env={**os.environ, **self.owner.env},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        _, stderr = process.communicate()
        self.assertEqual((0, b''), (process.returncode, stderr))
        self.assertEqual({self.b: 'accepted'}, self.members(self.image))

    @contextlib.contextmanager
    def ignored(self, signum: signal.Signals) -> Iterator[None]:
        """Let what is started meanwhile ignore a signal, as nohup does."""
        before = signal.signal(signum, signal.SIG_IGN)
        try:
            yield
        finally:
            signal.signal(signum, before)

    def test_while_it_waits_the_share_stays(self) -> None:
        self.set_visibility(self.image, 'shared')
        self.add_member(self.image, self.c)
        result = self.interrupted('GET', '/members', self.c, '--wait')
        self.assertEqual({self.c: 'pending'}, self.members(self.image))
        self.assertIn('status pending', result.stderr)
