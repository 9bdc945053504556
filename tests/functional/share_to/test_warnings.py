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

"""What the owner is warned about; the image is shared all the same."""

import json
import typing
import uuid

from tests.live import base
from tests.live import relay
from tests.live import relayed


class TestShareToWarnings(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('bob')

    def shared(self, **properties: typing.Any) -> str:
        """Share an image that has properties and return stderr."""
        image = self.make_image(**properties)
        result = self.share(f'share-to {image} project-b', cloud='both-a')
        self.assertEqual('accepted', result.row['Status'])
        self.assertEqual({self.b: 'accepted'}, self.members(image))
        return result.stderr

    def test_an_ordinary_image_is_shared_without_a_word(self) -> None:
        self.assertEqual('', self.shared())

    def test_an_image_that_needs_another_one_which_is_not_shared(
        self,
    ) -> None:
        for key in ('kernel_id', 'ramdisk_id', 'base_image_ref'):
            with self.subTest(key=key):
                other = self.make_image()
                told = self.shared(**{key: other})
                self.assertIn(f'image {other} ({key})', told)
                self.assertIn('is not shared with project project-b', told)

    def test_each_member_that_lacks_the_other_image_is_named(self) -> None:
        c = self.project_id('carol')
        other = self.make_image(visibility='shared')
        self.add_member(other, c)
        image = self.make_image(kernel_id=other)
        result = self.share(f'share-to {image} project-b {c}', cloud='both-a')
        self.assertIn('is not shared with project project-b', result.stderr)
        self.assertNotIn(f'is not shared with project {c}', result.stderr)

    def test_no_warning_when_the_member_can_use_the_other_image(self) -> None:
        public = self.make_image()
        self.set_visibility(public, 'public', 'admin')
        community = self.make_image()
        self.set_visibility(community, 'community')
        member = self.make_image(visibility='shared')
        self.add_member(member, self.b)
        for other in (public, community, member):
            with self.subTest(other=other):
                self.assertEqual('', self.shared(kernel_id=other))

    def test_an_image_that_cannot_be_looked_at_may_be_missing(self) -> None:
        for other in (str(uuid.uuid4()), '..', 'no/image'):
            with self.subTest(other=other):
                told = self.shared(kernel_id=other)
                self.assertIn(other, told)
                self.assertIn('was not checked', told)

    def test_other_members_of_a_third_projects_image_are_not_seen(
        self,
    ) -> None:
        kernel = self.make_image('carol', 'shared')
        for cloud in 'alice', 'bob':
            self.add_member(kernel, self.project_id(cloud), 'carol')
        told = self.shared(kernel_id=kernel)
        self.assertIn(f'image {kernel} (kernel_id)', told)
        self.assertIn('was not checked for project project-b', told)

    def test_secrets_that_the_member_cannot_read(self) -> None:
        for key in (
            'cinder_encryption_key_id',
            'hw_ephemeral_encryption_secret_uuid',
            'img_signature_certificate_uuid',
        ):
            with self.subTest(key=key):
                told = self.shared(**{key: str(uuid.uuid4())})
                self.assertIn(key, told)
                self.assertIn('only its owner can read', told)

    def test_locations_that_the_member_will_see(self) -> None:
        # What Glance answers where show_image_direct_url or
        # show_multiple_locations is on.
        for more in (
            {'direct_url': 'rbd://pool/image/snap'},
            {'locations': [{'url': 'file:///x', 'metadata': {}}]},
        ):
            with self.subTest(more=more):
                owner = relayed.before(self, 'image', 'both-a')
                image = self.make_image()

                def exposed(
                    request: relay.Request,
                    owner: relayed.Relayed = owner,
                    more: dict[str, typing.Any] = more,
                ) -> relay.Answer:
                    answer = owner.relay.passed_on(request)
                    record = {**json.loads(answer.body), **more}
                    answer.body = json.dumps(record).encode()
                    return answer

                owner.relay.on('GET', f'/images/{image}', exposed)
                result = self.share(
                    f'share-to {image} project-b',
                    cloud=owner.cloud,
                    env=owner.env,
                )
                self.assertEqual('accepted', result.row['Status'])
                self.assertIn('shows the storage location', result.stderr)

    def test_a_hidden_image_is_in_no_list(self) -> None:
        self.assertIn('is hidden', self.shared(os_hidden=True))

    def test_the_snapshot_of_a_server_may_hold_its_secrets(self) -> None:
        for kind in ('snapshot', 'backup'):
            with self.subTest(kind=kind):
                self.assertIn('host keys', self.shared(image_type=kind))

    def test_warnings_are_given_when_quiet_and_in_a_dry_run_too(self) -> None:
        image = self.make_image(cinder_encryption_key_id=str(uuid.uuid4()))
        for words in (
            ('image', 'share-to', image, 'project-b', '--dry-run'),
            ('--quiet', 'image', 'share-to', image, 'project-b'),
        ):
            with self.subTest(words=words):
                result = self.openstack(*words, cloud='both-a')
                self.assertIn('cinder_encryption_key_id', result.stderr)
