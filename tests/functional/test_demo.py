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

"""The demo tells what is true, also with the clients of this environment."""

import io
import os
from pathlib import Path
import subprocess
import sys
import tempfile

from demo import stage
from demo import story
from tests.live import base
from testtools import content
from testtools import content_type


class _QuickStage(stage.Stage):
    """Types without starting a client for each command."""

    def _run(
        self, *words: str, stderr: int
    ) -> subprocess.CompletedProcess[str]:
        with base.QUIET.looking():
            done = base.run_shell(words, self._environ, self._directory)
        both = stderr == subprocess.STDOUT
        return subprocess.CompletedProcess(
            words,
            done.code,
            f'{done.stderr}{done.stdout}' if both else done.stdout,
            done.stderr,
        )


class TestDemo(base.TestCase):
    def test_it_can_be_told_on_the_remains_of_an_earlier_time(self) -> None:
        told = io.StringIO()
        self.addDetail(
            'told',
            content.Content(
                content_type.UTF8_TEXT, lambda: [told.getvalue().encode()]
            ),
        )
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        directory = Path(temporary.name)
        on = _QuickStage(
            Path(sys.executable).with_name('openstack'),
            # Old clients leave the version that "--nic none" needs to us.
            {**os.environ, 'OS_COMPUTE_API_VERSION': '2.37'},
            directory,
            told,
        )
        image = self.make_image('alice', 'shared', name=story.IMAGE)
        self.add_member(image, self.project_id('bob'))
        self.make_server('bob', image, name=story.SERVER)
        self.addCleanup(story.tidy, on)
        story.make_disk(directory)
        story.tidy(on)
        self.assertFalse(self.can_read('alice', image))
        story.tell(on)
