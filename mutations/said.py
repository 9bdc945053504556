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

"""Output that misleads a person, a shell or a script."""

from mutations import change

_OUTPUT = 'test_hostile'
_COMMANDS = 'test_hostile_commands'

CHANGES = (
    change.Change(
        "a member knows the other members of a third project's image",
        'sharing/share/warnings.py',
        'complete = scope.administrator or image.owner == scope.project_id',
        'complete = True',
        (
            'sharing.share.test_flow.AdviceTest'
            '.test_companions_that_the_member_cannot_use_are_named',
        ),
    ),
    change.Change(
        'nothing is escaped',
        'text.py',
        'if value.isprintable():\n        return value',
        'return value',
        (
            f'{_OUTPUT}.RowsTest.test_values_are_one_line_for_each_row',
            f'{_OUTPUT}.SentencesTest.test_each_line_that_is_said_is_one_line',
            'test_text.EscapedTest.test_no_unprintable_character_is_left',
        ),
    ),
    change.Change(
        'sentences are not escaped',
        'commands/messages.py',
        "'%s',\n                text.escaped(line),",
        "'%s',\n                line,",
        (
            f'{_OUTPUT}.SentencesTest.test_each_line_that_is_said_is_one_line',
            'commands.test_base.SentencesTest.test_no_line_can_do_harm',
        ),
    ),
    change.Change(
        'values are not escaped',
        'commands/columns.py',
        'return _escaped(self._value)',
        'return self._value',
        (
            f'{_OUTPUT}.RowsTest.test_values_are_one_line_for_each_row',
            f'{_OUTPUT}.RowsTest.test_csv_has_as_many_records_as_rows',
        ),
    ),
    change.Change(
        'cells of a table are not escaped',
        'commands/columns.py',
        'return text.escaped(str(value))',
        'return str(value)',
        (f'{_OUTPUT}.RowsTest.test_a_table_has_only_the_lines_of_its_rows',),
    ),
    change.Change(
        'scripts get escaped text',
        'commands/columns.py',
        'if self._formatter in _QUOTING:',
        'if False:',
        (
            f'{_OUTPUT}.RowsTest.test_json_is_valid_and_true',
            f'{_OUTPUT}.RowsTest.test_yaml_is_valid_and_true',
        ),
    ),
    change.Change(
        'words of a command are not quoted',
        'text.py',
        'if word.isprintable():\n        return shlex.quote(word)',
        'return word',
        (
            f'{_COMMANDS}.OpenstackTest'
            '.test_a_shell_gets_the_words_that_are_meant',
            'test_text.QuotedTest.test_a_shell_turns_it_back_into_the_word',
        ),
    ),
    change.Change(
        'words are quoted for Python instead of a shell',
        'text.py',
        'return shlex.quote(word)',
        'return repr(word)',
        (
            f'{_COMMANDS}.OpenstackTest'
            '.test_a_shell_gets_the_words_that_are_meant',
        ),
    ),
    change.Change(
        'an operand may look like an option',
        'text.py',
        "parts.append('--')",
        'pass',
        (
            f'{_COMMANDS}.OpenstackTest'
            '.test_no_operand_is_taken_for_an_option',
            'test_text.OpenstackTest.test_a_command_is_one_line_for_a_shell',
        ),
    ),
    change.Change(
        'a word may be cut short',
        'text.py',
        "return '\\0' not in word",
        'return True',
        (
            f'{_COMMANDS}.OpenstackTest'
            '.test_what_no_word_can_hold_is_no_command',
        ),
    ),
    change.Change(
        'what follows two dashes may be an option',
        'commands/arguments.py',
        "if '--' in args:",
        'if False:',
        (
            'test_hostile_requests.ParsingTest'
            '.test_behind_two_dashes_every_word_is_what_it_is',
        ),
    ),
    change.Change(
        'rows that were printed are a success',
        'commands/base.py',
        'return errors.FAILED\n        return self.exit_code',
        'return errors.FAILED\n        return errors.OK',
        (
            'commands.test_base.RowsTest'
            '.test_rows_are_printed_whatever_the_exit_code_is',
            'test_elsewhere.UnseenTest.test_a_user_may_have_no_role_there',
        ),
    ),
    change.Change(
        'SIGTERM is no different from SIGINT',
        'errors.py',
        'exit_code = TERMINATED',
        'exit_code = INTERRUPTED',
        ('commands.test_base.InterruptionTest.test_each_signal_has_its_code',),
    ),
    change.Change(
        'a secret of the command line is repeated',
        'commands/invocation.py',
        "    'username',\n",
        "    'username',\n    'password',\n",
        (
            'commands.test_base.ProgramTest'
            '.test_who_is_asking_is_repeated_and_no_secret',
        ),
    ),
    change.Change(
        'the password in an address is repeated',
        'commands/invocation.py',
        "if name != 'auth-url':",
        'if True:',
        (
            'commands.test_base.ProgramTest'
            '.test_an_address_is_repeated_without_its_password',
        ),
    ),
    change.Change(
        'rows that nobody could get are a success',
        'commands/base.py',
        'return self.exit_code or errors.FAILED',
        'return self.exit_code',
        (
            'commands.test_base.UnwrittenTest'
            '.test_what_was_done_is_told_in_one_sentence',
        ),
    ),
    change.Change(
        'what was refused is said to be done when nobody could print it',
        'commands/base.py',
        'if begun and not self.exit_code:',
        'if begun:',
        (
            'commands.test_base.UnwrittenTest'
            '.test_what_was_not_done_is_not_said_to_be',
        ),
    ),
    change.Change(
        'what is unknown is called None',
        'commands/columns.py',
        'if self._value is None:\n            return self._absent\n'
        '        return _escaped',
        'return _escaped',
        (
            'commands.test_columns.CellTest'
            '.test_null_is_a_word_wherever_it_is_not_null',
        ),
    ),
    change.Change(
        'columns are checked when all is done',
        'commands/base.py',
        'self._check(parsed_args)\n',
        'pass\n',
        (
            'commands.test_base.RowsTest.'
            'test_a_column_that_does_not_exist_stops_it_before_it_starts',
        ),
    ),
    change.Change(
        'what could not be seen is graver than a failure',
        'errors.py',
        'FAILED, IN_USE, UNSEEN, DIFFERENT, OK)',
        'UNSEEN, IN_USE, FAILED, DIFFERENT, OK)',
        ('test_errors.GravestTest.test_the_graver_of_two_wins',),
    ),
    change.Change(
        'what could not be read back is no member',
        'sharing/readback/shares.py',
        'outcomes.UNREAD\n        if current is None',
        'None\n        if current is None',
        (
            'sharing.share.test_trouble.OthersTest'
            '.test_what_nobody_could_read_back_is_not_called_no_member',
        ),
    ),
    change.Change(
        'what had begun is said not to have',
        'sharing/revoke/flow.py',
        'self.outcome.may_have_changed = not request.dry_run',
        'pass',
        (
            'sharing.revoke.test_trouble.InterruptionTest'
            '.test_what_was_changed_has_begun',
        ),
    ),
    change.Change(
        'a member that is there still counts as revoked',
        'sharing/readback/revocations.py',
        'elif current.status(revoked.project.id) is not None:\n',
        'elif False:\n',
        ('sharing.test_readback.RevocationsTest.test_settled_and_worded',),
    ),
    change.Change(
        'members of an image that is private now are called revoked',
        'sharing/readback/revocations.py',
        'elif current.closed is None:\n        revoked.result',
        'else:\n        revoked.result',
        ('sharing.test_readback.RevocationsTest.test_settled_and_worded',),
    ),
    change.Change(
        'what a sentence claims is lost on its way to the log',
        'commands/messages.py',
        "getattr(line, 'claims', ())",
        '()',
        ('commands.test_base.SentencesTest.test_claims_are_in_the_records',),
    ),
    change.Change(
        'a false claim is made of a share',
        'sharing/readback/shares.py',
        'claims.State.of_member(shared.status)',
        'claims.State.ACCEPTED',
        ('sharing.test_readback.SharesTest.test_settled_and_worded',),
    ),
)
