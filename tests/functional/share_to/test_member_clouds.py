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

"""Which entries of clouds.yaml can speak for a member, and where."""

from tests.live import base
from tests.live import entries
from tests.live import relay


class TestShareToMemberClouds(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('bob')
        self.image = self.make_image()

    def refused(self, entry: entries.Entry | None) -> str:
        """Name an entry, check that nothing changes, and return stderr."""
        more = {} if entry is None else {'theirs': entry}
        before = self.state(self.image)
        result = self.share(
            f'share-to {self.image} --member-cloud theirs',
            cloud='alice',
            env=entries.written(self, **more),
            code=1,
        )
        self.assertEqual('', result.stdout)
        self.assertEqual(before, self.state(self.image))
        self.assertIn('theirs', result.stderr)
        return result.stderr

    def accepted(self, entry: entries.Entry) -> None:
        image = self.make_image()
        row = self.share(
            f'share-to {image} --member-cloud theirs',
            cloud='alice',
            env=entries.written(self, theirs=entry),
        ).row
        self.assertEqual(
            (self.b, 'accepted', True),
            (row['Project ID'], row['Status'], row['Verified']),
        )
        self.assertEqual({self.b: 'accepted'}, self.members(image))

    def test_an_entry_that_does_not_exist_is_refused(self) -> None:
        told = self.refused(None)
        self.assertIn('Nothing has been changed', told)

    def test_a_wrong_password_is_refused(self) -> None:
        told = self.refused(entries.entry('bob', password='wrong'))
        self.assertIn('Nothing has been changed', told)

    def test_an_entry_without_a_project_is_refused(self) -> None:
        told = self.refused(
            entries.entry('bob', project_name=None, project_domain_id=None)
        )
        self.assertIn('is not for a project', told)

    def test_a_project_without_a_role_is_refused(self) -> None:
        told = self.refused(entries.entry('bob', project_name='project-c'))
        self.assertIn('Nothing has been changed', told)

    def test_another_keystone_is_refused_before_it_is_asked(self) -> None:
        auth_url = entries.entry('bob')['auth']['auth_url']
        other = relay.Relay(self, auth_url)
        told = self.refused(entries.entry('bob', auth_url=other.url))
        self.assertIn('different identity service', told)
        # Not even the password was shown to it.
        self.assertEqual([], other.seen)

    def test_another_image_service_is_refused_before_it_is_asked(
        self,
    ) -> None:
        here = base.connect('bob').image.get_endpoint()
        self.assertIsNotNone(here)
        other = relay.Relay(self, str(here))
        entry = entries.entry('bob')
        entry['image_endpoint_override'] = other.url
        told = self.refused(entry)
        self.assertIn('a different image service', told)
        self.assertEqual([], other.seen)

    def test_the_address_of_keystone_may_be_written_in_any_way(self) -> None:
        auth_url = str(entries.entry('bob')['auth']['auth_url'])
        bare = auth_url.removesuffix('/v3')
        for written in (bare, f'{bare}/', f'{bare}/v3/', bare.upper()):
            with self.subTest(auth_url=written):
                self.accepted(
                    entries.entry('bob', auth_url=written)
                    | {'identity_api_version': '3'}
                )

    def test_the_callers_region_is_used_whatever_the_entry_says(self) -> None:
        self.accepted(entries.entry('bob') | {'region_name': 'RegionTwo'})

    def test_two_entries_for_one_project_are_one_member(self) -> None:
        row = self.share(
            f'share-to {self.image} --member-cloud bob --member-cloud both-b',
            cloud='alice',
        ).row
        self.assertEqual(self.b, row['Project ID'])
        self.assertEqual({self.b: 'accepted'}, self.members(self.image))

    def test_one_bad_entry_stops_the_good_ones_too(self) -> None:
        before = self.state(self.image)
        self.share(
            f'share-to {self.image} --member-cloud bob --member-cloud nowhere',
            cloud='alice',
            code=1,
        )
        self.assertEqual(before, self.state(self.image))


class TestShareToRegions(base.TestCase):
    def test_the_second_region_has_images_of_its_own(self) -> None:
        b = self.project_id('bob')
        for cloud, words in (
            ('both-a', ('project-b',)),
            ('alice', ('--member-cloud', 'bob')),
        ):
            with self.subTest(cloud=cloud):
                image = self.make_image(region='RegionTwo')
                row = self.openstack(
                    f'--os-region-name RegionTwo image share-to {image}',
                    *words,
                    '-f',
                    'json',
                    cloud=cloud,
                ).row
                self.assertEqual('accepted', row['Status'])
                self.assertIs(True, row['Verified'])
                self.assertEqual(
                    {b: 'accepted'}, self.members(image, 'RegionTwo')
                )
                theirs = base.connect('bob', 'RegionTwo').image
                self.assertEqual(
                    200, theirs.get(f'/images/{image}').status_code
                )

    def test_an_image_of_another_region_is_not_found(self) -> None:
        image = self.make_image(region='RegionTwo')
        result = self.share(
            f'share-to {image} project-b', cloud='both-a', code=1
        )
        # Where it was looked for, and how to look elsewhere.
        self.assertIn('RegionOne', result.stderr)
        self.assertEqual('private', self.visibility(image, 'RegionTwo'))
