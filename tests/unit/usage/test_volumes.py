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

import dataclasses
import json
import typing

from osc_imageshare import errors
from osc_imageshare.usage import consumers
from osc_imageshare.usage import risk
from osc_imageshare.usage import volumes
from tests import fakes
from tests.unit import base

A, B, C = fakes.A, fakes.B, fakes.C

_NOTHING: dict[str, typing.Any] = {'servers': []}


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
        computes = [self.api(asked, 'compute')] if compute else []
        found = volumes.made_of(
            asked, self.api(asked, 'block-storage'), computes, computes
        )
        return [typing.cast('consumers.Consumer', one) for one in found]

    def ids(self, kind: str, **more: typing.Any) -> list[str]:
        return [
            one.id
            for one in self.found(**more)
            if isinstance(one, consumers.Consumer) and one.kind == kind
        ]


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
                    region=fakes.ONE,
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
            mine, self.ids(risk.VOLUME, user='admin', everyone=True)
        )
        requests = self.cloud.server.sent('GET', '/volumes/detail')
        self.assertEqual(
            ['1', '1'], [one.parameter('all_tenants') for one in requests]
        )
        self.assertEqual(
            {'image_id': self.image_id},
            json.loads(requests[-1].parameter('glance_metadata') or ''),
        )

    def test_who_is_no_administrator_is_not_taken_for_one(self) -> None:
        # Without a filter Cinder would ignore all_tenants, and answer with
        # the volumes of the project that asks.
        error = self.assertRaises(
            errors.ServiceError, self.found, 'bob', everyone=True
        )
        self.assertEqual(400, error.status)

    def test_a_cinder_that_ignores_filters_is_not_believed(self) -> None:
        self.cloud.cinder.latest = (3, 33)
        error = self.assertRaises(
            errors.ServiceError, self.found, 'admin', everyone=True
        )
        self.assertEqual(406, error.status)

    def test_volumes_of_another_project_are_an_error(self) -> None:
        volume_id = self.cloud.cinder.add(C, self.image_id)
        self.cloud.server.rule(
            'GET',
            '/volumes/detail',
            fakes.Answer(
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
    ) -> str:
        """Make a volume of the image that is attached to a server."""
        return self.cloud.cinder.add(
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

    def test_a_server_with_an_image_has_it_as_a_data_disk(self) -> None:
        self.attach(self.cloud.nova.add(B, self.other_id), '/dev/vdb')
        self.attach(self.cloud.nova.add(B, self.other_id), '/dev/vda')
        self.assertEqual([], self.ids(risk.SERVER))

    def test_only_what_nova_says_makes_it_another_ones_data_disk(self) -> None:
        # The root device, the devices of this volume and of another, and
        # whether the server may boot from this one.
        table: list[tuple[str | None, str | None, str | None, bool]] = [
            ('/dev/vda', '/dev/vda', '/dev/vdb', True),
            ('/dev/vda', '/dev/vdb', '/dev/vda', False),
            ('/dev/vdb', '/dev/vdb', '/dev/vda', True),
            ('/dev/vdb', '/dev/vda', '/dev/vdb', False),
            ('/dev/sda', '/dev/sdb', '/dev/sda', False),
            # Nothing is proven where no volume, or more than one, is it.
            (None, '/dev/vdb', '/dev/vda', True),
            ('', '/dev/vdb', '', True),
            ('/dev/vda', '/dev/vdb', None, True),
            ('/dev/vda', None, None, True),
            ('/dev/vda', '/dev/vdb', '/dev/sda', True),
            ('/dev/vda', '/dev/vda', '/dev/vda', True),
            (None, None, None, True),
        ]
        expected = set()
        nova = self.cloud.nova
        for root, mine, other, counts in table:
            server_id = nova.add(B, **_volumes(2))
            # Cinder's idea of the device is nobody's proof.
            volume_id = self.attach(server_id, '/dev/vdb')
            if root is not None:
                nova.roots[server_id] = root
            nova.disks[server_id] = {volume_id: mine, 'volume-1': other}
            if counts:
                expected.add(server_id)
        self.assertEqual(
            expected, set(self.ids(risk.SERVER, user='admin', everyone=True))
        )
        # Nova does not show it to the member: it may be any of them.
        self.assertEqual(set(nova.servers), set(self.ids(risk.SERVER)))

    def test_a_nova_that_does_not_tell_proves_nothing(self) -> None:
        server_id = self.cloud.nova.add(B, **_volumes(2))
        volume_id = self.attach(server_id, '/dev/vdb')
        self.cloud.nova.roots[server_id] = '/dev/vda'
        self.cloud.nova.disks[server_id] = {
            volume_id: '/dev/vdb',
            'volume-1': '/dev/vda',
        }
        for answer in (
            fakes.Answer(403, {}),
            fakes.Answer(404, {}),
            fakes.Answer(200, {'volumeAttachments': None}),
        ):
            self.cloud.server.rule('GET', '/os-volume_attachments', answer)
            self.assertEqual(
                [server_id],
                self.ids(risk.SERVER, user='admin', everyone=True),
            )
            self.cloud.server.rules.clear()
        # It speaks no microversion that shows the root device.
        self.cloud.nova.latest = (2, 2)
        self.assertEqual(
            [server_id], self.ids(risk.SERVER, user='admin', everyone=True)
        )

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
        for user, everyone in ('bob', False), ('admin', True):
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
            'GET', f'/servers/{server_id}', fakes.Answer(500, '')
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


class SeveralNovasTest(VolumesTestCase):
    """A server is looked for in every Nova that may have it."""

    def setUp(self) -> None:
        super().setUp()
        self.server_id = self.cloud.nova.add(B)
        self.cloud.cinder.add(
            B, self.image_id, 'in-use', [(self.server_id, '/dev/vda')]
        )

    def servers(self, *kinds: str) -> list[str]:
        """Return the servers found; :param kinds: of Nova, in order."""
        asked = self.question(self.image_id)
        there = self.api(asked, 'compute')
        known = {
            'there': there,
            # Both answer the lists, as the same project has no servers there.
            'elsewhere': dataclasses.replace(there, url=f'{there.url}/empty'),
            'broken': dataclasses.replace(there, url=f'{there.url}/broken'),
        }
        for path, answer in (
            ('/empty/servers/detail', fakes.Answer(body=_NOTHING)),
            ('/broken/servers/detail', fakes.Answer(body=_NOTHING)),
            ('/empty/servers/', fakes.Answer(404, {})),
            ('/broken/servers/', fakes.Answer(500, {})),
        ):
            self.cloud.server.rule('GET', path, answer, times=None)
        computes = [known[kind] for kind in kinds]
        found = volumes.made_of(
            asked, self.api(asked, 'block-storage'), computes, computes
        )
        return [
            one.id
            for one in found
            if isinstance(one, consumers.Consumer) and one.kind == risk.SERVER
        ]

    def test_the_one_that_knows_it_counts(self) -> None:
        for kinds in (
            'there',
            'elsewhere there',
            'there elsewhere',
            'broken there',
            'there broken',
            'broken elsewhere there',
        ):
            found = self.servers(*kinds.split())
            self.assertEqual([self.server_id], found, kinds)

    def test_it_is_gone_only_if_every_one_says_so(self) -> None:
        self.assertEqual([], self.servers('elsewhere', 'elsewhere'))
        for kinds in ('elsewhere', 'broken'), ('broken', 'elsewhere'):
            self.assertRaises(errors.ServiceError, self.servers, *kinds)


class MakingTest(VolumesTestCase):
    """What Cinder may say of a volume or server once it is made."""

    def gaps(
        self, user: str = 'bob', everyone: bool = False
    ) -> list[tuple[str | None, str | None, str]]:
        """Return whose records, of which service, and why."""
        found = typing.cast(
            'list[consumers.Found]', self.found(user, everyone)
        )
        return [
            (one.project_id, one.service, one.reason)
            for one in found
            if isinstance(one, consumers.Gap)
        ]

    def test_the_status_tells_whether_cinder_may_name_another_image(
        self,
    ) -> None:
        mine, other = {'image_id': self.image_id}, {'image_id': self.other_id}
        # Where signatures are verified this is written before the bits.
        begun = {'signature_verified': 'True'}
        table: list[tuple[str, dict[str, str] | None, bool]] = [
            ('creating', None, True),
            ('creating', {}, True),
            ('creating', begun, True),
            ('creating', other, False),
            ('downloading', None, True),
            ('downloading', begun, True),
            # It is reimaged, and may be ours at the end.
            ('downloading', other, True),
            ('restoring-backup', None, True),
            ('restoring-backup', other, True),
            # Nothing boots from these, or they are what they were.
            *(
                (status, metadata, False)
                for status in (
                    'available',
                    'in-use',
                    'reserved',
                    'error',
                    'error_deleting',
                    'error_managing',
                    'error_restoring',
                    'error_extending',
                    'deleting',
                    'managing',
                    'attaching',
                    'detaching',
                    'uploading',
                    'backing-up',
                    'retyping',
                    'extending',
                    'awaiting-transfer',
                    'maintenance',
                )
                for metadata in (None, other)
            ),
        ]
        for status, metadata, unknown in table:
            for user, everyone in ('bob', False), ('admin', True):
                self.cloud.cinder.volumes.clear()
                volume_id = self.cloud.cinder.add(B, None, status)
                record = self.cloud.cinder.volumes[volume_id]
                if metadata is not None:
                    record['volume_image_metadata'] = metadata
                why = (
                    '1 volume in the making whose source image Cinder does '
                    'not report yet'
                )
                self.assertEqual(
                    [(B, 'block-storage', why)] if unknown else [],
                    self.gaps(user, everyone),
                    f'{user} {status} {metadata}',
                )
                # Whatever its status, what names the image is of it.
                record['volume_image_metadata'] = mine
                self.assertEqual(
                    [volume_id],
                    self.ids(risk.VOLUME, user=user, everyone=everyone),
                )

    def test_an_administrator_learns_whose_they_are(self) -> None:
        for project_id in B, C, C:
            self.cloud.cinder.add(project_id, None, 'creating')
        self.assertEqual(
            {(B, '1 volume '), (C, '2 volumes')},
            {(who, why[:9]) for who, _, why in self.gaps('admin', True)},
        )
        self.assertEqual([B], [who for who, *_ in self.gaps()])

    def test_every_page_of_them_is_read(self) -> None:
        for _ in range(3):
            self.cloud.cinder.add(B, None, 'downloading')
        self.cloud.cinder.page_size = 1
        ((_, _, why),) = self.gaps('admin', True)
        self.assertIn('3 volumes', why)

    def test_one_that_is_named_in_between_is_found(self) -> None:
        # Between an administrator's two lists, or before the only one.
        volume_id = self.cloud.cinder.add(B, None, 'creating')
        record = self.cloud.cinder.volumes[volume_id]

        def named() -> None:
            record['status'] = 'available'
            record['volume_image_metadata'] = {'image_id': self.image_id}

        self.cloud.server.rule(
            'GET', '/volumes/detail', before=named, parameter='glance_metadata'
        )
        self.assertEqual(
            [(risk.VOLUME, volume_id)],
            [(one.kind, one.id) for one in self.found('admin', True)],
        )

    def test_a_server_whose_volume_is_not_known_is_a_gap(self) -> None:
        image = {'id': self.other_id}
        table: list[tuple[str, object, str | None, bool]] = [
            ('BUILD', '', None, True),
            ('BUILD', '', 'scheduling', True),
            ('BUILD', '', 'networking', True),
            ('BUILD', '', 'block_device_mapping', True),
            ('BUILD', '', 'deleting', True),
            ('REBUILD', '', 'rebuilding', True),
            ('REBUILD', '', 'rebuild_block_device_mapping', True),
            # Every volume is there and told.
            ('BUILD', '', 'spawning', False),
            ('REBUILD', '', 'rebuild_spawning', False),
            # Nova finds it by its image.
            ('BUILD', image, None, False),
            ('REBUILD', image, 'rebuilding', False),
            ('ACTIVE', '', None, False),
            ('ERROR', '', None, False),
            ('SHELVED_OFFLOADED', '', 'spawning', False),
        ]
        for status, image_, task, unknown in table:
            self.cloud.nova.servers.clear()
            self.cloud.nova.add(B, status=status)
            for record in self.cloud.nova.servers.values():
                record['image'] = image_
                record['OS-EXT-STS:task_state'] = task
            why = (
                f'1 server in status {status} whose boot volume is not known '
                'yet'
            )
            for user, everyone in ('bob', False), ('admin', True):
                for heeds in True, False:
                    self.cloud.nova.filters = heeds
                    self.assertEqual(
                        [(B, 'compute', why)] if unknown else [],
                        self.gaps(user, everyone),
                        f'{user} {status} {image_} {task} {heeds}',
                    )

    def test_each_project_has_its_own_servers(self) -> None:
        for project_id in B, C, C:
            self.cloud.nova.add(project_id, status='BUILD')
        self.assertEqual(
            {(B, '1 server '), (C, '2 servers')},
            {(who, why[:9]) for who, _, why in self.gaps('admin', True)},
        )
        self.assertEqual([B], [who for who, *_ in self.gaps()])

    def test_one_that_boots_from_a_volume_of_the_image_is_known(self) -> None:
        server_id = self.cloud.nova.add(B, status='BUILD')
        volume_id = self.cloud.cinder.add(B, self.image_id, 'reserved')
        self.cloud.cinder.attachments[volume_id] = [server_id]
        for user, everyone in ('bob', False), ('admin', True):
            self.assertEqual(
                [(risk.VOLUME, volume_id), (risk.SERVER, server_id)],
                [(one.kind, one.id) for one in self.found(user, everyone)],
            )

    def test_servers_are_read_before_volumes(self) -> None:
        # Between the two the server is finished, and its volume told.
        server_id = self.cloud.nova.add(B, status='BUILD')

        def finished() -> None:
            self.cloud.nova.servers[server_id]['status'] = 'ACTIVE'
            self.cloud.cinder.add(
                B, self.image_id, 'in-use', [(server_id, '/dev/vda')]
            )

        for user, everyone in ('bob', False), ('admin', True):
            self.cloud.cinder.volumes.clear()
            self.cloud.server.rule('GET', '/volumes/detail', before=finished)
            self.assertEqual(
                [server_id],
                self.ids(risk.SERVER, user=user, everyone=everyone),
            )
            asked = [
                one.path.rsplit('/', 2)[1]
                for one in self.cloud.server.sent('GET', '/detail$')
            ]
            self.assertEqual(sorted(asked), asked)

    def test_a_nova_that_fails_hides_them_and_no_volumes(self) -> None:
        volume_id = self.cloud.cinder.add(B, self.image_id)
        for answer in (
            fakes.Answer(500, {}),
            fakes.Answer(403, {}),
            fakes.Answer(200, {'servers': None}),
        ):
            self.cloud.server.rule(
                'GET', '/servers/detail', answer, times=None
            )
            ((who, service, _),) = self.gaps()
            self.assertEqual((B, 'compute'), (who, service))
            self.assertEqual([volume_id], self.ids(risk.VOLUME))
            self.cloud.server.rules.clear()

    def test_servers_of_others_prove_nothing(self) -> None:
        self.cloud.nova.tenants = False
        self.cloud.nova.add(C, status='BUILD')
        ((_, _, why),) = self.gaps()
        self.assertIn(f'a record of project {C}', why)


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
        return {gap.project_id: gap.reason.split()[0] for gap in gaps}

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
            {B: '2', C: '1'}, self.gaps(user='admin', everyone=True)
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
        self.assertEqual(
            [1, 2, 3],
            [
                len(self.cloud.server.sent('GET', path))
                for path in ('/volumes/detail$', '/servers/detail$', '')
            ],
        )

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
