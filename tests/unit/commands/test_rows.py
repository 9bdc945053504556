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

"""Which row each outcome becomes."""

from __future__ import annotations

import typing

from osc_imageshare.commands import share_accept
from osc_imageshare.commands import share_list
from osc_imageshare.commands import share_reject
from osc_imageshare.commands import share_revoke
from osc_imageshare.commands import share_status
from osc_imageshare.commands import share_to
from osc_imageshare.commands import share_usage
from osc_imageshare.identity import projects
from osc_imageshare.image import images
from osc_imageshare.sharing import outcomes
from osc_imageshare.usage import consumers
from osc_imageshare.usage import risk
from osc_imageshare.usage import survey
from tests.unit.commands import base

_IMAGE = images.Image('i', 'ubuntu', 'a', 'active', 'shared', 'then')
_TEAM = projects.Project('b', 'team')
_MEMBER = images.Member('b', 'pending', 'created', 'updated')
_SERVER = consumers.Consumer(
    *('b', risk.SERVER, 's', 'web', 'ACTIVE', 'image', ('rebuild',)),
    *('One', 'own'),
    may_break=(
        risk.Possible('resize', risk.OTHER_HOST_LACKS),
        risk.Possible('start', risk.OWN_HOST_LACKS),
        risk.Possible('resize', risk.AFTER_UNSHELVE),
    ),
)
_GAP = consumers.Gap('b', 'compute', 'One', 'why', 'own')


def seen(*found: consumers.Consumer) -> survey.Usage:
    return survey.Usage('b', found, (), 'own')


class RowsTestCase(base.CommandTestCase):
    def row(
        self, outcome: outcomes.Report, *argv: str
    ) -> dict[str, typing.Any]:
        """Return the only row that an outcome becomes."""
        (row,) = self.run_with(outcome, '-f', 'json', *argv).rows
        return row


class ShareToTest(RowsTestCase):
    command = share_to.ShareTo

    def test_a_project_is_a_row(self) -> None:
        outcome = outcomes.ShareOutcome(
            image=_IMAGE,
            projects=[outcomes.Shared(_TEAM, 'accepted', ['member'], True)],
        )
        self.assertEqual(
            {
                'Image ID': 'i',
                'Project ID': 'b',
                'Project Name': 'team',
                'Status': 'accepted',
                'Changes': ['member'],
                'Verified': True,
            },
            self.row(outcome, 'i'),
        )

    def test_what_nobody_could_tell_is_null(self) -> None:
        outcome = outcomes.ShareOutcome(
            projects=[outcomes.Shared(projects.Project('b'))]
        )
        self.assertEqual(
            {
                'Image ID': None,
                'Project ID': 'b',
                'Project Name': None,
                'Status': None,
                'Changes': [],
                'Verified': None,
            },
            self.row(outcome, 'i'),
        )


class ShareStatusTest(RowsTestCase):
    command = share_status.ShareStatus

    def outcome(self, use: survey.Usage | None) -> outcomes.StatusOutcome:
        return outcomes.StatusOutcome(
            members=[outcomes.MemberStatus(_TEAM, _MEMBER, use)]
        )

    def test_a_member_is_a_row(self) -> None:
        self.assertEqual(
            {
                'Project ID': 'b',
                'Project Name': 'team',
                'Status': 'pending',
                'Servers': 1,
                'Volumes': 0,
                'Checked As': 'own',
                'Updated At': 'updated',
            },
            self.row(self.outcome(seen(_SERVER)), 'i'),
        )

    def test_a_number_that_is_not_known_is_null_and_never_zero(self) -> None:
        unseen = survey.Usage('b', (), (_GAP,), 'own')
        row = self.row(self.outcome(unseen), 'i')
        self.assertEqual((None, 0), (row['Servers'], row['Volumes']))

    def test_people_read_that_it_is_unknown(self) -> None:
        result = self.run_with(
            self.outcome(None), '-f', 'table', '-c', 'Servers', 'i'
        )
        self.assertIn('unknown', result.stdout)

    def test_usage_that_was_not_asked_for_is_null(self) -> None:
        row = self.row(self.outcome(None), 'i')
        self.assertEqual(
            (None, None, None),
            (row['Servers'], row['Volumes'], row['Checked As']),
        )


class ShareUsageTest(RowsTestCase):
    command = share_usage.ShareUsage

    def test_a_consumer_is_a_row(self) -> None:
        self.assertEqual(
            {
                'Project ID': 'b',
                'Type': 'server',
                'ID': 's',
                'Name': 'web',
                'Status': 'ACTIVE',
                'Booted From': 'image',
                'Breaks': ['rebuild'],
                'May Break': ['resize', 'start'],
                'Region': 'One',
                'Checked As': 'own',
            },
            self.row(outcomes.UsageOutcome(consumers=[_SERVER]), 'i'),
        )

    def test_what_could_not_be_seen_is_a_row_too(self) -> None:
        row = self.row(outcomes.UsageOutcome(gaps=[_GAP]), 'i')
        self.assertEqual(
            {
                'Project ID': 'b',
                'Type': 'unknown',
                'ID': None,
                'Name': None,
                'Status': None,
                'Booted From': None,
                'Breaks': None,
                'May Break': None,
                'Region': 'One',
                'Checked As': 'own',
            },
            row,
        )

    def test_the_conditions_are_in_the_long_list(self) -> None:
        outcome = outcomes.UsageOutcome(consumers=[_SERVER], gaps=[_GAP])
        found = self.run_with(outcome, '-f', 'json', '--long', 'i').rows
        self.assertEqual(
            [
                [
                    {
                        'operation': 'resize',
                        'condition': 'if the other host lacks the base',
                    },
                    {
                        'operation': 'start',
                        'condition': 'if its own host lacks the base',
                    },
                    {
                        'operation': 'resize',
                        'condition': 'after an unshelve without the base',
                    },
                ],
                None,
            ],
            [row['Conditions'] for row in found],
        )

    def test_people_read_a_condition_as_a_sentence(self) -> None:
        outcome = outcomes.UsageOutcome(consumers=[_SERVER])
        shown = self.run_with(outcome, '--long', '-c', 'Conditions', 'i')
        self.assertIn(
            'resize after an unshelve without the base', shown.stdout
        )


class ShareRevokeTest(RowsTestCase):
    command = share_revoke.ShareRevoke

    def outcome(
        self, use: survey.Usage | None, result: str = outcomes.REVOKED
    ) -> outcomes.RevokeOutcome:
        return outcomes.RevokeOutcome(
            image=_IMAGE, projects=[outcomes.Revoked(_TEAM, result, use)]
        )

    def test_a_project_is_a_row(self) -> None:
        self.assertEqual(
            {
                'Project ID': 'b',
                'Project Name': 'team',
                'Result': 'in use',
                'In Use By': [
                    {
                        'type': 'server',
                        'id': 's',
                        'name': 'web',
                        'status': 'ACTIVE',
                    }
                ],
                'Checked As': 'own',
            },
            self.row(self.outcome(seen(_SERVER), outcomes.IN_USE), 'i', 'b'),
        )

    def test_only_a_full_look_says_that_it_is_not_in_use(self) -> None:
        table: list[tuple[survey.Usage | None, list[str] | None]] = [
            (seen(), []),
            (None, None),
            (survey.Usage('b', (), (_GAP,), None), None),
            (survey.Usage('b', (_SERVER,), (_GAP,), 'own'), ['s']),
        ]
        for use, expected in table:
            found = self.row_of(use)
            ids = None if found is None else [one['id'] for one in found]
            self.assertEqual(expected, ids)

    def row_of(self, use: survey.Usage | None) -> list[dict[str, str]] | None:
        self.app.stdout = base.Terminal()
        found: list[dict[str, str]] | None = self.row(
            self.outcome(use), 'i', 'b'
        )['In Use By']
        return found


class AnswerTest(RowsTestCase):
    command: typing.ClassVar[typing.Any] = share_accept.ShareAccept

    def outcome(self, **record: object) -> outcomes.AnswerOutcome:
        image = images.Image(
            'i', 'ubuntu', 'a', 'active', 'shared', 'then', record
        )
        owner = projects.Project('a', 'owners')
        return outcomes.AnswerOutcome(
            offers=[outcomes.Answered(image, owner, 'accepted', ['Beware.'])]
        )

    def test_an_offer_is_a_row(self) -> None:
        outcome = self.outcome(
            size=7,
            disk_format='raw',
            os_hash_algo='sha512',
            os_hash_value='ab',
        )
        self.assertEqual(
            {
                'Image ID': 'i',
                'Image Name': 'ubuntu',
                'Owner ID': 'a',
                'Owner Name': 'owners',
                'Status': 'accepted',
                'Size': 7,
                'Disk Format': 'raw',
                'Hash': 'sha512:ab',
                'Warnings': ['Beware.'],
            },
            self.row(outcome, 'i'),
        )

    def test_what_the_image_does_not_say_is_null(self) -> None:
        row = self.row(self.outcome(), 'i')
        self.assertEqual(
            [None] * 3, [row[k] for k in ('Size', 'Disk Format', 'Hash')]
        )


class RejectTest(AnswerTest):
    command = share_reject.ShareReject


class ShareListTest(RowsTestCase):
    command = share_list.ShareList

    def setUp(self) -> None:
        super().setUp()
        self.outcome = outcomes.ListOutcome(
            shares=[
                outcomes.Listed(
                    outcomes.OUTGOING, _IMAGE, _TEAM, _MEMBER, False
                )
            ]
        )
        self.brief = {
            'Direction': 'outgoing',
            'Image ID': 'i',
            'Image Name': 'ubuntu',
            'Project ID': 'b',
            'Project Name': 'team',
            'Status': 'pending',
            'Updated At': 'updated',
        }

    def test_a_share_is_a_row(self) -> None:
        self.assertEqual(self.brief, self.row(self.outcome))

    def test_long_tells_more(self) -> None:
        self.assertEqual(
            {
                **self.brief,
                'Owner ID': 'a',
                'Image Status': 'active',
                'Created At': 'created',
                'Project Exists': False,
            },
            self.row(self.outcome, '--long'),
        )

    def test_a_column_of_the_long_form_needs_it(self) -> None:
        result = self.run_with(self.outcome, '-c', 'Owner ID')
        self.assertEqual(2, result.code)
        self.assertEqual(
            {'Owner ID': 'a'},
            self.row(self.outcome, '--long', '-c', 'Owner ID'),
        )
