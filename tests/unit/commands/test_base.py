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

"""What every command does, whatever its flow is."""

from __future__ import annotations

import argparse
import contextlib
import errno
import functools
import io
import logging
import os
import signal
import threading
import typing
import unittest.mock

import fixtures

from osc_imageshare.commands import base as base_
from osc_imageshare.commands import share_list
from osc_imageshare.commands import share_status
from osc_imageshare.commands import share_to
from osc_imageshare import errors
from osc_imageshare.sharing import claims
from osc_imageshare.sharing import outcomes
from tests.unit.commands import base


#: The signals that interrupt, and their exit codes.
SIGNALS = {
    signal.SIGINT: errors.INTERRUPTED,
    signal.SIGTERM: errors.TERMINATED,
    signal.SIGHUP: errors.HANGUP,
}


class Speaking(base_.Lister):
    """A command with two columns."""

    HEADERS = ('Name', 'Number')

    def flow(
        self, connection: typing.Any, parsed_args: argparse.Namespace
    ) -> base_.Flow:
        """Replaced by each test."""
        raise NotImplementedError

    def rows(
        self, outcome: outcomes.Report
    ) -> typing.Iterator[tuple[object, ...]]:
        yield 'a\x1b[2J', None
        yield 'b', 7


class SpeakingTestCase(base.CommandTestCase):
    command = Speaking

    def setUp(self) -> None:
        super().setUp()
        self.outcome = outcomes.Report()


class RowsTest(SpeakingTestCase):
    def test_rows_are_printed_and_nothing_is_said(self) -> None:
        result = self.run_with(self.outcome, '-f', 'json')
        self.assertEqual((0, ''), (result.code, result.stderr))
        self.assertEqual(
            [
                {'Name': 'a\x1b[2J', 'Number': None},
                {'Name': 'b', 'Number': 7},
            ],
            result.rows,
        )

    def test_rows_are_printed_whatever_the_exit_code_is(self) -> None:
        for code in errors.FAILED, errors.IN_USE, errors.UNSEEN:
            self.app.stdout.truncate(0)
            self.app.stdout.seek(0)
            outcome = outcomes.Report()
            outcome.fail(code, 'What happened.')
            result = self.run_with(outcome, '-f', 'json')
            self.assertEqual(code, result.code)
            self.assertEqual(2, len(result.rows))

    def test_rows_are_sorted_and_chosen_by_the_client(self) -> None:
        result = self.run_with(
            self.outcome, '-f', 'json', '-c', 'Number', '--sort-column', 'Name'
        )
        self.assertEqual([{'Number': None}, {'Number': 7}], result.rows)

    def test_a_table_can_do_no_harm(self) -> None:
        for form in 'table', 'value', 'csv':
            result = self.run_with(self.outcome, '-f', form)
            self.assertNotIn('\x1b', result.stdout, form)
            self.assertIn('a\\x1b[2J', result.stdout, form)

    def test_a_column_that_does_not_exist_stops_it_before_it_starts(
        self,
    ) -> None:
        for option in '-c', '--sort-column':
            result = self.run_with(
                self.outcome,
                option,
                'Nonsense',
                ending=AssertionError('the flow has been run'),
            )
            self.assertEqual(errors.USAGE, result.code)
            self.assertIn('No such column: Nonsense.', result.stderr)
            self.assertIn('Name, Number', result.stderr)
            self.assertEqual('', result.stdout)


class SentencesTest(SpeakingTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.outcome.note('A note.', 'Its second line.')
        self.outcome.warn('A warning.')
        self.outcome.fail(errors.UNSEEN, 'An error.')
        self.outcome.planned.append('openstack image show x')

    def test_everything_is_said_on_stderr_in_order(self) -> None:
        result = self.run_with(self.outcome, '-f', 'json')
        self.assertEqual(
            'A note.\nIts second line.\nA warning.\nAn error.\n'
            'Would run: openstack image show x\n',
            result.stderr,
        )

    def test_quiet_hides_notes_only(self) -> None:
        self.app.options.verbose_level = 0
        result = self.run_with(self.outcome, '-f', 'json')
        self.assertEqual(
            'A warning.\nAn error.\nWould run: openstack image show x\n',
            result.stderr,
        )
        self.assertEqual(errors.UNSEEN, result.code)

    def test_no_line_can_do_harm(self) -> None:
        outcome = outcomes.Report()
        for say in outcome.note, outcome.warn:
            say('evil\x1b[2J', 'two\nlines')
        outcome.fail(errors.FAILED, 'a\u202eb')
        outcome.planned.append('openstack image show\r x')
        result = self.run_with(outcome)
        for line in result.stderr.splitlines():
            self.assertTrue(line.isprintable(), line)
        self.assertEqual(6, result.stderr.count('\n'))

    def test_claims_are_in_the_records(self) -> None:
        claim = claims.Claim('i', 'b', claims.State.PENDING)
        outcome = outcomes.Report()
        outcome.warn(claims.Statement('B is\tpending.', claim), 'Do this.')
        kept: list[logging.LogRecord] = []

        class Keeping(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                kept.append(record)

        handler = Keeping()
        logging.getLogger().addHandler(handler)
        self.addCleanup(logging.getLogger().removeHandler, handler)
        self.run_with(outcome)
        self.assertEqual(
            [('B is\\tpending.', (claim,)), ('Do this.', ())],
            [(r.getMessage(), getattr(r, 'claims', None)) for r in kept],
        )

    def test_the_log_file_of_the_client_has_every_line_once(self) -> None:
        path = self.useFixture(fixtures.TempDir()).join('log')
        file = logging.FileHandler(path)
        # As the client does it: one console, one file, both for warnings.
        file.setLevel(logging.WARNING)
        file.setFormatter(logging.Formatter('%(levelname)s %(message)s'))
        console = logging.StreamHandler(self.app.stderr)
        root = logging.getLogger()
        for handler in file, console:
            root.addHandler(handler)
            self.addCleanup(root.removeHandler, handler)
        self.addCleanup(file.close)
        self.outcome.warn('forged\nERROR line\x1b[2J')
        for level in 1, 0, 3:
            self.app.options.verbose_level = level
            self.app.stderr.truncate(0)
            self.app.stderr.seek(0)
            result = self.run_with(self.outcome, '-f', 'json')
            self.assertEqual(1, result.stderr.count('A warning.'))
            with open(path, encoding='utf-8') as lines:
                said = lines.read().splitlines()
            self.assertEqual(
                [
                    'INFO A note.',
                    'INFO Its second line.',
                    'WARNING A warning.',
                    'ERROR An error.',
                    'WARNING forged\\nERROR line\\x1b[2J',
                    'INFO Would run: openstack image show x',
                ],
                said,
            )
            os.truncate(path, 0)

    def test_an_error_is_said_before_what_led_to_it(self) -> None:
        result = self.run_with(
            self.outcome, ending=errors.Refused('Refused\x07.', 'Why.')
        )
        self.assertTrue(
            result.stderr.startswith('Refused\\x07.\nWhy.\nA note.\n')
        )
        self.assertEqual(('', errors.FAILED), (result.stdout, result.code))

    def test_each_kind_of_error_has_its_code(self) -> None:
        table: dict[errors.ImageShareError, int] = {
            errors.UsageError('x'): errors.USAGE,
            errors.ServiceError('x', status=403): errors.FAILED,
        }
        for error, code in table.items():
            result = self.run_with(outcomes.Report(), ending=error)
            self.assertEqual(code, result.code)


class UnforeseenTest(SpeakingTestCase):
    def test_no_traceback_is_printed(self) -> None:
        result = self.run_with(self.outcome, ending=KeyError('servers'))
        self.assertEqual(errors.FAILED, result.code)
        self.assertNotIn('Traceback', result.stderr)
        self.assertIn("KeyError('servers')", result.stderr)

    def test_what_was_done_before_is_said(self) -> None:
        self.outcome.note('Project x is no longer a member.')
        result = self.run_with(self.outcome, ending=KeyError('servers'))
        self.assertIn('Project x is no longer a member.', result.stderr)


class UnwrittenTest(SpeakingTestCase):
    """Rows that cannot be printed, when all has been done."""

    def unwritten(self, number: int) -> base.Result:
        """Run it with a stdout that fails; what it does is over by then."""
        for name in 'write', 'flush':
            setattr(
                self.app.stdout,
                name,
                unittest.mock.Mock(
                    side_effect=OSError(number, os.strerror(number))
                ),
            )
        return self.run_with(self.outcome)

    def test_what_was_done_is_told_in_one_sentence(self) -> None:
        table = {
            False: 'Could not write the output: No space left on device.',
            True: 'Could not write the output: No space left on device. The '
            'requested changes were made.',
        }
        for begun, sentence in table.items():
            self.outcome.may_have_changed = begun
            result = self.unwritten(errno.ENOSPC)
            self.assertEqual(f'{sentence}\n', result.stderr)
            self.assertEqual(errors.FAILED, result.code)
            self.app.stderr.truncate(0)
            self.app.stderr.seek(0)

    def test_what_was_not_done_is_not_said_to_be(self) -> None:
        for code in errors.IN_USE, errors.UNSEEN, errors.FAILED:
            self.outcome = outcomes.Report(may_have_changed=True)
            self.outcome.fail(code, 'It is not done.')
            result = self.unwritten(errno.ENOSPC)
            self.assertEqual(code, result.code)
            self.assertNotIn('were made', result.stderr)

    def test_a_reader_that_has_gone_is_told_nothing(self) -> None:
        result = self.unwritten(errno.EPIPE)
        self.assertEqual((141, ''), (result.code, result.stderr))
        self.outcome.fail(errors.IN_USE, 'It is in use.')
        result = self.unwritten(errno.EPIPE)
        self.assertEqual(
            (errors.IN_USE, 'It is in use.\n'), (result.code, result.stderr)
        )

    def test_a_failing_stdout_of_a_flow_is_none(self) -> None:
        result = self.run_with(self.outcome, ending=OSError(errno.ENOENT, 'x'))
        self.assertIn('Unexpected error', result.stderr)

    def test_what_was_said_is_not_said_again(self) -> None:
        self.outcome.note('A note.')
        self.app.stdout.write = unittest.mock.Mock(side_effect=KeyError('x'))
        result = self.run_with(self.outcome)
        self.assertEqual(1, result.stderr.count('A note.'))
        self.assertIn('Unexpected error', result.stderr)

    def test_wrong_usage_is_not_told_on_another_stream(self) -> None:
        stdout = io.StringIO()
        with (
            contextlib.redirect_stdout(stdout),
            contextlib.redirect_stderr(None),
        ):
            ended = self.assertRaises(SystemExit, self.parse, '--nonsense')
        self.assertEqual((2, ''), (ended.code, stdout.getvalue()))

    def test_a_stdout_that_is_closed_is_one_that_cannot_be_written(
        self,
    ) -> None:
        self.app.stdout, stdout = None, self.app.stdout
        made = self.made()
        flow = base.Flow(self.outcome)
        with unittest.mock.patch.object(Speaking, 'flow', lambda *_: flow):
            code = made.run(made.get_parser('x').parse_args([]))
        self.assertEqual(errors.FAILED, code)
        self.assertIn('Bad file descriptor', self.app.stderr.getvalue())
        self.assertEqual('', stdout.getvalue())
        self.assertIsNone(self.app.stdout)

    def test_who_cannot_be_told_changes_nothing(self) -> None:
        self.outcome.fail(errors.UNSEEN, 'An error.')
        failing = base.Terminal(terminal=True)
        failing.write = unittest.mock.Mock(  # type: ignore[method-assign]
            side_effect=OSError(errno.EIO, 'hung up')
        )
        stdout = io.StringIO()
        for stderr in None, failing:
            self.app.stderr = stderr
            made = self.made()

            def start(command: Speaking, *_: object) -> base.Flow:
                for done in 1, 2:
                    (command.progress('images') or print)(done, 2)
                return base.Flow(self.outcome)

            with (
                contextlib.redirect_stdout(stdout),
                unittest.mock.patch.object(Speaking, 'flow', start),
            ):
                code = made.run(made.get_parser('x').parse_args([]))
            self.assertEqual(errors.UNSEEN, code)
        self.assertEqual('1 2\n2 2\n', stdout.getvalue())


class InterruptionTest(SpeakingTestCase):
    def test_each_signal_has_its_code(self) -> None:
        table = {
            KeyboardInterrupt(): 130,
            errors.Terminated(): 143,
            errors.HungUp(): 129,
        }
        for ending, code in table.items():
            result = self.run_with(outcomes.Report(), ending=ending)
            self.assertEqual(code, result.code)

    def test_the_last_sentence_says_what_was_done(self) -> None:
        result = self.run_with(self.outcome, ending=KeyboardInterrupt())
        self.assertEqual(
            'Interrupted.\nNothing has been changed.\n', result.stderr
        )

    def test_what_has_begun_is_not_said_not_to_have(self) -> None:
        self.outcome.may_have_changed = True
        result = self.run_with(self.outcome, ending=KeyboardInterrupt())
        self.assertIn('may have been made', result.stderr)
        self.assertNotIn('Nothing has been changed', result.stderr)
        self.app.stdout.write = unittest.mock.Mock(
            side_effect=KeyboardInterrupt
        )
        result = self.run_with(self.outcome)
        self.assertIn('Interrupted.\nChanges may', result.stderr)

    def test_a_command_that_only_reads_does_not_speak_of_changes(self) -> None:
        for ending, words in (
            (KeyboardInterrupt(), 'Interrupted.'),
            (ValueError('x'), 'Unexpected error'),
        ):
            result = self.run_with(outcomes.ListOutcome(), ending=ending)
            self.assertIn(words, result.stderr)
            self.assertNotIn('change', result.stderr)

    def test_what_the_flow_says_of_it_is_not_contradicted(self) -> None:
        self.outcome.interrupt('The share is revoked.')
        result = self.run_with(
            self.outcome, '-f', 'json', ending=KeyboardInterrupt()
        )
        self.assertEqual(
            'Interrupted.\nThe share is revoked.\n', result.stderr
        )
        self.assertEqual((2, 130), (len(result.rows), result.code))

    def test_a_failure_does_not_hide_it(self) -> None:
        self.outcome.fail(errors.FAILED, 'It went wrong.')
        self.outcome.interrupt('What is true now.')
        result = self.run_with(self.outcome, ending=KeyboardInterrupt())
        self.assertEqual(130, result.code)

    def test_an_interruption_after_the_flow_does_not_undo_it(self) -> None:
        self.outcome.note('The share is revoked.')
        self.app.stdout.write = unittest.mock.Mock(
            side_effect=KeyboardInterrupt
        )
        result = self.run_with(self.outcome, '-f', 'json')
        self.assertEqual(130, result.code)
        self.assertEqual(
            'The share is revoked.\nInterrupted.\n', result.stderr
        )

    def test_what_ends_the_whole_program_goes_on(self) -> None:
        for begun in False, True:
            self.outcome = outcomes.Report(may_have_changed=begun)
            for ending in SystemExit(7), GeneratorExit():
                self.app.stderr.truncate(0)
                self.app.stderr.seek(0)
                self.outcome.interrupted = False
                self.assertRaises(
                    type(ending), self.run_with, self.outcome, ending=ending
                )
                self.assertIn('Interrupted.', self.app.stderr.getvalue())
                self.assertEqual(
                    begun, 'may have been made' in self.app.stderr.getvalue()
                )

    def test_signals_interrupt_the_flow(self) -> None:
        for signum, code in SIGNALS.items():
            outcome = outcomes.Report()
            flow = base.Flow(outcome)
            flow.run = functools.partial(  # type: ignore[assignment,method-assign]
                os.kill, os.getpid(), signum
            )
            before = signal.signal(signum, signal.default_int_handler)
            self.addCleanup(signal.signal, signum, before)
            with unittest.mock.patch.object(
                Speaking, 'flow', lambda *_, flow=flow: flow
            ):
                result = self.run_command()
            self.assertEqual(code, result.code)
            self.assertIs(signal.default_int_handler, signal.getsignal(signum))

    def test_signals_are_left_alone_outside_the_main_thread(self) -> None:
        results: list[base.Result] = []
        thread = threading.Thread(
            target=lambda: results.append(
                self.run_with(self.outcome, '-f', 'json')
            )
        )
        thread.start()
        thread.join()
        self.assertEqual([0], [result.code for result in results])


class ProgramTest(SpeakingTestCase):
    def program(self) -> tuple[str, ...]:
        found: tuple[str, ...] = self.made().context.program
        return found

    def test_what_was_said_to_the_client_is_repeated(self) -> None:
        self.assertEqual(('openstack',), self.program())
        self.app.options.cloud = 'a'
        self.app.options.region_name = 'Two'
        self.assertEqual(
            ('openstack', '--os-cloud=a', '--os-region-name=Two'),
            self.program(),
        )

    def test_what_is_exported_is_not(self) -> None:
        for name, value in ('OS_CLOUD', 'a'), ('OS_REGION_NAME', 'One'):
            self.useFixture(fixtures.EnvironmentVariable(name, value))
        self.app.options.cloud = 'a'
        self.app.options.region_name = 'Two'
        self.assertEqual(('openstack', '--os-region-name=Two'), self.program())

    def test_who_is_asking_is_repeated_and_no_secret(self) -> None:
        options = self.app.options
        for name in (
            *('project_name', 'project_id', 'project_domain_name'),
            *('project_domain_id', 'username', 'user_id', 'user_domain_name'),
            *('user_domain_id', 'interface', 'auth_type', 'cacert'),
        ):
            setattr(options, name, f'{name} 1')
            self.assertEqual(
                ('openstack', f'--os-{name.replace("_", "-")}={name} 1'),
                self.program(),
            )
            setattr(options, name, '')
        for name in (
            *('password', 'token', 'application_credential_secret'),
            *('passcode', 'access_token', 'client_secret'),
        ):
            setattr(options, name, 'a-secret')
        self.assertEqual(('openstack',), self.program())
        options.insecure = True
        self.assertEqual(('openstack', '--insecure'), self.program())

    def test_an_address_is_repeated_without_its_password(self) -> None:
        self.app.options.auth_url = 'https://me:secret@cloud:5000/v3'
        self.assertEqual(
            ('openstack', '--os-auth-url=https://cloud:5000/v3'),
            self.program(),
        )

    def test_a_project_may_be_exported_by_its_older_name(self) -> None:
        self.app.options.project_name = 'one'
        for name in 'OS_TENANT_NAME', 'OS_PROJECT_NAME':
            with fixtures.EnvironmentVariable(name, 'one'):
                self.assertEqual(('openstack',), self.program())
        with fixtures.EnvironmentVariable('OS_PROJECT_NAME', 'two'):
            self.assertEqual(
                ('openstack', '--os-project-name=one'), self.program()
            )

    def test_the_default_of_the_client_goes_without_saying(self) -> None:
        options = self.app.options
        options.default_domain = 'default'
        self.assertEqual(('openstack',), self.program())
        options.default_domain = 'other'
        self.assertEqual(
            ('openstack', '--os-default-domain=other'), self.program()
        )


class TimeoutTest(SpeakingTestCase):
    """The session is the client's, and other commands use it afterwards."""

    def limit(self, *argv: str, ending: BaseException | None = None) -> object:
        """Return the limit while a flow runs, and check that it is gone."""
        seen: list[object] = []
        before = self.session.timeout

        class Looking(base.Flow):
            def run(flow) -> outcomes.Report:
                seen.append(self.session.timeout)
                return super().run()

        flow = Looking(outcomes.Report(), ending)
        with (
            unittest.mock.patch.object(Speaking, 'flow', lambda *_: flow),
            contextlib.suppress(SystemExit),
        ):
            self.run_command(*argv)
        self.assertEqual(before, self.session.timeout)
        (limit,) = seen
        return limit

    def test_a_request_may_take_that_long_and_no_other_command(self) -> None:
        endings = (None, KeyError(), KeyboardInterrupt(), SystemExit())
        for ending in endings:
            for before, argv, limit in (
                (None, (), 60.0),
                (7.0, (), 7.0),
                (None, ('--timeout', '2.5'), 2.5),
                (7.0, ('--timeout', '2.5'), 2.5),
            ):
                self.session.timeout = before
                self.assertEqual(limit, self.limit(*argv, ending=ending))


class ProgressTest(SpeakingTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.app.stderr = base.Terminal(terminal=True)

    def test_it_counts_on_a_terminal(self) -> None:
        show = self.made().progress('images')
        show(1, 3)
        show(2, 3)
        self.assertEqual(
            '\r1 of 3 images\r2 of 3 images', self.app.stderr.getvalue()
        )

    def test_a_flow_reports_it_where_its_command_counts(self) -> None:
        table: dict[typing.Any, str | None] = {
            share_to.ShareTo: 'projects',
            share_list.ShareList: 'images',
            share_status.ShareStatus: None,
        }
        for command, counted in table.items():
            self.app.stderr = base.Terminal(terminal=True)
            show = command(self.app, None).context.progress
            if show is not None:
                show(1, 3)
            self.assertEqual(
                f'\r1 of 3 {counted}' if counted else '',
                self.app.stderr.getvalue(),
            )

    def test_nothing_is_left_of_it_at_the_end(self) -> None:
        show = self.made().progress('images')
        show(2, 2)
        self.assertTrue(self.app.stderr.getvalue().endswith('\r\x1b[K'))

    def test_it_counts_nowhere_else(self) -> None:
        self.app.options.verbose_level = 0
        self.assertIsNone(self.made().progress('images'))
        self.app.options.verbose_level = 1
        self.app.stderr = base.Terminal()
        self.assertIsNone(self.made().progress('images'))

    def test_a_sentence_does_not_start_behind_it(self) -> None:
        self.outcome.warn('A warning.')
        flow = base.Flow(self.outcome, KeyboardInterrupt())

        def start(command: Speaking, *_: object) -> base.Flow:
            show = command.progress('images')
            assert show is not None
            show(1, 2)
            return flow

        with unittest.mock.patch.object(Speaking, 'flow', start):
            result = self.run_command()
        self.assertEqual(
            '\r1 of 2 images\r\x1b[KA warning.\nInterrupted.\n'
            'Nothing has been changed.\n',
            result.stderr,
        )
