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

"""The commands on a Glance without the visibility ``shared``.

Before Ocata, members were added to private images, and some public clouds
show ``private`` next to an accepted member still. There nothing has to be
opened before an image is shared, and no old member is asleep.

Source: Glance's ``api/v2/images.py`` and ``api/v2/image_members.py`` of
Mitaka and Newton.
"""

import typing

from osc_imageshare import errors
from tests import fakes
from tests.unit import shell

A, B, C = fakes.A, fakes.B, fakes.C


class PrivateMembersTestCase(shell.ShellTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.cloud.glance.knows_shared = False
        self.image_id = self.cloud.glance.add(A, name='golden')

    def members(self) -> dict[str, str]:
        return self.cloud.glance.members(self.image_id)

    def rows(
        self, *argv: str, cloud: str = 'both', code: int = errors.OK
    ) -> list[dict[str, typing.Any]]:
        result = self.openstack(*argv, cloud=cloud)
        self.assertEqual(code, result.code, result.stderr)
        return result.rows


class OwnerTest(PrivateMembersTestCase):
    def test_a_private_image_is_shared_as_it_is(self) -> None:
        for word in self.image_id, 'golden':
            self.cloud.glance.memberships[self.image_id].clear()
            (row,) = self.rows('share-to', word, B)
            self.assertEqual(
                ('accepted', ['member', 'status'], True),
                (row['Status'], row['Changes'], row['Verified']),
            )
            self.assertEqual({B: 'accepted'}, self.members())
            image = self.cloud.glance.images[self.image_id]
            self.assertEqual('private', image['visibility'])

    def test_sharing_again_changes_nothing(self) -> None:
        self.rows('share-to', self.image_id, B)
        (row,) = self.rows('share-to', self.image_id, B)
        self.assertEqual([], row['Changes'])

    def test_the_plan_is_what_would_be_done(self) -> None:
        result = self.openstack(
            f'share-to {self.image_id} {B} --dry-run', cloud='both'
        )
        self.assertEqual(errors.OK, result.code)
        planned = [
            line.removeprefix('Would run: ')
            for line in result.stderr.splitlines()
            if line.startswith('Would run: ')
        ]
        self.assertEqual(
            [
                f'openstack --os-cloud=both image add project '
                f'{self.image_id} {B}',
                f'openstack --os-cloud=both --os-project-id={B} image set '
                f'--accept {self.image_id}',
            ],
            planned,
        )
        self.assertEqual([], self.writes())

    def test_members_are_no_old_ones(self) -> None:
        # They never slept: nobody is let in by sharing with another project.
        self.cloud.glance.add_member(self.image_id, C, 'accepted')
        (row,) = self.rows('share-to', self.image_id, B)
        self.assertEqual('accepted', row['Status'])
        self.assertEqual({B: 'accepted', C: 'accepted'}, self.members())
        (row,) = self.rows('share-to', self.image_id, B, '--drop-members')
        self.assertEqual({B: 'accepted', C: 'accepted'}, self.members())

    def test_a_project_that_cannot_be_added_leaves_it_private(self) -> None:
        self.cloud.glance.quota = 0
        self.rows('share-to', self.image_id, B, code=errors.FAILED)
        self.assertEqual({}, self.members())
        image = self.cloud.glance.images[self.image_id]
        self.assertEqual('private', image['visibility'])

    def test_a_companion_may_be_shared_too(self) -> None:
        kernel = self.cloud.glance.add(A, members={B: 'accepted'})
        self.cloud.glance.images[self.image_id]['kernel_id'] = kernel
        result = self.openstack(f'share-to {self.image_id} {B}', cloud='both')
        self.assertEqual(errors.OK, result.code)
        self.assertEqual('', result.stderr)
        self.cloud.glance.memberships[kernel].clear()
        result = self.openstack(f'share-to {self.image_id} {B}', cloud='both')
        self.assertIn(kernel, result.stderr)

    def test_its_members_are_shown(self) -> None:
        self.cloud.glance.add_member(self.image_id, B, 'accepted')
        self.cloud.nova.add(B, self.image_id)
        (row,) = self.rows('share', 'status', self.image_id)
        self.assertEqual(
            (B, 'accepted', 1),
            (row['Project ID'], row['Status'], row['Servers']),
        )

    def test_a_private_image_without_members_is_just_that(self) -> None:
        result = self.openstack(f'share status {self.image_id}', cloud='both')
        self.assertEqual((errors.OK, []), (result.code, result.rows))
        self.assertIn('has no members', result.stderr)

    def test_its_members_are_asked_who_uses_it(self) -> None:
        self.cloud.glance.add_member(self.image_id, B, 'accepted')
        server = self.cloud.nova.add(B, self.image_id)
        snapshot = self.cloud.glance.add(B, base_image_ref=self.image_id)
        rows = self.rows(
            'share',
            'usage',
            self.image_id,
            '--fail-in-use',
            code=errors.IN_USE,
        )
        self.assertEqual(
            {('server', server), ('image', snapshot)},
            {(row['Type'], row['ID']) for row in rows},
        )

    def test_it_is_known_when_nobody_does(self) -> None:
        self.cloud.glance.add_member(self.image_id, B, 'accepted')
        self.assertEqual(
            [], self.rows('share', 'usage', self.image_id, '--fail-in-use')
        )

    def test_a_share_is_revoked(self) -> None:
        self.cloud.glance.add_member(self.image_id, B, 'accepted')
        self.cloud.glance.add_member(self.image_id, C, 'accepted')
        (row,) = self.rows('share', 'revoke', self.image_id, B)
        self.assertEqual(('revoked', []), (row['Result'], row['In Use By']))
        self.assertEqual({C: 'accepted'}, self.members())

    def test_not_while_it_is_in_use(self) -> None:
        self.cloud.glance.add_member(self.image_id, B, 'accepted')
        self.cloud.nova.add(B, self.image_id)
        (row,) = self.rows(
            'share', 'revoke', self.image_id, '--all', code=errors.IN_USE
        )
        self.assertEqual('in use', row['Result'])
        self.assertEqual({B: 'accepted'}, self.members())

    def test_it_is_private_already_in_the_end(self) -> None:
        self.cloud.glance.add_member(self.image_id, B, 'accepted')
        self.rows('share', 'revoke', self.image_id, '--all', '--private')
        self.assertEqual({}, self.members())
        self.assertEqual(1, len(self.writes()))

    def test_what_it_grants_is_listed(self) -> None:
        self.cloud.glance.add_member(self.image_id, B, 'accepted')
        self.cloud.glance.add(A)
        for more in (), ('--outgoing',), ('--image', 'golden'):
            (row,) = self.rows('share', 'list', *more)
            self.assertEqual(
                ('outgoing', self.image_id, B),
                (row['Direction'], row['Image ID'], row['Project ID']),
            )


class MemberTest(PrivateMembersTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.cloud.glance.add_member(self.image_id, B)

    def test_an_offer_is_found_by_id_and_by_name(self) -> None:
        for word in self.image_id, 'golden':
            for verb, status in ('accept', 'accepted'), ('reject', 'rejected'):
                (row,) = self.rows('share', verb, word, cloud='bob')
                self.assertEqual(status, row['Status'])
                self.assertEqual({B: status}, self.members())

    def test_all_offers_of_an_owner_are_accepted(self) -> None:
        (row,) = self.rows(
            'share', 'accept', '--all', '--expect-owner', A, cloud='bob'
        )
        self.assertEqual('accepted', row['Status'])

    def test_what_it_is_given_is_listed(self) -> None:
        for status in 'pending', 'accepted', 'rejected':
            record = self.cloud.glance.memberships[self.image_id][B]
            record['status'] = status
            for more in (), ('--incoming',), ('--image', 'golden'):
                (row,) = self.rows('share', 'list', *more, cloud='bob')
                self.assertEqual(
                    ('incoming', self.image_id, A, status),
                    (
                        row['Direction'],
                        row['Image ID'],
                        row['Project ID'],
                        row['Status'],
                    ),
                )

    def test_it_sees_its_own_membership_and_use(self) -> None:
        self.cloud.glance.add_member(self.image_id, C)
        server = self.cloud.nova.add(B, self.image_id)
        (row,) = self.rows('share', 'status', self.image_id, cloud='bob')
        self.assertEqual((B, 1), (row['Project ID'], row['Servers']))
        rows = self.rows('share', 'usage', self.image_id, cloud='bob')
        self.assertEqual([server], [row['ID'] for row in rows])
