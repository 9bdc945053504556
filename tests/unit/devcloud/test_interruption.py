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

"""When signals interrupt, and whom."""

import os
import signal
import sys

import testtools

from devcloud import interruption


class TestInterruption(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        for signum in interruption.SIGNALS:
            old = signal.getsignal(signum)
            self.addCleanup(signal.signal, signum, old)
            signal.signal(signum, signal.SIG_DFL)
        interruption.install()

    def test_a_signal_interrupts_what_is_going_on(self) -> None:
        for signum in interruption.SIGNALS:
            interrupted = self.assertRaises(
                interruption.Interrupted, os.kill, os.getpid(), signum
            )
            self.assertEqual(signum, interrupted.signum)

    def test_a_deferred_signal_waits_for_the_end_of_the_outermost(
        self,
    ) -> None:
        done = []

        def stretch() -> None:
            with interruption.deferred():
                with interruption.deferred():
                    os.kill(os.getpid(), signal.SIGTERM)
                done.append('all of it')

        self.assertRaises(interruption.Interrupted, stretch)
        self.assertEqual(['all of it'], done)

    def test_what_is_ignored_stays_ignored(self) -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        interruption.install()
        os.kill(os.getpid(), signal.SIGHUP)

    def test_a_called_command_gets_the_signal_instead(self) -> None:
        script = (
            'import os, signal, time\n'
            'signal.signal(signal.SIGTERM, lambda *_: os._exit(7))\n'
            'os.kill(os.getppid(), signal.SIGTERM)\n'
            'time.sleep(30)\n'
        )
        code = interruption.call([sys.executable, '-c', script], os.environ)
        self.assertEqual(7, code)
