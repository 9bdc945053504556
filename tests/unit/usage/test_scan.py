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

from osc_imageshare.usage import scan
from osc_imageshare.usage import survey
from tests import fakes
from tests.unit import base

A, B, C = fakes.A, fakes.B, fakes.C
ADMIN = fakes.ADMIN


class ScanTest(base.CloudTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.clouds_yaml(bob=self.cloud.entry('bob'))
        self.ids = [
            self.cloud.glance.add(
                A,
                'shared',
                f'web-{n}',
                members={B: 'accepted', C: 'pending'},
                # No other image can name it as its kernel.
                disk_format='qcow2',
            )
            for n in range(4)
        ]

    def found(
        self, user: str, *clouds: str, ids: typing.Sequence[str] = ()
    ) -> dict[tuple[str, str], survey.Usage]:
        """Return what one scan tells of B's and C's use of some images."""
        wanted = [self.image(one) for one in ids or self.ids]
        caller = self.scopes(user, *clouds)
        self.cloud.server.requests.clear()
        found = scan.Scan(caller, wanted)
        return {
            (image.id, project_id): found.of_member(image.id, project_id)
            for image in wanted
            for project_id in (B, C)
        }

    def alone(self, user: str, *clouds: str) -> dict[typing.Any, typing.Any]:
        """Return what a survey of each image by itself tells."""
        found = {}
        for one in self.ids:
            each = survey.Survey(self.scopes(user, *clouds), self.image(one))
            for project_id in B, C:
                found[one, project_id] = each.of(project_id)
        return found

    def use(self) -> None:
        """Let B use the images in every way there is."""
        first, second, third, _ = self.ids
        self.cloud.nova.add(B, first)
        self.cloud.nova.add(C, second)
        booted = self.cloud.nova.add(B)
        self.cloud.cinder.add(
            B, second, 'in-use', attached=[(booted, '/dev/vda')]
        )
        self.cloud.cinder.add(B, third)
        self.cloud.glance.add(B, base_image_ref=third)
        self.cloud.glance.add(B, base_image_ref=third, os_hidden=True)

    def test_it_tells_what_a_survey_of_each_image_tells(self) -> None:
        self.use()
        for user, clouds in (
            ('both', ()),
            ('alice', ('bob',)),
            ('alice', ()),
            ('admin', ()),
            ('admin', ('bob',)),
        ):
            expected = self.alone(user, *clouds)
            found = self.found(user, *clouds)
            self.assertEqual(expected.keys(), found.keys())
            for key, usage in found.items():
                one = expected[key]
                self.assertEqual(
                    (set(one.consumers), set(one.gaps), one.checked_as),
                    (set(usage.consumers), set(usage.gaps), usage.checked_as),
                    f'{user} {clouds} {key}',
                )

    def test_pages_are_read_to_the_end(self) -> None:
        self.use()
        expected = self.found('both')
        self.cloud.nova.page_size = 1
        self.cloud.cinder.page_size = 1
        self.cloud.glance.page_size = 1
        found = self.found('both')
        for key, usage in expected.items():
            self.assertEqual(
                {one.id for one in usage.consumers},
                {one.id for one in found[key].consumers},
            )

    def test_a_project_is_asked_once_for_all_images(self) -> None:
        self.use()
        for number in 2, 4:
            self.found('alice', 'bob', ids=self.ids[:number])
            lists = [
                str(request)
                for request in self.cloud.server.requests
                if request.path.startswith(('/compute/', '/volume/', '/image'))
                and request.path.count('servers/0') == 0
            ]
            self.assertEqual(sorted(set(lists)), sorted(lists))
            self.assertEqual(7, len(lists), '\n'.join(lists))

    def test_a_single_image_is_filtered_for(self) -> None:
        self.found('both', ids=self.ids[:1])
        (asked,) = (
            str(request)
            for request in self.cloud.server.requests
            if 'servers/detail?image=' in str(request)
        )
        self.assertIn(self.ids[0], asked)

    def test_an_administrator_filters_for_each_image(self) -> None:
        for user in 'admin', 'operator':
            self.cloud.keystone.roles['operator'] = {ADMIN: ('image_admin',)}
            self.found(user)
            for one in self.ids:
                asked = [
                    request
                    for request in self.cloud.server.requests
                    if request.path.endswith('/servers/detail')
                    and request.parameter('image') == one
                ]
                self.assertEqual(
                    ['1'], [r.parameter('all_tenants') for r in asked]
                )

    def test_what_breaks_is_a_gap_of_every_image(self) -> None:
        self.cloud.server.rule(
            'GET', '/compute/v2.1/servers/detail', fakes.Answer(500, 'no')
        )
        for (_, project_id), usage in self.found('both').items():
            self.assertEqual(
                project_id == B,
                any(g.service == 'compute' for g in usage.gaps),
            )
            self.assertTrue(usage.gaps)

    def test_a_later_scan_sees_what_has_come_since(self) -> None:
        first = self.ids[0]
        self.assertEqual((), self.found('both')[first, B].consumers)
        server_id = self.cloud.nova.add(B, first)
        (consumer,) = self.found('both')[first, B].consumers
        self.assertEqual(server_id, consumer.id)
