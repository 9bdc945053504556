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

"""Finds a Python that can run the services.

Knows which versions the services were frozen for and how to ask an
interpreter what it is; does not know what is installed for it afterwards.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
import glob
import json
import os
from pathlib import Path
import subprocess
import sys

from devcloud.errors import CloudError
from devcloud import layout

VARIABLE = 'OSC_IMAGESHARE_CLOUD_PYTHON'

# The freeze to install, by interpreter. That of 3.12 was seen to install and
# work on 3.13 as it is.
CONSTRAINTS = {
    (3, 11): 'constraints-3.11.txt',
    (3, 12): 'constraints-3.12.txt',
    (3, 13): 'constraints-3.12.txt',
}

_NAMES = ('python3.12', 'python3.11', 'python3.13', 'python3')

# A name on PATH may be a version switcher's shim that only prints advice,
# and Debian's python3 may lack venv or ensurepip: only running it tells.
# The base interpreter is what counts, as a tox environment may be gone
# tomorrow while the environment that was made with it is still wanted.
_PROBE = """
import ensurepip, json, os, sqlite3, ssl, sys, venv
base = getattr(sys, '_base_executable', None) or sys.executable
print(json.dumps([os.path.realpath(base), list(sys.version_info[:3])]))
"""


@dataclass(frozen=True)
class Interpreter:
    executable: str
    version: tuple[int, int, int]

    @property
    def constraints(self) -> Path:
        return layout.HERE / CONSTRAINTS[self.version[:2]]


def probe(executable: str) -> Interpreter | None:
    """What this executable really is, or None if it cannot make a venv."""
    try:
        answer = subprocess.run(
            # -I: whatever the caller's PYTHON* variables say.
            [executable, '-I', '-c', _PROBE],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=30,
            check=True,
        ).stdout
        path, version = json.loads(answer)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    major, minor, micro = version
    return Interpreter(path, (major, minor, micro))


def candidates(environ: Mapping[str, str]) -> Iterator[str]:
    """Executables worth a look, the most welcome first."""
    yield sys.executable
    directories = environ.get('PATH', os.defpath).split(os.pathsep)
    for name in _NAMES:
        for directory in filter(None, directories):
            path = os.path.join(directory, name)
            if os.path.isfile(path) and os.access(path, os.X_OK):
                yield path
    # os.path and glob, as pathlib raises for a directory of someone else.
    pyenv = environ.get('PYENV_ROOT') or os.path.expanduser('~/.pyenv')
    yield from sorted(
        glob.glob(os.path.join(glob.escape(pyenv), 'versions/*/bin/python3'))
    )


def suitable() -> Iterator[Interpreter]:
    """Every different interpreter that can run the services.

    :raises CloudError: if the one that was asked for by name cannot
    """
    asked = os.environ.get(VARIABLE)
    if asked:
        found = probe(asked)
        if found is None:
            raise CloudError(
                f'{VARIABLE}={asked} is not a Python with venv and ensurepip'
            )
        if found.version[:2] not in CONSTRAINTS:
            raise CloudError(
                f'{VARIABLE}={asked} is Python '
                f'{".".join(map(str, found.version))}; the cloud needs '
                f'{_versions()}'
            )
        yield found
        return
    seen = set()
    for executable in candidates(os.environ):
        found = probe(executable)
        if found and found.version[:2] in CONSTRAINTS and found not in seen:
            seen.add(found)
            yield found


def none_found() -> CloudError:
    return CloudError(
        f'no Python {_versions()} with venv and ensurepip was found on PATH '
        f'for the services of the cloud: install one, or set {VARIABLE} to it'
    )


def _versions() -> str:
    names = [f'{major}.{minor}' for major, minor in sorted(CONSTRAINTS)]
    return f'{", ".join(names[:-1])} or {names[-1]}'
