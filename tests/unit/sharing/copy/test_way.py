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

import typing

from osc_imageshare import errors
from osc_imageshare.image import uploads
from osc_imageshare.sharing.copy import way
from tests import fakes
from tests.unit.sharing.copy import base

A, B, C, ONE, TWO, DATA = base.A, base.B, base.C, base.ONE, base.TWO, base.DATA


class ChooseTest(base.CopyTestCase):
    def test_the_first_way_that_is_open_is_taken(self) -> None:
        opened, closed = way.Possible('public'), way.Possible(obstacle='no')
        table = {
            (way.AUTO, opened): way.Way(way.SERVER, 'public', otherwise=True),
            (way.AUTO, closed): way.Way(way.STREAM, why='no'),
            (way.SERVER, opened): way.Way(way.SERVER, 'public'),
            (way.STREAM, opened): way.Way(way.STREAM),
            (way.STREAM, closed): way.Way(way.STREAM),
        }
        for (method, server), expected in table.items():
            self.assertEqual(expected, way.choose(method, server))

    def test_no_other_way_is_taken_than_the_one_that_was_asked_for(
        self,
    ) -> None:
        error = self.assertRaises(
            errors.Refused,
            way.choose,
            way.SERVER,
            way.Possible(obstacle='it is shut'),
        )
        self.assertIn('it is shut', str(error))
        self.assertIn('--method stream', str(error))


class ServerTest(base.CopyTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.imports()
        self.source = self.one.add(A, data=DATA)

    def possible(
        self, user: str = 'alice', **more: typing.Any
    ) -> way.Possible:
        """Look whether a user's project can fetch alice's image."""
        own = self.scopes('alice').own
        there = uploads.Uploads(self.scopes(user, **more).own)
        return way.server(own, self.image(self.source), there)

    def test_it_is_open_where_everything_fits(self) -> None:
        for more in {}, {'region_name': TWO}:
            self.assertEqual(
                way.Possible('public'), self.possible('alice', **more)
            )

    def test_who_cannot_read_the_image_cannot_fetch_it(self) -> None:
        self.assertIn('cannot read', str(self.possible('bob').obstacle))
        self.one.add_member(self.source, B)
        self.one.images[self.source]['visibility'] = 'shared'
        self.assertIsNone(self.possible('bob').obstacle)

    def test_it_has_to_be_offered(self) -> None:
        for methods in None, [], ['web-download']:
            self.one.data.import_methods = methods
            self.assertIn('does not offer', str(self.possible().obstacle))

    def test_a_service_that_fails_is_an_obstacle(self) -> None:
        self.breaks('GET', '/info/import', times=None)
        self.assertIn('answered 500', str(self.possible().obstacle))
        self.cloud.server.rules.clear()
        bodies: list[object] = [{}, [], {'import-methods': {}}, None]
        for body in bodies:
            self.cloud.server.rule(
                'GET', '/info/import', fakes.Answer(body=body)
            )
            self.assertIsNotNone(self.possible().obstacle)

    def test_the_catalog_has_to_lead_to_the_source(self) -> None:
        self.cloud.catalogs[B] = {
            'image': {TWO: '/image2'},
            'compute': {ONE: '/compute/v2.1'},
        }
        self.one.images[self.source]['visibility'] = 'public'
        found = self.possible('bob', region_name=TWO)
        self.assertIn('does not lead', str(found.obstacle))
        # Another service of that region stands in its way.
        self.cloud.catalogs[B]['image'] = {ONE: '/image2', TWO: '/image2'}
        found = self.possible('bob', region_name=TWO)
        self.assertIn('does not lead', str(found.obstacle))
