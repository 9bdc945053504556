# Licensed under the Apache License, Version 2.0 (the "License"); you may
# not use this file except in compliance with the License. You may obtain
# a copy of the License at
#
#      http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS, WITHOUT
# WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the
# License for the specific language governing permissions and limitations
# under the License.

"""Who accepts a share, and who cannot."""

import shlex

from tests.live import base


class TestShareToAccept(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('bob')
        self.c = self.project_id('carol')
        self.image = self.make_image()

    def command_for_the_member(self, stderr: str) -> list[str]:
        """Return the words of the command that was printed."""
        (line,) = (li for li in stderr.splitlines() if '--accept' in li)
        program, *words = shlex.split(line[line.index('openstack ') :])
        self.assertEqual('openstack', program)
        return words

    def test_without_a_role_there_the_share_is_pending_and_says_what_to_run(
        self,
    ) -> None:
        result = self.share(f'share-to {self.image} {self.b}', cloud='alice')
        self.assertEqual(
            {
                'Image ID': self.image,
                'Project ID': self.b,
                'Project Name': None,
                'Status': 'pending',
                'Changes': ['visibility', 'member'],
                'Verified': None,
            },
            result.row,
        )
        self.assertIn('you have no role in project', result.stderr)
        self.assertEqual({self.b: 'pending'}, self.members(self.image))
        words = self.command_for_the_member(result.stderr)
        self.program('--os-cloud bob', *words)
        self.assertEqual({self.b: 'accepted'}, self.members(self.image))
        listed = base.connect('bob').image.get('/images').json()['images']
        self.assertIn(self.image, [image['id'] for image in listed])

    def test_the_members_command_comes_again_while_it_is_pending(self) -> None:
        self.share(f'share-to {self.image} {self.b}', cloud='alice')
        again = self.share(f'share-to {self.image} {self.b}', cloud='alice')
        self.assertEqual([], again.row['Changes'])
        self.assertEqual(
            # There are images in two regions, and the member may use another.
            [
                '--os-region-name=RegionOne',
                *('image', 'set', '--accept', self.image),
            ],
            self.command_for_the_member(again.stderr),
        )

    def test_no_accept_leaves_it_to_the_member(self) -> None:
        for caller, more in (
            ('both-a', ()),
            ('alice', ('--member-cloud', 'bob')),
        ):
            with self.subTest(caller=caller):
                image = self.make_image()
                row = self.share(
                    f'share-to {image} {self.b} --no-accept',
                    *more,
                    cloud=caller,
                ).row
                self.assertEqual('pending', row['Status'])
                self.assertEqual(['visibility', 'member'], row['Changes'])
                self.assertEqual({self.b: 'pending'}, self.members(image))

    def test_a_pending_share_is_verified_where_a_member_cloud_can(
        self,
    ) -> None:
        row = self.share(
            f'share-to {self.image} --no-accept --member-cloud bob',
            cloud='alice',
        ).row
        self.assertEqual('pending', row['Status'])
        self.assertIs(True, row['Verified'])

    def test_accept_is_refused_to_an_owner_who_cannot_speak_for_a_project(
        self,
    ) -> None:
        before = self.state(self.image)
        for named in ((self.c,), ('project-b', self.c)):
            with self.subTest(named=named):
                result = self.share(
                    f'share-to {self.image}',
                    *named,
                    '--accept',
                    cloud='both-a',
                    code=1,
                )
                self.assertEqual('', result.stdout)
                self.assertIn(self.c, result.stderr)
                self.assertNotIn(self.b, result.stderr)
                self.assertIn('no role', result.stderr)
                self.assertIn('Nothing has been changed', result.stderr)
        self.assertEqual(before, self.state(self.image))

    def test_accept_is_granted_to_an_administrator(self) -> None:
        row = self.share(
            f'share-to {self.image} project-b --accept', cloud='admin'
        ).row
        self.assertEqual('accepted', row['Status'])
        self.assertEqual(['visibility', 'member', 'status'], row['Changes'])
        self.assertEqual({self.b: 'accepted'}, self.members(self.image))

    def test_accept_is_granted_to_who_speaks_for_all(self) -> None:
        for caller, more in (
            ('both-a', ()),
            ('alice', ('--member-cloud', 'bob')),
        ):
            with self.subTest(caller=caller):
                image = self.make_image()
                row = self.share(
                    f'share-to {image} project-b --accept',
                    *more,
                    cloud=caller,
                ).row
                self.assertEqual('accepted', row['Status'])
                self.assertEqual({self.b: 'accepted'}, self.members(image))

    def test_accept_and_no_accept_exclude_each_other(self) -> None:
        self.share(
            f'share-to {self.image} {self.b} --accept --no-accept',
            cloud='alice',
            code=2,
        )
        self.assertEqual('private', self.visibility(self.image))

    def test_a_reader_cannot_accept_and_the_share_stays(self) -> None:
        result = self.share(
            f'share-to {self.image} --member-cloud reader',
            cloud='alice',
            code=1,
        )
        self.assertEqual('pending', result.row['Status'])
        self.assertEqual(['visibility', 'member'], result.row['Changes'])
        self.assertEqual({self.b: 'pending'}, self.members(self.image))
        self.assertTrue(self.can_read('bob', self.image))
        self.assertIn('status pending', result.stderr)
        self.assertIn('Request ID: req-', result.stderr)
        # Running the same command again would fail again: somebody else of
        # that project has to accept, and this is what they run.
        self.assertIn('reader', result.stderr)
        words = self.command_for_the_member(result.stderr)
        self.program('--os-cloud bob', *words)
        self.assertEqual({self.b: 'accepted'}, self.members(self.image))

    def test_a_reader_verifies_what_it_need_not_accept(self) -> None:
        row = self.share(
            f'share-to {self.image} --no-accept --member-cloud reader',
            cloud='alice',
        ).row
        self.assertIs(True, row['Verified'])
