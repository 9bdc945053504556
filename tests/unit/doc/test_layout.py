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

"""What the contributor guide says of files is true of them."""

import pathlib
import re

from tests.unit import base

_ROOT = pathlib.Path(__file__).parents[3]
_GUIDE = (
    'CONTRIBUTING.rst',
    'doc/source/contributor/layout.rst',
)


class LayoutTest(base.TestCase):
    def test_every_file_that_is_named_exists(self) -> None:
        for page in _GUIDE:
            text = (_ROOT / page).read_text(encoding='utf-8')
            named = set(
                re.findall(r'``([\w./-]+\.(?:py|rst|cfg|txt))``', text)
            )
            self.assertNotEqual(set(), named)
            for path in named:
                self.assertTrue(self._exists(path), f'{page}: {path}')

    def _exists(self, path: str) -> bool:
        """Return whether a path is one from the top or from the package."""
        return any(
            (top / path).exists() for top in (_ROOT, _ROOT / 'osc_imageshare')
        )
