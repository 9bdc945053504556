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

"""The commands that write and read a file of shares."""

import io
import typing

from osc_imageshare.commands import share_apply
from osc_imageshare.commands import share_diff
from osc_imageshare.commands import share_export
from osc_imageshare import errors
from osc_imageshare.identity import projects
from osc_imageshare.image import images
from osc_imageshare import sharing
from osc_imageshare.sharing.apply import plan
from osc_imageshare.sharing.apply import states
from osc_imageshare.sharing import outcomes
from tests.unit.commands import base

_IMAGE = images.Image('i', 'web', 'a', 'active', 'shared', '')
_TEAM = projects.Project('b', 'team')


def rows(**more: typing.Any) -> list[plan.Row]:
    """Return a row of a project and one of an image that is not there."""
    return [
        plan.Row(
            states.State('web', 'R', _IMAGE), _TEAM, 'share', 'why', **more
        ),
        plan.Row(states.State('nope', 'R', None), None, 'unknown', None),
    ]


_PLANNED = {
    'Image ID': 'i',
    'Image Name': 'web',
    'Region': 'R',
    'Project ID': 'b',
    'Project Name': 'team',
    'Action': 'share',
    'Reason': 'why',
}
_NOTHING = {
    'Image ID': None,
    'Image Name': 'nope',
    'Region': 'R',
    'Project ID': None,
    'Project Name': None,
    'Action': 'unknown',
    'Reason': None,
}


class ShareDiffTest(base.CommandTestCase):
    command = share_diff.ShareDiff

    def test_each_argument_means_one_thing(self) -> None:
        diff = sharing.DiffRequest
        table = {
            ('--file', 'f'): diff('f'),
            ('--file', '-'): diff('-'),
            ('--file', 'f', '--out', 'p'): diff('f', 'p'),
            ('--file', 'f', '--member-cloud', 'b'): diff(
                'f', member_clouds=('b',)
            ),
        }
        self.assertEqual(
            table, {argv: self.requested('Diff', *argv) for argv in table}
        )

    def test_wrong_usage_is_said_to_be(self) -> None:
        self.assertIn('--file', self.usage_error())
        self.assertIn(
            'unrecognized arguments', self.usage_error('--file', 'f', 'x')
        )

    def test_a_row_is_an_image_and_a_project(self) -> None:
        outcome = outcomes.DiffOutcome(rows=rows())
        outcome.codes.append(errors.DIFFERENT)
        result = self.run_with(outcome, '--file', 'f', '-f', 'json')
        self.assertEqual([_PLANNED, _NOTHING], result.rows)
        self.assertEqual(5, result.code)

    def test_what_is_not_known_is_said_to_be(self) -> None:
        outcome = outcomes.DiffOutcome(rows=rows()[1:])
        result = self.run_with(outcome, '--file', 'f', '-f', 'value')
        self.assertEqual(
            'unknown nope R unknown unknown unknown -\n', result.stdout
        )


class ShareApplyTest(base.CommandTestCase):
    command = share_apply.ShareApply

    def test_each_argument_means_one_thing(self) -> None:
        apply = sharing.ApplyRequest
        table = {
            ('--file', 'f'): apply('f'),
            ('--plan', 'p'): apply(plan='p'),
            ('--file', 'f', '--prune'): apply('f', prune=True),
            ('--file', 'f', '--max-prune', '3'): apply('f', max_prune=3),
            ('--file', 'f', '--force'): apply('f', force=True),
            ('--file', 'f', '--allow-unseen'): apply('f', allow_unseen=True),
            ('--file', 'f', '--dry-run'): apply('f', dry_run=True),
            ('--file', 'f', '--member-cloud', 'b'): apply(
                'f', member_clouds=('b',)
            ),
        }
        self.assertEqual(
            table, {argv: self.requested('Apply', *argv) for argv in table}
        )

    def test_wrong_usage_is_said_to_be(self) -> None:
        table = {
            (): 'required',
            ('--file', 'f', '--plan', 'p'): 'not allowed with',
            ('--file', 'f', '--max-prune', '-1'): 'invalid count value',
            ('--file', 'f', '--max-prune', 'all'): 'invalid count value',
        }
        for argv, words in table.items():
            self.assertIn(words, self.usage_error(*argv))

    def test_a_row_says_what_has_become_of_it(self) -> None:
        outcome = outcomes.ApplyOutcome(rows=rows(result='shared'))
        result = self.run_with(outcome, '--file', 'f', '-f', 'json')
        self.assertEqual(
            [
                {**_PLANNED, 'Result': 'shared'},
                {**_NOTHING, 'Result': None},
            ],
            result.rows,
        )
        self.assertEqual(0, result.code)


class ShareExportTest(base.CommandTestCase):
    command = share_export.ShareExport

    def test_each_argument_means_one_thing(self) -> None:
        export = sharing.ExportRequest
        table = {
            (): export(),
            ('--image', 'a', '--image', 'b'): export(('a', 'b')),
        }
        self.assertEqual(
            table, {argv: self.requested('Export', *argv) for argv in table}
        )

    def test_the_file_is_all_there_is_on_standard_output(self) -> None:
        outcome = outcomes.ExportOutcome(text='version: 1\n')
        outcome.note('It is said elsewhere.')
        result = self.run_with(outcome)
        self.assertEqual('version: 1\n', result.stdout)
        self.assertEqual('It is said elsewhere.\n', result.stderr)
        self.assertEqual(0, result.code)

    def test_what_could_not_be_read_is_no_file(self) -> None:
        outcome = outcomes.ExportOutcome()
        result = self.run_with(
            outcome, ending=errors.ServiceError('It failed.')
        )
        self.assertEqual('', result.stdout)
        self.assertEqual('It failed.\n', result.stderr)
        self.assertEqual(1, result.code)

    def test_who_does_not_read_on_ends_it_as_usual(self) -> None:
        class Closed(io.StringIO):
            def write(self, words: str) -> int:
                raise BrokenPipeError

        self.app.stdout = Closed()
        result = self.run_with(outcomes.ExportOutcome(text='version: 1\n'))
        self.assertEqual(141, result.code)

    def test_an_interruption_prints_no_part_of_a_file(self) -> None:
        result = self.run_with(
            outcomes.ExportOutcome(), ending=KeyboardInterrupt()
        )
        self.assertEqual((130, ''), (result.code, result.stdout))
