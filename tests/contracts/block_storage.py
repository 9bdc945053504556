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

"""What Cinder answers to those who look who uses an image."""

from __future__ import annotations

import json
from urllib import parse

from tests.contracts import base


class Volumes(base.Consumers):
    SERVICE = 'block_storage'

    def setUp(self) -> None:
        super().setUp()
        self.volume = self.create_volume('bob', self.image_id)

    def found(self, user: str, query: str, microversion: str) -> set[str]:
        """Return the volumes of a list that are made of the image."""
        answer = self.ask(
            user, 'GET', f'/volumes/detail?{query}', microversion=microversion
        )
        self.assertEqual(200, answer.status, answer.body)
        return {
            each['id']
            for each in answer.body['volumes']
            if (each.get('volume_image_metadata') or {}).get('image_id')
            == self.image_id
        }

    @property
    def metadata(self) -> str:
        """The filter for volumes that are made of the image."""
        wanted = json.dumps({'image_id': self.image_id})
        return f'glance_metadata={parse.quote(wanted)}'

    def test_who_finds_the_volumes_of_an_image(self) -> None:
        table = (
            ('bob', '', '3.70', True),
            ('reader', '', '3.70', True),
            ('alice', '', '3.70', False),
            # That is ignored, and no error.
            ('alice', 'all_tenants=1', '3.70', False),
            ('admin', '', '3.70', False),
            ('admin', 'all_tenants=1', '3.70', True),
            ('admin', f'all_tenants=1&{self.metadata}', '3.70', True),
            ('bob', 'status=available', '3.70', True),
            ('bob', 'status=creating', '3.70', False),
            # Below 3.31 an ordinary user's filter is dropped.
            ('bob', self.metadata, '3.30', True),
            ('admin', 'all_tenants=1&status~=creating', '3.34', False),
            ('admin', 'all_tenants=1&status~=avail', '3.34', True),
        )
        for user, query, microversion, seen in table:
            row = (user, query, microversion)
            self.assertEqual(
                (row, {self.volume} if seen else set()),
                (row, self.found(user, query, microversion)),
            )

    def test_an_ordinary_user_may_not_use_every_filter(self) -> None:
        for query in self.metadata, 'status~=creating':
            answer = self.ask(
                'bob', 'GET', f'/volumes/detail?{query}', microversion='3.70'
            )
            self.assertEqual((query, 400), (query, answer.status))

    def test_a_record_has_what_is_read_of_it(self) -> None:
        answer = self.ask('bob', 'GET', '/volumes/detail')
        (record,) = (
            each
            for each in answer.body['volumes']
            if each['id'] == self.volume
        )
        self.assertEqual(
            (self.project('B'), 'available', []),
            (
                record['os-vol-tenant-attr:tenant_id'],
                record['status'],
                record['attachments'],
            ),
        )

    def test_a_microversion_that_is_too_new_is_refused(self) -> None:
        answer = self.ask(
            'bob', 'GET', '/volumes/detail', microversion='3.9999'
        )
        self.assertEqual(406, answer.status)
