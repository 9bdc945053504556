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

"""What unit tests need, whoever runs them here."""

from __future__ import annotations

import importlib
import pathlib
import pkgutil
import unittest

import hypothesis
import testtools

PACKAGE = 'osc_imageshare'
DIRECTORY = 'tests/unit'

#: The same examples each time, and none that is left from an earlier run. One
#: that fails is enough and need not be the smallest: to find that takes long.
_SETTINGS = hypothesis.settings(
    derandomize=True,
    database=None,
    phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
    report_multiple_bugs=False,
)


def prepare() -> None:
    """To be called before tests are imported, whose settings fill up."""
    hypothesis.settings.register_profile('mutants', _SETTINGS)
    hypothesis.settings.load_profile('mutants')


def all_tests() -> list[unittest.TestCase]:
    """Return every unit test below the current directory."""
    loader = unittest.TestLoader()
    found = loader.discover(DIRECTORY, top_level_dir='.')
    if loader.errors:
        raise RuntimeError(loader.errors[0])
    return list(testtools.iterate_tests(found))


def import_package() -> None:
    """Import every module of the package, as the first test may not."""
    package = importlib.import_module(PACKAGE)
    here = pathlib.Path.cwd()
    if here not in pathlib.Path(str(package.__file__)).parents:
        raise RuntimeError(f'{package.__file__} is not the copy in {here}')
    for module in pkgutil.walk_packages(package.__path__, f'{PACKAGE}.'):
        importlib.import_module(module.name)
