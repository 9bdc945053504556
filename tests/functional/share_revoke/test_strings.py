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

"""Whatever Glance has stored as a member: what can be removed, and what not.

Glance takes any string for a member. Some of them it can never address
again, and two (``.`` and ``..``) lead HTTP clients to the image itself.
"""

from tests.functional.share_revoke import revoking
from tests.live import relayed

REMOVABLE = (
    'not a project!',
    '  with  spaces ',
    '?x=1',
    '#f',
    '%2e%2e',
    '%2F',
    'two\nlines',
    'tab\there',
    '--all',
    '*',
    '~',
    'a;b&c=d',
    "it's \"quoted\" $HOME `id`",
    '\x1b[2J',
    'x' * 255,
)
UNADDRESSABLE = ('a/b', '../x', '..', '.', 'é', '\u202egnp.exe', '/')


class TestShareRevokeStrings(revoking.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('bob')

    def test_whatever_glance_can_address_can_be_removed(self) -> None:
        image = self.make_shared(self.b, *REMOVABLE)
        self.assertEqual({self.b, *REMOVABLE}, set(self.members(image)))
        left = {self.b, *REMOVABLE}
        for member in REMOVABLE:
            with self.subTest(member=member):
                result = self.openstack(
                    f'image share revoke -f json --allow-unseen {image} --',
                    member,
                    cloud='alice',
                )
                self.assertEqual(
                    (member, 'revoked'),
                    (result.row['Project ID'], result.row['Result']),
                )
                left.remove(member)
                self.assertEqual(left, set(self.members(image)))

    def test_it_is_unseen_like_any_other_project(self) -> None:
        image = self.make_shared('not a project!')
        result = self.revoke(
            image, 'not a project!', '--force', cloud='alice', code=4
        )
        self.assertEqual('unseen', result.row['Result'])
        self.assertIn('does not look like a project ID', result.stderr)
        self.assertEqual({'not a project!'}, set(self.members(image)))

    def test_an_administrator_sees_that_nobody_uses_it(self) -> None:
        image = self.make_shared('not a project!')
        result = self.revoke(image, 'not a project!', cloud='admin')
        self.assertEqual([], result.row['In Use By'])
        self.assertEqual({}, self.members(image))

    def test_what_glance_cannot_address_is_refused_before_any_request(
        self,
    ) -> None:
        image = self.make_shared(self.b, *UNADDRESSABLE)
        everybody = {self.b, *UNADDRESSABLE}
        self.assertEqual(everybody, set(self.members(image)))
        for cloud in 'alice', 'admin':
            way = relayed.before(self, 'image', cloud)
            for member in UNADDRESSABLE:
                with self.subTest(cloud=cloud, member=member):
                    result = self.revoke(
                        *('--force', '--allow-unseen', image, member),
                        cloud=way.cloud,
                        env=way.env,
                        code=1,
                    )
                    self.assertEqual(
                        (member, 'failed'),
                        (result.row['Project ID'], result.row['Result']),
                    )
                    self.assertIn('cannot be removed through', result.stderr)
                    self.assertIn('image is deleted', result.stderr)
            # Nothing but looking at the image and its members.
            self.assertEqual(
                {
                    ('GET', f'/v2/images/{image}'),
                    ('GET', f'/v2/images/{image}/members'),
                },
                set(way.relay.seen),
            )
        self.assertEqual(everybody, set(self.members(image)))

    def test_what_glance_cannot_address_is_refused_also_when_absent(
        self,
    ) -> None:
        image = self.make_shared(self.b)
        way = relayed.before(self, 'image', 'alice')
        for member in UNADDRESSABLE:
            with self.subTest(member=member):
                self.revoke(
                    *('--force', '--allow-unseen', image, member),
                    cloud=way.cloud,
                    env=way.env,
                    code=1,
                )
        self.assertEqual({'GET'}, {method for method, _ in way.relay.seen})
        self.assertEqual({self.b: 'pending'}, self.members(image))

    def test_an_empty_word_is_no_project(self) -> None:
        image = self.make_shared(self.b)
        for cloud in 'alice', 'admin':
            with self.subTest(cloud=cloud):
                way = relayed.before(self, 'image', cloud)
                self.revoke(
                    *('--force', '--allow-unseen', image, ''),
                    cloud=way.cloud,
                    env=way.env,
                    code=2,
                )
                self.assertEqual(
                    {'GET'} if way.relay.seen else set(),
                    {method for method, _ in way.relay.seen},
                )
        self.assertEqual({self.b: 'pending'}, self.members(image))

    def test_all_removes_what_it_can_and_names_the_rest(self) -> None:
        image = self.make_shared('..', 'not a project!', self.b, 'a/b')
        result = self.revoke(
            image, '--all', '--allow-unseen', cloud='alice', code=1
        )
        self.assertEqual(
            {
                '..': 'failed',
                'a/b': 'failed',
                'not a project!': 'revoked',
                self.b: 'revoked',
            },
            {row['Project ID']: row['Result'] for row in result.rows},
        )
        self.assertEqual({'..', 'a/b'}, set(self.members(image)))

    def test_a_word_with_two_meanings_is_refused(self) -> None:
        for cloud in 'both-a', 'admin':
            with self.subTest(cloud=cloud):
                image = self.make_shared('project-b', self.b)
                result = self.revoke(
                    *(image, 'project-b', '--force', '--allow-unseen'),
                    cloud=cloud,
                    code=1,
                )
                self.assertEqual('', result.stdout)
                self.assertIn('Nothing has been changed', result.stderr)
                self.assertIn(self.b, result.stderr)
                self.assertEqual(
                    {'project-b', self.b}, set(self.members(image))
                )
                # No native command could mean the string for somebody who
                # may look projects up, so this is what the message says.
                self.assertIn('Use the ID of the project', result.stderr)
                self.revoke(image, self.b, cloud=cloud)
                self.assertEqual({'project-b'}, set(self.members(image)))
                self.revoke(image, 'project-b', '--allow-unseen', cloud=cloud)
                self.assertEqual({}, self.members(image))

    def test_a_literal_member_that_is_a_name_of_no_other_member_goes(
        self,
    ) -> None:
        # What "openstack image add project IMAGE project-b" leaves behind.
        image = self.make_shared('project-b')
        result = self.revoke(
            image, 'project-b', '--allow-unseen', cloud='both-a'
        )
        self.assertEqual('project-b', result.row['Project ID'])
        self.assertEqual({}, self.members(image))

    def test_no_command_is_printed_that_would_mean_another_member(
        self,
    ) -> None:
        # The native commands look names up before they take them literally,
        # and an administrator's look-up finds the project.
        image = self.make_shared('project-b')
        for options in ('--dry-run',), ():
            with self.subTest(options=options):
                result = self.revoke(
                    image, 'project-b', *options, cloud='admin'
                )
                self.assertNotIn('openstack image', result.stderr)
                self.assertIn('no native command', result.stderr)
        self.assertEqual({}, self.members(image))
