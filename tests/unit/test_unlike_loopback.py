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

"""The commands on clouds that the developer cloud cannot be made to be.

A cell that is down, services of old releases, pages of one record: each
command runs from its command line to its exit code, and what is true
afterwards is compared with what it said.
"""

import typing

from osc_imageshare import errors
from tests import fakes
from tests.unit import shell

A, B, C = fakes.A, fakes.B, fakes.C


class CommandsTestCase(shell.ShellTestCase):
    """An image of A, shared with B and C."""

    def setUp(self) -> None:
        super().setUp()
        self.image_id = self.cloud.glance.add(
            A, 'shared', members={B: 'accepted', C: 'pending'}
        )

    def status(self, user: str = 'both') -> dict[str, typing.Any]:
        """Return what status tells of B."""
        result = self.openstack(f'share status {self.image_id}', cloud=user)
        self.assertEqual(errors.OK, result.code)
        (row,) = (r for r in result.rows if r['Project ID'] == B)
        return row

    def usage(self, code: int, user: str = 'both') -> list[tuple[str, str]]:
        """Return type and ID of what usage finds for B."""
        result = self.openstack(
            f'share usage {self.image_id} --project {B} --fail-in-use',
            cloud=user,
        )
        self.assertEqual(code, result.code)
        return [
            (row['Type'], row['ID'])
            for row in result.rows
            if row['Project ID'] == B
        ]

    def revoke(
        self, code: int, *more: str, user: str = 'both', **seen: object
    ) -> str:
        """Revoke B's share and return what was said.

        Check that B is a member still, unless the command says that it is
        none any more, and that C is one in any case.

        :param seen: what the row is expected to say.
        """
        result = self.openstack(
            f'share revoke {self.image_id} {B}', *more, cloud=user
        )
        self.assertEqual(code, result.code)
        row = result.row
        for name, value in seen.items():
            self.assertEqual(value, row[name.title().replace('_', ' ')])
        gone = row['Result'] == 'revoked'
        self.assertEqual(
            {C} if gone else {B, C},
            set(self.cloud.glance.members(self.image_id)),
        )
        return result.stderr


class DownCellTest(CommandsTestCase):
    """Nova's lists leave the servers of a cell that is down out."""

    def setUp(self) -> None:
        super().setUp()
        lost = self.cloud.nova.add(B, self.image_id)
        self.cloud.nova.down = {lost}

    def test_its_servers_are_unknown_and_not_none(self) -> None:
        for user in 'both', 'admin':
            self.assertIsNone(self.status(user)['Servers'])
            self.assertEqual(
                [('unknown', None)], self.usage(errors.UNSEEN, user)
            )

    def test_what_is_in_other_cells_is_seen_all_the_same(self) -> None:
        there = self.cloud.nova.add(B, self.image_id)
        for user in 'both', 'admin':
            self.assertIsNone(self.status(user)['Servers'])
            self.assertEqual(
                [('server', there), ('unknown', None)],
                self.usage(errors.IN_USE, user),
            )
            told = self.revoke(errors.IN_USE, user=user, result='in use')
            self.assertIn(there, told)
            self.assertIn('--force and --allow-unseen', told)

    def test_only_who_allows_it_revokes_unseen(self) -> None:
        for user in 'both', 'admin':
            for more in (), ('--force',), ('--force', '--dry-run'):
                told = self.revoke(
                    errors.UNSEEN,
                    *more,
                    user=user,
                    result='unseen',
                    in_use_by=None,
                )
                self.assertIn('cell that is down', told)
        told = self.revoke(
            errors.OK, '--allow-unseen', result='revoked', in_use_by=None
        )
        self.assertIn('cell that is down', told)

    def test_a_cell_that_fails_meanwhile_is_reported(self) -> None:
        self.cloud.nova.down.clear()
        self.cloud.nova.servers.clear()
        lost = self.cloud.nova.add(B, 'another image')

        def fail() -> None:
            self.cloud.nova.down = {lost}

        self.cloud.server.rule('DELETE', '/members/', before=fail)
        told = self.revoke(errors.UNSEEN, result='revoked')
        self.assertIn('cell that is down', told)

    def test_servers_of_others_down_there_are_no_secret_of_this_one(
        self,
    ) -> None:
        self.cloud.nova.servers.clear()
        self.cloud.nova.down = {self.cloud.nova.add(C, self.image_id)}
        for user in 'both', 'admin':
            self.assertEqual(0, self.status(user)['Servers'])
            self.assertEqual([], self.usage(errors.OK, user))
        self.revoke(errors.OK, result='revoked', in_use_by=[])

    def test_sharing_needs_no_servers(self) -> None:
        result = self.openstack(f'share-to {self.image_id} {B}', cloud='both')
        self.assertEqual(errors.OK, result.code)
        self.assertEqual('', result.stderr)


class OldNovaTest(CommandsTestCase):
    """Before 2.69 (Stein), Nova cannot tell of cells that are down."""

    def test_no_server_is_never_certain(self) -> None:
        for latest in (2, 68), (2, 1), None:
            self.cloud.nova.latest = latest
            for user in 'both', 'admin':
                self.assertIsNone(self.status(user)['Servers'])
                self.assertEqual(
                    [('unknown', None)], self.usage(errors.UNSEEN, user)
                )
                told = self.revoke(errors.UNSEEN, user=user, result='unseen')
                self.assertIn('2.69', told)

    def test_a_server_that_is_seen_is_one(self) -> None:
        self.cloud.nova.latest = (2, 68)
        there = self.cloud.nova.add(B, self.image_id)
        for user in 'both', 'admin':
            told = self.revoke(errors.IN_USE, user=user, result='in use')
            self.assertIn(there, told)

    def test_it_can_be_allowed(self) -> None:
        self.cloud.nova.latest = (2, 68)
        self.revoke(
            errors.OK, '--allow-unseen', result='revoked', in_use_by=None
        )

    def test_the_first_that_can_is_enough(self) -> None:
        self.cloud.nova.latest = (2, 69)
        self.assertEqual(0, self.status()['Servers'])
        self.revoke(errors.OK, result='revoked', in_use_by=[])


class CarelessNovaTest(CommandsTestCase):
    """A Nova, or a proxy before it, that drops what it does not know."""

    def test_a_filter_that_is_dropped_makes_no_use_of_it(self) -> None:
        self.cloud.nova.filters = False
        self.cloud.nova.add(B, 'another image')
        for user in 'both', 'admin':
            self.assertEqual(0, self.status(user)['Servers'])
        there = self.cloud.nova.add(B, self.image_id)
        for user in 'both', 'admin':
            self.assertEqual(1, self.status(user)['Servers'])
            self.assertEqual(
                [('server', there)], self.usage(errors.IN_USE, user)
            )

    def test_servers_of_others_are_not_the_members(self) -> None:
        self.cloud.nova.tenants = False
        self.cloud.nova.add(C, self.image_id)
        self.assertIsNone(self.status()['Servers'])
        told = self.revoke(errors.UNSEEN, result='unseen')
        self.assertIn(f'project {C}', told)


class CarelessGlanceTest(CommandsTestCase):
    """A Glance, or a proxy before it, that drops what it does not know."""

    def test_an_image_of_another_name_is_not_meant(self) -> None:
        images = list(self.cloud.glance.images.values())
        self.cloud.server.rule(
            'GET',
            '/v2/images$',
            fakes.Answer(body={'images': images}),
            times=None,
        )
        for argv in (
            ('share-to', 'another', B),
            ('share', 'revoke', 'another', '--all', '--force'),
            ('share', 'status', 'another'),
            ('share', 'usage', 'another'),
        ):
            result = self.openstack(*argv, cloud='both')
            self.assertEqual(errors.FAILED, result.code)
            self.assertIn('No image found', result.stderr)
            self.assertEqual([], self.writes())


class OldCinderTest(CommandsTestCase):
    """Before 3.31, Cinder ignores the filters of administrators."""

    def setUp(self) -> None:
        super().setUp()
        self.cloud.cinder.latest = (3, 30)

    def test_members_need_no_filter(self) -> None:
        self.cloud.cinder.add(B, 'another image')
        volume = self.cloud.cinder.add(B, self.image_id)
        row = self.status()
        self.assertEqual((0, 1), (row['Servers'], row['Volumes']))
        self.assertEqual([('volume', volume)], self.usage(errors.IN_USE))
        # A volume is a copy: it does not stand in the way.
        told = self.revoke(errors.OK, result='revoked')
        self.assertIn(volume, told)

    def test_an_administrator_does_not_trust_it(self) -> None:
        self.cloud.cinder.add(B, self.image_id)
        row = self.status('admin')
        self.assertEqual((None, None), (row['Servers'], row['Volumes']))
        told = self.revoke(errors.UNSEEN, user='admin', result='unseen')
        self.assertIn('3.34', told)

    def test_a_server_booted_from_a_volume_is_found_by_the_member(
        self,
    ) -> None:
        there = self.cloud.nova.add(B)
        self.cloud.cinder.add(
            B, self.image_id, 'in-use', attached=[(there, '/dev/vda')]
        )
        self.assertEqual(1, self.status()['Servers'])
        self.assertIn(there, self.revoke(errors.IN_USE, result='in use'))

    def test_without_attachments_a_reserved_volume_is_a_gap(self) -> None:
        self.cloud.cinder.latest = (3, 26)
        there = self.cloud.nova.add(B, status='SHELVED_OFFLOADED')
        volume = self.cloud.cinder.add(B, self.image_id, 'reserved')
        self.cloud.cinder.attachments = {volume: [there]}
        row = self.status()
        self.assertIsNone(row['Servers'])
        self.revoke(errors.UNSEEN, result='unseen')


class PagesTest(CommandsTestCase):
    """Services that give one record at a time."""

    def setUp(self) -> None:
        super().setUp()
        for service in self.cloud.glance, self.cloud.nova, self.cloud.cinder:
            service.page_size = 1

    def test_everything_is_found(self) -> None:
        for _ in range(3):
            self.cloud.nova.add(B, 'another image')
            self.cloud.cinder.add(B, 'another image')
        servers = [self.cloud.nova.add(B, self.image_id) for _ in range(3)]
        booted = self.cloud.nova.add(B)
        volumes = [
            self.cloud.cinder.add(
                B, self.image_id, attached=[(booted, '/dev/vda')]
            )
        ]
        volumes += [self.cloud.cinder.add(B, self.image_id) for _ in range(2)]
        snapshots = [
            self.cloud.glance.add(B, base_image_ref=self.image_id)
            for _ in range(3)
        ]
        everything = sorted(
            [('server', one) for one in (*servers, booted)]
            + [('volume', one) for one in volumes]
            + [('image', one) for one in snapshots]
        )
        for user in 'both', 'admin':
            self.assertEqual(
                everything, sorted(self.usage(errors.IN_USE, user))
            )
            row = self.status(user)
            self.assertEqual((4, 3), (row['Servers'], row['Volumes']))

    def test_the_last_page_stands_against_a_revocation(self) -> None:
        for _ in range(3):
            self.cloud.cinder.add(B, 'another image')
        there = self.cloud.nova.add(B)
        self.cloud.cinder.add(B, self.image_id, attached=[(there, '/dev/vda')])
        for user in 'both', 'admin':
            told = self.revoke(errors.IN_USE, user=user, result='in use')
            self.assertIn(there, told)

    def test_a_page_that_is_missing_is_a_gap(self) -> None:
        for _ in range(2):
            self.cloud.cinder.add(B, 'another image')
        for answer in (
            fakes.Answer(500, 'oops'),
            fakes.Answer(body={'volumes': None}),
            fakes.Answer(body={'volumes': []}, cut=True),
        ):
            self.second_page(answer)
            self.revoke(errors.UNSEEN, result='unseen')

    def second_page(self, answer: fakes.Answer) -> None:
        """Answer the second page of volumes, and whoever asks again."""
        pages = '/volumes/detail'
        self.cloud.server.rules.clear()
        self.cloud.server.rule('GET', pages)
        self.cloud.server.rule('GET', pages, answer, times=None)

    def test_a_name_is_found_on_whatever_page(self) -> None:
        for _ in range(3):
            self.cloud.glance.add(A, name='twin')
        result = self.openstack(f'share-to twin {B}', cloud='both')
        self.assertEqual(errors.FAILED, result.code)
        self.assertEqual(3, result.stderr.count('owner'))
        self.assertEqual([], self.writes())
        name = self.cloud.glance.images[self.image_id]['name']
        result = self.openstack(f'share-to {name} {B}', cloud='both')
        self.assertEqual(errors.OK, result.code)

    def test_every_share_is_listed(self) -> None:
        more = [self.cloud.glance.add(A, 'shared') for _ in range(2)]
        for image_id in more:
            self.cloud.glance.add_member(image_id, B)
        result = self.openstack(f'share list --project {B}', cloud='both')
        self.assertEqual(
            {self.image_id, *more}, {row['Image ID'] for row in result.rows}
        )
        for user in 'bob', 'admin':
            result = self.openstack('share list', cloud=user)
            self.assertEqual(errors.OK, result.code)
        result = self.openstack(
            f'share accept --all --expect-owner {A}', cloud='bob'
        )
        self.assertEqual(errors.OK, result.code)
        self.assertEqual({*more}, {row['Image ID'] for row in result.rows})
        for image_id in more:
            self.assertEqual(
                {B: 'accepted'}, self.cloud.glance.members(image_id)
            )
