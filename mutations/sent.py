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

"""Requests about something else than what was named, and changes unasked."""

from mutations import change

_REQUESTS = 'test_hostile_requests'
_TRAFFIC = 'api.test_traffic'
_WAKING = 'sharing.share.test_trouble.OldMembersTest'
_ENDINGS = 'sharing.test_outcomes'
_SIGNALS = 'commands.test_signals.InterruptingTest'

CHANGES = (
    change.Change(
        'any member string is sent',
        'image/images.py',
        'if not addressable(member):\n        raise',
        'if False:\n        raise',
        ('image.test_images.MembersTest.test_for_others_no_request_is_sent',),
    ),
    change.Change(
        'every member string can be addressed',
        'image/images.py',
        "and '/' not in member\n        and member.isascii()",
        '',
        (
            f'{_REQUESTS}.MemberTest'
            '.test_exactly_the_member_that_is_named_is_removed',
            'image.test_images.AddressableTest'
            '.test_only_some_members_can_be_removed_again',
        ),
    ),
    change.Change(
        'dots are a segment of a path',
        'api/urls.py',
        "if value in ('', '.', '..'):",
        "if value == '':",
        (
            f'{_REQUESTS}.SegmentTest'
            '.test_it_is_one_segment_that_means_the_value',
        ),
    ),
    change.Change(
        'a slash in a name makes two segments',
        'api/urls.py',
        "return parse.quote(value, safe='')",
        "return parse.quote(value, safe='/')",
        (
            f'{_REQUESTS}.SegmentTest'
            '.test_it_is_one_segment_that_means_the_value',
            f'{_REQUESTS}.PropertyTest'
            '.test_another_image_that_is_referred_to_is_only_read',
        ),
    ),
    change.Change(
        'nothing in a path is quoted',
        'api/urls.py',
        "return parse.quote(value, safe='')",
        "return value.replace('/', '%2F').replace(' ', '%20')",
        (
            f'{_REQUESTS}.MemberTest'
            '.test_exactly_the_member_that_is_named_is_removed',
            'image.test_images.MembersTest'
            '.test_every_member_that_can_be_addressed_can_be_removed',
        ),
    ),
    change.Change(
        'a name that only resembles finds an image',
        'image/images.py',
        'return [i for i in found if name is None or i.name == name]',
        'return found',
        (
            'test_unlike_loopback.CarelessGlanceTest'
            '.test_an_image_of_another_name_is_not_meant',
        ),
    ),
    change.Change(
        'a colon in a name is an operator',
        'image/images.py',
        "if name is not None and ':' in name:",
        'if False:',
        (
            f'{_REQUESTS}.ImageTest'
            '.test_exactly_the_image_that_is_named_is_shared',
            'image.test_images.FindTest.test_names_are_matched_exactly',
        ),
    ),
    change.Change(
        'several images are one',
        'sharing/target.py',
        'if len(found) > 1:',
        'if False:',
        (
            'test_unlike_loopback.PagesTest'
            '.test_a_name_is_found_on_whatever_page',
        ),
    ),
    change.Change(
        'members of an old share are let in unasked',
        'sharing/share/visibility.py',
        'if reactivated:\n',
        'if False:\n',
        (f'{_WAKING}.test_they_are_not_let_in_unasked',),
    ),
    change.Change(
        'old members are taken for new ones, and new ones for old',
        'sharing/share/old_members.py',
        'return not _later(member.created_at, self._image.updated_at)',
        'return _later(member.created_at, self._image.updated_at)',
        (
            f'{_WAKING}.test_they_are_not_let_in_unasked',
            'sharing.share.test_trouble.OthersTest'
            '.test_nobody_is_cut_off_who_was_added_meanwhile',
        ),
    ),
    change.Change(
        'of whom no time is known counts as new',
        'sharing/share/old_members.py',
        'return alike and time > than',
        'return time > than',
        (f'{_WAKING}.test_of_whom_no_time_is_known_counts_as_old',),
    ),
    change.Change(
        'times of different forms are compared',
        'sharing/share/old_members.py',
        '        and len(time) == len(than)\n',
        '',
        (f'{_WAKING}.test_of_whom_no_time_is_known_counts_as_old',),
    ),
    change.Change(
        'what ends the whole program leaves old members inside',
        'sharing/outcomes.py',
        'except Exception:\n            raise\n        except BaseException:',
        'except KeyboardInterrupt:',
        (
            f'{_ENDINGS}.ReportTest'
            '.test_whatever_is_no_error_is_an_interruption',
            'sharing.share.test_trouble.InterruptionTest'
            '.test_whatever_ends_the_program_is_no_different',
            'sharing.revoke.test_trouble.InterruptionTest'
            '.test_whatever_ends_the_program_is_no_different',
        ),
    ),
    change.Change(
        'a hang-up ends a command at once',
        'commands/signals.py',
        "'SIGHUP': interruptions.hang_up,",
        '',
        (
            f'{_SIGNALS}.test_a_hang_up_does_not_end_the_cleaning_up',
            'commands.test_base.InterruptionTest'
            '.test_signals_interrupt_the_flow',
        ),
    ),
    change.Change(
        'a second hang-up ends the putting back',
        'commands/signals.py',
        'if not self._interrupted:',
        'if True:',
        (f'{_SIGNALS}.test_a_hang_up_does_not_end_the_cleaning_up',),
    ),
    change.Change(
        'a signal whose exception Python ignores is lost',
        'commands/signals.py',
        'os.kill(os.getpid(), signum)',
        'pass',
        (f'{_SIGNALS}.test_one_that_python_ignores_is_sent_again',),
    ),
    change.Change(
        'what is ignored from the start ends a command',
        'commands/signals.py',
        'if before in (None, signal.SIG_IGN):',
        'if before is None:',
        (f'{_SIGNALS}.test_what_is_ignored_from_the_start_stays_ignored',),
    ),
    change.Change(
        'a handler that is not Python\'s ends a command',
        'commands/signals.py',
        'if before in (None, signal.SIG_IGN):',
        'if before == signal.SIG_IGN:',
        (f'{_SIGNALS}.test_a_handler_that_is_not_pythons_is_left_alone',),
    ),
    change.Change(
        'a terminal that has gone stops the putting back',
        'commands/streams.py',
        'except (OSError, ValueError):\n            discard(stream)',
        'except ValueError:\n            discard(stream)',
        (
            'commands.test_base.UnwrittenTest'
            '.test_who_cannot_be_told_changes_nothing',
            'commands.test_streams.WriteTest.test_nothing_depends_on_it',
        ),
    ),
    change.Change(
        'the limit of a command stays for those after it',
        'commands/base.py',
        'finally:\n        session.timeout = before\n',
        'finally:\n        pass\n',
        (
            'commands.test_base.TimeoutTest'
            '.test_a_request_may_take_that_long_and_no_other_command',
        ),
    ),
    change.Change(
        'putting an image back cuts off whom another run has added',
        'sharing/share/visibility.py',
        'if newcomers:\n',
        'if False:\n',
        (
            'sharing.share.test_trouble.OthersTest'
            '.test_nobody_is_cut_off_who_was_added_meanwhile',
        ),
    ),
    change.Change(
        'an image that was opened in vain stays open',
        'sharing/share/visibility.py',
        'if not self.attempted:\n            return False',
        'if True:\n            return False',
        (
            f'{_WAKING}.test_they_are_not_let_in_unasked',
            'sharing.share.test_trouble.FailureTest'
            '.test_members_that_cannot_be_listed_put_it_back',
        ),
    ),
    change.Change(
        'a dry run does it',
        'sharing/steps.py',
        'self.planned.append(step.native)\n            return',
        'self.planned.append(step.native)',
        (
            'sharing.test_steps.PerformerTest'
            '.test_a_dry_run_only_notes_the_command',
            'sharing.revoke.test_flow.DryRunTest'
            '.test_every_command_is_named_and_nothing_is_done',
        ),
    ),
    change.Change(
        'a lost answer is taken for success',
        'sharing/steps.py',
        'if not exc.uncertain or not _settled(step):',
        'if not exc.uncertain:',
        ('sharing.test_steps.PerformerTest.test_what_is_not_done_has_failed',),
    ),
    change.Change(
        'an interruption keeps an image from being put back',
        'sharing/share/changes.py',
        'true then."""\n        self.put_back_if_useless()\n',
        'true then."""\n',
        (
            'sharing.share.test_trouble.InterruptionTest'
            '.test_an_image_that_nobody_has_got_is_private_again',
            'sharing.share.test_trouble.InterruptionTest'
            '.test_an_old_member_is_not_left_inside',
        ),
    ),
    change.Change(
        'old members are dropped as long as they can be addressed',
        'sharing/share/old_members.py',
        'if not images.addressable(member):',
        'if False:',
        (
            'sharing.share.test_trouble.OthersTest'
            '.test_members_that_cannot_all_be_dropped_are_all_kept',
        ),
    ),
    change.Change(
        'requests go on behind the back of who was interrupted',
        'api/parallel.py',
        'if len(work.ended) == len(work.changing):',
        'if True:',
        (
            'api.test_parallel.AskTest'
            '.test_an_interruption_while_the_first_begins_waits_for_it',
            'api.test_parallel.AskTest'
            '.test_leaving_early_waits_for_changes_and_begins_no_more',
        ),
    ),
    change.Change(
        'requests begin after everything has been given up',
        'api/parallel.py',
        'if not question.work.wanted:',
        'if False:',
        (
            'api.test_parallel.AskTest'
            '.test_leaving_early_leaves_what_reads_behind',
            f'{_TRAFFIC}.LeavingTest.test_nothing_is_sent_after_that',
        ),
    ),
    change.Change(
        'a service that does not answer holds up who wants to go',
        'api/parallel.py',
        'if not reading:',
        'if True:',
        (
            'api.test_parallel.AskTest'
            '.test_leaving_early_leaves_what_reads_behind',
        ),
    ),
    change.Change(
        'the work within work that was left goes on',
        'api/parallel.py',
        'self.within is None or self.within.work.wanted',
        'True',
        (f'{_TRAFFIC}.LeavingTest.test_nothing_is_sent_after_that',),
    ),
    change.Change(
        'a request that is about to be sent is sent after an interruption',
        'api/traffic.py',
        'parallel.go_on(reading)\n                patience',
        'patience',
        (f'{_TRAFFIC}.LeavingTest.test_nothing_is_sent_after_that',),
    ),
    change.Change(
        'what a thread that works for nobody puts back is not sent',
        'api/parallel.py',
        'again: BaseException | None = None',
        'again: BaseException | None = None\n'
        '        _QUESTION.set(_Question(work))',
        (
            f'{_TRAFFIC}.LeavingTest'
            '.test_what_is_looked_at_afterwards_is_asked',
        ),
    ),
    change.Change(
        'a change that may have been made is made again',
        'api/traffic.py',
        'if not reading or tried_enough:',
        'if tried_enough:',
        (
            f'{_TRAFFIC}.RepeatTest.test_what_was_not_carried_out_is_repeated',
            'api.test_rest.RepeatTest.test_only_reading_is_tried_again',
            'api.test_rest.RepeatTest'
            '.test_a_lost_answer_to_a_change_is_not_asked_for_again',
        ),
    ),
    change.Change(
        'a change that a rate limit refused is not made',
        'api/traffic.py',
        'if ended.status == _TOO_MANY:',
        'if reading and ended.status == _TOO_MANY:',
        (
            'api.test_rest.RepeatTest.test_what_came_too_early_is_sent_again',
            'sharing.test_load.RateLimitTest'
            '.test_many_projects_get_the_image_in_one_run',
        ),
    ),
    change.Change(
        'a service that wants to be left alone is not',
        'api/traffic.py',
        'pause = self._closed.get(service, 0.0) - time.monotonic()',
        'pause = 0.0',
        (
            f'{_TRAFFIC}.BackOffTest'
            '.test_nobody_asks_a_service_that_wants_to_be_left_alone',
        ),
    ),
    change.Change(
        'nothing bounds the pauses of a request',
        'api/traffic.py',
        'self.paused + pause <= self.limit\n            and ',
        '',
        (
            f'{_TRAFFIC}.RepeatTest'
            '.test_pauses_come_to_no_more_than_one_attempt_may_take',
        ),
    ),
    change.Change(
        'nothing bounds the whole of a request',
        'api/traffic.py',
        '\n            and time.monotonic() + pause <= last',
        '',
        (
            f'{_TRAFFIC}.RepeatTest'
            '.test_the_whole_comes_to_no_more_than_is_said',
        ),
    ),
    change.Change(
        'as many requests are in flight as there are threads',
        'api/traffic.py',
        'threading.BoundedSemaphore(parallel.IN_FLIGHT)',
        'threading.BoundedSemaphore(1000)',
        (
            f'{_TRAFFIC}.InFlightTest'
            '.test_so_many_are_in_flight_however_work_is_nested',
            'sharing.test_load.InFlightTest.test_nested_looks_count_together',
        ),
    ),
    change.Change(
        'a request is repeated after an error that says nothing of it',
        'api/tokens.py',
        'response = request(token)\n',
        'try:\n        response = request(token)\n'
        '    except (AssertionError, AttributeError):\n'
        '        response = request(token)\n',
        (
            'api.test_rest.TokenTest'
            '.test_nothing_that_may_have_been_sent_is_repeated_for_it',
        ),
    ),
    change.Change(
        'after a 401, a request is sent as somebody else',
        'api/tokens.py',
        'newer = _headers(session, auth)\n    if',
        'newer = _headers(session, None)\n    if',
        ('api.test_tokens.SendTest.test_it_is_the_members_every_time',),
    ),
    change.Change(
        'when a token is taken away, a request is sent as somebody else',
        'api/tokens.py',
        'headers = session.get_auth_headers(auth)\n    if',
        'headers = session.get_auth_headers(None)\n    if',
        ('api.test_tokens.SendTest.test_it_is_the_members_every_time',),
    ),
    change.Change(
        'a request is sent without a token',
        'api/tokens.py',
        'raise ksa_exceptions.AuthorizationFailure()',
        'headers = {}',
        ('api.test_tokens.SendTest.test_without_one_nothing_is_sent',),
    ),
    change.Change(
        'a token is waited for for ever',
        'api/tokens.py',
        'found.timeout = session.timeout or seconds',
        'found.timeout = session.timeout',
        ('api.test_rest.LimitTest.test_it_is_the_callers_own_as_before',),
    ),
    change.Change(
        'the connections of the caller are closed',
        'api/tokens.py',
        'found._session = None',
        'pass',
        ('api.test_rest.LimitTest.test_connections_are_shared_and_stay_open',),
    ),
    change.Change(
        'the time limit stays in the session of the caller',
        'api/tokens.py',
        'found: typing.Any = copy.copy(session)',
        'found: typing.Any = session',
        ('api.test_rest.LimitTest.test_it_is_the_callers_own_as_before',),
    ),
    change.Change(
        'a second interruption is not waited for',
        'api/parallel.py',
        'again = exc',
        'raise',
        (
            'api.test_parallel.AskTest.test_no_interruption_keeps_it_from_waiting',
        ),
    ),
    change.Change(
        'a command is printed that addresses the image itself',
        'sharing/revoke/native.py',
        'if _UNQUOTED.intersection(member):',
        'if False:',
        (
            'test_hostile_commands.PrintedTest'
            '.test_a_revocation_can_be_undone_as_printed',
        ),
    ),
)
