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

import io

from osc_imageshare.commands import share
from osc_imageshare import errors
from tests.unit.commands import base


class ShareTest(base.CommandTestCase):
    command = share.Share

    def test_whatever_was_typed_is_wrong_usage(self) -> None:
        for argv in (
            [],
            ['statsu', 'ubuntu'],
            ['ubuntu', 'teamb', '--force'],
            ['--force'],
            ['ubuntu', '--member-cloud', 'b', 'teamb'],
            ['--', '--x'],
            ['-f', 'json', 'x'],
            ['evil\x1b[2J'],
        ):
            self.app.stderr = base.Terminal()
            result = self.run_command(*argv)
            self.assertEqual(errors.USAGE, result.code)
            self.assertEqual('', result.stdout)
            for line in result.stderr.splitlines():
                self.assertTrue(line.isprintable(), line)

    def test_the_nearest_command_is_suggested(self) -> None:
        table = {
            'statsu': 'share status',
            'Status': 'share status',
            'stat': 'share status',
            'revok': 'share revoke',
            'useage': 'share usage',
            'acept': 'share accept',
            'lists': 'share list',
            'to': 'share-to',
            'ubuntu': None,
            '': None,
        }
        for word, verb in table.items():
            self.app.stderr = base.Terminal()
            message = self.run_command(word).stderr
            if verb is None:
                self.assertNotIn('Did you mean', message, word)
            else:
                self.assertIn(
                    f'Did you mean: openstack image {verb}\n', message
                )

    def test_it_needs_no_credentials(self) -> None:
        self.assertFalse(share.Share.auth_required)
        self.app.client_manager = None
        self.assertEqual(errors.USAGE, self.run_command().code)

    def test_its_help_lists_every_command(self) -> None:
        printed = io.StringIO()
        self.made().get_parser('openstack image share').print_help(printed)
        for verb in ('share-to', 'share status', 'share usage'):
            self.assertIn(f'openstack image {verb} ', printed.getvalue())
