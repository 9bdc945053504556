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

import json
import typing

from osc_imageshare.image import fitness
from osc_imageshare.image import images
from tests.unit import base


def image(
    visibility: str = 'shared', status: str = 'active', **record: typing.Any
) -> images.Image:
    return images.Image(
        id='the-id',
        name=record.pop('name', 'ubuntu'),
        owner='a',
        status=status,
        visibility=visibility,
        updated_at='',
        record=record,
    )


class VolumeSnapshotTest(base.TestCase):
    def test_only_a_mapping_with_a_snapshot_makes_an_image_empty(
        self,
    ) -> None:
        snapshot = {'source_type': 'snapshot', 'snapshot_id': 's'}
        table: list[tuple[str, object, str | None]] = [
            ('no mapping', None, None),
            ('an empty mapping', '', None),
            ('an empty list', '[]', None),
            ('what Nova writes', json.dumps([snapshot]), 's'),
            ('a list that is none of text', [snapshot], 's'),
            (
                'a second device',
                json.dumps([{'source_type': 'blank'}, snapshot]),
                's',
            ),
            (
                'a snapshot in a device of another type',
                '[{"source_type": "volume", "snapshot_id": "s"}]',
                's',
            ),
            ('a snapshot without ID', '[{"source_type": "snapshot"}]', ''),
            ('a blank device', '[{"source_type": "blank"}]', None),
            # It may be one: nobody is told that the image works.
            ('no JSON', 'snapshot_id', ''),
            ('no list', '{"snapshot_id": "s"}', ''),
            ('no devices', '[1]', ''),
            ('a number', '7', ''),
        ]
        for about, mapping, expected in table:
            self.assertEqual(
                expected,
                fitness.volume_snapshot(image(block_device_mapping=mapping)),
                about,
            )

    def test_size_says_nothing(self) -> None:
        self.assertIsNone(fitness.volume_snapshot(image(size=0)))


class RefusalsTest(base.TestCase):
    def test_an_image_without_data_is_refused_unless_forced(self) -> None:
        empty = image(block_device_mapping='[{"snapshot_id": "snap"}]')
        (lines,) = fitness.refusals(empty, force=False)
        self.assertIn(
            '  openstack volume create --snapshot=snap VOLUME', lines
        )
        self.assertEqual([], fitness.refusals(empty, force=True))

    def test_each_state_is_refused_or_not(self) -> None:
        table: dict[tuple[str, str], bool] = {
            # visibility, status
            ('private', 'active'): False,
            ('shared', 'active'): False,
            ('private', 'queued'): True,
            ('private', 'saving'): True,
            ('private', 'importing'): True,
            ('private', 'deactivated'): True,
            ('private', 'killed'): True,
            # It would be taken away from everybody else.
            ('public', 'active'): True,
            ('community', 'active'): True,
        }
        self.assertEqual(
            table,
            {
                (visibility, status): bool(
                    fitness.refusals(image(visibility, status), force=True)
                )
                for visibility, status in table
            },
        )

    def test_every_reason_is_given(self) -> None:
        self.assertEqual(
            3,
            len(
                fitness.refusals(
                    image('public', 'queued', block_device_mapping='x'),
                    force=False,
                )
            ),
        )


class WarningsTest(base.TestCase):
    def test_each_trap_is_named_once(self) -> None:
        table: dict[str, dict[str, typing.Any]] = {
            # words of the warning: properties
            'cinder_encryption_key_id': {'cinder_encryption_key_id': 'k'},
            'hw_ephemeral_encryption_secret_uuid': {
                'hw_ephemeral_encryption_secret_uuid': 'k'
            },
            'img_signature_certificate_uuid': {
                'img_signature_certificate_uuid': 'k'
            },
            'storage location': {'direct_url': 'rbd://x'},
            'shows the storage': {'locations': [{'url': 'file:///x'}]},
            'hidden': {'os_hidden': True},
            'is hidden': {'os_hidden': 'true'},
            'host keys': {'image_type': 'snapshot'},
            'user data': {'image_type': 'backup'},
        }
        for words, record in table.items():
            (warning,) = fitness.warnings(image(**record))
            self.assertIn(words, warning)

    def test_an_ordinary_image_gives_none(self) -> None:
        ordinary: list[dict[str, typing.Any]] = [
            {},
            {'os_hidden': False, 'locations': [], 'image_type': 'image'},
            {'cinder_encryption_key_id': ''},
        ]
        self.assertEqual(
            [[], [], []],
            [fitness.warnings(image(**record)) for record in ordinary],
        )


class CompanionsTest(base.TestCase):
    def test_other_images_are_found_by_their_property(self) -> None:
        self.assertEqual(
            {'kernel_id': 'k', 'ramdisk_id': 'r', 'base_image_ref': 'b'},
            fitness.companions(
                image(kernel_id='k', ramdisk_id='r', base_image_ref='b')
            ),
        )

    def test_an_image_is_no_companion_of_itself(self) -> None:
        self.assertEqual(
            {}, fitness.companions(image(base_image_ref='the-id'))
        )

    def test_an_empty_property_is_none(self) -> None:
        self.assertEqual(
            {}, fitness.companions(image(kernel_id='', ramdisk_id=None))
        )

    def test_what_is_not_known_is_not_said_to_be_missing(self) -> None:
        table: dict[bool | None, str | None] = {
            True: None,
            False: 'is not shared with',
            None: 'was not checked for',
        }
        for shared, expected in table.items():
            warning = fitness.companion_warning(
                image(), 'kernel_id', 'k', shared, 'b'
            )
            if expected is None:
                self.assertIsNone(warning)
            else:
                self.assertIn(expected, warning or '')


class ShelvedTest(base.TestCase):
    def test_all_marks_of_novas_own_image_are_needed(self) -> None:
        marks = {
            'name': 'web-shelved',
            'image_type': 'snapshot',
            'instance_uuid': 'server',
        }
        self.assertEqual('server', fitness.is_shelved(image(**marks)))
        for missing in marks:
            some = {**marks, missing: ''}
            self.assertIsNone(fitness.is_shelved(image(**some)), missing)
