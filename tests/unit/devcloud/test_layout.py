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

"""Names of clouds, content hashes and claims."""

import os
from pathlib import Path
import tempfile

import testtools

from devcloud.errors import CloudError
from devcloud import layout


class TestLayout(testtools.TestCase):
    def test_a_name_cannot_lead_out_of_the_directory(self) -> None:
        for name in ('..', 'a/b', '', '.lock-venv', 'Dev', 'venv-1', '-x'):
            self.assertRaises(CloudError, layout.instance_directory, name)
        for name in ('dev', 'test-2', '3', 'venv'):
            directory = layout.instance_directory(name)
            self.assertEqual(layout.cloud_directory(), directory.parent)

    def test_a_digest_tells_where_one_part_ends(self) -> None:
        self.assertNotEqual(layout.digest('ab', 'c'), layout.digest('a', 'bc'))

    def test_a_digest_is_of_content(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            one, two = Path(directory) / 'one', Path(directory) / 'two'
            one.write_text('same')
            two.write_text('same')
            self.assertEqual(layout.digest(one), layout.digest(two))
            two.write_text('other')
            self.assertNotEqual(layout.digest(one), layout.digest(two))

    def test_a_claim_lasts_until_it_is_given_up(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / 'sub' / 'lock'
            claim = layout.try_lock(path)
            assert claim is not None
            self.assertIsNone(layout.try_lock(path))
            os.close(claim)
            again = layout.try_lock(path)
            assert again is not None
            os.close(again)
