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

"""What Nova does on another host, without ssh."""

import pathlib

import testtools

from devcloud.libvirt import transfer

_CLOUD = pathlib.Path('/the/cloud')


class TestTranslation(testtools.TestCase):
    def test_paths_of_a_host_are_where_the_host_really_has_them(self) -> None:
        for typed, wanted in (
            (
                'ssh -o BatchMode=yes 127.0.0.3 '
                'mkdir -p /the/cloud/instances/i',
                'mkdir -p /the/cloud/hosts/host-2/instances/i',
            ),
            (
                'ssh -o BatchMode=yes host-1 rm -rf /the/cloud/instances/i',
                'rm -rf /the/cloud/hosts/host-1/instances/i',
            ),
            (
                'scp -C -r /the/cloud/instances/i/disk '
                '127.0.0.3:/the/cloud/instances/i/disk',
                'cp -r --sparse=always -- /the/cloud/instances/i/disk '
                '/the/cloud/hosts/host-2/instances/i/disk',
            ),
            (
                'scp -r host-1:/the/cloud/instances/_base/b /tmp/b',
                'cp -r --sparse=always -- '
                '/the/cloud/hosts/host-1/instances/_base/b /tmp/b',
            ),
        ):
            program, *words = typed.split()
            self.assertEqual(
                wanted.split(), transfer.translated(_CLOUD, program, words)
            )

    def test_nothing_else_is_done(self) -> None:
        for typed in (
            'ssh -o BatchMode=yes host-1 sh -c true',
            'ssh host-3 rm /the/cloud/instances/i',
            'ssh host-1 rm -rf /the/cloud/db',
            'ssh host-1 rm -rf /the/cloud/instances-of-others/i',
            'ssh host-1 rm -rf /the/cloud/instances/../db',
            'scp host-1:/etc/shadow /tmp/s',
            'scp /tmp/a',
        ):
            program, *words = typed.split()
            self.assertRaises(
                transfer.Refused, transfer.translated, _CLOUD, program, words
            )
