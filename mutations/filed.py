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

"""Files of shares that end more shares, or let in more, than they should."""

from mutations import change

_PLAN = 'sharing.apply.test_plan'
_FLOW = 'sharing.apply.test_flow'
_PRUNE = f'{_FLOW}.PruneTest'
_SAVED = 'sharing.apply.test_saved.SavedTest'
_DOCUMENT = 'sharing.apply.test_document.LoadTest'

_UNRESOLVED = (
    f'{_PLAN}.RowsTest.test_what_nobody_could_look_up_keeps_every_member',
    f'{_PRUNE}.test_what_nobody_could_look_up_ends_no_share',
)

CHANGES = (
    change.Change(
        'an image need not be exact for its members to go',
        'sharing/apply/plan.py',
        'if not state.exact:\n        row.reason',
        'if False:\n        row.reason',
        (
            f'{_PLAN}.RowsTest.test_what_it_does_not_name_ends_only_unused',
            f'{_PRUNE}.test_who_is_left_out_goes_only_where_all_agree',
        ),
    ),
    change.Change(
        'members go without --prune',
        'sharing/apply/flow.py',
        'if not request.prune:',
        'if False:',
        (
            f'{_PRUNE}.test_who_is_left_out_goes_only_where_all_agree',
            f'{_PRUNE}.test_without_prune_nobody_is_looked_at',
        ),
    ),
    change.Change(
        'a member goes that may be what could not be looked up',
        'sharing/apply/plan.py',
        'elif state.unresolved:\n',
        'elif False:\n',
        _UNRESOLVED,
    ),
    change.Change(
        'any number of members goes at once',
        'sharing/apply/plan.py',
        'return limit if len(state.others) > limit else None',
        'return None',
        (
            f'{_PLAN}.FusesTest'
            '.test_more_than_the_limit_are_refused_as_a_whole',
            f'{_PRUNE}.test_too_many_are_refused_as_a_whole',
        ),
    ),
    change.Change(
        'all but half of the members may go',
        'sharing/apply/plan.py',
        'max(1, len(state.members) // 2)',
        'len(state.members)',
        (
            f'{_PLAN}.FusesTest'
            '.test_more_than_the_limit_are_refused_as_a_whole',
            f'{_PRUNE}.test_too_many_are_refused_as_a_whole',
        ),
    ),
    change.Change(
        'who uses an image is pruned',
        'sharing/apply/plan.py',
        'if row.obstacle == outcomes.IN_USE:\n',
        'if False:\n',
        (
            f'{_PLAN}.RowsTest.test_what_it_does_not_name_ends_only_unused',
            f'{_PRUNE}.test_who_uses_the_image_stays',
        ),
    ),
    change.Change(
        'an override of a file is for either obstacle',
        'sharing/apply/prune.py',
        'force=force,\n                allow_unseen=allow_unseen,\n'
        '            )\n\n    def keep',
        'force=force or allow_unseen,\n'
        '                allow_unseen=force or allow_unseen,\n'
        '            )\n\n    def keep',
        (
            f'{_PRUNE}.test_who_uses_the_image_stays',
            f'{_PRUNE}.test_whom_nobody_can_look_at_stays',
        ),
    ),
    change.Change(
        'a word as a member is taken for unused',
        'sharing/apply/plan.py',
        'if projects.looks_like_id(member):',
        'if True:',
        (f'{_PRUNE}.test_a_word_as_a_member_is_not_pruned_silently',),
    ),
    change.Change(
        'members go although others could not be let in',
        'sharing/apply/work.py',
        'if id(one.state) in failed:',
        'if False:',
        (f'{_PRUNE}.test_who_cannot_be_let_in_keeps_others_from_going',),
    ),
    change.Change(
        'members go although others must not be let in',
        'sharing/apply/plan.py',
        'if any(row.named and row.blocked for row in found):',
        'if False:',
        (
            f'{_PLAN}.RowsTest.test_who_cannot_be_let_in_keeps_the_others',
            f'{_PRUNE}.test_who_may_not_be_let_in_keeps_others_from_going',
        ),
    ),
    change.Change(
        'a domain without projects is an empty list',
        'identity/domains.py',
        'if not found:',
        'if False:',
        (
            'identity.test_domains.EnabledTest.test_no_project_is_no_answer',
            'sharing.apply.test_diff.DomainTest'
            '.test_a_domain_that_cannot_be_listed_ends_no_share',
        ),
    ),
    change.Change(
        'a disabled project of a domain is let in',
        'identity/domains.py',
        "and record.get('enabled') is not False",
        'and True',
        (
            'identity.test_domains.EnabledTest'
            '.test_a_keystone_that_drops_filters_is_not_believed',
        ),
    ),
    change.Change(
        'old members are let in by a file',
        'sharing/apply/addition.py',
        'self._changes.open(old_members.REFUSE)',
        'self._changes.open(old_members.KEEP)',
        (f'{_FLOW}.AddTest.test_an_old_member_is_not_let_in',),
    ),
    change.Change(
        'the file of another owner is applied',
        'sharing/apply/look.py',
        'if owner == own.project_id or self._scopes.unusual:',
        'if True:',
        (
            'sharing.apply.test_diff.DiffTest'
            '.test_the_credentials_of_another_project_are_refused',
        ),
    ),
    change.Change(
        'who must accept and cannot is let in',
        'sharing/apply/flow.py',
        'if isinstance(found, scopes_.NoScope) and not scopes.unusual:',
        'if False:',
        (
            f'{_FLOW}.AddTest'
            '.test_a_role_that_gives_no_token_is_no_way_to_accept',
        ),
    ),
    change.Change(
        'an image of somebody else is shared',
        'sharing/apply/finding.py',
        'if image.owner != owner:',
        'if False:',
        (
            'sharing.apply.test_diff.DiffTest'
            '.test_an_image_that_cannot_be_told_is_said',
        ),
    ),
    change.Change(
        'a plan is done whatever it means by now',
        'sharing/apply/saved.py',
        'if before.get(what) != after[what]:',
        'if False:',
        (
            f'{_SAVED}.test_whatever_means_something_else_is_refused',
            f'{_FLOW}.PlanTest.test_a_plan_for_something_else_is_refused',
        ),
    ),
    change.Change(
        'the later of two keys counts',
        'sharing/apply/reading.py',
        'if key.value in seen:',
        'if False:',
        (f'{_DOCUMENT}.test_what_is_wrong_is_said_with_its_place',),
    ),
    change.Change(
        'an export without a part of the images is a file',
        'sharing/apply/export.py',
        'current = reading.read(self._images, image.id)',
        'current = reading.read_if_possible(self._images, image.id) or '
        'reading.Readback()',
        (
            'sharing.apply.test_export.ExportTest'
            '.test_a_file_is_whole_or_not_there',
        ),
    ),
    change.Change(
        'a scan remembers what it saw the last time',
        'usage/scan.py',
        '        memory = memory_.Memory()\n',
        "        memory = globals().setdefault('_kept', memory_.Memory())\n",
        (
            'usage.test_scan.ScanTest'
            '.test_a_later_scan_sees_what_has_come_since',
        ),
    ),
    change.Change(
        'who has rejected the old version gets the new one',
        'sharing/share/members_of.py',
        'or member.status == images.REJECTED\n',
        '',
        (
            'sharing.share.test_members_of.MembersOfTest'
            '.test_who_has_rejected_it_is_left_out_and_named',
        ),
    ),
)
