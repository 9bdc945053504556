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

"""What the help of each command looks like."""

from __future__ import annotations

import argparse
import typing

from osc_imageshare.commands import arguments
from osc_imageshare.commands import base as base_
from osc_imageshare.commands import share_accept
from osc_imageshare.commands import share_list
from osc_imageshare.commands import share_reject
from osc_imageshare.commands import share_revoke
from osc_imageshare.commands import share_status
from osc_imageshare.commands import share_to
from osc_imageshare.commands import share_usage
from tests.unit import base

COMMANDS: tuple[type[base_.Lister], ...] = (
    share_accept.ShareAccept,
    share_list.ShareList,
    share_reject.ShareReject,
    share_revoke.ShareRevoke,
    share_status.ShareStatus,
    share_to.ShareTo,
    share_usage.ShareUsage,
)


class HelpTest(base.TestCase):
    def help_of(self, command: typing.Any) -> str:
        parser = command(None, None).get_parser('openstack image x')
        return typing.cast('argparse.ArgumentParser', parser).format_help()

    def test_each_example_stands_as_it_is_typed(self) -> None:
        for command in COMMANDS:
            found = self.help_of(command)
            self.assertIn(len(command.EXAMPLES), (2, 3))
            for _, typed in command.EXAMPLES:
                self.assertIn(f':\n\n  {typed}\n', found)
            # The mark of a literal block is for the manual.
            self.assertNotIn('::', found)

    def test_a_description_has_its_paragraphs(self) -> None:
        found = self.help_of(share_usage.ShareUsage)
        for words in 'An image is withdrawn', 'With --fail-in-use,':
            self.assertIn(f'\n\n{words}', found)


class EpilogTest(base.TestCase):
    def test_a_command_without_examples_names_none(self) -> None:
        self.assertEqual('The end.', arguments.epilog((), 'The end.'))

    def test_the_commands_are_literal_in_the_manual(self) -> None:
        self.assertEqual(
            'Examples:\n\nDo it::\n\n  openstack x --y\n\nThe end.',
            arguments.epilog((('Do it', 'openstack x --y'),), 'The end.'),
        )
