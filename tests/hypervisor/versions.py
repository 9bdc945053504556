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

"""The versions of everything that a run has measured with."""

from __future__ import annotations

import json
import re
import subprocess

from devcloud import environment
from devcloud.libvirt import needs
from devcloud import progress

_SERVICES = ('cinder', 'glance', 'keystone', 'nova')
_SCRIPT = """
import importlib.metadata, json, platform, sys
versions = {name: importlib.metadata.version(name) for name in sys.argv[1:]}
print(json.dumps({**versions, 'python': platform.python_version()}))
"""


def found() -> dict[str, str]:
    """Return program -> version, of the services and what is beneath."""
    installed = environment.ready(progress.Progress())
    services = _output(str(installed.python), '-c', _SCRIPT, *_SERVICES)
    versions: dict[str, str] = json.loads(services)
    for name, program in (
        ('libvirt', 'libvirtd'),
        ('qemu', 'qemu-system-x86_64'),
    ):
        versions[name] = _number(_output(program, '--version'))
    versions['rabbitmq'] = _number(str(needs.broker()))
    return versions


def _output(*command: str) -> str:
    return subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=True
    ).stdout


def _number(text: str) -> str:
    found = re.search(r'\d+(\.\d+)+', text)
    return found[0] if found else 'unknown'
