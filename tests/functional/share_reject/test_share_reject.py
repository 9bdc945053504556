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

"""Rejecting what is offered, and what it does not do."""

import shlex

from tests.live import offers


class TestShareReject(offers.TestCase):
    def test_an_offer_is_rejected_by_id_and_by_name(self) -> None:
        for before, by_name in (
            ('pending', True),
            ('pending', False),
            ('accepted', True),
            ('rejected', True),
        ):
            with self.subTest(before=before, by_name=by_name):
                name = self.unique('unwanted')
                image = self.offer(before, name=name)
                row = self.share(
                    'share reject',
                    name if by_name else image,
                    cloud='bob',
                ).row
                self.assertEqual(
                    (image, name, self.a, 'rejected'),
                    (
                        row['Image ID'],
                        row['Image Name'],
                        row['Owner ID'],
                        row['Status'],
                    ),
                )
                self.assertEqual('rejected', self.status(image))
                listed = self.share(f'list --name "{name}"', cloud='bob')
                self.assertEqual([], listed.rows)

    def test_it_says_that_access_goes_on_and_what_ends_it(self) -> None:
        image = self.offer('accepted')
        result = self.share(f'share reject {image}', cloud='bob')
        self.assertIn('does not end the access', result.stderr)
        self.assertIn(f'project {self.a}', result.stderr)
        self.assertTrue(self.can_read('bob', image))
        self.make_server('bob', image)
        _, _, command = result.stderr.strip().rpartition(' runs: ')
        program, *words = shlex.split(command)
        self.assertEqual('openstack', program)
        # The server is in the way, as the owner's command says.
        self.openstack(*words, cloud='both-a', code=3)
        self.openstack(*words, '--force', cloud='both-a')
        self.assertFalse(self.can_read('bob', image))
        self.assertEqual({}, self.members(image))

    def test_the_printed_command_ends_the_access(self) -> None:
        image = self.offer()
        result = self.share(f'share reject {image}', cloud='bob')
        _, _, command = result.stderr.strip().rpartition(' runs: ')
        self.openstack(*shlex.split(command)[1:], cloud='both-a')
        self.assertFalse(self.can_read('bob', image))

    def test_quiet_keeps_the_advice_to_itself(self) -> None:
        image = self.offer()
        result = self.openstack(
            f'--quiet image share reject {image}', cloud='bob'
        )
        self.assertEqual('', result.stderr)
        self.assertEqual('rejected', self.status(image))

    def test_expectations_hold_for_rejecting_too(self) -> None:
        name = self.unique('ubuntu')
        of_a = self.offer(name=name)
        of_c = self.offer(owner='carol', name=name)
        for words in (name,), (of_a, '--expect-owner', self.c):
            with self.subTest(words=words):
                self.share('share reject', *words, cloud='bob', code=1)
        row = self.share(
            f'share reject "{name}" --expect-owner {self.c}', cloud='bob'
        ).row
        self.assertEqual(of_c, row['Image ID'])
        self.assertEqual('pending', self.status(of_a))
        self.share(
            f'share reject {of_a} --expect-hash sha512:00',
            cloud='bob',
            code=1,
        )
        self.assertEqual('pending', self.status(of_a))

    def test_everything_at_once_is_not_offered(self) -> None:
        self.openstack(
            f'image share reject --all --expect-owner {self.a}',
            cloud='bob',
            code=2,
        )

    def test_the_help_says_that_the_access_goes_on(self) -> None:
        said = self.openstack('image share reject --help').stdout
        self.assertIn('It does not end the access', ' '.join(said.split()))
