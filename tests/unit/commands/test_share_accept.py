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

"""What accept and reject print."""

from osc_imageshare.commands import share_accept
from osc_imageshare.commands import share_reject
from osc_imageshare import errors
from osc_imageshare.identity import projects
from osc_imageshare.image import images
from osc_imageshare.sharing import outcomes
from tests.unit.commands import base

EVIL = 'a\x1b[2J'


def outcome() -> outcomes.AnswerOutcome:
    sound = images.Image(
        'i-1',
        EVIL,
        'o-1',
        'active',
        'shared',
        '',
        {
            'size': 5,
            'disk_format': 'raw',
            'os_hash_algo': 'sha512',
            'os_hash_value': 'cf83',
            'checksum': 'd41d',
        },
    )
    empty = images.Image('i-2', '', 'o-2', 'queued', 'shared', '', {})
    return outcomes.AnswerOutcome(
        offers=[
            outcomes.Answered(
                sound, projects.Project('o-1', 'owner'), 'accepted'
            ),
            outcomes.Answered(
                empty, projects.Project('o-2'), None, ['One.', EVIL]
            ),
        ]
    )


class ShareAcceptTest(base.CommandTestCase):
    command = share_accept.ShareAccept

    def test_scripts_get_lists_numbers_and_nulls(self) -> None:
        self.assertEqual(
            [
                {
                    'Image ID': 'i-1',
                    'Image Name': EVIL,
                    'Owner ID': 'o-1',
                    'Owner Name': 'owner',
                    'Status': 'accepted',
                    'Size': 5,
                    'Disk Format': 'raw',
                    'Hash': 'sha512:cf83',
                    'Warnings': [],
                },
                {
                    'Image ID': 'i-2',
                    'Image Name': '',
                    'Owner ID': 'o-2',
                    'Owner Name': None,
                    'Status': None,
                    'Size': None,
                    'Disk Format': None,
                    'Hash': None,
                    'Warnings': ['One.', EVIL],
                },
            ],
            self.run_with(outcome(), '-f', 'json').rows,
        )

    def test_people_get_words(self) -> None:
        printed = self.run_with(outcome(), '-f', 'table').stdout
        self.assertNotIn('\x1b', printed)
        rows = [
            [cell.strip() for cell in line.split('|')[1:-1]]
            for line in printed.splitlines()
            if line.startswith('|')
        ]
        self.assertEqual(
            [
                ['i-2', '', 'o-2', 'unknown', 'unknown', 'unknown'],
                ['unknown', '-', 'One.'],
            ],
            [rows[2][:6], rows[2][6:]],
        )
        self.assertEqual('a\\x1b[2J', rows[3][-1])

    def test_rows_are_printed_although_something_failed(self) -> None:
        found = outcome()
        found.fail(errors.FAILED, 'It did not work.')
        result = self.run_with(found, '-f', 'json')
        self.assertEqual(
            (errors.FAILED, 2, 'It did not work.\n'),
            (result.code, len(result.rows), result.stderr),
        )


class ShareRejectTest(base.CommandTestCase):
    command = share_reject.ShareReject

    def test_it_has_the_columns_of_accept(self) -> None:
        result = self.run_with(outcome(), '-f', 'json')
        self.assertEqual(
            list(share_accept.ShareAccept.HEADERS), list(result.rows[0])
        )
