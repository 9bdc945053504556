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

import json
import typing

from osc_imageshare import consumers
from osc_imageshare import errors
from osc_imageshare import risk
from osc_imageshare import volumes
from tests.unit import base
from tests.unit import fake_services

A, B, C = fake_services.A, fake_services.B, fake_services.C


def _volumes(count: int) -> dict[str, typing.Any]:
    """Return what Nova tells of the volumes of a server."""
    attached = [{'id': f'volume-{number}'} for number in range(count)]
    return {'os-extended-volumes:volumes_attached': attached}


class VolumesTestCase(base.CloudTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.image_id = self.cloud.glance.add(A, 'shared', 'ubuntu')
        self.other_id = self.cloud.glance.add(A, 'shared', 'other')

    def found(
        self, user: str = 'bob', everyone: bool = False, compute: bool = True
    ) -> list[consumers.Consumer]:
        asked = self.question(self.image_id, user, everyone)
        found = volumes.made_of(
            asked,
            self.api(asked, 'block-storage'),
            self.api(asked, 'compute') if compute else None,
        )
        return [typing.cast('consumers.Consumer', one) for one in found]

    def ids(self, kind: str, **more: typing.Any) -> list[str]:
        return [one.id for one in self.found(**more) if one.kind == kind]


class MadeOfTest(VolumesTestCase):
    def test_volumes_of_the_image_are_found(self) -> None:
        cinder = self.cloud.cinder
        mine = [
            cinder.add(B, self.image_id, status)
            for status in ('available', 'error', 'in-use', 'reserved')
        ]
        cinder.add(B, self.other_id)
        cinder.add(B)
        cinder.add(C, self.image_id)
        self.assertEqual(mine, self.ids(risk.VOLUME))

    def test_a_volume_is_described(self) -> None:
        volume_id = self.cloud.cinder.add(B, self.image_id, name='data')
        self.assertEqual(
            [
                consumers.Consumer(
                    project_id=B,
                    kind=risk.VOLUME,
                    id=volume_id,
                    name='data',
                    status='available',
                    booted_from=None,
                    breaks=('reimage',),
                    region=fake_services.ONE,
                    checked_as='own project',
                )
            ],
            self.found(),
        )

    def test_every_page_is_read(self) -> None:
        self.cloud.cinder.page_size = 1
        mine = [self.cloud.cinder.add(B, self.image_id) for _ in range(3)]
        self.assertEqual(mine, self.ids(risk.VOLUME))

    def test_an_ordinary_user_sends_no_filter_that_is_refused(self) -> None:
        self.found()
        (request,) = self.cloud.server.sent('GET', '/volumes/detail')
        self.assertEqual((), request.query)

    def test_an_old_cinder_is_enough_for_ordinary_users(self) -> None:
        self.cloud.cinder.latest = (3, 0)
        mine = self.cloud.cinder.add(B, self.image_id)
        self.assertEqual([mine], self.ids(risk.VOLUME))

    def test_an_administrator_asks_for_the_image_in_all_projects(
        self,
    ) -> None:
        mine = [
            self.cloud.cinder.add(project_id, self.image_id)
            for project_id in (A, B, C)
        ]
        self.cloud.cinder.add(B, self.other_id)
        self.assertEqual(
            mine, self.ids(risk.VOLUME, user='root', everyone=True)
        )
        (request,) = self.cloud.server.sent('GET', '/volumes/detail')
        self.assertEqual('1', request.parameter('all_tenants'))
        self.assertEqual(
            {'image_id': self.image_id},
            json.loads(request.parameter('glance_metadata') or ''),
        )

    def test_who_is_no_administrator_is_not_taken_for_one(self) -> None:
        # Without a filter Cinder would ignore all_tenants, and answer with
        # the volumes of the project that asks.
        error = self.assertRaises(
            errors.ServiceError, self.found, 'bob', everyone=True
        )
        self.assertEqual(400, error.status)

    def test_a_cinder_that_ignores_filters_is_not_believed(self) -> None:
        self.cloud.cinder.latest = (3, 30)
        error = self.assertRaises(
            errors.ServiceError, self.found, 'root', everyone=True
        )
        self.assertEqual(406, error.status)

    def test_volumes_of_another_project_are_an_error(self) -> None:
        volume_id = self.cloud.cinder.add(C, self.image_id)
        self.cloud.server.rule(
            'GET',
            '/volumes/detail',
            fake_services.Answer(
                body={'volumes': [self.cloud.cinder.volumes[volume_id]]}
            ),
        )
        error = self.assertRaises(errors.ServiceError, self.found)
        self.assertIn(f'a record of project {C}', str(error))


class BootedFromTest(VolumesTestCase):
    def attach(
        self,
        server_id: str,
        device: str | None = '/dev/vda',
        status: str = 'in-use',
        project_id: str = B,
    ) -> None:
        """Make a volume of the image that is attached to a server."""
        self.cloud.cinder.add(
            project_id, self.image_id, status, [(server_id, device)]
        )

    def test_a_server_booted_from_a_volume_uses_the_image(self) -> None:
        server_id = self.cloud.nova.add(B)
        self.attach(server_id)
        (found,) = [one for one in self.found() if one.kind == risk.SERVER]
        self.assertEqual(
            (server_id, B, risk.FROM_VOLUME, ('rebuild',)),
            (found.id, found.project_id, found.booted_from, found.breaks),
        )

    def test_a_data_disk_does_not_make_its_server_one(self) -> None:
        self.attach(self.cloud.nova.add(B, self.other_id), '/dev/vdb')
        self.attach(self.cloud.nova.add(B, **_volumes(2)), '/dev/vdb')
        self.assertEqual([], self.ids(risk.SERVER))

    def test_the_device_tells_the_boot_volume(self) -> None:
        table = {
            '/dev/vda': True,
            '/dev/vda1': True,
            '/dev/sda': True,
            '/dev/xvda': True,
            '/dev/hda': True,
            '/dev/vdb': False,
            '/dev/vdc1': False,
            # It may be the one.
            '': True,
            None: True,
        }
        expected = set()
        for device, counts in table.items():
            server_id = self.cloud.nova.add(B, **_volumes(2))
            self.attach(server_id, device)
            if counts:
                expected.add(server_id)
        self.assertEqual(expected, set(self.ids(risk.SERVER)))

    def test_a_server_with_one_volume_boots_from_it(self) -> None:
        server_id = self.cloud.nova.add(B, **_volumes(1))
        self.attach(server_id, '/dev/vdb')
        self.assertEqual([server_id], self.ids(risk.SERVER))

    def test_a_shelved_server_is_found_by_its_attachment(self) -> None:
        server_id = self.cloud.nova.add(B, status='SHELVED_OFFLOADED')
        volume_id = self.cloud.cinder.add(B, self.image_id, 'reserved')
        self.cloud.cinder.attachments[volume_id] = [server_id]
        other = self.cloud.cinder.add(B, status='reserved')
        self.cloud.cinder.attachments[other] = [self.cloud.nova.add(B)]
        for user, everyone in ('bob', False), ('root', True):
            self.assertEqual(
                [server_id],
                self.ids(risk.SERVER, user=user, everyone=everyone),
            )

    def test_a_volume_attached_to_nothing_is_not_asked_about(self) -> None:
        self.cloud.cinder.add(B, self.image_id)
        self.found()
        self.assertEqual([], self.cloud.server.sent('GET', '/attachments'))

    def test_a_cinder_without_attachments_is_an_error(self) -> None:
        self.cloud.cinder.latest = (3, 26)
        self.cloud.cinder.add(B, self.image_id, 'reserved')
        self.assertRaises(errors.ServiceError, self.found)

    def test_a_server_that_is_gone_does_not_count(self) -> None:
        self.attach('0' * 8 + '-0000-0000-0000-' + '0' * 12)
        self.assertEqual([], self.ids(risk.SERVER))

    def test_a_server_that_could_not_be_read_is_an_error(self) -> None:
        server_id = self.cloud.nova.add(B)
        self.attach(server_id)
        self.cloud.server.rule(
            'GET', f'/servers/{server_id}', fake_services.Answer(500, '')
        )
        self.assertRaises(errors.ServiceError, self.found)

    def test_without_a_nova_the_volume_is_found_all_the_same(self) -> None:
        self.attach(self.cloud.nova.add(B))
        self.assertEqual(
            [risk.VOLUME], [one.kind for one in self.found(compute=False)]
        )

    def test_a_server_of_another_project_is_an_error(self) -> None:
        self.cloud.nova.tenants = False
        self.attach(self.cloud.nova.add(C))
        self.assertRaises(errors.ServiceError, self.found)


class SilentTest(VolumesTestCase):
    """Volumes of which Cinder does not say what they were made of."""

    def setUp(self) -> None:
        super().setUp()
        self.cloud.cinder.tells = False

    def gaps(self, **more: typing.Any) -> dict[str | None, str]:
        """Return what was not seen, by project; nothing is found."""
        found = typing.cast('list[consumers.Found]', self.found(**more))
        gaps = [one for one in found if isinstance(one, consumers.Gap)]
        self.assertEqual(found, gaps)
        for gap in gaps:
            self.assertEqual('block-storage', gap.service)
        return {gap.project_id: gap.reason[-1] for gap in gaps}

    def boot(self, **record: typing.Any) -> str:
        """Make a server, and a bootable volume that is attached to it."""
        server_id = self.cloud.nova.add(B, **record)
        self.cloud.cinder.add(
            B,
            self.image_id,
            'in-use',
            [(server_id, '/dev/vda')],
            bootable='true',
        )
        return server_id

    def test_what_an_administrator_asked_for_is_of_the_image(self) -> None:
        for project_id in B, B, C:
            self.cloud.cinder.add(project_id, self.image_id)
        self.cloud.cinder.add(A, self.other_id)
        self.assertEqual(
            {B: '2', C: '1'}, self.gaps(user='root', everyone=True)
        )

    def test_one_that_a_server_boots_from_may_be(self) -> None:
        self.boot()
        self.boot()
        self.assertEqual({B: '2'}, self.gaps())

    def test_so_may_that_of_a_shelved_server(self) -> None:
        server_id = self.cloud.nova.add(B, status='SHELVED_OFFLOADED')
        volume_id = self.cloud.cinder.add(
            B, self.image_id, 'reserved', bootable='true'
        )
        self.cloud.cinder.attachments[volume_id] = [server_id]
        self.assertEqual({B: '1'}, self.gaps())

    def test_any_other_cannot_be_told_from_one_that_is_not(self) -> None:
        cinder = self.cloud.cinder
        cinder.add(B, bootable='true')
        cinder.add(B, bootable='false')
        cinder.add(B)
        # A data disk.
        self.boot(image=self.other_id)
        cinder.add(B, status='in-use', attached=[(self.cloud.nova.add(B), '')])
        self.assertEqual({}, self.gaps())

    def test_without_a_nova_nobody_boots(self) -> None:
        self.boot()
        self.assertEqual({}, self.gaps(compute=False))

    def test_volumes_that_boot_nothing_cost_no_requests(self) -> None:
        self.cloud.cinder.add(B, status='in-use')
        self.cloud.cinder.add(B, bootable='true')
        self.found()
        self.assertEqual(1, len(self.cloud.server.requests))

    def test_a_volume_that_is_told_is_no_gap(self) -> None:
        self.cloud.cinder.tells = True
        self.cloud.cinder.add(
            B,
            self.other_id,
            'in-use',
            [(self.cloud.nova.add(B), '/dev/vda')],
            bootable='true',
        )
        self.assertEqual({}, self.gaps())
