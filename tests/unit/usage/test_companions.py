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

from __future__ import annotations

import typing

from osc_imageshare.api import rest
from osc_imageshare.image import images
from osc_imageshare.usage import companions
from osc_imageshare.usage import consumers
from osc_imageshare.usage import risk
from tests import fakes
from tests.unit import base
from tests.unit import surveys

A, B, C = fakes.A, fakes.B, fakes.C

_PROPERTIES = {
    'kernel_id': risk.FROM_KERNEL,
    'ramdisk_id': risk.FROM_RAMDISK,
}


class MayBeOneTest(base.TestCase):
    def test_the_bits_of_a_kernel_are_what_the_hypervisor_loads(self) -> None:
        gib = 1024**3
        table: list[tuple[dict[str, object], bool]] = [
            ({}, True),
            ({'disk_format': 'aki', 'size': 7_000_000}, True),
            ({'disk_format': 'ari', 'size': None}, True),
            # Formats are a custom only: most kernels of today say "raw".
            ({'disk_format': 'raw'}, True),
            ({'disk_format': 'ami'}, True),
            ({'disk_format': None}, True),
            ({'disk_format': 'of the future'}, True),
            ({'disk_format': 'raw', 'size': 4 * gib - 1}, True),
            ({'disk_format': 'raw', 'size': 4 * gib}, False),
            ({'disk_format': 'qcow2'}, False),
            ({'disk_format': 'qcow2', 'size': 7_000_000}, False),
            ({'disk_format': 'vmdk'}, False),
            ({'disk_format': 'iso'}, False),
        ]
        for record, expected in table:
            image = images.Image('i', '', A, 'active', 'shared', '', record)
            self.assertEqual(
                expected, companions.may_be_one(image), str(record)
            )


class CompanionsTest(surveys.SurveyTestCase):
    """The image is the kernel or ramdisk of another one of its owner."""

    def relying(
        self,
        name: str = 'kernel_id',
        owner: str = A,
        visibility: str = 'shared',
        **record: typing.Any,
    ) -> str:
        record.setdefault('members', {B: 'pending'} if owner == A else {})
        record[name] = self.image_id
        return self.cloud.glance.add(owner, visibility, **record)

    def found(
        self, user: str, *clouds: str, of: str = B
    ) -> dict[str, tuple[str, str | None]]:
        """Return type and origin of all that a project uses, by ID."""
        usage = self.survey(user, *clouds).of(of)
        self.assertEqual((), usage.gaps)
        self.assertEqual({of}, {o.project_id for o in usage.consumers} | {of})
        return {o.id: (o.kind, o.booted_from) for o in usage.consumers}

    def test_servers_of_images_that_name_it_use_it(self) -> None:
        for name, how in _PROPERTIES.items():
            server_id = self.cloud.nova.add(B, self.relying(name))
            self.cloud.nova.add(C, self.relying(name))
            for user, *clouds in (
                ('bob',),
                ('alice', 'bob'),
                ('both',),
                ('admin',),
            ):
                found = self.found(user, *clouds)
                self.assertEqual((risk.SERVER, how), found[server_id], user)
            self.assertEqual(1, len(found))
            del self.cloud.nova.servers[server_id]

    def test_they_break_as_servers_that_lack_their_kernel(self) -> None:
        self.cloud.nova.add(B, self.relying())
        (server,) = self.survey('both').of(B).consumers
        how = risk.SERVER, risk.FROM_KERNEL
        self.assertEqual(
            (risk.breaks(*how), risk.may_break(*how)),
            (server.breaks, server.may_break),
        )
        self.assertTrue(self.survey('both').of(B).refusing)

    def test_an_image_that_the_member_has_lost_counts_for_the_owner(
        self,
    ) -> None:
        # The servers are there, and only the owner sees the image.
        for hidden in False, True:
            relying = self.relying(os_hidden=hidden, members={})
            server_id = self.cloud.nova.add(B, relying)
            self.assertIn(server_id, self.found('both'))
            self.assertIn(server_id, self.found('admin'))

    def test_the_members_own_images_name_it_too(self) -> None:
        # A snapshot of such a server inherits the property.
        relying = self.relying()
        snapshot = self.relying(
            'kernel_id', B, 'private', base_image_ref=relying
        )
        restored = self.cloud.nova.add(B, snapshot)
        for user, *clouds in ('bob',), ('alice', 'bob'), ('both',), ('admin',):
            self.assertEqual(
                {
                    snapshot: (risk.IMAGE, risk.FROM_KERNEL),
                    restored: (risk.SERVER, risk.FROM_KERNEL),
                },
                self.found(user, *clouds),
                user,
            )

    def test_the_owner_s_images_are_its_own_use(self) -> None:
        relying = self.relying()
        self.assertEqual(
            {relying: (risk.IMAGE, risk.FROM_KERNEL)},
            self.found('alice', of=A),
        )

    def test_other_images_and_their_servers_are_no_use(self) -> None:
        glance = self.cloud.glance
        other = glance.add(A, 'shared', kernel_id='another')
        glance.images[self.image_id]['kernel_id'] = self.image_id
        self.cloud.nova.add(B, other)
        self.assertEqual({}, self.found('both'))

    def test_a_server_is_named_once(self) -> None:
        relying = self.relying()
        self.cloud.glance.images[relying]['ramdisk_id'] = self.image_id
        self.cloud.nova.add(B, relying)
        self.assertEqual(1, len(self.found('both')))

    def test_an_image_that_cannot_be_a_kernel_is_not_looked_for(self) -> None:
        self.cloud.nova.add(B, self.relying())
        self.cloud.glance.images[self.image_id]['disk_format'] = 'qcow2'
        self.assertEqual({}, self.found('both'))
        self.assertEqual([], self.lists())

    def lists(self) -> list[str]:
        return [
            name
            for request in self.cloud.server.sent('GET', '/images$')
            for name, _ in request.query
            if name in _PROPERTIES
        ]

    def test_the_caller_s_images_are_asked_for_once(self) -> None:
        self.cloud.keystone.roles['both'] = dict.fromkeys(
            (A, B, C), ('member',)
        )
        survey = self.survey('both')
        for project_id in A, B, C:
            survey.of(project_id)
        # Each property, of listed and of hidden images.
        self.assertEqual(sorted([*_PROPERTIES] * 2), sorted(self.lists()))

    def test_what_cannot_be_told_is_a_gap_and_no_number(self) -> None:
        for parameter, user in (
            ('kernel_id', 'both'),
            ('ramdisk_id', 'admin'),
        ):
            self.cloud.server.rules.clear()
            self.cloud.server.rule(
                'GET',
                '/images$',
                fakes.Answer(403, {}),
                parameter=parameter,
                times=None,
            )
            usage = self.survey(user).of(B)
            self.assertIsNone(usage.servers)
            self.assertIn('kernel or ramdisk', usage.gaps[0].reason)

    def test_an_old_glance_tells_what_it_lists(self) -> None:
        self.cloud.glance.knows_shared = False
        server_id = self.cloud.nova.add(B, self.relying(visibility='private'))
        for image in self.cloud.glance.images.values():
            image['visibility'] = 'private'
        self.assertIn(server_id, self.found('both'))


class NovasTest(base.CloudTestCase):
    def setUp(self) -> None:
        super().setUp()
        image_id = self.cloud.glance.add(A, 'shared')
        self.relying = self.cloud.glance.add(B, kernel_id=image_id)
        self.cloud.nova.add(B, self.relying)
        self.query = self.question(image_id)

    def found(self, *computes: rest.Api) -> list[object]:
        look = companions.Companions(self.query.scope, self.query.image)
        return [
            one.kind if isinstance(one, consumers.Consumer) else one.service
            for one in look.made_of(self.query, computes)
        ]

    def test_each_is_asked_for_the_servers(self) -> None:
        compute = self.api(self.query, 'compute')
        self.assertEqual(
            [risk.IMAGE, *[risk.SERVER] * 2], self.found(compute, compute)
        )
        # What is missing where there is none has been said already.
        self.assertEqual([risk.IMAGE], self.found())

    def test_one_that_fails_is_a_gap_and_hides_no_other(self) -> None:
        self.cloud.server.rule(
            'GET', '/servers/detail', fakes.Answer(403, {}), parameter='image'
        )
        compute = self.api(self.query, 'compute')
        self.assertEqual(
            {risk.IMAGE, 'compute', risk.SERVER},
            set(self.found(compute, compute)),
        )
