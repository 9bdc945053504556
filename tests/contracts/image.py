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

"""What Glance answers to those who share."""

from __future__ import annotations

import typing

from tests.contracts import base


class Images(base.Contract):
    SERVICE = 'image'

    def expect(
        self,
        image_id: str,
        *rows: tuple[str, str, str, str | None, int],
    ) -> None:
        """Send one request after the other about an image.

        :param rows: user, method, the path below the image, the member or
            the status to send, and the status of the answer.
        """
        for user, method, path, word, status in rows:
            row = (user, method, path, word)
            body = None
            if word is not None:
                body = {
                    'POST': {'member': self._id(word)},
                    'PUT': {'status': word},
                }[method]
            answer = self.ask(user, method, f'/images/{image_id}{path}', body)
            self.assertEqual((row, status), (row, answer.status), answer.body)

    def _id(self, word: str) -> str:
        return self.project(word) if word in base.CAST.values() else word

    def statuses(self, user: str, image_id: str) -> dict[str, str]:
        """Return the letters of the members that a user sees, with status."""
        letters = {self.project(x): x for x in base.CAST.values()}
        answer = self.ask(user, 'GET', f'/images/{image_id}/members')
        self.assertEqual(200, answer.status, answer.body)
        return {
            letters[each['member_id']]: each['status']
            for each in answer.body['members']
        }

    def listed(self, user: str, image_id: str, query: str) -> bool:
        """Tell whether a list shows an image."""
        name = self.ask('admin', 'GET', f'/images/{image_id}').body['name']
        answer = self.ask(user, 'GET', f'/images?name={name}{query}')
        self.assertEqual(200, answer.status, answer.body)
        return image_id in [each['id'] for each in answer.body['images']]

    def test_who_may_add_a_member(self) -> None:
        self.expect(
            self.create_image('shared'),
            ('carol', 'POST', '/members', 'B', 404),
            ('alice', 'POST', '/members', 'B', 200),
            ('alice', 'POST', '/members', 'B', 409),
            # Anything is stored.
            ('alice', 'POST', '/members', 'not a project!', 200),
            ('alice', 'POST', '/members', 'a/b', 200),
            ('alice', 'POST', '/members', '', 400),
            ('alice', 'POST', '/members', 'A', 200),
            ('bob', 'POST', '/members', 'C', 403),
            ('reader', 'POST', '/members', 'C', 403),
            ('admin', 'POST', '/members', 'C', 200),
        )

    def test_only_a_shared_image_has_members(self) -> None:
        for visibility in 'private', 'community':
            self.expect(
                self.create_image(visibility),
                ('alice', 'POST', '/members', 'B', 403),
                ('alice', 'GET', '/members', None, 403),
                ('alice', 'DELETE', '/members/{B}', None, 403),
                ('admin', 'POST', '/members', 'B', 403),
                ('admin', 'GET', '/members', None, 403),
            )

    def test_who_may_answer(self) -> None:
        image = self.create_image('shared')
        self.create_member(image, 'B')
        self.expect(
            image,
            ('alice', 'PUT', '/members/{B}', 'accepted', 403),
            ('carol', 'PUT', '/members/{C}', 'accepted', 404),
            ('reader', 'PUT', '/members/{B}', 'accepted', 403),
            ('bob', 'PUT', '/members/{B}', 'bogus', 400),
            ('bob', 'PUT', '/members/{B}', 'accepted', 200),
            ('bob', 'PUT', '/members/{B}', 'accepted', 200),
            ('bob', 'PUT', '/members/{B}', 'rejected', 200),
            ('bob', 'PUT', '/members/{B}', 'pending', 200),
            ('admin', 'PUT', '/members/{B}', 'accepted', 200),
            ('admin', 'PUT', '/members/{C}', 'accepted', 404),
        )

    def test_who_may_remove_a_member(self) -> None:
        image = self.create_image('shared')
        self.create_member(image, 'B')
        self.create_member(image, 'C')
        self.expect(
            image,
            ('bob', 'DELETE', '/members/{B}', None, 403),
            ('alice', 'DELETE', '/members/{B}', None, 204),
            ('alice', 'DELETE', '/members/{B}', None, 404),
            ('bob', 'DELETE', '/members/{C}', None, 404),
            ('admin', 'DELETE', '/members/{C}', None, 204),
        )

    def test_who_sees_which_members(self) -> None:
        image = self.create_image('shared')
        for letter in 'BC':
            self.create_member(image, letter)
        both = dict.fromkeys('BC', 'pending')
        table = {
            'alice': both,
            'admin': both,
            'bob': {'B': 'pending'},
            'reader': {'B': 'pending'},
            'carol': {'C': 'pending'},
        }
        self.assertEqual(
            table, {user: self.statuses(user, image) for user in table}
        )
        self.expect(
            image,
            ('alice', 'GET', '/members/{C}', None, 200),
            ('bob', 'GET', '/members/{B}', None, 200),
            ('bob', 'GET', '/members/{C}', None, 404),
        )

    def test_membership_is_access_whatever_was_answered(self) -> None:
        image = self.create_image('shared')
        self.expect(image, ('bob', 'GET', '', None, 404))
        self.create_member(image, 'B')
        for status in 'pending', 'accepted', 'rejected':
            self.expect(
                image,
                ('bob', 'PUT', '/members/{B}', status, 200),
                ('bob', 'GET', '', None, 200),
                ('reader', 'GET', '', None, 200),
                ('carol', 'GET', '', None, 404),
            )

    def test_what_lists_show(self) -> None:
        image = self.create_image('shared')
        self.create_member(image, 'B')
        member, shared = '&member_status=', '&visibility=shared'
        queries = (
            *('', shared, member + 'all', shared + member + 'all'),
            *(member + status for status in ('pending', 'rejected')),
            shared + member + 'all&limit=1000&owner={A}',
            shared + member + 'all&owner={C}',
        )
        table: dict[str, tuple[bool, ...]] = {
            'pending': (False, False, True, True, True, False, True, False),
            'accepted': (True, True, True, True, False, False, True, False),
            'rejected': (False, False, True, True, False, True, True, False),
        }
        for status, shown in table.items():
            self.expect(image, ('bob', 'PUT', '/members/{B}', status, 200))
            for user, found in (
                ('bob', shown),
                # For the owner that filters nothing but the owner.
                ('alice', (True,) * 7 + (False,)),
                ('admin', (True,) * 7 + (False,)),
                ('carol', (False,) * len(queries)),
            ):
                row = (status, user)
                self.assertEqual(
                    (row, found),
                    (
                        row,
                        tuple(self.listed(user, image, q) for q in queries),
                    ),
                )

    def test_a_hidden_image_is_listed_on_request(self) -> None:
        image = self.create_image('shared', os_hidden=True)
        for user in 'alice', 'admin':
            self.assertEqual(
                [False, True],
                [
                    self.listed(user, image, f'&os_hidden={hidden}')
                    for hidden in ('false', 'true')
                ],
            )

    def test_private_hides_the_members_and_shared_brings_them_back(
        self,
    ) -> None:
        image = self.create_image('shared')
        self.create_member(image, 'B')
        self.expect(image, ('bob', 'PUT', '/members/{B}', 'rejected', 200))
        self.change_image(image, visibility='private')
        self.expect(
            image,
            ('bob', 'GET', '', None, 404),
            ('alice', 'GET', '/members', None, 403),
        )
        self.change_image(image, visibility='shared')
        self.expect(image, ('bob', 'GET', '', None, 200))
        self.assertEqual({'B': 'rejected'}, self.statuses('alice', image))

    def test_who_may_change_and_delete_an_image(self) -> None:
        image = self.create_image('shared', protected=True)
        self.create_member(image, 'B')
        self.expect(
            image,
            ('bob', 'DELETE', '', None, 403),
            ('carol', 'DELETE', '', None, 404),
            ('alice', 'DELETE', '', None, 403),
        )
        self.change_image(image, protected=False)
        self.expect(
            image,
            ('alice', 'DELETE', '', None, 204),
            ('alice', 'GET', '', None, 404),
            ('bob', 'GET', '/members', None, 404),
        )

    def test_a_record_has_what_is_read_of_it(self) -> None:
        image = self.create_image('shared', os_distro='debian')
        record: dict[str, typing.Any]
        record = self.ask('alice', 'GET', f'/images/{image}').body
        self.assertEqual(
            {
                'id': image,
                'owner': self.project('A'),
                'visibility': 'shared',
                'status': 'queued',
                'protected': False,
                'os_hidden': False,
                'size': None,
                'checksum': None,
                'min_disk': 0,
                'min_ram': 0,
                'tags': [],
                'os_distro': 'debian',
            },
            {
                name: record[name]
                for name in (
                    *('id', 'owner', 'visibility', 'status', 'protected'),
                    *('os_hidden', 'size', 'checksum', 'min_disk', 'min_ram'),
                    *('tags', 'os_distro'),
                )
            },
        )
        for name in 'created_at', 'updated_at':
            self.assertRegex(record[name], r'\d{4}-\d\d-\d\dT.*Z')
