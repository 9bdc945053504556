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

"""Runs unit tests in the current directory and tells which of them failed.

``python -m mutations.outcome <module> <test>...`` writes the IDs of the
tests that failed as JSON. The module is the one that was changed: if it
cannot be imported the change is no mutation, and no test proves anything.
"""

import importlib
import io
import json
import pathlib
import sys
import unittest

import hypothesis
import testtools

#: One input that fails is enough here, and need not be the smallest: to find
#: that takes up to five minutes for each test.
_AT_ONCE = hypothesis.settings(
    phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
    report_multiple_bugs=False,
)


def main(module: str, tests: list[str]) -> int:
    # Before the tests are imported, whose own settings fill up from these.
    hypothesis.settings.register_profile('at once', _AT_ONCE)
    hypothesis.settings.load_profile('at once')
    changed = importlib.import_module(module)
    here = pathlib.Path.cwd()
    if here not in pathlib.Path(str(changed.__file__)).parents:
        raise RuntimeError(f'{module} is not the copy in {here}')
    suite = unittest.defaultTestLoader.loadTestsFromNames(tests)
    unknown = [str(e).split()[-1] for e in unittest.defaultTestLoader.errors]
    if unknown:
        raise RuntimeError(f'no such tests: {", ".join(unknown)}')
    result = testtools.TextTestResult(io.StringIO())
    suite.run(result)
    if result.testsRun != len(tests):
        raise RuntimeError(f'{result.testsRun} of {len(tests)} tests ran')
    failed = {test.id() for test, _ in (*result.errors, *result.failures)}
    json.dump(sorted(failed), sys.stdout)
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1], sys.argv[2:]))
