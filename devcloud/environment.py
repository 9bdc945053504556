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

"""The virtual environment in which the services are installed.

Knows venv, pip and which of the caller's environment variables the services
must not see; does not know what the services are for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
import os
from pathlib import Path
import shutil

from devcloud import interpreter
from devcloud import jobs
from devcloud import layout
from devcloud.progress import Progress

REQUIREMENTS = layout.HERE / 'requirements.txt'

# The caller may be a tox environment or a shell that is logged in to another
# cloud. PIP_CONSTRAINT and the places to install to are the caller's too,
# while indexes, certificates and caches are the machine's.
_FOREIGN = ('OS_', 'PYTHON', 'VIRTUAL_ENV', '__PYVENV')
_FOREIGN_PIP = (
    'PIP_CONSTRAINT',
    'PIP_PREFIX',
    'PIP_REQUIREMENT',
    'PIP_REQUIRE_VIRTUALENV',
    'PIP_ROOT',
    'PIP_TARGET',
    'PIP_USER',
)


@dataclass(frozen=True)
class Environment:
    """An environment with the services in it, finished or yet to be made."""

    path: Path
    base: interpreter.Interpreter

    @property
    def python(self) -> Path:
        return self.path / 'bin' / 'python'

    def program(self, name: str) -> Path:
        """A console script of one of the services."""
        return self.path / 'bin' / name

    def data(self, name: str) -> Path:
        """A configuration file that a service ships beside its code."""
        return self.path / 'etc' / name

    def service_environ(self) -> dict[str, str]:
        """The process environment of a service and of its tools."""
        environ = {
            name: value
            for name, value in sanitised(os.environ).items()
            # They talk to 127.0.0.1 only, and requests would ask a proxy.
            if not name.lower().endswith('_proxy')
        }
        path = environ.get('PATH', os.defpath)
        environ['PATH'] = f'{self.path / "bin"}{os.pathsep}{path}'
        environ['PYTHONPATH'] = str(layout.PROJECT)
        environ['PYTHONUNBUFFERED'] = '1'
        environ['PYTHONWARNINGS'] = 'ignore'
        return environ


def sanitised(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without what belongs to the caller alone."""
    return {
        name: value
        for name, value in environ.items()
        if not name.startswith(_FOREIGN) and name not in _FOREIGN_PIP
    }


def ready(progress: Progress) -> Environment:
    """An environment with the services in it, made now if there is none.

    :raises CloudError: if no interpreter is suitable or pip fails
    """
    found = []
    for base in interpreter.suitable():
        environment = _environment(base)
        if layout.is_complete(environment.path):
            return environment
        found.append(environment)
    if not found:
        raise interpreter.none_found()
    with layout.exclusive('environment', progress):
        if not layout.is_complete(found[0].path):
            _install(found[0], progress)
    return found[0]


def _environment(base: interpreter.Interpreter) -> Environment:
    key = layout.digest(
        REQUIREMENTS, base.constraints, base.executable, str(base.version)
    )
    return Environment(layout.cloud_directory() / f'venv-{key}', base)


def _install(environment: Environment, progress: Progress) -> None:
    path, base = environment.path, environment.base
    version = '.'.join(map(str, base.version))
    progress(f'installing the services for Python {version} in {path}')
    if path.exists():
        shutil.rmtree(path)
    path.mkdir(parents=True)
    install = [
        *(str(environment.python), '-m', 'pip', 'install'),
        *('--disable-pip-version-check', '--no-input'),
        *('-r', str(REQUIREMENTS), '-c', str(base.constraints)),
    ]
    jobs.run(
        [[[base.executable, '-m', 'venv', str(path)], install]],
        sanitised(os.environ),
        path / 'install.log',
    )
    layout.mark_complete(path)
    progress('the services are installed')
