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

import typing

from osc_imageshare.image import images
from osc_imageshare.sharing.copy import provenance
from tests.unit import base


def image(
    image_id: str, owner: str = 'me', **record: typing.Any
) -> images.Image:
    status = str(record.get('status', 'active'))
    return images.Image(image_id, 'n', owner, status, 'private', 'now', record)


SOURCE = image('s', size=3, os_hash_algo='sha512', os_hash_value='ab')


class ExistingTest(base.TestCase):
    def existing(self, *found: images.Image) -> tuple[str | None, list[str]]:
        ours = provenance.existing(found, SOURCE, 'me')
        good = None if ours.good is None else ours.good.id
        return good, [each.id for each in ours.half_made]

    def copy(
        self, image_id: str, owner: str = 'me', **record: typing.Any
    ) -> images.Image:
        return image(
            image_id,
            owner,
            **{
                'size': 3,
                'os_hash_algo': 'sha512',
                'os_hash_value': 'ab',
                'copied_from_image': 's',
                'copied_to_image': image_id,
                **record,
            },
        )

    def test_one_good_copy_is_enough(self) -> None:
        self.assertEqual((None, []), self.existing())
        self.assertEqual(
            ('a', []), self.existing(self.copy('a'), self.copy('b'))
        )

    def test_others_are_not_ours(self) -> None:
        cases: list[dict[str, typing.Any]] = [
            {'owner': 'another'},
            {'copied_from_image': 'another'},
            {'copied_to_image': 'another'},
            {'copied_to_image': None},
            {'copied_from_image': None},
        ]
        for more in cases:
            for status in 'active', 'queued':
                found = self.copy('a', **{'status': status, **more})
                self.assertEqual((None, []), self.existing(found), str(more))

    def test_what_is_no_copy_yet_or_never_will_be_is_half_made(self) -> None:
        for more in (
            {'status': 'queued'},
            {'status': 'saving'},
            {'status': 'importing'},
            {'size': 2},
            {'os_hash_value': 'cd'},
        ):
            self.assertEqual(
                (None, ['a']), self.existing(self.copy('a', **more)), str(more)
            )

    def test_what_was_compared_before_is_believed(self) -> None:
        other = {'os_hash_algo': 'sha256', 'os_hash_value': 'ef'}
        table: list[tuple[dict[str, typing.Any], bool]] = [
            ({}, False),
            ({'copied_from_hash': 'sha256:ef'}, True),
            ({'copied_from_hash': 'sha256:00'}, False),
            # The source's own: nothing of the copy's bits.
            ({'copied_from_hash': 'sha512:ab'}, False),
            ({'copied_from_hash': 'nonsense'}, False),
        ]
        for more, good in table:
            found = self.copy('a', **other, **more)
            self.assertEqual(
                ('a', []) if good else (None, ['a']),
                self.existing(found),
                str(more),
            )
