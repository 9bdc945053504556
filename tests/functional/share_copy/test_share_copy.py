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

"""Copies of an image, on every way and into every kind of place."""

from tests.live import base
from tests.live import copies
from tests.live import entries
from tests.live import relayed

ONE, TWO = copies.ONE, copies.TWO


class TestShareCopy(copies.TestCase):
    def test_both_ways_lead_everywhere(self) -> None:
        b = self.project_id('bob')
        places: list[tuple[str, list[str], str, str]] = [
            # who asks, for what, whose copy it becomes, and where
            ('alice', [], 'alice', ONE),
            ('alice', ['--to-region', TWO], 'alice', TWO),
            ('both-a', ['--to-project', b], 'bob', ONE),
            (
                'both-a',
                ['--to-project', 'project-b', '--to-region', TWO],
                'bob',
                TWO,
            ),
            ('alice', ['--to-cloud', 'bob'], 'bob', ONE),
            # A member that has not accepted.
            ('bob', [], 'bob', ONE),
            ('bob', ['--to-region', TWO], 'bob', TWO),
        ]
        for method in 'server', 'stream':
            for cloud, argv, owner, region in places:
                with self.subTest(method=method, cloud=cloud, argv=argv):
                    source = self.source('bob')
                    row = self.copied(
                        source, '--method', method, *argv, cloud=cloud
                    ).row
                    self.assert_copy(row, owner, region)
                    self.assertEqual(source, row['Image ID'])
                    self.assertEqual(method, row['Method'])
                    self.assertEqual(['image'], row['Changes'])

    def test_the_image_service_does_it_where_it_can(self) -> None:
        for members, argv, method in (
            ((), [], 'server'),
            ((), ['--to-cloud', 'bob'], 'stream'),
            (('bob',), ['--to-cloud', 'bob'], 'server'),
        ):
            result = self.copied(self.source(*members), *argv, cloud='alice')
            self.assertEqual(method, result.row['Method'])
            self.assertEqual(
                method == 'stream', 'cannot read the image' in result.stderr
            )

    def test_no_byte_passes_the_client_then(self) -> None:
        caller = relayed.before(self, 'image', 'alice')
        row = self.copied(
            *(self.source(), '--method', 'server'),
            cloud=caller.cloud,
            env=caller.env,
        ).row
        self.assert_copy(row, 'alice')
        self.assertEqual([], caller.asked('GET', '/file'))
        self.assertEqual([], caller.asked('PUT', '/file'))

    def test_all_that_belongs_to_the_image_comes_along(self) -> None:
        own = {
            'os_distro': 'debian',
            'os_version': '12',
            'architecture': 'x86_64',
            'hw_disk_bus': 'scsi',
            'hw_scsi_model': 'virtio-scsi',
            'trait:HW_CPU_X86_AVX': 'required',
            'team/a~b': 'a "name", with\nlines',
        }
        left = {
            'owner_specified.openstack.sha256': 'x',
            'instance_uuid': 'y',
            'image_type': 'snapshot',
            'base_image_ref': 'z',
        }
        for method in 'server', 'stream':
            source = self.source(
                tags=['one', 'two'],
                min_disk=2,
                min_ram=64,
                protected=True,
                **own,
                **left,
            )
            row = self.copied(
                *(source, '--method', method, '--to-region', TWO),
                cloud='alice',
            ).row
            record = self.assert_copy(row, 'alice', TWO)
            self.assertEqual(own, {key: record.get(key) for key in own})
            self.assertEqual([], [key for key in left if key in record])
            self.assertEqual(
                (2, 64, ['one', 'two']),
                (
                    record['min_disk'],
                    record['min_ram'],
                    sorted(record['tags']),
                ),
            )
            self.assertEqual(
                (source, ONE, row['Hash'], row['Copy ID']),
                (
                    record['copied_from_image'],
                    record['copied_from_region'],
                    record['copied_from_hash'],
                    record['copied_to_image'],
                ),
            )

    def test_it_outlives_the_share_and_the_image(self) -> None:
        source = self.source('bob')
        row = self.copied(source, cloud='bob').row
        self.set_visibility(source, 'private')
        self.assert_copy(row, 'bob')
        base.connect('alice').image.delete(f'/images/{source}')
        self.assert_copy(row, 'bob')

    def test_formats_sizes_and_names(self) -> None:
        for name, more in (
            ('qcow2', {'disk_format': 'qcow2', 'data': copies.qcow2()}),
            ('nothing', {'data': b''}),
            ('\x1b[2J-x\n| a | b |\u202e', {'data': b'x'}),
        ):
            for method in 'server', 'stream':
                with self.subTest(name=name, method=method):
                    source = self.source(name=name, **more)
                    result = self.copied(
                        source, '--method', method, cloud='alice'
                    )
                    data = more['data']
                    assert isinstance(data, bytes)
                    record = self.assert_copy(result.row, 'alice', data=data)
                    self.assertEqual(name, record['name'])
                    self.assertEqual(
                        more.get('disk_format', 'raw'), record['disk_format']
                    )
                    self.assertNotIn('\x1b', result.stderr)

    def test_kernel_and_ramdisk_come_along(self) -> None:
        kernel = self.source(
            'bob', data=b'k', disk_format='aki', container_format='aki'
        )
        ramdisk = self.source(
            'bob', data=b'r', disk_format='ari', container_format='ari'
        )
        source = self.source(
            'bob',
            disk_format='ami',
            container_format='ami',
            kernel_id=kernel,
            ramdisk_id=ramdisk,
        )
        row = self.copied(source, '--to-region', TWO, cloud='bob').row
        self.assertEqual(['kernel', 'ramdisk', 'image'], row['Changes'])
        record = self.assert_copy(row, 'bob', TWO)
        for key, other in ('kernel_id', kernel), ('ramdisk_id', ramdisk):
            copy = self.record(record[key], TWO)
            self.addCleanup(self._delete_image, 'admin', TWO, record[key])
            self.assertEqual(other, copy['copied_from_image'])
            self.assertEqual('active', copy['status'])

    def test_again_it_is_found_by_what_it_says(self) -> None:
        source = self.source(name='ubuntu')
        first = self.copied(source, cloud='alice').row
        second = self.copied('ubuntu', '--name', 'other', cloud='alice')
        self.assertEqual(first['Copy ID'], second.row['Copy ID'])
        self.assertEqual([], second.row['Changes'])

    def test_half_a_copy_is_replaced(self) -> None:
        source = self.source()
        left = self.make_image('alice', data=None, copied_from_image=source)
        glance = base.connect('alice').image
        glance.patch(
            f'/images/{left}',
            json=[{'op': 'add', 'path': '/copied_to_image', 'value': left}],
            headers={
                'Content-Type': (
                    'application/openstack-images-v2.1-json-patch'
                )
            },
        )
        row = self.copied(source, cloud='alice').row
        self.assertEqual(['removed', 'image'], row['Changes'])
        self.assertEqual(
            [row['Copy ID']], [each['id'] for each in self.left_of(source)]
        )

    def test_a_snapshot_of_a_server_made_of_it_is_left_alone(self) -> None:
        source = self.source(name='golden')
        row = self.copied(source, cloud='alice').row
        server = self.make_server('alice', row['Copy ID'])
        self.server_action(
            'alice', server, {'createImage': {'name': 'snapshot'}}
        )

        def snapshots() -> list[str]:
            return [
                each['id']
                for each in self.left_of(source)
                if each.get('image_type') == 'snapshot'
                and each['status'] == 'active'
            ]

        self.wait_for(lambda: len(snapshots()), 1)
        (snapshot,) = snapshots()
        self.addCleanup(self._delete_image, 'admin', ONE, snapshot)
        self.delete_server('alice', server)
        base.connect('alice').image.delete(f'/images/{row["Copy ID"]}')
        again = self.copied(source, cloud='alice').row
        self.assertNotIn(again['Copy ID'], (row['Copy ID'], snapshot))
        self.assertEqual([snapshot], snapshots())

    def test_application_credentials_are_enough(self) -> None:
        source = self.source('bob')
        env = entries.written(
            self,
            bound=entries.application_credential(self, 'bob'),
            theirs=entries.application_credential(self, 'carol'),
        )
        for method in 'server', 'stream':
            row = self.copied(
                *(source, '--method', method, '--to-region', TWO),
                cloud='bound',
                env=env,
            ).row
            self.assert_copy(row, 'bob', TWO)
            base.connect('bob', TWO).image.delete(f'/images/{row["Copy ID"]}')
        row = self.copied(
            source, '--to-cloud', 'theirs', cloud='bound', env=env
        ).row
        self.assert_copy(row, 'carol')
        result = self.copied(
            *(source, '--to-project', self.project_id('carol')),
            cloud='bound',
            env=env,
            code=1,
        )
        self.assertIn('--to-cloud', result.stderr)

    def test_a_reader_may_not(self) -> None:
        source = self.source('bob')
        for method in 'server', 'stream':
            result = self.copied(
                source, '--method', method, cloud='reader', code=1
            )
            self.assertIn('403', result.stderr)
            self.assertIn('only the role reader', result.stderr)
            self.assertEqual([], self.left_of(source))

    def test_a_plan_changes_nothing(self) -> None:
        source = self.source()
        before = self.state(source)
        result = self.copied(
            source, '--dry-run', '--to-region', TWO, cloud='alice'
        )
        self.assertEqual('server', result.row['Method'])
        self.assertIn('Would run: openstack', result.stderr)
        self.assertIn('--method=glance-download', result.stderr)
        self.assertEqual([], self.left_of(source))
        self.assertEqual(before, self.state(source))

    def test_several_at_once_are_all_that_can_be_done(self) -> None:
        source = self.source('bob')
        result = self.copied(
            *(source, '--to-cloud', 'reader', '--to-cloud', 'carol'),
            cloud='alice',
            code=1,
        )
        first, second = result.rows
        self.assertEqual(
            (self.project_id('bob'), None, None, []),
            tuple(
                first[key]
                for key in ('Project ID', 'Copy ID', 'Verified', 'Changes')
            ),
        )
        self.assert_copy(second, 'carol')
