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

"""``openstack image share revoke``: what refuses, and what overrides it."""

import uuid

from tests.functional.share_revoke import revoking
from tests.live import consumers
from tests.live import relay
from tests.live import relayed

HEADERS = {
    'Project ID',
    'Project Name',
    'Result',
    'In Use By',
    'Checked As',
}
OVERRIDES: tuple[tuple[str, ...], ...] = (
    (),
    ('--force',),
    ('--allow-unseen',),
    ('--force', '--allow-unseen'),
)


class TestShareRevoke(revoking.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.a = self.project_id('alice')
        self.b = self.project_id('bob')
        self.c = self.project_id('carol')

    def test_what_nobody_uses_goes(self) -> None:
        for cloud, options, checked_as in (
            ('both-a', (), 'rescoped'),
            ('alice', ('--member-cloud=bob',), 'member cloud bob'),
            ('alice', ('--member-cloud=reader',), 'member cloud reader'),
            ('admin', (), 'administrator'),
        ):
            with self.subTest(cloud=cloud, options=options):
                image = self.make_shared(self.b)
                self.assertTrue(self.can_read('bob', image))
                result = self.revoke(image, self.b, *options, cloud=cloud)
                self.assertEqual(HEADERS, set(result.row))
                self.assertEqual(
                    (self.b, 'project-b', 'revoked', [], checked_as),
                    tuple(result.row.values()),
                )
                self.assertEqual({}, self.members(image))
                self.assertFalse(self.can_read('bob', image))
                self.assertIn('To undo: openstack', result.stderr)
                self.assertEqual('shared', self.visibility(image))

    def test_a_project_can_be_named_by_its_name(self) -> None:
        for cloud, words in (
            ('both-a', 'project-b'),
            ('admin', 'project-b'),
            ('alice', 'project-b'),
        ):
            with self.subTest(cloud=cloud):
                image = self.make_shared(self.b)
                self.revoke(
                    *('--member-cloud=bob', '--project-domain=default'),
                    *(image, words),
                    cloud=cloud,
                )
                self.assertEqual({}, self.members(image))

    def test_a_name_that_cannot_be_looked_up_is_not_guessed(self) -> None:
        image = self.make_shared(self.b)
        result = self.revoke(
            image, 'project-b', '--allow-unseen', cloud='alice', code=1
        )
        self.assertIn('Cannot look up', result.stderr)
        self.assertEqual({self.b: 'pending'}, self.members(image))

    def test_neither_override_implies_the_other_where_use_was_seen(
        self,
    ) -> None:
        image = self.make_shared(self.b)
        server = self.make_server('bob', image)
        booted, volume = consumers.boot_from_volume(self, 'bob', image)
        for options, code in zip(OVERRIDES, (3, 0, 3, 0), strict=True):
            with self.subTest(options=options):
                if not self.members(image):
                    self.add_member(image, self.b)
                result = self.revoke(
                    image, self.b, *options, cloud='both-a', code=code
                )
                self.assertEqual(
                    'in use' if code else 'revoked', result.row['Result']
                )
                self.assertEqual(
                    {self.b: 'pending'} if code else {}, self.members(image)
                )
                # What was seen is reported whatever was decided.
                uses = {
                    (use['type'], use['id'], use['status'])
                    for use in result.row['In Use By']
                }
                self.assertEqual(
                    {
                        ('server', server, 'ACTIVE'),
                        ('server', booted, 'ACTIVE'),
                        ('volume', volume, 'in-use'),
                    },
                    uses,
                )
                for known in server, booted, volume:
                    self.assertIn(known, result.stderr)
                self.assertEqual(bool(code), '--force' in result.stderr)

    def test_neither_override_implies_the_other_where_nobody_could_look(
        self,
    ) -> None:
        for options, code in zip(OVERRIDES, (4, 4, 0, 0), strict=True):
            with self.subTest(options=options):
                image = self.make_shared(self.b)
                result = self.revoke(
                    image, self.b, *options, cloud='alice', code=code
                )
                self.assertEqual(
                    (self.b, None, 'unseen' if code else 'revoked', None),
                    tuple(result.row.values())[:4],
                )
                self.assertEqual(
                    {self.b: 'pending'} if code else {}, self.members(image)
                )
                self.assertIn('no role in project', result.stderr)
                if code:
                    self.assertIn('--member-cloud', result.stderr)
                    self.assertIn('--allow-unseen', result.stderr)

    def test_both_overrides_are_needed_where_a_part_was_seen(self) -> None:
        image = self.make_shared(self.b)
        server = self.make_server('bob', image)
        way = relayed.before(self, 'block-storage', 'both-a')
        way.relay.on('GET', '', lambda _: relay.Answer(503))
        for options, code in zip(OVERRIDES, (3, 4, 3, 0), strict=True):
            with self.subTest(options=options):
                result = self.revoke(
                    image,
                    self.b,
                    *options,
                    cloud=way.cloud,
                    env=way.env,
                    code=code,
                )
                self.assertEqual(
                    [server], [use['id'] for use in result.row['In Use By']]
                )
                self.assertIn(server, result.stderr)
                self.assertIn('block-storage', result.stderr)
                self.assertEqual(
                    {self.b: 'pending'} if code else {}, self.members(image)
                )

    def test_volumes_and_snapshots_alone_do_not_refuse_but_are_reported(
        self,
    ) -> None:
        image = self.make_shared(self.b)
        volume = self.make_volume('bob', image)
        server = self.make_server('bob', image)
        snapshot = consumers.snapshot(self, 'bob', server)
        self.delete_server('bob', server)
        result = self.revoke(image, self.b, cloud='both-a')
        self.assertEqual('revoked', result.row['Result'])
        self.assertEqual(
            {('volume', volume), ('image', snapshot)},
            {(use['type'], use['id']) for use in result.row['In Use By']},
        )
        self.assertIn(volume, result.stderr)
        self.assertIn(snapshot, result.stderr)
        self.assertEqual({}, self.members(image))

    def test_a_stopped_a_shelved_and_a_failed_server_refuse_too(self) -> None:
        for change in (
            consumers.stop,
            consumers.shelve,
            consumers.break_down,
        ):
            with self.subTest(change=change.__name__):
                image = self.make_shared(self.b)
                server = self.make_server('bob', image)
                change(self, 'bob', server)
                result = self.revoke(image, self.b, cloud='both-a', code=3)
                # Nova keeps the disk of a shelved server in a snapshot.
                uses = [use['id'] for use in result.row['In Use By']]
                self.assertEqual(server, uses[0])
                self.assertEqual({self.b: 'pending'}, self.members(image))

    def test_the_owner_s_own_servers_do_not_refuse(self) -> None:
        image = self.make_shared(self.b)
        self.make_server('alice', image)
        self.revoke(image, self.b, cloud='both-a')
        self.assertEqual({}, self.members(image))

    def test_every_server_is_named(self) -> None:
        image = self.make_shared(self.b)
        servers = [self.make_server('bob', image) for _ in range(3)]
        result = self.revoke(image, self.b, cloud='both-a', code=3)
        self.assertEqual(
            set(servers), {use['id'] for use in result.row['In Use By']}
        )
        for server in servers:
            self.assertIn(server, result.stderr)

    def test_a_region_without_a_compute_service_is_unseen_not_unused(
        self,
    ) -> None:
        for cloud, options in (
            ('both-a', ()),
            ('alice', ('--member-cloud', 'bob')),
            ('admin', ()),
        ):
            image = self.make_image(visibility='shared', region='RegionTwo')
            self.add_member(image, self.b, region='RegionTwo')
            for override, code in (('--force', 4), ('--allow-unseen', 0)):
                with self.subTest(cloud=cloud, override=override):
                    result = self.revoke(
                        *(image, self.b, *options, override),
                        cloud=cloud,
                        env={'OS_REGION_NAME': 'RegionTwo'},
                        code=code,
                    )
                    self.assertIsNone(result.row['In Use By'])
                    self.assertIn("region 'RegionTwo'", result.stderr)
                    # Another scope would see no more.
                    self.assertNotIn('entry of clouds.yaml', result.stderr)
                    self.assertEqual(
                        {self.b: 'pending'} if code else {},
                        self.members(image, 'RegionTwo'),
                    )

    def test_a_project_that_is_no_member_is_a_failure(self) -> None:
        image = self.make_shared(self.b)
        for words in self.c, uuid.uuid4().hex:
            with self.subTest(words=words):
                result = self.revoke(image, words, cloud='both-a', code=1)
                self.assertEqual('no member', result.row['Result'])
                self.assertIn('not a member', result.stderr)
                self.assertIn('image share status', result.stderr)
        self.assertEqual({self.b: 'pending'}, self.members(image))
        # Neither is who has gone already.
        self.revoke(image, self.b, cloud='both-a')
        self.revoke(image, self.b, cloud='both-a', code=1)
