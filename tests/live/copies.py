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

"""Copies of images: what is copied, what came of it, what is left."""

import hashlib
import os
import struct
import typing

from tests.live import base

ONE, TWO = 'RegionOne', 'RegionTwo'

#: More than one piece of what a client reads at a time.
SIZE = (1 << 20) + 12345


def qcow2() -> bytes:
    """Return a small image that Glance takes for qcow2."""
    cluster = 1 << 16
    header = struct.pack(
        '>4sIQIIQIIQQIIQ',
        *(b'QFI\xfb', 2, 0, 0, 16, 1 << 20, 0, 1),
        *(3 * cluster, cluster, 1, 0, 0),
    )
    return header.ljust(cluster, b'\0') + os.urandom(3 * cluster)


class TestCase(base.TestCase):
    """Tests of ``image share copy``."""

    def setUp(self) -> None:
        super().setUp()
        self.data = os.urandom(SIZE)

    def source(self, *members: str, **more: typing.Any) -> str:
        """Make an image of alice's, shared with others, pending."""
        more.setdefault('data', self.data)
        image = self.make_image(
            'alice', 'shared' if members else 'private', **more
        )
        for cloud in members:
            self.add_member(image, self.project_id(cloud))
        return image

    def copied(
        self,
        command: str,
        *words: str,
        cloud: str,
        code: int | None = 0,
        **more: typing.Any,
    ) -> base.Result:
        """Run ``image share copy``, and have what it makes deleted."""
        result = self.share(
            f'share copy {command}', *words, cloud=cloud, code=code, **more
        )
        for row in result.rows if result.stdout.strip() else []:
            if row['Copy ID'] and row['Changes']:
                self.addCleanup(
                    self._delete_image, 'admin', row['Region'], row['Copy ID']
                )
        return result

    @staticmethod
    def record(image_id: str, region: str = ONE) -> dict[str, typing.Any]:
        answer = base.connect('admin', region).image.get(f'/images/{image_id}')
        return typing.cast('dict[str, typing.Any]', answer.json())

    def assert_copy(
        self,
        row: dict[str, typing.Any],
        cloud: str,
        region: str = ONE,
        data: bytes | None = None,
    ) -> dict[str, typing.Any]:
        """Check that a row tells of a copy that is one; return its record.

        :param cloud: an entry of clouds.yaml for the project that has it.
        """
        data = self.data if data is None else data
        project = self.project_id(cloud)
        self.assertEqual((project, region), (row['Project ID'], row['Region']))
        self.assertIs(True, row['Verified'])
        self.assertEqual(len(data), row['Size'])
        digest = hashlib.sha512(data).hexdigest()
        self.assertEqual(f'sha512:{digest}', row['Hash'])
        found = self.record(row['Copy ID'], region)
        self.assertEqual(
            ('active', 'private', False, project),
            tuple(
                found[key]
                for key in ('status', 'visibility', 'protected', 'owner')
            ),
        )
        glance = base.connect(cloud, region).image
        answer = glance.get(f'/images/{row["Copy ID"]}/file')
        self.assertEqual(data, answer.content)
        return found

    def left_of(self, source: str) -> list[dict[str, typing.Any]]:
        """Return every image that says it was made of an image."""
        return [
            record
            for region in (ONE, TWO)
            for record in base.connect('admin', region)
            .image.get('/images', params={'copied_from_image': source})
            .json()['images']
        ]
