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

"""What a revocation really does, how it is undone, and what may interfere.

What happens between the check and the removal is made to happen by the
function that removes: everything before and after it is the real thing.
"""

from collections.abc import Callable

import fixtures

from osc_imageshare.image import images
from tests.live import base
from tests.live import consumers

Change = Callable[[str, str], object]


class TestShareRevokeEffects(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('bob')
        self.image = self.make_image(visibility='shared')
        self.add_member(self.image, self.b)
        self.set_status(self.image, 'bob', 'accepted')

    def revoke(self, *argv: str, cloud: str, code: int = 0) -> base.Result:
        return self.share(
            f'share revoke {self.image}', *argv, cloud=cloud, code=code
        )

    def undo(self, result: base.Result) -> None:
        """Run what was printed, as printed."""
        (command,) = [
            line.partition('To undo: ')[2]
            for line in result.stderr.splitlines()
            if 'To undo: ' in line
        ]
        self.type_printed(command)

    def interfere(
        self, before: Change | None = None, after: Change | None = None
    ) -> None:
        """Do something right before or after a member is removed."""
        remove = images.Images.remove_member

        def removed(this: images.Images, image_id: str, member: str) -> None:
            if before is not None:
                before(image_id, member)
            remove(this, image_id, member)
            if after is not None:
                after(image_id, member)

        self.useFixture(
            fixtures.MonkeyPatch(
                'osc_imageshare.image.images.Images.remove_member', removed
            )
        )

    def test_what_is_said_to_break_breaks_and_undo_mends_it(self) -> None:
        server = self.make_server('bob', self.image)
        result = self.revoke(self.b, '--force', cloud='both-a')
        self.assertEqual({}, self.members(self.image))
        self.assertFalse(self.can_read('bob', self.image))
        self.assertEqual(
            400, consumers.rebuild(self, 'bob', server, self.image)
        )
        answer = consumers.boot(self, 'bob', self.image)
        self.assertEqual(400, answer.status_code, answer.text)
        # The server itself does not notice.
        self.assertEqual('ACTIVE', self.server_status('bob', server))
        self.undo(result)
        self.assertEqual({self.b: 'accepted'}, self.members(self.image))
        self.assertTrue(self.can_read('bob', self.image))
        self.assertEqual(
            202, consumers.rebuild(self, 'bob', server, self.image)
        )
        self.wait_for(lambda: self.server_status('bob', server), 'ACTIVE')

    def test_what_else_is_said_to_break_or_to_work_does(self) -> None:
        server = self.make_server('bob', self.image)
        volume = self.make_volume('bob', self.image)
        self.revoke(self.b, '--force', cloud='both-a')
        answer = base.connect('bob').block_storage.post(
            '/volumes', json={'volume': {'size': 1, 'imageRef': self.image}}
        )
        self.assertEqual(400, answer.status_code, answer.text)
        # A volume is a copy: another server can be made of it.
        another = self.make_server('bob', volume_id=volume)
        self.assertEqual(
            400, consumers.rebuild(self, 'bob', another, self.image)
        )
        # Nova says yes to that, and finds out when it does it.
        self.assertEqual(
            200, self.server_action('bob', server, {'rescue': {}})
        )
        compute = base.connect('bob').compute

        def rescued() -> object:
            actions = compute.get(f'/servers/{server}/os-instance-actions')
            (message,) = (
                action['message']
                for action in actions.json()['instanceActions']
                if action['action'] == 'rescue'
            )
            return message

        self.wait_for(rescued, 'Error')
        self.assertEqual('ACTIVE', self.server_status('bob', server))

    def test_undo_works_for_who_cannot_speak_for_the_member(self) -> None:
        result = self.revoke(self.b, '--allow-unseen', cloud='alice')
        self.undo(result)
        self.assertEqual({self.b: 'pending'}, self.members(self.image))
        self.assertTrue(self.can_read('bob', self.image))

    def test_undo_leaves_the_answer_of_the_member_as_it_was(self) -> None:
        for options, cloud in (
            ((), 'both-a'),
            (('--member-cloud', 'bob'), 'alice'),
        ):
            for status in 'accepted', 'pending', 'rejected':
                with self.subTest(cloud=cloud, status=status):
                    self.set_status(self.image, 'bob', status)
                    result = self.revoke(self.b, *options, cloud=cloud)
                    self.undo(result)
                    # Rejecting is the member's to say again.
                    self.assertEqual(
                        {self.b: status.replace('rejected', 'pending')},
                        self.members(self.image),
                    )

    def test_undo_works_for_what_cannot_be_shared_any_more(self) -> None:
        base.connect('admin').image.post(
            f'/images/{self.image}/actions/deactivate'
        )
        self.undo(self.revoke(self.b, cloud='both-a'))
        self.assertEqual({self.b: 'pending'}, self.members(self.image))

    def test_undo_works_in_the_region_that_was_chosen(self) -> None:
        image = self.make_image(visibility='shared', region='RegionTwo')
        self.add_member(image, self.b, region='RegionTwo')
        result = self.openstack(
            '--os-region-name RegionTwo image share revoke --quiet '
            f'--allow-unseen -f json {image} {self.b}',
            cloud='both-a',
        )
        self.assertEqual({}, self.members(image, 'RegionTwo'))
        self.undo(result)
        self.assertEqual({self.b: 'pending'}, self.members(image, 'RegionTwo'))

    def test_an_owner_that_is_its_own_member_loses_nothing(self) -> None:
        own = self.project_id('alice')
        self.make_server('alice', self.image)
        self.add_member(self.image, own)
        result = self.revoke(own, cloud='alice')
        self.assertEqual(('revoked', []), tuple(result.row.values())[2:4])
        self.undo(result)
        self.assertIn(own, self.members(self.image))

    def test_undo_works_for_strange_members_and_after_private(self) -> None:
        for member in 'not a project!', "it's\n#2", '--all', '$HOME':
            for options in (), ('--private',):
                with self.subTest(member=member, options=options):
                    image = self.make_image(visibility='shared')
                    self.add_member(image, member)
                    result = self.openstack(
                        'image share revoke --allow-unseen',
                        *options,
                        '-f',
                        'json',
                        image,
                        '--',
                        member,
                        cloud='alice',
                    )
                    self.assertEqual(
                        'private' if options else 'shared',
                        self.visibility(image),
                    )
                    self.undo(result)
                    self.assertEqual({member}, set(self.members(image)))

    def test_undo_after_private_shares_the_image_again(self) -> None:
        result = self.revoke(self.b, '--private', cloud='both-a')
        self.assertEqual('private', self.visibility(self.image))
        self.undo(result)
        self.assertEqual({self.b: 'accepted'}, self.members(self.image))

    def test_a_server_that_comes_up_meanwhile_is_reported(self) -> None:
        booted: list[str] = []
        self.interfere(
            lambda *_: booted.append(self.make_server('bob', self.image))
        )
        for cloud in 'both-a', 'admin':
            with self.subTest(cloud=cloud):
                result = self.revoke(self.b, cloud=cloud, code=3)
                self.assertEqual({}, self.members(self.image))
                self.assertEqual(
                    ('revoked', [booted[-1]]),
                    (
                        result.row['Result'],
                        [use['id'] for use in result.row['In Use By']],
                    ),
                )
                self.assertIn(booted[-1], result.stderr)
                self.undo(result)
                self.assertIn(self.b, self.members(self.image))
                self.delete_server('bob', booted[-1])

    def test_only_what_is_new_is_news(self) -> None:
        old = self.make_server('bob', self.image)
        booted: list[str] = []
        self.interfere(
            lambda *_: booted.append(self.make_server('bob', self.image))
        )
        result = self.revoke(self.b, '--force', cloud='both-a', code=3)
        told = result.stderr[result.stderr.index('began to use') :]
        self.assertIn(booted[0], told)
        self.assertNotIn(old, told)
        self.assertEqual(
            {old, booted[0]},
            {use['id'] for use in result.row['In Use By']},
        )

    def test_a_volume_that_comes_up_meanwhile_does_no_harm(self) -> None:
        made: list[str] = []
        self.interfere(
            lambda *_: made.append(self.make_volume('bob', self.image))
        )
        with base.QUIET.making():
            result = self.revoke(self.b, cloud='both-a')
        self.assertEqual(made, [use['id'] for use in result.row['In Use By']])

    def test_who_is_made_a_member_again_meanwhile_is_not_revoked(
        self,
    ) -> None:
        self.interfere(after=self.add_member)
        result = self.revoke(self.b, cloud='both-a', code=1)
        self.assertEqual('failed', result.row['Result'])
        self.assertIn('again', result.stderr)
        self.assertNotIn('To undo', result.stderr)
        self.assertEqual({self.b: 'pending'}, self.members(self.image))

    def test_who_has_been_removed_by_somebody_else_is_gone(self) -> None:
        def removed(image_id: str, member: str) -> None:
            answer = base.connect('alice').image.delete(
                f'/images/{image_id}/members/{member}'
            )
            self.assertEqual(204, answer.status_code, answer.text)

        self.interfere(before=removed)
        result = self.revoke(self.b, cloud='both-a')
        self.assertEqual('revoked', result.row['Result'])
        self.assertEqual({}, self.members(self.image))

    def test_an_interruption_says_what_was_done(self) -> None:
        other = self.project_id('carol')
        self.add_member(self.image, other)

        def interrupt(image_id: str, member: str) -> None:
            raise KeyboardInterrupt

        self.interfere(after=interrupt)
        result = self.revoke(self.b, other, cloud='admin', code=130)
        self.assertEqual({other: 'pending'}, self.members(self.image))
        self.assertEqual(
            ['revoked', None], [row['Result'] for row in result.rows]
        )
        self.assertIn('Interrupted', result.stderr)
        self.assertIn('no longer shared with project project-b', result.stderr)
        self.assertIn('To undo: openstack', result.stderr)
        self.assertIn('still shared with project project-c', result.stderr)
