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

"""Files of shares, for tests of the commands that read them."""

import pathlib
import typing
import uuid

import fixtures

from tests.live import base


class FileTestCase(base.TestCase):
    """Tests with images of project A, and files that name them."""

    def setUp(self) -> None:
        super().setUp()
        self.a = self.project_id('alice')
        self.b = self.project_id('bob')
        self.c = self.project_id('carol')
        self.directory = pathlib.Path(self.useFixture(fixtures.TempDir()).path)

    def named(
        self, visibility: str = 'shared', **more: typing.Any
    ) -> tuple[str, str]:
        """Make an image of project A; return its ID and its name."""
        name = f'image-{uuid.uuid4().hex[:12]}'
        return self.make_image(visibility=visibility, name=name, **more), name

    def file(self, *images: str, owner: str | None = None) -> str:
        """Write a file of shares and return its path.

        :param images: YAML of each, in braces.
        """
        path = self.directory / 'shares.yaml'
        path.write_text(
            f'version: 1\nowner: {owner or self.a}\nimages:\n'
            + ''.join(f'- {image}\n' for image in images)
        )
        return str(path)

    def diff(
        self, *images: str, cloud: str, code: int, owner: str | None = None
    ) -> base.Result:
        """Run ``image share diff`` with a file of some images."""
        path = self.file(*images, owner=owner)
        return self.share(f'share diff --file {path}', cloud=cloud, code=code)

    def apply(
        self,
        *images: str,
        cloud: str,
        code: int = 0,
        options: str = '',
        owner: str | None = None,
    ) -> base.Result:
        """Run ``image share apply`` with a file of some images."""
        path = self.file(*images, owner=owner)
        return self.share(
            f'share apply --file {path}',
            *options.split(),
            cloud=cloud,
            code=code,
        )

    @staticmethod
    def actions(result: base.Result) -> dict[str, str]:
        """Return project ID to action, of a single image."""
        return {row['Project ID']: row['Action'] for row in result.rows}

    @staticmethod
    def results(result: base.Result) -> dict[str, str]:
        """Return project ID to result, of a single image."""
        return {row['Project ID']: row['Result'] for row in result.rows}
