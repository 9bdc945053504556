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

"""What commands print of text that others chose.

The commands, their columns and the client's own formatters are the real ones;
only what they report is made up.
"""

import argparse
import csv
import io
import json
import typing

import hypothesis
from hypothesis import strategies
import yaml  # type: ignore[import-untyped]

from osc_imageshare.commands import base as base_
from osc_imageshare.commands import share
from osc_imageshare.commands import share_accept
from osc_imageshare.commands import share_apply
from osc_imageshare.commands import share_diff
from osc_imageshare.commands import share_list
from osc_imageshare.commands import share_revoke
from osc_imageshare.commands import share_status
from osc_imageshare.commands import share_to
from osc_imageshare.commands import share_usage
from osc_imageshare import errors
from osc_imageshare.identity import projects
from osc_imageshare.image import images
from osc_imageshare.sharing.apply import plan
from osc_imageshare.sharing.apply import states
from osc_imageshare.sharing import outcomes
from osc_imageshare.usage import consumers
from osc_imageshare.usage import risk
from osc_imageshare.usage import survey
from tests.unit.commands import base
from tests.unit import hostile

_texts, _names = hostile.texts, hostile.names
_lines = strategies.lists(_texts, min_size=1, max_size=3).map(tuple)

_image = strategies.builds(
    images.Image,
    *[_texts] * 6,
    record=strategies.fixed_dictionaries(
        {'disk_format': _names, 'checksum': _names, 'os_hash_algo': _names},
        optional={'size': strategies.integers(0), 'os_hash_value': _names},
    ),
)
_project = strategies.builds(projects.Project, _texts, _names)
_member = strategies.builds(images.Member, *[_texts] * 4)
_consumer = strategies.builds(
    consumers.Consumer,
    _texts,
    strategies.sampled_from(['server', 'volume']),
    *[_texts] * 3,
    booted_from=_names,
    breaks=strategies.lists(_texts, max_size=2).map(tuple),
    region=_texts,
    checked_as=_texts,
    may_break=strategies.lists(
        strategies.builds(risk.Possible, _texts, _texts), max_size=2
    ).map(tuple),
)
_gap = strategies.builds(consumers.Gap, _names, _names, _names, _texts, _names)
_usage = strategies.builds(
    survey.Usage,
    _names,
    strategies.lists(_consumer, max_size=2).map(tuple),
    strategies.lists(_gap, max_size=1).map(tuple),
    _names,
)


def _several(
    kind: typing.Any, *args: typing.Any
) -> strategies.SearchStrategy[list[typing.Any]]:
    return strategies.lists(strategies.builds(kind, *args), max_size=3)


_none: strategies.SearchStrategy[None] = strategies.none()
_three = strategies.sampled_from([True, False, None])

_state = strategies.builds(states.State, _texts, _texts, _none | _image)
_rows = strategies.lists(
    strategies.builds(
        plan.Row,
        _state,
        _none | _project,
        strategies.sampled_from([plan.SHARE, plan.PRUNE, plan.UNKNOWN]),
        _names,
        result=_names,
    ),
    max_size=3,
)

#: Command to what it may have to report.
_OUTCOMES: dict[
    type[base_.Lister], strategies.SearchStrategy[outcomes.Report]
] = {
    share_to.ShareTo: strategies.builds(
        outcomes.ShareOutcome,
        image=_image,
        projects=_several(
            outcomes.Shared,
            _project,
            _names,
            strategies.lists(_texts, max_size=2),
            _three,
        ),
    ),
    share_status.ShareStatus: strategies.builds(
        outcomes.StatusOutcome,
        image=_image,
        members=_several(
            outcomes.MemberStatus, _project, _member, _none | _usage
        ),
    ),
    share_usage.ShareUsage: strategies.builds(
        outcomes.UsageOutcome,
        image=_image,
        consumers=strategies.lists(_consumer, max_size=3),
        gaps=strategies.lists(_gap, max_size=2),
    ),
    share_revoke.ShareRevoke: strategies.builds(
        outcomes.RevokeOutcome,
        image=_image,
        projects=_several(outcomes.Revoked, _project, _names, _none | _usage),
    ),
    share_accept.ShareAccept: strategies.builds(
        outcomes.AnswerOutcome,
        offers=_several(
            outcomes.Answered,
            _image,
            _project,
            _names,
            strategies.lists(_texts, max_size=2),
        ),
    ),
    share_diff.ShareDiff: strategies.builds(outcomes.DiffOutcome, rows=_rows),
    share_apply.ShareApply: strategies.builds(
        outcomes.ApplyOutcome, rows=_rows
    ),
    share_list.ShareList: strategies.builds(
        outcomes.ListOutcome,
        shares=_several(
            outcomes.Listed, _texts, _image, _project, _member, _three
        ),
    ),
}

_reports = strategies.sampled_from(list(_OUTCOMES)).flatmap(
    lambda kind: strategies.tuples(strategies.just(kind), _OUTCOMES[kind])
)


class CommandTestCase(base.CommandTestCase):
    """A test that runs many commands, and as often."""

    def setUp(self) -> None:
        super().setUp()
        # Making a command takes longer than all that is done with it.
        self._made: dict[type, tuple[typing.Any, argparse.ArgumentParser]] = {}

    def run_report(
        self,
        kind: type[base_.Lister],
        outcome: outcomes.Report,
        *argv: str,
        ending: BaseException | None = None,
    ) -> base.Result:
        """Run a command that has something to report."""
        if kind not in self._made:
            made: typing.Any = kind(typing.cast('typing.Any', self.app), None)
            self._made[kind] = made, made.get_parser('openstack image x')
        command, parser = self._made[kind]
        command.flow = lambda *args: base.Flow(outcome, ending)
        self.app.stdout, self.app.stderr = base.Terminal(), base.Terminal()
        code = int(command.run(parser.parse_args(argv)))
        return base.Result(
            code, self.app.stdout.getvalue(), self.app.stderr.getvalue()
        )

    def assertHarmless(self, printed: str) -> None:
        wrong = [
            line for line in printed.split('\n') if not hostile.harmless(line)
        ]
        self.assertEqual([], wrong)


def _words(kind: type[base_.Lister]) -> tuple[str, ...]:
    """Return the arguments that a command insists on."""
    if issubclass(kind, share_diff.ShareDiff):
        return ('--file', 'f')
    return () if kind is share_list.ShareList else ('an-image',)


def _true_rows(
    kind: type[base_.Lister], outcome: outcomes.Report
) -> list[dict[str, typing.Any]]:
    """Return the rows as a script should read them."""
    rows = kind.rows(typing.cast('typing.Any', None), outcome)
    return [dict(zip(kind.HEADERS, row, strict=False)) for row in rows]


class RowsTest(CommandTestCase):
    @hostile.examples
    @hypothesis.given(_reports)
    def test_a_table_has_only_the_lines_of_its_rows(
        self, report: tuple[type[base_.Lister], outcomes.Report]
    ) -> None:
        kind, outcome = report
        result = self.run_report(kind, outcome, *_words(kind), '-f', 'table')
        self.assertHarmless(result.stdout)
        rows = _true_rows(kind, outcome)
        if not rows:
            return
        # A row is as high as its longest list.
        height = sum(
            max(1, *(len(v) for v in row.values() if isinstance(v, list)), 0)
            for row in rows
        )
        lines = result.stdout.rstrip('\n').split('\n')
        rules = [n for n, line in enumerate(lines) if line.startswith('+-')]
        self.assertEqual([0, 2, 3 + height], rules)
        self.assertEqual(4 + height, len(lines))

    @hostile.examples
    @hypothesis.given(_reports)
    def test_values_are_one_line_for_each_row(
        self, report: tuple[type[base_.Lister], outcomes.Report]
    ) -> None:
        kind, outcome = report
        result = self.run_report(kind, outcome, *_words(kind), '-f', 'value')
        self.assertHarmless(result.stdout)
        self.assertEqual(
            len(_true_rows(kind, outcome)), result.stdout.count('\n')
        )

    @hostile.examples
    @hypothesis.given(_reports)
    def test_csv_has_as_many_records_as_rows(
        self, report: tuple[type[base_.Lister], outcomes.Report]
    ) -> None:
        kind, outcome = report
        result = self.run_report(kind, outcome, *_words(kind), '-f', 'csv')
        self.assertHarmless(result.stdout)
        records = list(csv.reader(io.StringIO(result.stdout, newline='')))
        self.assertEqual(list(kind.HEADERS), records[0])
        self.assertEqual(
            [len(kind.HEADERS)] * len(_true_rows(kind, outcome)),
            [len(record) for record in records[1:]],
        )

    @hostile.examples
    @hypothesis.given(_reports)
    def test_json_is_valid_and_true(
        self, report: tuple[type[base_.Lister], outcomes.Report]
    ) -> None:
        kind, outcome = report
        result = self.run_report(kind, outcome, *_words(kind), '-f', 'json')
        self.assertEqual(_true_rows(kind, outcome), result.rows)

    @hostile.examples
    @hypothesis.given(_reports)
    def test_yaml_is_valid_and_true(
        self, report: tuple[type[base_.Lister], outcomes.Report]
    ) -> None:
        kind, outcome = report
        rows = _true_rows(kind, outcome)
        # YAML has no way to write half a character.
        hypothesis.assume('\\ud' not in json.dumps(rows))
        result = self.run_report(kind, outcome, *_words(kind), '-f', 'yaml')
        self.assertEqual(rows, yaml.safe_load(result.stdout) or [])

    @hypothesis.settings(hostile.examples, max_examples=20)
    @hypothesis.given(_reports)
    def test_rows_can_be_sorted_by_any_column(
        self, report: tuple[type[base_.Lister], outcomes.Report]
    ) -> None:
        kind, outcome = report
        for header in kind.HEADERS:
            sorting = ('--sort-column', header)
            result = self.run_report(
                kind, outcome, *_words(kind), '-f', 'json', *sorting
            )
            self.assertEqual(errors.OK, result.code, result.stderr)
            self.assertEqual(
                sorted(map(repr, _true_rows(kind, outcome))),
                sorted(map(repr, result.rows)),
            )

    def test_a_terminal_that_cannot_show_a_name_shows_its_code(self) -> None:
        project = projects.Project('p', '\N{GREEK CAPITAL LETTER OMEGA}')
        outcome = outcomes.ShareOutcome(projects=[outcomes.Shared(project)])
        for formatter in 'table', 'value', 'csv', 'json', 'yaml':
            written = io.BytesIO()
            self.app.stdout = io.TextIOWrapper(written, encoding='ascii')
            self.app.stderr = base.Terminal()
            made: typing.Any = share_to.ShareTo(
                typing.cast('typing.Any', self.app), None
            )
            made.flow = lambda *args: base.Flow(outcome)
            parser = made.get_parser('openstack image x')
            code = made.run(parser.parse_args(['i', '-f', formatter]))
            self.app.stdout.flush()
            self.assertEqual(errors.OK, code, self.app.stderr.getvalue())
            self.assertIn(b'\\u03a9', written.getvalue().lower(), formatter)


_said = strategies.lists(_lines, max_size=3)


class SentencesTest(CommandTestCase):
    @hostile.examples
    @hypothesis.given(_said, _said, _said, strategies.lists(_texts))
    def test_each_line_that_is_said_is_one_line(
        self,
        failures: list[tuple[str, ...]],
        warnings: list[tuple[str, ...]],
        notes: list[tuple[str, ...]],
        planned: list[str],
    ) -> None:
        outcome = outcomes.StatusOutcome()
        for lines in failures:
            outcome.fail(errors.FAILED, *lines)
        for lines in warnings:
            outcome.warn(*lines)
        for lines in notes:
            outcome.note(*lines)
        outcome.planned += planned
        result = self.run_report(share_status.ShareStatus, outcome, 'an-image')
        self.assertHarmless(result.stderr)
        told = [*failures, *warnings, *notes]
        self.assertEqual(
            sum(map(len, told)) + len(planned), result.stderr.count('\n')
        )

    @hostile.examples
    @hypothesis.given(_lines, _said)
    def test_nor_does_the_reason_of_a_failure_add_any(
        self, lines: tuple[str, ...], notes: list[tuple[str, ...]]
    ) -> None:
        outcome = outcomes.StatusOutcome()
        for note in notes:
            outcome.note(*note)
        result = self.run_report(
            share_status.ShareStatus,
            outcome,
            'an-image',
            ending=errors.Refused(*lines),
        )
        self.assertEqual(errors.FAILED, result.code)
        self.assertHarmless(result.stderr)
        self.assertEqual(
            len(lines) + sum(map(len, notes)), result.stderr.count('\n')
        )
        self.assertEqual('', result.stdout)

    @hostile.examples
    @hypothesis.given(_texts)
    def test_an_answer_that_no_rule_foresaw_is_told_in_one_line(
        self, text: str
    ) -> None:
        for error in KeyError(text), ValueError(text), OSError(1, text, text):
            result = self.run_report(
                share_status.ShareStatus,
                outcomes.StatusOutcome(),
                'an-image',
                ending=error,
            )
            self.assertEqual(errors.FAILED, result.code)
            self.assertHarmless(result.stderr)
            self.assertEqual(1, result.stderr.count('\n'))

    @hostile.examples
    @hypothesis.given(hostile.words)
    def test_a_column_that_does_not_exist_is_named_in_one_line(
        self, word: str
    ) -> None:
        for option in '--column', '--sort-column':
            result = self.run_report(
                share_status.ShareStatus,
                outcomes.StatusOutcome(),
                'an-image',
                f'{option}={word}',
            )
            self.assertEqual(errors.USAGE, result.code)
            self.assertHarmless(result.stderr)
            self.assertEqual(1, result.stderr.count('\n'))

    @hostile.examples
    @hypothesis.given(strategies.lists(hostile.words, max_size=3))
    def test_a_mistyped_command_is_answered_in_the_same_lines(
        self, argv: list[str]
    ) -> None:
        self.app.stderr = base.Terminal()
        command = share.Share(typing.cast('typing.Any', self.app), None)
        parser = command.get_parser('openstack image share')
        hypothesis.assume(not any(_asks_for_help(word) for word in argv))
        self.assertEqual(errors.USAGE, command.run(parser.parse_args(argv)))
        printed = self.app.stderr.getvalue()
        self.assertHarmless(printed)
        listed = [
            line
            for line in printed.splitlines()
            if line.startswith('  openstack image share')
        ]
        self.assertEqual(10, len(listed))
        self.assertLessEqual(printed.count('\n'), 3 + len(listed))


def _asks_for_help(word: str) -> bool:
    return word[:2] == '-h' or (
        word[:3] == '--h' and '--help'.startswith(word)
    )
