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

"""Ctrl-C and a kill while the program that people start waits."""

import itertools
import os
import signal
import subprocess

from tests.faults import checks
from tests.faults import interruptions
from tests.faults import scenarios
from tests.faults import stage as stage_
from tests.live import base

#: Commands that change something, by the names of their scenarios.
_SCENARIOS = (
    'share with a project of the same user',
    'revoke what is not in use',
    'accept',
)


class TestProgram(base.TestCase):
    """The program that people start makes no difference."""

    def test_a_change_is_interrupted(self) -> None:
        signals = itertools.cycle(interruptions.CODES)
        for scenario in scenarios.SCENARIOS:
            if scenario.name in _SCENARIOS:
                stage = stage_.Stage(self, scenario)
                for number in self._changes(stage):
                    self._interrupted(stage, number, next(signals))
                    stage.reset()

    def _changes(self, stage: stage_.Stage) -> list[int]:
        """Return the numbers of the requests that change something."""
        stage.line.begin()
        run = stage.run()
        stage.reset()
        return [
            number
            for number, asked in enumerate(run.asked)
            if number >= run.own_from and asked.service == 'image'
            if not asked.reads
        ]

    def _interrupted(
        self, stage: stage_.Stage, number: int, signum: signal.Signals
    ) -> None:
        """Interrupt both in this process and in one of its own.

        What is said in this one is compared with the truth above, where the
        sentences come with what they claim.
        """
        stage.line.begin_interrupted(
            number, lambda: os.kill(os.getpid(), signum), after=True
        )
        here = stage.run()
        stage.reset()
        started: list[subprocess.Popen[str]] = []
        stage.line.begin_interrupted(
            number, lambda: started[0].send_signal(signum), after=True
        )
        with self.begin(*stage.words(), env=stage.line.env(False)) as process:
            started.append(process)
            stdout, stderr = process.communicate(timeout=stage_.FOR_EVER)
        stage.line.end()
        state, _ = stage.image.look()
        case = f'{signum.name} at request {number}'
        self.assertEqual(
            (here.result, here.state),
            (base.Result(process.returncode, stdout, stderr), state),
            case,
        )
        wrong = [
            *checks.interruption(here, interruptions.CODES[signum]),
            *checks.wording(here),
            *checks.honesty(stage, here, sure=True),
        ]
        self.assertEqual([], wrong, f'{case}:\n{stdout}{stderr}')
