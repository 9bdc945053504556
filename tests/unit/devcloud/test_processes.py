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

"""Which processes are ours to end."""

import dataclasses
import os
from pathlib import Path
import subprocess
import sys
import tempfile
from unittest import mock

import testtools

from devcloud import endpoints
from devcloud.errors import CloudError
from devcloud import processes
from devcloud.progress import Progress


class TestOwnership(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.child = subprocess.Popen(
            [sys.executable, '-c', 'input()'],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.addCleanup(self._end)
        self.process = processes.Process(
            'nova', self.child.pid, processes.born(self.child.pid), '', ''
        )

    def _end(self) -> None:
        self.child.kill()
        self.child.communicate()

    def test_what_was_started_is_alive_until_it_ends(self) -> None:
        self.assertTrue(self.process.is_alive())
        processes.stop([self.process])
        self.child.wait()
        self.assertFalse(self.process.is_alive())
        self.assertIsNone(processes.born(self.child.pid))

    def test_a_child_nobody_waited_for_is_gone(self) -> None:
        self.child.kill()
        os.waitid(os.P_PID, self.child.pid, os.WEXITED | os.WNOWAIT)
        self.assertFalse(self.process.is_alive())

    def test_someone_else_with_our_number_is_left_alone(self) -> None:
        stranger = dataclasses.replace(self.process, born='once upon a time')
        self.assertFalse(stranger.is_alive())
        with mock.patch.object(os, 'kill') as kill:
            processes.stop([stranger])
        kill.assert_not_called()

    def test_a_birth_that_is_unknown_is_not_a_match(self) -> None:
        unborn = dataclasses.replace(self.process, born=None)
        with mock.patch.object(processes, 'born', return_value=None):
            self.assertFalse(unborn.is_alive())

    def test_ps_tells_births_where_there_is_no_proc(self) -> None:
        if processes._born_says_ps(os.getpid()) is None:
            self.skipTest('no ps')
        born = processes._born_says_ps(self.child.pid)
        self.assertIsNotNone(born)
        self.assertEqual(born, processes._born_says_ps(self.child.pid))
        self._end()
        self.assertIsNone(processes._born_says_ps(self.child.pid))


class TestRecords(testtools.TestCase):
    def test_a_damaged_record_is_no_process(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            pids = Path(directory) / 'pid'
            pids.mkdir()
            for name, text in zip(
                endpoints.NAMES, ('', '{', '[]', '{"pid": 1}'), strict=False
            ):
                (pids / name).write_text(text)
            self.assertEqual([], processes.recorded(Path(directory)))


class TestWaiting(testtools.TestCase):
    def test_a_dead_service_is_reported_with_the_end_of_its_log(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            log = Path(directory) / 'nova.log'
            log.write_text('first\nlast words\n')
            bound = endpoints.bind()
            url = endpoints.url(bound)
            bound.close()
            dead = processes.Process('nova', 1, 'long ago', url, str(log))
            error = self.assertRaises(
                CloudError, processes.wait_until_up, [dead], Progress()
            )
        self.assertIn(str(log), str(error))
        self.assertIn('last words', str(error))
