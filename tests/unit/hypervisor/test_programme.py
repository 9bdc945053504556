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

"""What is chosen of all stories."""

import testtools

from tests.hypervisor import programme
from tests.hypervisor import words


class TestChoice(testtools.TestCase):
    def test_all_words_have_to_be_in_a_story(self) -> None:
        every = programme.choose(())
        self.assertEqual(len(every), len({*every}))
        for typed, number in (
            ('qcow2 revoked shelve', 1),
            ('shelve revoked', 4),
            ('qcow2 nonsense', 0),
            # Not a part of a word.
            ('qcow2 revoked shel', 0),
        ):
            self.assertEqual(
                number, len(programme.choose(typed.split())), typed
            )

    def test_every_disk_is_seen_with_nothing_withdrawn(self) -> None:
        seen = {
            each.disk
            for each in programme.choose(())
            if each.withdrawal == words.NONE
        }
        # Nothing withdrawn is the same for both kinds of kernel.
        self.assertEqual(
            {words.QCOW2, words.FLAT, words.KERNEL, words.VOLUME}, seen
        )
