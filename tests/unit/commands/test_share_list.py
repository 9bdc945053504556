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

"""What list prints."""

from osc_imageshare.commands import share_list
from osc_imageshare.identity import projects
from osc_imageshare.image import images
from osc_imageshare.sharing import outcomes
from tests.unit.commands import base

SHORT = {
    'Direction': 'outgoing',
    'Image ID': 'i-1',
    'Image Name': 'ubuntu',
    'Project ID': 'teamb',
    'Project Name': None,
    'Status': 'pending',
    'Updated At': 'then',
}
LONG = {
    **SHORT,
    'Owner ID': 'o-1',
    'Image Status': 'active',
    'Created At': 'before',
    'Project Exists': False,
}


def outcome() -> outcomes.ListOutcome:
    image = images.Image('i-1', 'ubuntu', 'o-1', 'active', 'shared', '', {})
    member = images.Member('teamb', 'pending', 'before', 'then')
    return outcomes.ListOutcome(
        shares=[
            outcomes.Listed(
                'outgoing', image, projects.Project('teamb'), member, False
            )
        ]
    )


class ShareListTest(base.CommandTestCase):
    command = share_list.ShareList

    def test_a_row_is_a_membership(self) -> None:
        self.assertEqual([SHORT], self.run_with(outcome(), '-f', 'json').rows)

    def test_long_has_more_columns(self) -> None:
        self.assertEqual(
            [LONG], self.run_with(outcome(), '--long', '-f', 'json').rows
        )

    def test_a_column_of_the_long_list_needs_the_long_list(self) -> None:
        result = self.run_with(outcome(), '-c', 'Owner ID')
        self.assertEqual(2, result.code)
        self.assertIn('No such column: Owner ID', result.stderr)
        result = self.run_with(
            outcome(), '--long', '-c', 'Owner ID', '-f', 'value'
        )
        self.assertEqual('o-1\n', result.stdout)

    def test_no_share_is_an_empty_list(self) -> None:
        result = self.run_with(outcomes.ListOutcome(), '-f', 'json')
        self.assertEqual(
            (0, [], ''), (result.code, result.rows, result.stderr)
        )
