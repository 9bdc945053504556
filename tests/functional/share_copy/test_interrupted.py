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

"""What goes wrong, or is interrupted, while the bits are on their way.

A relay before the image service does it, for real bodies and signals.
"""

import dataclasses
import itertools
import os
import pathlib
import signal
import threading
import time

from tests.live import base
from tests.live import copies
from tests.live import relay
from tests.live import relayed


class TestCase(copies.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.image = self.source()
        self.caller = relayed.before(self, 'image', 'alice')

    def stream(self, code: int | None = 0) -> tuple[int, str]:
        """Copy through the relay; return what came of it."""
        result = self.copied(
            *(self.image, '--method', 'stream'),
            cloud=self.caller.cloud,
            env=self.caller.env,
            code=code,
        )
        if code == 0:
            self.assert_copy(result.row, 'alice')
        return result.code, result.stderr

    def uploads(self) -> int:
        return len(self.caller.asked('PUT', '/file'))


class TestBrokenBodies(TestCase):
    def test_a_source_that_breaks_off_again_and_again(self) -> None:
        breaks = itertools.count()

        def cut(request: relay.Request) -> relay.Answer | None:
            if next(breaks) > 2:
                return None
            answer = self.caller.relay.passed_on(request)
            return dataclasses.replace(answer, cut=True)

        self.caller.relay.on('GET', '/file', cut)
        self.stream()
        asked = self.caller.asked('GET', '/file')
        self.assertEqual(4, len(asked))
        self.assertEqual(1, self.uploads())

    def test_a_source_that_is_deleted_half_way(self) -> None:
        def delete(request: relay.Request) -> relay.Answer:
            answer = self.caller.relay.passed_on(request)
            self._delete_image('alice', 'RegionOne', self.image)
            return dataclasses.replace(answer, cut=True)

        self.caller.relay.on('GET', '/file', delete)
        _, told = self.stream(code=1)
        self.assertIn('There is no copy', told)
        self.assertEqual([], self.left_of(self.image))

    def test_an_upload_that_breaks_off(self) -> None:
        self.caller.relay.on('PUT', '/file', lambda _: relay.Silence())
        _, told = self.stream(code=1)
        self.assertIn('There is no copy', told)
        self.assertEqual([], self.left_of(self.image))
        self.assertEqual(1, self.uploads())

    def test_an_upload_that_is_refused(self) -> None:
        answers = iter((401, 413, 507, 429, 503))

        def refuse(request: relay.Request) -> relay.Answer:
            return relay.Answer(next(answers), b'no')

        self.caller.relay.on('PUT', '/file', refuse)
        for number in range(1, 6):
            _, told = self.stream(code=1)
            self.assertIn('There is no copy', told)
            self.assertEqual([], self.left_of(self.image))
            self.assertEqual(number, self.uploads())

    def test_an_answer_that_is_lost(self) -> None:
        def lose(request: relay.Request) -> relay.Silence:
            self.caller.relay.passed_on(request)
            return relay.Silence()

        self.caller.relay.on('PUT', '/file', lose)
        self.stream()
        self.assertEqual(1, self.uploads())


class TestImports(TestCase):
    """An image service that is to fetch the data itself."""

    def test_an_import_that_fails(self) -> None:
        stored = pathlib.Path(
            self.cloud_directory, 'images/glance/files', self.image
        )
        stored.unlink()
        result = self.copied(
            f'{self.image} --method server', cloud='alice', code=1
        )
        self.assertIn('could not fetch the data', result.stderr)
        self.assertIn('There is no copy', result.stderr)
        self.assertEqual([], self.left_of(self.image))

    def test_an_import_that_never_ends(self) -> None:
        self.caller.relay.on('POST', '/import', lambda _: relay.Answer(202))
        for method, code in ('server', 1), ('auto', 0):
            result = self.copied(
                f'{self.image} --method {method} --timeout 1',
                cloud=self.caller.cloud,
                env=self.caller.env,
                code=code,
            )
            self.assertIn('has not fetched the data', result.stderr)
            if code:
                self.assertEqual([], self.left_of(self.image))
        self.assertEqual('stream', result.row['Method'])
        self.assert_copy(result.row, 'alice')


class TestInterrupted(TestCase):
    def interrupted(self, signum: signal.Signals) -> base.Result:
        """Interrupt a copy while its data are on their way."""
        started = threading.Event()
        pids: list[int] = []

        def interrupt(request: relay.Request) -> None:
            started.wait(60)
            os.kill(pids[0], signum)
            # It may notice before there is an answer.
            time.sleep(0.5)

        caller = relayed.before(self, 'image', 'alice')
        caller.relay.on('PUT', '/file', interrupt)
        argv = (
            *('--os-cloud', caller.cloud, 'image', 'share', 'copy'),
            *(self.image, '--method', 'stream', '-f', 'json'),
        )
        process = self.begin(*argv, env=caller.env)
        pids.append(process.pid)
        started.set()
        return self.ended(argv, process)

    def test_a_signal_leaves_nothing_half_made(self) -> None:
        for signum, code in (
            (signal.SIGINT, 130),
            (signal.SIGTERM, 143),
            (signal.SIGHUP, 129),
        ):
            result = self.interrupted(signum)
            self.assertEqual(code, result.code)
            self.assertIn('Interrupted.', result.stderr)
            self.assertIn('There is no copy', result.stderr)
            self.assertEqual([], self.left_of(self.image))
            self.assertIsNone(result.row['Copy ID'])
