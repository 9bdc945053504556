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

"""What share-to refuses, before anything is changed."""

import collections.abc
import contextlib
import json
import uuid

from tests.live import base


class TestShareToRefusals(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('bob')

    def refused(
        self, image: str, *words: str, cloud: str = 'both-a', code: int = 1
    ) -> str:
        """Run share-to, check that nothing changes, and return stderr."""
        before = self.state(image)
        result = self.share('share-to', *words, cloud=cloud, code=code)
        self.assertEqual('', result.stdout)
        self.assertEqual(before, self.state(image))
        return result.stderr

    @contextlib.contextmanager
    def each(self, **what: str) -> collections.abc.Iterator[None]:
        with self.subTest(**what):
            yield

    def test_an_image_for_everybody_is_not_narrowed(self) -> None:
        for visibility in ('public', 'community'):
            with self.each(visibility=visibility):
                image = self.make_image()
                self.set_visibility(image, visibility, 'admin')
                told = self.refused(image, image, 'project-b')
                self.assertIn(f'is {visibility}', told)
                self.assertIn('Nothing has been changed', told)
                self.refused(image, image, 'project-b', '--force')
                self.refused(
                    image, image, 'project-b', '--accept', cloud='admin'
                )

    def test_an_image_without_data_is_not_shared(self) -> None:
        for visibility in ('private', 'shared'):
            with self.each(visibility=visibility):
                image = self.make_image(visibility=visibility, data=None)
                told = self.refused(image, image, 'project-b')
                self.assertIn("status 'queued'", told)

    def test_a_deactivated_image_is_not_shared(self) -> None:
        image = self.make_image()
        answer = base.connect('admin').image.post(
            f'/images/{image}/actions/deactivate'
        )
        self.assertEqual(204, answer.status_code, answer.text)
        told = self.refused(image, image, 'project-b')
        self.assertIn("status 'deactivated'", told)

    def test_its_own_owner_needs_no_share(self) -> None:
        image = self.make_image()
        own = self.project_id('alice')
        for caller, named in (
            ('alice', (own,)),
            ('alice', ('project-a',)),
            ('alice', ('--member-cloud', 'alice')),
            ('both-a', ('project-b', 'project-a')),
            ('admin', ('project-a',)),
        ):
            with self.each(caller=caller, named=str(named)):
                told = self.refused(image, image, *named, cloud=caller)
                self.assertIn(f'{own} owns image', told)

    def test_a_member_is_told_that_it_can_only_reject(self) -> None:
        image = self.make_image(visibility='shared')
        self.add_member(image, self.b)
        for caller in ('bob', 'reader'):
            with self.each(caller=caller):
                told = self.refused(
                    image, image, self.project_id('carol'), cloud=caller
                )
                self.assertIn('Only the owner', told)
                self.assertIn(
                    f'openstack --os-cloud={caller} image set --reject '
                    f'{image}',
                    told,
                )

    def test_a_member_cannot_share_it_by_name_either(self) -> None:
        name = f'offered-{uuid.uuid4().hex}'
        image = self.make_image(visibility='shared', name=name)
        self.add_member(image, self.b)
        for status in ('pending', 'accepted', 'rejected'):
            with self.each(status=status):
                self.set_status(image, 'bob', status)
                told = self.refused(
                    image, name, self.project_id('carol'), cloud='bob'
                )
                self.assertIn('Only the owner', told)

    def test_a_stranger_sees_no_image(self) -> None:
        for visibility in ('private', 'shared'):
            with self.each(visibility=visibility):
                name = f'secret-{uuid.uuid4().hex}'
                image = self.make_image(visibility=visibility, name=name)
                for words in (image, name):
                    told = self.refused(image, words, self.b, cloud='carol')
                    self.assertIn(f"No image found for '{words}'", told)

    def test_the_public_image_of_another_project_is_not_shared(self) -> None:
        image = self.make_image()
        self.set_visibility(image, 'public', 'admin')
        told = self.refused(image, image, self.b, cloud='carol')
        self.assertIn(f'belongs to project {self.project_id("alice")}', told)

    def test_a_reader_of_the_owner_cannot_share(self) -> None:
        image = self.make_image('bob')
        told = self.refused(
            image, image, self.project_id('carol'), cloud='reader'
        )
        self.assertIn('403', told)
        self.assertIn('Request ID: req-', told)
        # What is likely, and who can: 403 alone says neither.
        self.assertIn('reader', told)

    def test_an_ambiguous_name_lists_the_candidates(self) -> None:
        name = f'twice-{uuid.uuid4().hex}'
        images = [self.make_image(name=name) for _ in range(2)]
        before = self.state(images[1])
        told = self.refused(images[0], name, 'project-b')
        self.assertEqual(before, self.state(images[1]))
        for image in images:
            self.assertIn(image, told)
        self.assertIn('Nothing has been changed', told)

    def test_an_image_that_does_not_exist_is_an_error(self) -> None:
        for words in (str(uuid.uuid4()), 'no such image'):
            with self.each(words=words):
                result = self.share(
                    f'share-to "{words}" project-b', cloud='both-a', code=1
                )
                self.assertIn(f"No image found for '{words}'", result.stderr)

    def test_an_empty_word_is_no_image(self) -> None:
        # What a shell makes of "$IMAGE" when it is not set.
        image = self.make_image()
        self.refused(image, '', 'project-b', code=2)

    def test_a_member_cloud_that_was_not_named_changes_nothing(self) -> None:
        image = self.make_image()
        told = self.refused(
            image, image, self.b, '--member-cloud', 'carol', cloud='alice'
        )
        self.assertIn('member cloud carol', told)
        self.assertIn(self.project_id('carol'), told)

    def test_somebody_must_be_named(self) -> None:
        image = self.make_image()
        told = self.refused(image, image, code=2)
        self.assertIn('Specify a project', told)

    def test_all_reasons_are_given_at_once(self) -> None:
        image = self.make_image(data=None)
        told = self.refused(
            image,
            image,
            'project-a',
            self.b,
            '--member-cloud',
            'carol',
            cloud='alice',
        )
        self.assertIn('queued', told)
        self.assertIn('owns image', told)
        self.assertIn('member cloud carol', told)

    def test_the_snapshot_of_a_server_with_a_boot_volume_holds_no_data(
        self,
    ) -> None:
        snapshot = str(uuid.uuid4())
        image = self.make_image(
            data=b'',
            block_device_mapping=json.dumps(
                [{'source_type': 'snapshot', 'snapshot_id': snapshot}]
            ),
        )
        told = self.refused(image, image, 'project-b')
        # The remedy, down to what is copied into the shell.
        self.assertIn(f'openstack volume create --snapshot={snapshot}', told)
        self.assertIn('openstack image create --volume', told)
        self.assertIn('--force', told)
        row = self.share(
            f'share-to {image} project-b --force', cloud='both-a'
        ).row
        self.assertEqual('accepted', row['Status'])
        self.assertEqual({self.b: 'accepted'}, self.members(image))

    def test_an_image_with_data_and_a_block_device_mapping_is_shared(
        self,
    ) -> None:
        image = self.make_image(
            block_device_mapping=json.dumps(
                [{'source_type': 'blank', 'destination_type': 'local'}]
            )
        )
        row = self.share(f'share-to {image} project-b', cloud='both-a').row
        self.assertEqual('accepted', row['Status'])
