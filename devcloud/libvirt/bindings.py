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

"""libvirt's Python bindings, for an environment that was not made with them.

Knows where distributions keep them. They belong to the libvirt that is
installed and are compiled for one version of Python: PyPI has their source
only. The few files are linked into a directory of their own, so that nothing
else of the distribution's packages is seen.
"""

import glob
from pathlib import Path
import subprocess

from devcloud.environment import Environment
from devcloud.errors import CloudError
from devcloud import interpreter

_PLACES = (
    '/usr/lib/python3/dist-packages',
    '/usr/lib64/python{version}/site-packages',
    '/usr/lib/python{version}/site-packages',
)
_FILES = ('libvirt.py', 'libvirt_qemu.py', 'libvirtmod*.so')


def link(environment: Environment, directory: Path) -> None:
    """Fill a directory with what ``import libvirt`` needs.

    :raises CloudError: if there is nothing that this Python can import
    """
    version = '.'.join(map(str, environment.base.version[:2]))
    directory.mkdir(exist_ok=True)
    for place in (place.format(version=version) for place in _PLACES):
        for old in directory.iterdir():
            old.unlink()
        for pattern in _FILES:
            for name in glob.glob(f'{place}/{pattern}'):
                (directory / Path(name).name).symlink_to(name)
        if _importable(environment.python, directory):
            return
    raise CloudError(
        f"libvirt's Python bindings for Python {version} were not found: "
        f"install them (Debian's python3-libvirt, for instance), or set "
        f'{interpreter.VARIABLE} to the Python that has them'
    )


def _importable(python: Path, directory: Path) -> bool:
    tried = subprocess.run(
        [str(python), '-P', '-c', 'import libvirt, libvirt_qemu'],
        env={'PYTHONPATH': str(directory)},
        cwd=directory,
        capture_output=True,
        check=False,
    )
    return tried.returncode == 0
