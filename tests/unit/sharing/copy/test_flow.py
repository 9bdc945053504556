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

import hypothesis

from osc_imageshare import errors
from osc_imageshare.image import properties
from osc_imageshare import sharing
from osc_imageshare.sharing import outcomes
from tests.unit import hostile
from tests.unit.sharing.base import said
from tests.unit.sharing.copy import base

A, B, C, ONE, TWO, DATA = base.A, base.B, base.C, base.ONE, base.TWO, base.DATA


class StreamTest(base.CopyTestCase):
    def test_by_default_it_stays_in_the_own_project_and_region(self) -> None:
        source = self.one.add(A, data=DATA)
        outcome = self.run_copy('alice', source)
        (copied,) = outcome.copies
        self.assert_copied(copied, self.one)
        self.assertEqual('stream', copied.method)
        self.assertEqual((A, ONE), (copied.project.id, copied.region))
        self.assertEqual(['image'], copied.changes)
        self.assertEqual(
            f'sha512:{self.one.images[source]["os_hash_value"]}', copied.hash
        )
        self.assertEqual(0, outcome.exit_code)
        self.assertEqual(DATA, self.one.data.of[source])

    def test_it_goes_into_every_region_project_and_cloud(self) -> None:
        table: dict[str, tuple[dict[str, object], str, object]] = {
            # user: what is asked for, the project and the Glance of the copy
            'alice': ({'regions': (TWO,)}, A, self.two),
            'both': ({'project': B}, B, self.one),
            'bob': ({'clouds': ('both',)}, A, self.one),
            'admin': ({'clouds': ('two',)}, B, self.two),
        }
        for user, (more, project, glance) in table.items():
            source = self.one.add(A, 'public', data=DATA)
            (copied,) = self.run_copy(user, source, **more).copies
            assert glance is self.one or glance is self.two
            record = self.assert_copied(
                copied, self.one if glance is self.one else self.two
            )
            self.assertEqual(project, record['owner'])

    def test_several_destinations_have_a_row_each(self) -> None:
        source = self.one.add(A, data=DATA)
        outcome = self.run_copy(
            'alice', source, clouds=('bob', 'two', 'both'), regions=(TWO, ONE)
        )
        # "bob" and "two" are one project.
        self.assertEqual(
            [(B, TWO), (B, ONE), (A, TWO), (A, ONE)],
            [(c.project.id, c.region) for c in outcome.copies],
        )
        for copied in outcome.copies:
            glance = self.one if copied.region == ONE else self.two
            self.assert_copied(copied, glance)

    def test_the_copy_says_what_it_is_made_of(self) -> None:
        source = self.one.add(
            A,
            'shared',
            'ubuntu',
            {B: 'pending'},
            data=DATA,
            disk_format='qcow2',
            min_disk=3,
            tags=['t'],
            protected=True,
            hw_disk_bus='scsi',
            team='red',
            owner_specified='own',
            base_image_ref='x',
            os_glance_importing_to_stores='',
        )
        (copied,) = self.run_copy('bob', source).copies
        record = self.assert_copied(copied, self.one)
        self.assertEqual(
            {
                'name': 'ubuntu',
                'disk_format': 'qcow2',
                'container_format': 'bare',
                'min_disk': 3,
                'min_ram': 0,
                'tags': ['t'],
                'protected': False,
                'hw_disk_bus': 'scsi',
                'team': 'red',
                'owner_specified': 'own',
                properties.SOURCE: source,
                properties.SOURCE_REGION: ONE,
                properties.SOURCE_HASH: copied.hash,
                properties.COPY: copied.copy_id,
            },
            {
                key: record[key]
                for key in record
                if key
                not in (
                    *('id', 'owner', 'status', 'visibility', 'os_hidden'),
                    *('created_at', 'updated_at', 'size', 'checksum'),
                    *('os_hash_algo', 'os_hash_value'),
                )
            },
        )

    def test_the_size_is_announced(self) -> None:
        for data in DATA, b'':
            source = self.one.add(A, data=data)
            self.run_copy('alice', source)
            sent = self.cloud.server.sent('PUT')[-1]
            self.assertEqual(
                str(len(data)), sent.headers['x-openstack-image-size']
            )

    def test_it_has_the_name_that_is_wished(self) -> None:
        source = self.one.add(A, data=DATA)
        (copied,) = self.run_copy('alice', source, name='mine').copies
        record = self.assert_copied(copied, self.one)
        self.assertEqual('mine', record['name'])

    def test_hostile_names_are_copied_as_they_are(self) -> None:
        @hypothesis.settings(hostile.examples, max_examples=20)
        @hypothesis.given(hostile.stored)
        def copy(words: str) -> None:
            self.one.images.clear()
            more: dict[str, typing.Any] = {'k/~': words}
            source = self.one.add(A, name=words or 'x', data=b'x', **more)
            (copied,) = self.run_copy('alice', source).copies
            record = self.assert_copied(copied, self.one, b'x')
            self.assertEqual(
                (words or 'x', words), (record['name'], record['k/~'])
            )

        copy()

    def test_sizes_from_nothing_on(self) -> None:
        for size in 0, 1, 1 << 18, (1 << 18) + 1:
            data = b'x' * size
            source = self.one.add(A, data=data)
            (copied,) = self.run_copy('alice', source).copies
            self.assert_copied(copied, self.one, data)

    def test_progress_is_counted_in_bytes(self) -> None:
        source = self.one.add(A, data=DATA)
        shown: list[tuple[int, int]] = []
        sharing.Copy(
            self.cloud.connect('alice'),
            sharing.CopyRequest(source),
            sharing.Context(
                progress=lambda done, of: shown.append((done, of))
            ),
        ).run()
        self.assertEqual((len(DATA), len(DATA)), shown[-1])
        self.assertEqual(sorted(set(shown)), shown)


class ServerTest(base.CopyTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.imports()

    def test_no_byte_passes_the_client(self) -> None:
        source = self.one.add(A, 'shared', members={B: 'pending'}, data=DATA)
        for user, more, glance in (
            ('alice', {}, self.one),
            ('alice', {'regions': (TWO,)}, self.two),
            ('bob', {}, self.one),
            ('bob', {'regions': (TWO,)}, self.two),
        ):
            (copied,) = self.run_copy(user, source, **more).copies
            self.assert_copied(copied, glance)
            self.assertEqual('server', copied.method)
        self.assertEqual([], self.cloud.server.sent('*', '/file'))

    def test_all_three_things_are_said(self) -> None:
        source = self.one.add(A, data=DATA)
        self.run_copy('alice', source, regions=(TWO,))
        (sent,) = self.cloud.server.sent('POST', '/import')
        self.assertEqual(
            {
                'method': {
                    'name': 'glance-download',
                    'glance_region': ONE,
                    'glance_image_id': source,
                    'glance_service_interface': 'public',
                }
            },
            sent.body,
        )

    def test_a_failure_is_followed_by_a_stream(self) -> None:
        self.two.data.import_fails = 'no route to host'
        source = self.one.add(A, data=DATA)
        outcome = self.run_copy('alice', source, regions=(TWO,))
        (copied,) = outcome.copies
        self.assert_copied(copied, self.two)
        self.assertEqual('stream', copied.method)
        self.assertEqual(1, len(self.copies(source)))
        self.assertIn('no route to host', said(outcome))
        self.assertEqual(0, outcome.exit_code)

    def test_one_that_never_ends_does(self) -> None:
        self.two.data.import_fails = ''
        source = self.one.add(A, data=DATA)
        begun = self.clock.now
        outcome = self.run_copy('alice', source, regions=(TWO,))
        (copied,) = outcome.copies
        self.assert_copied(copied, self.two)
        self.assertLessEqual(self.clock.now - begun, 400)

    def test_where_it_was_insisted_on_no_stream_follows(self) -> None:
        for fails in 'no route to host', '':
            self.two.data.import_fails = fails
            source = self.one.add(A, data=DATA)
            outcome = self.run_copy(
                'alice', source, regions=(TWO,), method='server'
            )
            (copied,) = outcome.copies
            self.assertEqual(1, outcome.exit_code)
            self.assertEqual((None, None), (copied.copy_id, copied.verified))
            self.assert_nothing_left(source)
            self.assertEqual([], self.cloud.server.sent('*', '/file'))

    def test_what_came_is_compared(self) -> None:
        self.one.data.peers = {ONE: self.two}
        source = self.one.add(A, data=DATA)
        self.two.data.of[source] = DATA[:-1] + b'x'
        outcome = self.run_copy('alice', source, method='server')
        self.assertEqual(1, outcome.exit_code)
        self.assertIn('something else', said(outcome))
        self.assert_nothing_left(source)


class AgainTest(base.CopyTestCase):
    def test_a_copy_is_made_once(self) -> None:
        source = self.one.add(A, data=DATA)
        (first,) = self.run_copy('alice', source).copies
        self.cloud.server.requests.clear()
        outcome = self.run_copy('alice', source, name='another')
        (second,) = outcome.copies
        self.assertEqual(first.copy_id, second.copy_id)
        self.assertEqual((None, []), (second.method, second.changes))
        self.assertIs(True, second.verified)
        self.assertEqual(first.hash, second.hash)
        self.assertEqual([], self.writes())
        self.assertEqual(0, outcome.exit_code)

    def test_another_image_of_that_name_is_no_obstacle(self) -> None:
        source = self.one.add(A, name='ubuntu', data=DATA)
        other = self.one.add(B, name='ubuntu', data=b'other')
        self.one.add(B, 'private', 'ubuntu', status='queued')
        before = {k: dict(v) for k, v in self.one.images.items()}
        self.one.images[source]['visibility'] = 'public'
        (copied,) = self.run_copy('bob', source).copies
        self.assert_copied(copied, self.one)
        self.assertEqual(before[other], self.one.images[other])

    def test_the_same_name_means_the_same_image_again(self) -> None:
        for visibility, members, user in (
            ('private', {}, 'alice'),
            ('shared', {B: 'accepted'}, 'bob'),
            # In no list; the copy is.
            ('shared', {B: 'pending'}, 'bob'),
        ):
            self.one.images.clear()
            source = self.one.add(A, visibility, 'ubuntu', members, data=DATA)
            (first,) = self.run_copy(user, 'ubuntu').copies
            outcome = self.run_copy(user, 'ubuntu')
            (second,) = outcome.copies
            assert outcome.image is not None
            self.assertEqual(source, outcome.image.id)
            self.assertEqual(first.copy_id, second.copy_id)
            # By its ID, the copy itself is meant; and by a name of its own.
            for words in str(first.copy_id), 'mine':
                copy = self.one.images[str(first.copy_id)]
                copy['name'] = 'mine' if words == 'mine' else copy['name']
                (third,) = self.run_copy(user, words, regions=(TWO,)).copies
                record = self.assert_copied(third, self.two)
                self.assertEqual(first.copy_id, record[properties.SOURCE])

    def test_the_marks_of_others_lead_nowhere(self) -> None:
        # In no list, as it is pending.
        secret = self.one.add(
            C, 'shared', 'ubuntu', {B: 'pending'}, data=b'another'
        )
        image = self.one.add(A, 'shared', 'ubuntu', {B: 'accepted'}, data=DATA)
        self.one.images[image].update(
            {properties.SOURCE: secret, properties.COPY: image}
        )
        outcome = self.run_copy('bob', 'ubuntu', dry_run=True, name='x')
        assert outcome.image is not None
        self.assertEqual(image, outcome.image.id)

    def test_a_copy_whose_original_is_gone_stands_for_itself(self) -> None:
        source = self.one.add(A, 'private', 'ubuntu', data=DATA)
        (first,) = self.run_copy('alice', 'ubuntu').copies
        del self.one.images[source]
        outcome = self.run_copy('alice', 'ubuntu', regions=(TWO,))
        (second,) = outcome.copies
        record = self.assert_copied(second, self.two)
        self.assertEqual(first.copy_id, record[properties.SOURCE])

    def test_what_was_left_half_made_is_replaced(self) -> None:
        for status, data in (
            ('queued', None),
            ('saving', None),
            ('importing', None),
            ('killed', None),
            # Killed between the upload and the comparison.
            ('active', DATA[:-1] + b'x'),
            ('active', b''),
        ):
            source = self.one.add(A, data=DATA)
            left = self.one.add(A, data=data, status=status)
            self.one.images[left].update(
                {properties.SOURCE: source, properties.COPY: left}
            )
            outcome = self.run_copy('alice', source)
            (copied,) = outcome.copies
            self.assert_copied(copied, self.one)
            self.assertEqual(['removed', 'image'], copied.changes)
            self.assertNotIn(left, self.one.images)
            self.assertEqual(1, len(self.copies(source)))

    def test_what_only_inherits_the_marks_is_left_alone(self) -> None:
        # Nova's snapshot of a server made of a copy, for one.
        source = self.one.add(A, data=DATA)
        (copied,) = self.run_copy('alice', source).copies
        marks = {
            key: self.one.images[str(copied.copy_id)][key]
            for key in properties.PROVENANCE
        }
        snapshots = [
            self.one.add(A, data=b'work of months', **marks),
            self.one.add(A, status='queued', **marks),
            self.one.add(B, data=b'work of others', **marks),
        ]
        del self.one.images[str(copied.copy_id)]
        (copied,) = self.run_copy('alice', source).copies
        self.assert_copied(copied, self.one)
        for snapshot in snapshots:
            self.assertIn(snapshot, self.one.images)

    def test_a_hidden_copy_is_found_and_a_deactivated_one_left(self) -> None:
        source = self.one.add(A, data=DATA)
        (first,) = self.run_copy('alice', source).copies
        self.one.images[str(first.copy_id)]['os_hidden'] = True
        (second,) = self.run_copy('alice', source).copies
        self.assertEqual(first.copy_id, second.copy_id)
        self.one.images[str(first.copy_id)]['status'] = 'deactivated'
        (third,) = self.run_copy('alice', source).copies
        self.assertNotEqual(first.copy_id, third.copy_id)
        self.assertIn(first.copy_id, self.one.images)

    def test_other_hashes_are_compared_once_and_noted(self) -> None:
        for one, two in (
            ('sha512', 'sha256'),
            ('sha3_256', 'sha512'),
            (None, 'sha512'),
            ('sha512', None),
            (None, None),
        ):
            self.one.data.algorithm, self.two.data.algorithm = one, two
            source = self.one.add(A, data=DATA)
            (first,) = self.run_copy('alice', source, regions=(TWO,)).copies
            self.assert_copied(first, self.two)
            self.cloud.server.requests.clear()
            (second,) = self.run_copy('alice', source, regions=(TWO,)).copies
            self.assertEqual(first.copy_id, second.copy_id, f'{one} {two}')
            self.assertEqual([], self.writes())

    def test_a_source_without_any_hash_is_compared_with_what_was_sent(
        self,
    ) -> None:
        # Ceph clouds keep snapshots so.
        self.imports()
        source = self.one.add(A, data=DATA)
        for key in 'checksum', 'os_hash_algo', 'os_hash_value':
            self.one.images[source][key] = None
        outcome = self.run_copy('alice', source)
        (first,) = outcome.copies
        record = self.assert_copied(first, self.one)
        self.assertEqual('stream', first.method)
        self.assertIn('nothing is known of the bits', said(outcome))
        self.assertEqual(first.hash, record[properties.SOURCE_HASH])
        (second,) = self.run_copy('alice', source).copies
        self.assertEqual(first.copy_id, second.copy_id)


class CompanionsTest(base.CopyTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.kernel = self.one.add(
            A, 'shared', 'k', {B: 'pending'}, data=b'kernel'
        )
        self.ramdisk = self.one.add(
            A, 'shared', 'r', {B: 'pending'}, data=b'ramdisk'
        )
        self.source = self.one.add(
            A,
            'shared',
            'main',
            {B: 'pending'},
            data=DATA,
            kernel_id=self.kernel,
            ramdisk_id=self.ramdisk,
        )

    def test_they_are_copied_first_and_named(self) -> None:
        (copied,) = self.run_copy('bob', self.source, regions=(TWO,)).copies
        record = self.assert_copied(copied, self.two)
        self.assertEqual(['kernel', 'ramdisk', 'image'], copied.changes)
        for key, data in ('kernel_id', b'kernel'), ('ramdisk_id', b'ramdisk'):
            self.assertEqual(data, self.two.data.of[record[key]])
        # And again: nothing.
        self.cloud.server.requests.clear()
        self.run_copy('bob', self.source, regions=(TWO,))
        self.assertEqual([], self.writes())

    def test_one_that_is_lost_is_made_and_named_anew(self) -> None:
        (first,) = self.run_copy('bob', self.source).copies
        record = self.one.images[str(first.copy_id)]
        del self.one.images[record['kernel_id']]
        (second,) = self.run_copy('bob', self.source).copies
        self.assertEqual(first.copy_id, second.copy_id)
        self.assertEqual(['kernel'], second.changes)
        self.assertEqual(b'kernel', self.one.data.of[record['kernel_id']])
        self.assertIn(record['kernel_id'], self.one.images)

    def test_a_change_of_name_that_failed_is_made_the_next_time(self) -> None:
        (first,) = self.run_copy('bob', self.source).copies
        record = self.one.images[str(first.copy_id)]
        del self.one.images[record['kernel_id']]
        self.breaks('PATCH', '/images/', times=None)
        self.assertEqual(1, self.run_copy('bob', self.source).exit_code)
        self.cloud.server.rules.clear()
        self.assertEqual(0, self.run_copy('bob', self.source).exit_code)
        self.assertIn(record['kernel_id'], self.one.images)

    def test_another_kernel_that_somebody_has_named_stays(self) -> None:
        (first,) = self.run_copy('bob', self.source).copies
        record = self.one.images[str(first.copy_id)]
        record['kernel_id'] = other = self.one.add(B, data=b'newer')
        self.run_copy('bob', self.source)
        self.assertEqual(other, record['kernel_id'])

    def test_one_that_cannot_be_read_is_a_reason_to_refuse(self) -> None:
        for other in self.one.add(A), 'none', 'a/b', '..':
            self.one.images[self.source]['kernel_id'] = other
            error = self.assertRaises(
                errors.Refused, self.copy('bob', self.source).run
            )
            self.assertIn('kernel_id', str(error))
        self.assertEqual([], self.writes())


class DryRunTest(base.CopyTestCase):
    def plan(self, **more: object) -> outcomes.CopyOutcome:
        source = self.one.add(
            A, name='-x', data=DATA, min_disk=2, tags=['t'], hw_x='1'
        )
        self.source = source
        outcome = self.run_copy('alice', source, dry_run=True, **more)
        self.assertEqual([], self.writes())
        self.assertEqual(0, outcome.exit_code)
        return outcome

    def test_the_way_and_the_native_commands_are_told(self) -> None:
        outcome = self.plan(regions=(TWO,))
        save, create = outcome.planned
        self.assertEqual(
            f'openstack image save --file=FILE {self.source}', save
        )
        for words in (
            'openstack --os-region-name=RegionTwo image create --private ',
            ' --disk-format=raw --container-format=bare --min-disk=2 ',
            ' --tag=t ',
            ' --property=hw_x=1 ',
            f' --property=copied_from_image={self.source} ',
            ' --file=FILE -- -x',
        ):
            self.assertIn(words, create)
        (copied,) = outcome.copies
        self.assertEqual(
            ('stream', None, None, []),
            (copied.method, copied.copy_id, copied.verified, copied.changes),
        )
        self.assertIn('does not offer', said(outcome))

    def test_an_import_is_told_as_well(self) -> None:
        self.imports()
        outcome = self.plan(regions=(TWO,))
        _, imported = outcome.planned
        self.assertEqual(
            'openstack --os-region-name=RegionTwo image import '
            '--method=glance-download --remote-region=RegionOne '
            f'--remote-image={self.source} '
            '--remote-service-interface=public COPY',
            imported,
        )
        (copied,) = outcome.copies
        self.assertEqual('server', copied.method)

    def test_what_is_there_needs_nothing(self) -> None:
        source = self.one.add(A, data=DATA)
        (made,) = self.run_copy('alice', source).copies
        outcome = self.run_copy('alice', source, dry_run=True)
        self.assertEqual([], outcome.planned)
        (copied,) = outcome.copies
        self.assertEqual(
            (made.copy_id, True), (copied.copy_id, copied.verified)
        )
