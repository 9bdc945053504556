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

"""Copies on fake services, in two regions."""

from __future__ import annotations

import typing

import fixtures

from osc_imageshare.image import properties
from osc_imageshare import sharing
from osc_imageshare.sharing import outcomes
from tests import fakes
from tests.fakes import image as image_
from tests.unit.sharing import base

A, B, C = fakes.A, fakes.B, fakes.C
ONE, TWO = fakes.ONE, fakes.TWO

#: More than one piece, and not a whole number of them.
DATA = bytes(range(256)) * 2000 + b'the end'


class CopyTestCase(base.FlowTestCase):
    """Tests of copies; RegionTwo has a Glance of its own."""

    def setUp(self) -> None:
        super().setUp()
        self.clock = self.no_pauses()
        for module in 'making', 'server':
            self.useFixture(
                fixtures.MonkeyPatch(
                    f'osc_imageshare.sharing.copy.{module}.time', self.clock
                )
            )
        self.useFixture(
            fixtures.MonkeyPatch(
                'osc_imageshare.sharing.copy.stream._PAUSES', (0.0,) * 5
            )
        )
        self.one, self.two = self.cloud.glance, image_.Glance()
        self.cloud.mounted['image2'] = self.two
        self.cloud.catalog['image'][TWO] = '/image2'
        self.clouds_yaml(
            bob=self.cloud.entry('bob'),
            both=self.cloud.entry('both'),
            two=self.cloud.entry('bob', region_name=TWO),
        )

    def imports(self) -> None:
        """Let both Glances fetch from each other."""
        peers = {ONE: self.one, TWO: self.two}
        for glance in self.one, self.two:
            glance.data.import_methods = ['web-download', 'glance-download']
            glance.data.peers = peers

    def copy(self, user: str, image: str, **more: typing.Any) -> sharing.Copy:
        """Return a run of the flow, not yet started."""
        request = sharing.CopyRequest(image, **more)
        return sharing.Copy(self.cloud.connect(user), request)

    def run_copy(
        self, user: str, image: str, **more: typing.Any
    ) -> outcomes.CopyOutcome:
        return self.copy(user, image, **more).run()

    def copies(
        self, source: str, *glances: image_.Glance
    ) -> list[dict[str, typing.Any]]:
        """Return the records of all that says it was made of an image."""
        return [
            record
            for glance in glances or (self.one, self.two)
            for record in glance.images.values()
            if record.get(properties.SOURCE) == source
        ]

    def assert_copied(
        self,
        copied: outcomes.Copied,
        glance: image_.Glance,
        data: bytes = DATA,
    ) -> dict[str, typing.Any]:
        """Check that a copy is all that it should be; return its record."""
        self.assertIsNotNone(copied.copy_id)
        record = glance.images[str(copied.copy_id)]
        self.assertEqual('active', record['status'])
        self.assertEqual('private', record['visibility'])
        self.assertEqual(copied.project.id, record['owner'])
        self.assertEqual(data, glance.data.of[record['id']])
        self.assertEqual({}, glance.members(record['id']))
        self.assertIs(True, copied.verified)
        self.assertEqual(len(data), copied.size)
        return record

    def assert_nothing_left(self, source: str) -> None:
        """Check that there is neither a copy nor half of one."""
        self.assertEqual([], self.copies(source))

    def bodies_break(self, *lengths: int, glance: str = '/image/') -> None:
        """Let the source break off after so many bytes of each answer."""
        start = 0
        for length in lengths:
            part = DATA[start : start + length]
            headers = {'Content-Type': 'application/octet-stream'}
            if start:
                headers['Content-Range'] = f'bytes {start}-/{len(DATA)}'
            self.cloud.server.rule(
                'GET',
                f'{glance}.*/file',
                fakes.Answer(206 if start else 200, part, headers, cut=True),
            )
            start += length
