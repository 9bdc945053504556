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

"""A list that is long, changes while it is made, or stays incomplete."""

import os
import pty
import subprocess
import sys
import threading

from tests.live import base
from tests.live import offers
from tests.live import relay


class TestTrouble(offers.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.mine = self.make_project()
        self.between, self.cloud = self.through(self.mine)

    def out(self) -> str:
        return self.offer(owner=self.mine, data=None)

    def test_one_image_that_fails_keeps_no_other_from_being_listed(
        self,
    ) -> None:
        first, broken, last = self.out(), self.out(), self.out()
        incoming = self.offer(member=self.mine)
        for image in broken, incoming:
            self.between.on(
                'GET',
                f'/images/{image}/members(/.*)?',
                lambda _: relay.Answer(500),
            )
        result = self.share('share list', cloud=self.cloud, code=1)
        self.assertEqual(
            {first, last}, {row['Image ID'] for row in result.rows}
        )
        for image in broken, incoming:
            self.assertRegex(
                result.stderr, f'the members of image {image} .*are missing'
            )
        self.assertIn('500', result.stderr)

    def test_a_policy_that_forbids_to_look_is_not_nothing(self) -> None:
        """403 also is Glance's answer for an image that is not shared."""
        outgoing, incoming = self.out(), self.offer(member=self.mine)
        answer = relay.Answer(0)
        self.between.on('GET', '/members(/.*)?', lambda _: answer)
        for status in 403, 404:
            with self.subTest(status=status):
                answer.status = status
                result = self.share('share list', cloud=self.cloud, code=1)
                self.assertEqual([], result.rows)
                for image in outgoing, incoming:
                    self.assertIn(f'image {image}', result.stderr)

    def test_what_is_not_shared_any_more_is_left_out(self) -> None:
        deleted, private, revoked = (
            self.out(),
            self.out(),
            self.offer(member=self.mine),
        )
        left = self.out()

        def change(_: relay.Request) -> None:
            # Listed already, and not yet asked for their members.
            mine, theirs = base.connect(self.mine), base.connect('alice')
            mine.image.delete(f'/images/{deleted}')
            if self.visibility(private) != 'private':
                self.set_visibility(private, 'private', self.mine)
            theirs.image.delete(
                f'/images/{revoked}/members/{self.project_id(self.mine)}'
            )

        lock = threading.Lock()

        def once(request: relay.Request) -> None:
            with lock:
                change(request)

        self.between.on('GET', '/images/[^/]*/members(/.*)?', once)
        result = self.share('share list', cloud=self.cloud)
        self.assertEqual(left, result.row['Image ID'])
        self.assertEqual('', result.stderr)

    def test_a_list_of_images_that_fails_is_an_error_and_no_list(
        self,
    ) -> None:
        self.out()
        self.between.on('GET', '/images', lambda _: relay.Answer(500))
        result = self.share('share list', cloud=self.cloud, code=1)
        self.assertEqual('', result.stdout)
        self.assertIn('500', result.stderr)

    def test_members_are_asked_for_side_by_side(self) -> None:
        """Each request waits until another one is there as well."""
        for _ in range(4):
            self.out()
        together = threading.Barrier(4)

        def wait(_: relay.Request) -> None:
            together.wait(120)

        self.between.on('GET', '/images/[^/]*/members(/.*)?', wait)
        result = self.share('share list', cloud=self.cloud)
        self.assertEqual(4, len(result.rows))


class TestProgress(offers.TestCase):
    """The real program, as its standard error decides what is shown."""

    def setUp(self) -> None:
        super().setUp()
        self.mine = self.make_project()
        self.images = [
            self.offer(owner=self.mine, data=None) for _ in range(3)
        ]

    def on_a_terminal(self, *words: str) -> tuple[str, str]:
        """Return what the program writes to stdout and to a terminal."""
        program = os.path.join(os.path.dirname(sys.executable), 'openstack')
        ours, theirs = pty.openpty()
        shown = b''
        process = subprocess.Popen(
            [program, '--os-cloud', self.mine, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=theirs,
        )
        os.close(theirs)
        try:
            while part := os.read(ours, 4096):
                shown += part
        except OSError:
            # Linux says EIO when the other side is closed.
            pass
        finally:
            os.close(ours)
        stdout, _ = process.communicate()
        told = shown.decode()
        self.assertEqual(0, process.returncode, told)
        return stdout.decode(), told

    def test_a_terminal_is_shown_how_far_it_got(self) -> None:
        words = ('image', 'share', 'list', '-f', 'value', '-c', 'Image ID')
        stdout, shown = self.on_a_terminal(*words)
        self.assertEqual(set(self.images), set(stdout.split()))
        self.assertIn('1 of 3 images', shown)
        self.assertIn('2 of 3 images', shown)
        # Nothing of it stays in the line.
        self.assertEqual('\r\x1b[K', shown[-4:])
        self.assertNotIn('\n', shown)
        _, shown = self.on_a_terminal('--quiet', *words)
        self.assertEqual('', shown)

    def test_no_terminal_is_shown_nothing(self) -> None:
        result = self.program(f'--os-cloud {self.mine} image share list')
        self.assertEqual('', result.stderr)
        self.assertNotIn(' of 3', result.stdout)
        for image in self.images:
            self.assertIn(image, result.stdout)
