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

"""``image share usage --if``: what each withdrawal breaks."""

import typing

from tests.live import base
from tests.live import consumers

#: What is said of a server of the image: certain, and possible.
_SERVER = {
    'revoked': (
        'rebuild rescue',
        'start, hard reboot, resize, migrate (manager)',
    ),
    'deleted': (
        'rebuild rescue',
        'start, hard reboot, resize, migrate, migrate (manager), evacuate',
    ),
    'deactivated': (
        'rebuild',
        'rescue, start, hard reboot, resize, migrate (manager), '
        'live migrate (manager), unshelve',
    ),
}


class TestWithdrawals(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('bob')
        self.image = self.shared()

    def shared(self) -> str:
        image = self.make_image(visibility='shared')
        self.add_member(image, self.b)
        return image

    def usage(
        self, *options: str, cloud: str = 'bob', code: int = 0
    ) -> base.Result:
        return self.share(
            f'share usage {self.image}', *options, cloud=cloud, code=code
        )

    def withdraw(self, withdrawal: str) -> None:
        own = base.connect('alice').image
        path = f'/images/{self.image}'
        if withdrawal == 'revoked':
            answer = own.delete(f'{path}/members/{self.b}')
        elif withdrawal == 'deleted':
            answer = own.delete(path)
        else:
            answer = base.connect('admin').image.post(
                f'{path}/actions/deactivate'
            )
        self.assertEqual(204, answer.status_code, answer.text)

    def test_each_has_its_own_table_whoever_looks(self) -> None:
        server = self.make_server('bob', self.image)
        for withdrawal, (breaks, may_break) in _SERVER.items():
            for cloud, *options in (
                ('bob',),
                ('both-a',),
                ('alice', '--member-cloud', 'bob'),
                ('admin',),
            ):
                with self.subTest(withdrawal=withdrawal, cloud=cloud):
                    row = self.usage(
                        '--if', withdrawal, *options, cloud=cloud
                    ).row
                    self.assertEqual(
                        (server, breaks, may_break),
                        (
                            row['ID'],
                            ' '.join(row['Breaks']),
                            ', '.join(row['May Break']),
                        ),
                    )

    def test_a_revocation_is_meant_where_nothing_is_said(self) -> None:
        self.make_server('bob', self.image)
        self.assertEqual(self.usage('--if', 'revoked').rows, self.usage().rows)

    def test_the_gate_tells_of_the_withdrawal_it_is_before(self) -> None:
        volume = self.make_volume('bob', self.image)
        server = self.make_server('bob', self.image)
        for withdrawal in _SERVER:
            result = self.usage(
                *('--fail-in-use', '--if', withdrawal),
                cloud='both-a',
                code=3,
            )
            found = {row['ID']: row['May Break'] for row in result.rows}
            self.assertEqual({server, volume}, set(found))
            self.assertEqual(
                withdrawal == 'deleted', 'evacuate' in found[server]
            )

    def test_conditions_and_remedies_are_in_the_long_list(self) -> None:
        self.make_server('bob', self.image)
        for withdrawal, condition, words in (
            (
                'revoked',
                'after an unshelve without the base',
                'A hard reboot heals',
            ),
            (
                'deactivated',
                'if the other host lacks the base',
                'once the image is active again',
            ),
        ):
            result = self.usage('--long', '--if', withdrawal)
            self.assertIn(
                {'operation': 'resize', 'condition': condition},
                result.row['Conditions'],
            )
            self.assertIn(words, result.stderr)
            short = self.usage('--if', withdrawal)
            self.assertNotIn('Conditions', short.row)
            self.assertNotIn(words, short.stderr)

    def test_people_read_an_operation_a_line(self) -> None:
        self.make_server('bob', self.image)
        shown = self.openstack(
            f"image share usage {self.image} --long -c 'May Break' -c "
            'Conditions',
            cloud='bob',
        ).stdout
        for cell in (
            '| start             | start if its own host lacks the base ',
            '| resize            | resize after an unshelve without the base',
        ):
            self.assertIn(cell, shown)

    def test_a_server_on_no_host_is_named(self) -> None:
        server = self.make_server('bob', self.image)
        consumers.shelve(self, 'bob', server)
        for withdrawal, words in (
            ('revoked', 'its next resize may end in ERROR'),
            ('deleted', "an administrator's as well"),
            ('deactivated', 'only an administrator can unshelve it'),
        ):
            said = self.usage('--if', withdrawal).stderr
            self.assertIn(f'Server {server}', said)
            self.assertIn(words, said)
        result = self.share(
            f'share revoke {self.image} {self.b}', cloud='both-a', code=3
        )
        self.assertIn(f'Server {server}', result.stderr)
        self.assertEqual({self.b: 'pending'}, self.members(self.image))

    def test_what_is_said_to_break_breaks(self) -> None:
        for withdrawal in _SERVER:
            with self.subTest(withdrawal=withdrawal):
                self.image = self.shared()
                server = self.make_server('bob', self.image)
                volume = self.make_volume('bob', self.image)
                said: dict[str, typing.Any] = {
                    row['ID']: row['Breaks']
                    for row in self.usage('--if', withdrawal).rows
                }
                self.withdraw(withdrawal)
                self.assertIn('rebuild', said[server])
                self.assertEqual(
                    400, consumers.rebuild(self, 'bob', server, self.image)
                )
                self.assertEqual(['reimage'], said[volume])
                self.assertIn(
                    consumers.reimage('bob', volume, self.image), (400, 404)
                )
                # What the project as a whole loses is in no row.
                answer = consumers.boot(self, 'bob', self.image)
                self.assertEqual(400, answer.status_code, answer.text)
                self.assertEqual('ACTIVE', self.server_status('bob', server))
