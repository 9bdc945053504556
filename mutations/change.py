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

"""What one change of the package is, and what must notice it."""

import dataclasses

_TESTS = 'tests.unit.'


@dataclasses.dataclass(frozen=True)
class Change:
    """A check that is left out, or turned around.

    :ivar name: what the package does wrong then.
    :ivar file: below the package's directory.
    :ivar source: text that is in the file exactly once.
    :ivar replacement: what is put in its place.
    :ivar noticed_by: the tests that must fail, below ``tests.unit``.
    """

    name: str
    file: str
    source: str
    replacement: str
    noticed_by: tuple[str, ...]

    @property
    def path(self) -> str:
        return f'osc_imageshare/{self.file}'

    @property
    def module(self) -> str:
        return self.path.removesuffix('.py').replace('/', '.')

    @property
    def tests(self) -> list[str]:
        return [_TESTS + test for test in self.noticed_by]
