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

import testtools

from osc_imageshare.image import properties


class FamilyTest(testtools.TestCase):
    def test_what_is_true_of_the_copy_as_well_is_copied(self) -> None:
        for name in (
            *('disk_format', 'container_format', 'min_disk', 'min_ram'),
            *('tags', 'architecture', 'hypervisor_type', 'vm_mode'),
            *('hw_disk_bus', 'hw_qemu_guest_agent', 'img_hide_hypervisor_id'),
            *('trait:HW_CPU_X86_AVX', 'os_distro', 'os_version', 'os_type'),
            *('os_require_quiesce', 'os_secure_boot', 'os_admin_user'),
            *('team', 'Päivä', 'a/b', 'ownership', 'copied', 'selfie'),
        ):
            self.assertTrue(properties.family(name).copied, name)

    def test_what_is_true_of_the_original_alone_is_not(self) -> None:
        for name in (
            *('id', 'owner', 'status', 'visibility', 'protected'),
            *('created_at', 'updated_at', 'os_hidden'),
            *('size', 'virtual_size', 'checksum'),
            *('os_hash_algo', 'os_hash_value', 'signature_verified'),
            *('stores', 'locations', 'direct_url', 'location'),
            *('self', 'file', 'schema'),
            *('os_glance_importing_to_stores', 'os_glance_anything'),
            *('owner_specified.openstack.md5', 'owner_specified.x'),
            *('base_image_ref', 'instance_uuid', 'user_id', 'boot_roles'),
            *('image_type', 'image_location', 'image_state'),
            *('owner_id', 'owner_project_name', 'owner_user_name'),
            *('kernel_id', 'ramdisk_id', 'block_device_mapping'),
            *properties.PROVENANCE,
        ):
            self.assertFalse(properties.family(name).copied, name)

    def test_every_family_has_a_reason(self) -> None:
        for each in properties.FAMILIES:
            self.assertNotEqual('', each.why)


class CopiedTest(testtools.TestCase):
    def test_values_are_as_glance_takes_them(self) -> None:
        record = {
            'id': 'i',
            'disk_format': 'qcow2',
            'min_disk': 3,
            'min_ram': 0,
            'tags': ['one', 'two'],
            'hw_disk_bus': 'scsi',
            'team': 'red',
            'nothing': None,
            'locations': [{'url': 'file:///x'}],
            'odd': {'a': 1},
        }
        self.assertEqual(
            {
                'disk_format': 'qcow2',
                'min_disk': 3,
                'min_ram': 0,
                'tags': ['one', 'two'],
                'hw_disk_bus': 'scsi',
                'team': 'red',
            },
            properties.copied(record),
        )

    def test_numbers_and_tags_of_another_shape_are_left_out(self) -> None:
        for record in (
            {'min_disk': None, 'tags': None},
            {'min_disk': [1], 'min_ram': {}, 'tags': [1]},
            {'tags': {'a': 'b'}},
        ):
            found = properties.copied(record)
            self.assertEqual(
                {'tags': []} if 'min_ram' in record else {}, found
            )
