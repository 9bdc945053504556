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

"""How what was seen on a real hypervisor is judged."""

import testtools

from tests.hypervisor import cells
from tests.hypervisor import words


class TestOutcome(testtools.TestCase):
    def test_the_end_and_not_the_answer_decides(self) -> None:
        up, down = words.RUNS, words.DOWN
        for answer, wanted, before, state, failed, guest, outcome in (
            # A state that was to be reached.
            (202, 'SHUTOFF', 'ACTIVE', 'SHUTOFF', False, None, 'works'),
            (
                202,
                'VERIFY_RESIZE',
                'ACTIVE',
                'VERIFY_RESIZE',
                False,
                up,
                'works',
            ),
            # It runs, and nobody reads the disk.
            (
                202,
                'VERIFY_RESIZE',
                'ACTIVE',
                'VERIFY_RESIZE',
                False,
                down,
                'error',
            ),
            # Nothing changes when all goes well: only the service can tell.
            (202, 'ACTIVE', 'ACTIVE', 'ACTIVE', False, up, 'works'),
            (202, 'ACTIVE', 'ACTIVE', 'ACTIVE', True, up, 'fails'),
            # The first host failed, the second did it.
            (202, 'ACTIVE', 'SHELVED_OFFLOADED', 'ACTIVE', True, up, 'works'),
            (200, 'RESCUE', 'ACTIVE', 'ACTIVE', True, up, 'fails'),
            (202, 'ACTIVE', 'SHUTOFF', 'SHUTOFF', True, None, 'fails'),
            (202, 'ACTIVE', 'ACTIVE', 'ERROR', True, down, 'error'),
            # In ERROR, with a guest that does not know.
            (202, 'ACTIVE', 'ACTIVE', 'ERROR', True, up, 'error'),
            # Once more in ERROR is no "as before".
            (202, 'ACTIVE', 'ERROR', 'ERROR', True, down, 'error'),
            (202, 'ACTIVE', 'ERROR', 'ERROR', True, None, 'error'),
            (202, 'ACTIVE', 'ERROR', 'ACTIVE', False, up, 'works'),
            (400, 'ACTIVE', 'ACTIVE', 'ACTIVE', False, up, 'refused'),
            (409, 'ACTIVE', 'SHUTOFF', 'SHUTOFF', False, None, 'refused'),
            # Refused, and the guest did not survive it.
            (400, 'ACTIVE', 'ACTIVE', 'ACTIVE', False, down, 'error'),
            # New servers and volumes.
            (400, 'ACTIVE', None, None, False, None, 'refused'),
            (202, 'ACTIVE', None, 'ERROR', False, down, 'error'),
            (202, 'available', None, 'available', False, None, 'works'),
            (202, 'available', None, 'error', False, None, 'error'),
        ):
            seen = cells.Seen(answer, wanted, before, state, failed, guest)
            self.assertEqual(outcome, cells.outcome(seen), str(seen))

    def test_sentences_are_the_same_in_each_run(self) -> None:
        told = 'Image 0f3c1d52-9a3e-4d6b-8a55-6f1e0b7c2d4e is not active.'
        self.assertEqual('Image ID is not active.', cells.without_ids(told))
