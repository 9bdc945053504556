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

"""``openstack image share status``, as everybody who may ask for it."""

import json
import uuid

from tests.live import base
from tests.live import consumers
from tests.live import relay
from tests.live import relayed

HEADERS = {
    'Project ID',
    'Project Name',
    'Status',
    'Servers',
    'Volumes',
    'Checked As',
    'Updated At',
}


class TestShareStatus(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.a = self.project_id('alice')
        self.b = self.project_id('bob')
        self.c = self.project_id('carol')

    def test_the_owner_sees_each_member_with_its_answer(self) -> None:
        nobody = uuid.uuid4().hex
        image = self.make_shared(self.b, self.c, nobody)
        self.set_status(image, 'bob', 'accepted')
        self.set_status(image, 'carol', 'rejected')
        result = self.share(f'share status {image}', cloud='alice')
        self.assertEqual(
            {self.b: 'accepted', self.c: 'rejected', nobody: 'pending'},
            {row['Project ID']: row['Status'] for row in result.rows},
        )
        answer = base.connect('admin').image.get(f'/images/{image}/members')
        updated = {
            member['member_id']: member['updated_at']
            for member in answer.json()['members']
        }
        for row in result.rows:
            self.assertEqual(HEADERS, set(row))
            self.assertEqual(updated[row['Project ID']], row['Updated At'])

    def test_what_nobody_could_see_is_null_and_not_none(self) -> None:
        image = self.make_shared(self.b)
        self.make_server('bob', image)
        result = self.share(f'share status {image}', cloud='alice')
        self.assertIsNone(result.row['Servers'])
        self.assertIsNone(result.row['Volumes'])
        self.assertIsNone(result.row['Checked As'])
        self.assertIsNone(result.row['Project Name'])
        self.assertIn(f'project {self.b}', result.stderr)
        self.assertIn('no role in project', result.stderr)
        table = self.openstack(
            f'image share status {image}', cloud='alice'
        ).stdout
        (row,) = [line for line in table.splitlines() if self.b in line]
        cells = [cell.strip() for cell in row.split('|')[1:-1]]
        self.assertEqual(
            [self.b, 'unknown', 'pending', 'unknown', 'unknown', '-'],
            cells[:6],
        )

    def test_servers_and_volumes_are_counted_in_the_best_scope(self) -> None:
        image = self.make_shared(self.b)
        self.make_server('bob', image)
        consumers.boot_from_volume(self, 'bob', image)
        self.make_volume('bob', image)
        for cloud, options, checked_as in (
            ('both-a', (), 'rescoped'),
            ('alice', ('--member-cloud', 'bob'), 'member cloud bob'),
            ('alice', ('--member-cloud', 'reader'), 'member cloud reader'),
            ('both-a', ('--member-cloud', 'bob'), 'member cloud bob'),
            ('admin', (), 'administrator'),
            ('bob', (), 'own project'),
            ('reader', (), 'own project'),
        ):
            with self.subTest(cloud=cloud, options=options):
                row = self.share(
                    f'share status {image}', *options, cloud=cloud
                ).row
                self.assertEqual(self.b, row['Project ID'])
                self.assertEqual((2, 2), (row['Servers'], row['Volumes']))
                self.assertIs(int, type(row['Servers']))
                self.assertEqual(checked_as, row['Checked As'])

    def test_zero_means_that_somebody_looked(self) -> None:
        image = self.make_shared(self.b)
        result = self.share(f'share status {image}', cloud='both-a')
        self.assertEqual(
            (0, 0), (result.row['Servers'], result.row['Volumes'])
        )
        self.assertEqual('project-b', result.row['Project Name'])
        self.assertEqual('', result.stderr)

    def test_one_member_may_be_seen_and_another_not(self) -> None:
        image = self.make_shared(self.b, self.c)
        rows = self.share(f'share status {image}', cloud='both-a').rows
        self.assertEqual(
            {self.b: 0, self.c: None},
            {row['Project ID']: row['Servers'] for row in rows},
        )

    def test_a_rejected_member_uses_the_image_all_the_same(self) -> None:
        image = self.make_shared(self.b)
        self.set_status(image, 'bob', 'rejected')
        self.make_server('bob', image)
        row = self.share(f'share status {image}', cloud='both-a').row
        self.assertEqual(('rejected', 1), (row['Status'], row['Servers']))

    def test_the_help_says_that_every_member_has_access(self) -> None:
        said = self.openstack('image share status --help').stdout
        self.assertIn(
            'Every member can use the image by its ID, whatever its status',
            ' '.join(said.split()),
        )

    def test_a_member_sees_its_own_row_only(self) -> None:
        image = self.make_shared(self.b, self.c)
        for cloud in 'bob', 'reader':
            with self.subTest(cloud=cloud):
                row = self.share(f'share status {image}', cloud=cloud).row
                self.assertEqual(
                    (self.b, 'pending'), (row['Project ID'], row['Status'])
                )

    def test_a_stranger_is_told_that_it_sees_no_such_image(self) -> None:
        image = self.make_shared(self.b)
        result = self.share(f'share status {image}', cloud='carol', code=1)
        self.assertEqual('', result.stdout)
        self.assertIn(f'No image found for {image!r}', result.stderr)
        self.assertIn(self.c, result.stderr)

    def test_an_image_that_is_not_shared_has_no_rows_but_a_reason(
        self,
    ) -> None:
        for visibility, owner, others, sentence in (
            ('private', 'alice', ('admin',), 'no other project can use it'),
            ('public', 'admin', ('alice',), 'every project can use it'),
            ('community', 'alice', ('bob',), 'every project can use it'),
        ):
            image = self.make_image(owner, visibility)
            for cloud in owner, *others:
                with self.subTest(visibility=visibility, cloud=cloud):
                    result = self.share(f'share status {image}', cloud=cloud)
                    self.assertEqual([], result.rows)
                    self.assertIn(visibility, result.stderr)
                    self.assertIn(sentence, result.stderr)

    def test_a_shared_image_without_members_says_so(self) -> None:
        image = self.make_image(visibility='shared')
        result = self.share(f'share status {image}', cloud='alice')
        self.assertEqual([], result.rows)
        self.assertIn('has no members', result.stderr)

    def test_usage_is_not_looked_at_when_it_is_not_wanted(self) -> None:
        image = self.make_shared(self.b)
        self.make_server('bob', image)
        result = self.share(f'share status --no-usage {image}', cloud='both-a')
        self.assertEqual(
            (self.b, 'project-b', 'pending', None, None, None),
            tuple(result.row.values())[:6],
        )
        # Nobody asked, so nothing is missing.
        self.assertEqual('', result.stderr)

    def test_an_image_can_be_named_and_an_ambiguous_name_is_not_guessed(
        self,
    ) -> None:
        name = f'two of {uuid.uuid4().hex}'
        first = self.make_image(visibility='shared', name=name)
        self.add_member(first, self.b)
        row = self.share(f'share status "{name}"', cloud='both-a').row
        self.assertEqual(self.b, row['Project ID'])
        # B is offered the image, and no list of B's shows it yet.
        row = self.share(f'share status "{name}"', cloud='bob').row
        self.assertEqual(self.b, row['Project ID'])
        second = self.make_image(visibility='shared', name=name)
        result = self.share(f'share status "{name}"', cloud='alice', code=1)
        self.assertIn(first, result.stderr)
        self.assertIn(second, result.stderr)

    def test_a_region_without_a_compute_service_is_unseen(self) -> None:
        image = self.make_image(visibility='shared', region='RegionTwo')
        self.add_member(image, self.b, region='RegionTwo')
        for cloud in 'both-a', 'admin', 'bob':
            with self.subTest(cloud=cloud):
                result = self.share(
                    f'share status {image}',
                    cloud=cloud,
                    env={'OS_REGION_NAME': 'RegionTwo'},
                )
                self.assertIsNone(result.row['Servers'])
                self.assertIsNone(result.row['Volumes'])
                self.assertIn("'RegionTwo'", result.stderr)

    def test_a_service_that_fails_makes_its_number_unknown(self) -> None:
        image = self.make_shared(self.b)
        self.make_volume('bob', image)
        for service, seen in (
            # A server booted from a volume is found by way of the volume.
            ('block-storage', {'Servers': None, 'Volumes': None}),
            ('compute', {'Servers': None, 'Volumes': 1}),
        ):
            with self.subTest(service=service):
                way = relayed.before(self, service, 'both-a')
                way.relay.on('GET', '', lambda _: relay.Answer(403))
                result = self.share(
                    f'share status {image}', cloud=way.cloud, env=way.env
                )
                self.assertNotEqual([], way.relay.seen)
                self.assertEqual(seen, {key: result.row[key] for key in seen})
                self.assertIn(service, result.stderr)
                self.assertIn('403', result.stderr)

    def test_a_script_can_choose_columns_and_formats(self) -> None:
        image = self.make_shared(self.b)
        shown = self.openstack(
            f'image share status -c Servers -f value {image}',
            cloud='alice',
        )
        self.assertEqual('unknown\n', shown.stdout)
        shown = self.openstack(
            f'image share status -f json -c Status {image}',
            cloud='alice',
        )
        self.assertEqual([{'Status': 'pending'}], json.loads(shown.stdout))
        result = self.openstack(
            f'image share status {image} -c Server',
            cloud='alice',
            code=2,
        )
        self.assertIn('No such column: Server', result.stderr)
