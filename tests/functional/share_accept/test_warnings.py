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

"""What is said of an offer before it is accepted."""

import json
import uuid

from tests.live import base
from tests.live import offers


class TestWarnings(offers.TestCase):
    def warnings(self, image: str, cloud: str = 'bob') -> list[str]:
        """Accept an image, which every one of these can be."""
        row = self.share(f'share accept {image}', cloud=cloud).row
        self.assertEqual('accepted', row['Status'])
        self.assertIsInstance(row['Warnings'], list)
        return list(row['Warnings'])

    def warning(self, image: str, cloud: str = 'bob') -> str:
        """Return the only warning."""
        (found,) = self.warnings(image, cloud)
        return found

    def test_an_image_without_data_has_no_hash(self) -> None:
        warnings = self.warnings(self.offer(data=None))
        self.assertEqual(2, len(warnings))
        self.assertIn("'queued'", warnings[0])
        self.assertIn('no hash', warnings[1])

    def test_a_deactivated_image_cannot_be_used_now(self) -> None:
        image = self.offer()
        answer = base.connect('admin').image.post(
            f'/images/{image}/actions/deactivate'
        )
        self.assertEqual(204, answer.status_code)
        self.assertIn("'deactivated'", self.warning(image))

    def test_vmdk_is_a_format_to_be_careful_with(self) -> None:
        # Glance (since 29) takes no data that is not what it is said to be.
        image = self.offer(disk_format='vmdk', data=None)
        self.assertIn('vmdk', ' '.join(self.warnings(image)))
        raw = self.offer(data=None)
        self.assertNotIn('vmdk', ' '.join(self.warnings(raw)))

    def test_a_name_the_project_already_sees_is_pointed_out(self) -> None:
        for owner, visibility in (
            ('bob', 'private'),
            ('admin', 'public'),
            ('carol', 'shared'),
        ):
            with self.subTest(owner=owner):
                name = self.unique('the same')
                other = self.make_image(owner, visibility, name=name)
                if visibility == 'shared':
                    self.add_member(other, self.b, cloud=owner)
                    self.set_status(other, 'bob', 'accepted')
                # An image that this project cannot see is no namesake.
                self.make_image('alice', name=name)
                image = self.offer(name=name)
                self.assertEqual(
                    f'Image {other} of project {self.project_id(owner)} has '
                    'the same name.',
                    self.warning(image),
                )

    def test_a_snapshot_of_a_volume_is_out_of_reach(self) -> None:
        mapping = [
            {
                'source_type': 'snapshot',
                'destination_type': 'volume',
                'boot_index': 0,
                'snapshot_id': str(uuid.uuid4()),
            }
        ]
        image = self.offer(block_device_mapping=json.dumps(mapping))
        self.assertIn('reference to a volume snapshot', self.warning(image))
        blank = self.offer(
            block_device_mapping=json.dumps(
                [{'source_type': 'blank', 'destination_type': 'local'}]
            )
        )
        self.assertEqual([], self.warnings(blank))

    def test_a_secret_of_the_owner_is_out_of_reach(self) -> None:
        for key in (
            'cinder_encryption_key_id',
            'hw_ephemeral_encryption_secret_uuid',
            'img_signature_certificate_uuid',
        ):
            with self.subTest(key=key):
                image = self.offer(**{key: str(uuid.uuid4())})
                self.assertIn(
                    f'only its owner can read ({key})', self.warning(image)
                )

    def test_images_it_relies_on_must_be_visible_too(self) -> None:
        for key in 'kernel_id', 'ramdisk_id', 'base_image_ref':
            with self.subTest(key=key):
                unseen = self.make_image('alice')
                warning = self.warning(self.offer(**{key: unseen}))
                self.assertIn(f'image {unseen} ({key})', warning)
                self.assertIn('cannot see', warning)
        seen = self.offer()
        public = self.make_image('admin', 'public')
        image = self.offer(kernel_id=seen, ramdisk_id=public)
        self.assertEqual([], self.warnings(image))

    def test_a_hidden_image_will_not_be_listed(self) -> None:
        image = self.offer(os_hidden=True)
        self.assertIn('hidden', self.warning(image))

    def test_an_image_no_flavor_is_large_enough_for_is_pointed_out(
        self,
    ) -> None:
        for disk, memory, fits in (
            (1, 128, True),
            (2, 0, False),
            (0, 129, False),
            (1, 129, False),
        ):
            with self.subTest(disk=disk, memory=memory):
                image = self.offer(min_disk=disk, min_ram=memory)
                warnings = self.warnings(image)
                self.assertEqual(fits, not warnings)
                if not fits:
                    self.assertIn(
                        f'{disk} GB of disk and {memory} MB', warnings[0]
                    )
                    self.assertIn('more than any flavor', warnings[0])

    def test_only_the_flavors_of_the_project_count(self) -> None:
        compute = base.connect('admin').compute
        member = self.make_project()
        answer = compute.post(
            '/flavors',
            json={
                'flavor': {
                    'name': self.unique('large'),
                    'ram': 4096,
                    'vcpus': 1,
                    'disk': 50,
                    'os-flavor-access:is_public': False,
                }
            },
        )
        self.assertEqual(200, answer.status_code, answer.text)
        flavor = answer.json()['flavor']['id']
        self.addCleanup(compute.delete, f'/flavors/{flavor}')
        image = self.offer(member=member, min_disk=50, min_ram=4096)
        self.assertIn('more than any flavor', self.warning(image, member))
        answer = compute.post(
            f'/flavors/{flavor}/action',
            json={'addTenantAccess': {'tenant': self.project_id(member)}},
        )
        self.assertEqual(200, answer.status_code, answer.text)
        self.assertEqual([], self.warnings(image, member))

    def test_a_region_without_a_compute_service_has_no_flavors(self) -> None:
        image = self.offer(region='RegionTwo', min_disk=1)
        row = self.share(
            f'share accept {image} --os-region-name RegionTwo',
            cloud='bob',
        ).row
        self.assertIn('no compute service', *row['Warnings'])

    def test_all_that_is_wrong_is_said_a_line_each(self) -> None:
        image = self.offer(
            data=None, disk_format='vmdk', min_ram=10**6, os_hidden=True
        )
        self.assertEqual(5, len(self.warnings(image)))
        shown = self.openstack(
            f'image share accept {image} -c Warnings',
            cloud='bob',
        )
        self.assertEqual(
            # Five warnings, a header and three rules.
            9,
            len(shown.stdout.splitlines()),
        )
