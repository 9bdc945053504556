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

"""Which arguments each command takes, and what they mean."""

from __future__ import annotations

import itertools
import typing

from osc_imageshare.commands import share_accept
from osc_imageshare.commands import share_list
from osc_imageshare.commands import share_reject
from osc_imageshare.commands import share_revoke
from osc_imageshare.commands import share_status
from osc_imageshare.commands import share_to
from osc_imageshare.commands import share_usage
from osc_imageshare import sharing
from tests.unit.commands import base


def orders(
    positional: list[str], options: list[list[str]]
) -> typing.Iterator[list[str]]:
    """Yield each way to mix options with arguments in their given order."""
    total = len(positional) + len(options)
    for places in itertools.combinations(range(total), len(positional)):
        for order in itertools.permutations(options):
            words, left = iter(positional), iter(order)
            argv: list[str] = []
            for place in range(total):
                argv += [next(words)] if place in places else next(left)
            yield argv


class ShareToTest(base.CommandTestCase):
    command = share_to.ShareTo

    def request(self, *argv: str) -> sharing.ShareRequest:
        found: sharing.ShareRequest = self.requested('Share', *argv)
        return found

    def test_each_argument_means_one_thing(self) -> None:
        share = sharing.ShareRequest
        table = {
            ('i',): share('i'),
            ('i', 'p', 'q'): share('i', ('p', 'q')),
            ('i', '--project-domain', 'd'): share('i', project_domain='d'),
            ('i', '--member-cloud', 'm', '--member-cloud', 'n'): share(
                'i', member_clouds=('m', 'n')
            ),
            ('i', '--accept'): share('i', accept=True),
            ('i', '--no-accept'): share('i', accept=False),
            ('i', '--wait'): share('i', wait=600),
            ('i', '--wait', '--wait-timeout', '5'): share('i', wait=5),
            # A limit alone does not make it wait.
            ('i', '--wait-timeout', '5'): share('i'),
            ('i', '--keep-members'): share('i', old_members='keep'),
            ('i', '--members-of', 'o', '--members-of', 'p'): share(
                'i', members_of=('o', 'p')
            ),
            ('i', '--drop-members'): share('i', old_members='drop'),
            ('i', '--force'): share('i', force=True),
            ('i', '--dry-run'): share('i', dry_run=True),
        }
        self.assertEqual(table, {argv: self.request(*argv) for argv in table})

    def test_options_may_stand_anywhere(self) -> None:
        expected = sharing.ShareRequest(
            'image',
            ('p', 'q'),
            member_clouds=('m',),
            accept=True,
            dry_run=True,
        )
        options = [['--accept'], ['--member-cloud', 'm'], ['--dry-run']]
        for argv in orders(['image', 'p', 'q'], options):
            self.assertEqual(expected, self.request(*argv), ' '.join(argv))

    def test_behind_two_dashes_nothing_is_an_option(self) -> None:
        share = sharing.ShareRequest
        table = {
            ('--', 'i', '--force'): share('i', ('--force',)),
            ('i', '--', '-p'): share('i', ('-p',)),
            ('i', 'p', '--', '-q', '--accept'): share(
                'i', ('p', '-q', '--accept')
            ),
            ('--force', '--', '-i', 'p'): share('-i', ('p',), force=True),
            ('i', '--force', '--', 'p'): share('i', ('p',), force=True),
            ('i', '--', 'p', '--', 'q'): share('i', ('p', '--', 'q')),
            ('--', '--', 'p'): share('--', ('p',)),
            ('i', 'p', '--'): share('i', ('p',)),
        }
        self.assertEqual(table, {argv: self.request(*argv) for argv in table})

    def test_what_contradicts_itself_is_wrong_usage(self) -> None:
        for argv in (
            ('i', 'p', '--accept', '--no-accept'),
            ('i', 'p', '--no-accept', '--accept'),
            ('i', 'p', '--keep-members', '--drop-members'),
        ):
            self.assertIn('not allowed with', self.usage_error(*argv))

    def test_what_is_missing_or_unknown_is_wrong_usage(self) -> None:
        table = {
            (): 'required',
            ('--accept',): 'required',
            ('i', 'p', '--bogus'): 'unrecognized arguments: --bogus',
            ('i', '--member-cloud'): 'expected one argument',
        }
        for argv, words in table.items():
            self.assertIn(words, self.usage_error(*argv))

    def test_a_number_of_seconds_is_positive_and_ends(self) -> None:
        for option in '--timeout', '--wait-timeout':
            for value in ('0', '-1', 'nan', 'inf', 'x', ''):
                self.assertIn(
                    'invalid', self.usage_error('i', 'p', f'{option}={value}')
                )
        self.assertEqual(0.5, self.parse('i', '--timeout', '.5').timeout)
        self.assertIsNone(self.parse('i').timeout)


class ShareStatusTest(base.CommandTestCase):
    command = share_status.ShareStatus

    def test_each_argument_means_one_thing(self) -> None:
        status = sharing.StatusRequest
        table = {
            ('i',): status('i'),
            ('i', '--no-usage'): status('i', usage=False),
            ('--no-usage', 'i'): status('i', usage=False),
            ('--member-cloud', 'm', 'i', '--member-cloud', 'n'): status(
                'i', ('m', 'n')
            ),
            ('--', '-i'): status('-i'),
        }
        self.assertEqual(
            table, {argv: self.requested('Status', *argv) for argv in table}
        )

    def test_one_image_is_looked_at(self) -> None:
        self.assertIn('required', self.usage_error())
        for argv in ('i', 'j'), ('i', '--', 'j'):
            message = self.usage_error(*argv)
            self.assertIn('unrecognized arguments', message)
            self.assertNotIn('\0', message)


class ShareUsageTest(base.CommandTestCase):
    command = share_usage.ShareUsage

    def test_each_argument_means_one_thing(self) -> None:
        usage = sharing.UsageRequest
        table: dict[tuple[str, ...], sharing.UsageRequest] = {
            ('i',): usage('i'),
            ('--project', 'p', 'i', '--project', 'q'): usage('i', ('p', 'q')),
            ('i', '--project-domain', 'd'): usage('i', project_domain='d'),
            ('i', '--member-cloud', 'm'): usage('i', member_clouds=('m',)),
            ('--fail-in-use', 'i'): usage('i', fail_in_use=True),
            ('i', '--long'): usage('i', remedies=True),
            **{
                ('--if', word, 'i'): usage('i', withdrawal=word)
                for word in ('revoked', 'deleted', 'deactivated')
            },
        }
        self.assertEqual(
            table, {argv: self.requested('Usage', *argv) for argv in table}
        )

    def test_only_what_can_be_done_to_an_image_can_be_asked_about(
        self,
    ) -> None:
        for word in 'private', 'stolen', '':
            self.assertIn('--if', self.usage_error('i', '--if', word))


class ShareRevokeTest(base.CommandTestCase):
    command = share_revoke.ShareRevoke

    def test_each_argument_means_one_thing(self) -> None:
        revoke = sharing.RevokeRequest
        table = {
            ('i', 'p', 'q'): revoke('i', ('p', 'q')),
            ('i', '--all'): revoke('i', everyone=True),
            ('i', 'p', '--project-domain', 'd'): revoke(
                'i', ('p',), project_domain='d'
            ),
            ('i', 'p', '--member-cloud', 'm'): revoke(
                'i', ('p',), member_clouds=('m',)
            ),
            # Neither override implies the other.
            ('i', 'p', '--force'): revoke('i', ('p',), force=True),
            ('i', 'p', '--allow-unseen'): revoke(
                'i', ('p',), allow_unseen=True
            ),
            ('i', 'p', '--private'): revoke('i', ('p',), private=True),
            ('i', 'p', '--dry-run'): revoke('i', ('p',), dry_run=True),
            # Members are what Glance has stored.
            ('i', '--', '--all', '-x'): revoke('i', ('--all', '-x')),
            ('i', ' ', 'a\nb'): revoke('i', (' ', 'a\nb')),
        }
        self.assertEqual(
            table, {argv: self.requested('Revoke', *argv) for argv in table}
        )

    def test_options_may_stand_anywhere(self) -> None:
        expected = sharing.RevokeRequest(
            'image', ('p', 'q'), force=True, allow_unseen=True
        )
        options = [['--force'], ['--allow-unseen']]
        for argv in orders(['image', 'p', 'q'], options):
            self.assertEqual(
                expected, self.requested('Revoke', *argv), ' '.join(argv)
            )


class AnswerTest(base.CommandTestCase):
    command = share_accept.ShareAccept

    def test_each_argument_means_one_thing(self) -> None:
        answer = sharing.AnswerRequest
        table = {
            ('i', 'j'): answer(('i', 'j'), 'accepted'),
            ('i', '--expect-owner', 'p', 'j'): answer(
                ('i', 'j'), 'accepted', expect_owner='p'
            ),
            ('i', '--expect-hash', 'md5:0'): answer(
                ('i',), 'accepted', expect_hash='md5:0'
            ),
            ('--all', '--expect-owner', 'p'): answer(
                (), 'accepted', everything=True, expect_owner='p'
            ),
            ('--', '-i', '--all'): answer(('-i', '--all'), 'accepted'),
        }
        self.assertEqual(
            table, {argv: self.requested('Answer', *argv) for argv in table}
        )


class RejectTest(base.CommandTestCase):
    command = share_reject.ShareReject

    def test_it_is_accepting_with_another_answer(self) -> None:
        self.assertEqual(
            sharing.AnswerRequest(('i',), 'rejected', expect_owner='p'),
            self.requested('Answer', '--expect-owner', 'p', 'i'),
        )

    def test_not_everything_can_be_rejected_at_once(self) -> None:
        self.assertIn('--all', self.usage_error('--all'))


class ShareListTest(base.CommandTestCase):
    command = share_list.ShareList

    def test_each_argument_means_one_thing(self) -> None:
        listing = sharing.ListRequest
        table = {
            (): listing(),
            ('--incoming',): listing(direction='incoming'),
            ('--outgoing',): listing(direction='outgoing'),
            ('--status', 'rejected'): listing(status='rejected'),
            ('--project', 'p', '--project-domain', 'd'): listing(
                project='p', project_domain='d'
            ),
            ('--image', 'i'): listing(image='i'),
            ('--all-projects',): listing(all_projects=True),
            ('--long',): listing(),
        }
        self.assertEqual(
            table, {argv: self.requested('List', *argv) for argv in table}
        )

    def test_wrong_usage_is_said_to_be(self) -> None:
        table = {
            ('--incoming', '--outgoing'): 'not allowed with',
            ('--status', 'bogus'): 'invalid choice',
            ('i',): 'unrecognized arguments',
        }
        for argv, words in table.items():
            self.assertIn(words, self.usage_error(*argv))

    def test_long_adds_columns_and_takes_none_away(self) -> None:
        brief = self.made().headers(self.parse())
        long = self.made().headers(self.parse('--long'))
        self.assertEqual(brief, long[: len(brief)])
        self.assertEqual('Project Exists', long[-1])
