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

from __future__ import annotations

import typing

from osc_imageshare.image import images
from osc_imageshare.image import inspection as inspection_
from tests import fakes
from tests.unit import base

SHA = 'cf83e1'
MD5 = 'd41d8c'


def image(**record: typing.Any) -> images.Image:
    return images.Image('i', 'n', 'o', 'active', 'shared', '', record)


class ChecksumTest(base.TestCase):
    def test_the_secure_hash_comes_first(self) -> None:
        both = {'os_hash_algo': 'sha512', 'os_hash_value': SHA}
        table: list[tuple[dict[str, typing.Any], list[str]]] = [
            ({}, []),
            ({'os_hash_algo': None, 'os_hash_value': None}, []),
            ({'os_hash_algo': 'sha512', 'os_hash_value': None}, []),
            ({'os_hash_algo': None, 'os_hash_value': SHA}, []),
            ({'checksum': None}, []),
            ({'checksum': ''}, []),
            ({'checksum': MD5}, [f'md5:{MD5}']),
            (both, [f'sha512:{SHA}']),
            (
                {**both, 'checksum': MD5},
                [f'sha512:{SHA}', f'md5:{MD5}'],
            ),
        ]
        for record, expected in table:
            found = image(**record)
            self.assertEqual(expected, inspection_.checksums(found))
            self.assertEqual(
                expected[0] if expected else None, inspection_.checksum(found)
            )

    def test_an_expectation_is_met_by_one_hash_of_its_algorithm(self) -> None:
        known = image(
            os_hash_algo='sha512', os_hash_value=SHA, checksum=MD5.upper()
        )
        table = {
            f'sha512:{SHA}': True,
            f'SHA512:{SHA.upper()}': True,
            f'md5:{MD5}': True,
            f'md5:{SHA}': False,
            f'sha512:{MD5}': False,
            f'sha256:{SHA}': False,
            f'sha512:{SHA[:-1]}': False,
            f'sha512:{SHA} ': False,
            SHA: False,
            '': False,
            ':': False,
        }
        self.assertEqual(
            table,
            {words: inspection_.has_checksum(known, words) for words in table},
        )

    def test_what_has_no_hash_meets_no_expectation(self) -> None:
        for words in 'md5:none', 'md5:None', 'None:None', 'none:none', ':':
            self.assertFalse(inspection_.has_checksum(image(), words), words)


class WarningsTest(base.CloudTestCase):
    """Bob of project B looks at what project A offers."""

    def offer(self, **record: typing.Any) -> str:
        sound = {'os_hash_algo': 'sha512', 'os_hash_value': SHA}
        return self.cloud.glance.add(
            fakes.A,
            'shared',
            members={fakes.B: 'pending'},
            **{**sound, **record},
        )

    def warnings(self, image_id: str, user: str = 'bob') -> list[str]:
        own = self.scopes(user).own
        found = images.Images(own).get(image_id)
        self.cloud.server.requests.clear()
        return inspection_.Inspection(own).warnings(found)

    def test_a_sound_image_is_accepted_without_a_word(self) -> None:
        self.assertEqual([], self.warnings(self.offer(disk_format='qcow2')))

    def test_each_flaw_is_pointed_out(self) -> None:
        table: list[tuple[dict[str, typing.Any], str]] = [
            ({'status': 'deactivated'}, "'deactivated'"),
            ({'os_hash_value': None}, 'no hash'),
            ({'disk_format': 'vmdk'}, 'vmdk'),
            (
                {'block_device_mapping': '[{"snapshot_id": "1"}]'},
                'volume snapshot',
            ),
            ({'block_device_mapping': '['}, 'volume snapshot'),
            ({'cinder_encryption_key_id': '1'}, 'secret'),
            ({'os_hidden': True}, 'hidden'),
            # The ID of no image, and what cannot be one.
            ({'kernel_id': '1'}, 'image 1 (kernel_id), which this project'),
            ({'base_image_ref': '..'}, 'image .. (base_image_ref)'),
            ({'min_ram': 1}, '1 MB of memory, more than any flavor'),
        ]
        for record, expected in table:
            (found,) = self.warnings(self.offer(**record))
            self.assertIn(expected, found)

    def test_a_namesake_is_one_the_project_sees(self) -> None:
        image_id = self.offer(name='the same')
        self.cloud.glance.add(fakes.C, 'private', 'the same')
        self.cloud.glance.add(fakes.B, 'private', 'The same')
        self.assertEqual([], self.warnings(image_id))
        other = self.cloud.glance.add(fakes.C, 'public', 'the same')
        self.assertEqual(
            [f'Image {other} of project {fakes.C} has the same name.'],
            self.warnings(image_id),
        )

    def test_images_without_a_name_are_no_namesakes(self) -> None:
        image_id = self.offer()
        other = self.cloud.glance.add(fakes.B)
        for name in '', None:
            for one in image_id, other:
                self.cloud.glance.images[one]['name'] = name
            self.assertEqual([], self.warnings(image_id))
            self.assertEqual([], self.cloud.server.sent())

    def test_a_flavor_must_have_enough_of_both(self) -> None:
        self.cloud.nova.flavors = [
            {'disk': 10, 'ram': 100},
            {'disk': 1, 'ram': 1000},
        ]
        for disk, memory, fits in (
            (10, 100, True),
            (1, 1000, True),
            (0, 1000, True),
            (10, 0, True),
            (10, 1000, False),
            (11, 1, False),
            (1, 1001, False),
        ):
            image_id = self.offer(min_disk=disk, min_ram=memory)
            self.assertEqual(
                fits, not self.warnings(image_id), f'{disk} GB, {memory} MB'
            )
        # Its servers are booted from volumes as large as anybody likes.
        self.cloud.nova.flavors.append({'disk': 0, 'ram': 500})
        self.assertEqual(
            [], self.warnings(self.offer(min_disk=99, min_ram=500))
        )

    def test_flavors_are_asked_for_once_and_only_if_needed(self) -> None:
        own = self.scopes('bob').own
        inspection = inspection_.Inspection(own)
        glance = images.Images(own)
        for record, requests in (
            ({}, 0),
            ({'min_disk': 0, 'min_ram': 0}, 0),
            ({'min_disk': 1}, 1),
            ({'min_ram': 1}, 1),
        ):
            inspection.warnings(glance.get(self.offer(**record)))
            self.assertEqual(
                requests, len(self.cloud.server.sent('GET', 'flavors'))
            )

    def test_what_could_not_be_looked_at_is_said(self) -> None:
        kernel = self.cloud.glance.add(fakes.C, 'public')
        image_id = self.offer(kernel_id=kernel, min_disk=1)
        broken = fakes.Answer(500)
        for path in '/images$', kernel, 'flavors':
            self.cloud.server.rule('GET', path, broken, times=None)
        namesakes, companion, flavors = self.warnings(image_id)
        self.assertIn('other images of the same name', namesakes)
        self.assertIn(f'image {kernel} (kernel_id)', companion)
        self.assertIn('was not checked', companion)
        self.assertIn('the flavors were not checked', flavors)
        for said in namesakes, flavors:
            self.assertIn('500', said)

    def test_each_companion_is_looked_at(self) -> None:
        seen = self.cloud.glance.add(fakes.C, 'public')
        hidden = self.cloud.glance.add(fakes.C)
        for kernel, ramdisk in (seen, hidden), (hidden, seen):
            (said,) = self.warnings(
                self.offer(kernel_id=kernel, ramdisk_id=ramdisk)
            )
            self.assertIn(f'image {hidden} ', said)
            self.assertIn('this project cannot see', said)

    def test_a_region_without_a_compute_service_has_no_flavors(self) -> None:
        del self.cloud.catalog['compute']
        (found,) = self.warnings(self.offer(min_disk=1))
        self.assertIn('no compute service', found)
