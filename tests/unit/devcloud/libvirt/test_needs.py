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

"""What is said where something is missing."""

import os
import shutil
from unittest import mock

import testtools

from devcloud.errors import CloudError
from devcloud.libvirt import needs


class TestMissing(testtools.TestCase):
    def test_everything_that_is_missing_is_said_at_once(self) -> None:
        with (
            mock.patch.object(os, 'geteuid', return_value=1000),
            mock.patch.object(shutil, 'which', return_value=None),
            mock.patch.object(needs, 'broker', return_value=None),
        ):
            error = self.assertRaises(
                CloudError, needs.check, {'as': 'the assembler'}
            )
        told = str(error)
        for words in (
            'You are not root',
            'libvirtd (libvirt) is not installed',
            'qemu-system-x86_64 (QEMU) is not installed',
            'as (the assembler) is not installed',
            'RabbitMQ is not installed',
            'bindep.txt',
        ):
            self.assertIn(words, told)

    def test_nothing_is_said_where_nothing_is_missing(self) -> None:
        with (
            mock.patch.object(os, 'geteuid', return_value=0),
            mock.patch.object(shutil, 'which', return_value='/bin/x'),
            mock.patch.object(needs, 'broker', return_value='/bin/x'),
            mock.patch.object(needs, '_LOOP') as loop,
        ):
            loop.exists.return_value = True
            needs.check()
