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

"""Withdrawals that are taken for others, and kernels that are overlooked."""

from mutations import change

_COMPANIONS = 'usage.test_companions.CompanionsTest'

CHANGES = (
    change.Change(
        'a kernel is not looked for',
        'usage/companions.py',
        '    if not may_be_one(image):',
        '    if True:',
        (
            f'{_COMPANIONS}.test_servers_of_images_that_name_it_use_it',
            f'{_COMPANIONS}.test_the_owner_s_images_are_its_own_use',
        ),
    ),
    change.Change(
        'a raw image is no kernel',
        'usage/companions.py',
        "{'iso', 'ploop',",
        "{'raw', 'iso', 'ploop',",
        (
            'usage.test_companions.MayBeOneTest'
            '.test_the_bits_of_a_kernel_are_what_the_hypervisor_loads',
        ),
    ),
    change.Change(
        'snapshots of servers that rely on a kernel do not',
        'usage/companions.py',
        'relying.update(_snapshots(asked, glance, relying))',
        'pass',
        (f'{_COMPANIONS}.test_the_members_own_images_name_it_too',),
    ),
    change.Change(
        'hidden images name no kernel',
        'usage/snapshots.py',
        "lists = shown, [*shown, ('os_hidden', 'true')]",
        'lists = (shown,)',
        (
            f'{_COMPANIONS}'
            '.test_an_image_that_the_member_has_lost_counts_for_the_owner',
            'usage.test_snapshots.SnapshotsTest'
            '.test_the_projects_own_snapshots_count_whatever_their_visibility',
        ),
    ),
    change.Change(
        'who relies on a kernel is none where nobody can tell',
        'usage/companions.py',
        '            yield asked.gap(\n',
        '            asked.gap(\n',
        (f'{_COMPANIONS}.test_what_cannot_be_told_is_a_gap_and_no_number',),
    ),
    change.Change(
        'a deletion breaks no more than a revocation',
        'usage/consumers.py',
        'may_break=risk.may_break(kind, booted_from, self.withdrawal),',
        'may_break=risk.may_break(kind, booted_from),',
        (
            'sharing.test_usage.UsageTest'
            '.test_an_administrator_is_told_the_same_of_every_project',
            'sharing.test_usage.UsageTest'
            '.test_what_breaks_is_said_for_the_withdrawal_that_is_meant',
        ),
    ),
    change.Change(
        'a deactivation breaks what a revocation breaks',
        'usage/consumers.py',
        'breaks=risk.breaks(kind, booted_from, self.withdrawal),',
        'breaks=risk.breaks(kind, booted_from),',
        (
            'usage.test_consumers.QuestionTest'
            '.test_a_consumer_breaks_by_the_withdrawal_that_is_meant',
            'sharing.test_usage.UsageTest'
            '.test_what_breaks_is_said_for_the_withdrawal_that_is_meant',
        ),
    ),
)
