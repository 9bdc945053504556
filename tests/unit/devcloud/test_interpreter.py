# Licensed under the Apache License, Version 2.0 (the "License"); you may
# not use this file except in compliance with the License. You may obtain
# a copy of the License at
#
#      http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS, WITHOUT
# WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the
# License for the specific language governing permissions and limitations
# under the License.

"""How a Python for the services is found among what is on a machine."""

import os
from pathlib import Path
import sys
import tempfile
from unittest import mock

import testtools

from devcloud.errors import CloudError
from devcloud import interpreter
from devcloud import layout


def _program(directory: Path, name: str, text: str) -> str:
    path = directory / name
    path.write_text('#!/bin/sh\n' + text)
    path.chmod(0o755)
    return str(path)


def _python(directory: Path, name: str, version: str) -> str:
    """A program that answers the probe as this Python would."""
    numbers = version.replace('.', ', ')
    answer = f'["/real/{version}/python", [{numbers}]]'
    return _program(directory, name, f"echo '{answer}'\n")


class TestProbe(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.bin = Path(temporary.name)

    def test_this_python_is_what_it_is(self) -> None:
        found = interpreter.probe(sys.executable)
        assert found is not None
        self.assertEqual(sys.version_info[:3], found.version)

    def test_what_cannot_make_an_environment_is_none(self) -> None:
        shim = _program(self.bin, 'shim', 'echo not found >&2; exit 127\n')
        chatty = _program(self.bin, 'chatty', 'echo Welcome to Python 3.12\n')
        for executable in (shim, chatty, str(self.bin / 'missing')):
            self.assertIsNone(interpreter.probe(executable), executable)

    def _suitable(self, **environ: str) -> list[str]:
        empty = {'PATH': str(self.bin), 'PYENV_ROOT': str(self.bin)}
        with (
            mock.patch.dict(os.environ, {**empty, **environ}, clear=True),
            mock.patch.object(sys, 'executable', '/nonexistent/python'),
        ):
            return [each.executable for each in interpreter.suitable()]

    def test_too_old_and_too_new_ones_and_shims_are_passed_over(self) -> None:
        _program(self.bin, 'python3.12', 'exit 127\n')
        _python(self.bin, 'python3.11', '3.10.13')
        _python(self.bin, 'python3.13', '3.13.0')
        _python(self.bin, 'python3', '3.99.0')
        self.assertEqual(['/real/3.13.0/python'], self._suitable())

    def test_two_names_of_one_python_are_one(self) -> None:
        _python(self.bin, 'python3.11', '3.11.7')
        _python(self.bin, 'python3', '3.11.7')
        self.assertEqual(['/real/3.11.7/python'], self._suitable())

    def test_nothing_suitable_is_nothing_found(self) -> None:
        self.assertEqual([], self._suitable())

    def test_the_one_that_was_asked_for_is_the_only_one(self) -> None:
        _python(self.bin, 'python3.12', '3.12.1')
        asked = _python(self.bin, 'mine', '3.11.2')
        self.assertEqual(
            ['/real/3.11.2/python'],
            self._suitable(OSC_IMAGESHARE_CLOUD_PYTHON=asked),
        )

    def test_asking_for_an_unsuitable_one_is_an_error(self) -> None:
        _python(self.bin, 'python3.12', '3.12.1')
        for asked in (
            _python(self.bin, 'old', '3.10.13'),
            _program(self.bin, 'shim', 'exit 127\n'),
        ):
            self.assertRaises(
                CloudError,
                self._suitable,
                OSC_IMAGESHARE_CLOUD_PYTHON=asked,
            )


class TestConstraints(testtools.TestCase):
    def test_every_version_has_a_complete_freeze(self) -> None:
        wanted = [
            line
            for line in (layout.HERE / 'requirements.txt')
            .read_text()
            .splitlines()
            if '==' in line
        ]
        for version in interpreter.CONSTRAINTS:
            found = interpreter.Interpreter('python', (*version, 0))
            frozen = found.constraints.read_text().splitlines()
            for line in wanted:
                self.assertIn(line, frozen)
