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

"""The backend of files, with volumes that are really attached and copied.

Knows Linux' loop devices. A device is held open here and was told to go when
nobody has it open any more: with the volume service and the guests ended, in
whatever way, none is left.
"""

# mypy: disable-error-code="import-not-found, import-untyped, misc"

import os
import shutil
import subprocess
from typing import Any

from devcloud.libvirt import needs
from devcloud.services import file_volumes


class LoopDriver(file_volumes.FileDriver):
    """A volume is a file, and a block device while it is connected."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Volume -> device, its descriptor and the hosts that use it: two of
        # them while a server moves.
        self._devices: dict[str, tuple[str, int, set[str]]] = {}

    def initialize_connection(
        self, volume: Any, connector: Any, **kwargs: Any
    ) -> dict[str, Any]:
        if volume.id not in self._devices:
            self._devices[volume.id] = (*_opened(self._path(volume)), set())
        device, _, users = self._devices[volume.id]
        users.add(connector['host'])
        return {
            'driver_volume_type': 'local',
            'data': {
                'device_path': device,
                'volume_id': volume.id,
                'access_mode': 'rw',
            },
        }

    def terminate_connection(
        self, volume: Any, connector: Any, **kwargs: Any
    ) -> None:
        if volume.id not in self._devices:
            return
        _, descriptor, users = self._devices[volume.id]
        # Without a connector, all of them.
        users.difference_update([connector['host']] if connector else [*users])
        if not users:
            os.close(descriptor)
            del self._devices[volume.id]

    def create_snapshot(self, snapshot: Any) -> None:
        _copy(self._path(snapshot.volume), self._path(snapshot))

    def delete_snapshot(self, snapshot: Any) -> None:
        self.delete_volume(snapshot)

    def create_volume_from_snapshot(self, volume: Any, snapshot: Any) -> None:
        _copy(self._path(snapshot), self._path(volume))

    def create_cloned_volume(self, volume: Any, src_vref: Any) -> None:
        _copy(self._path(src_vref), self._path(volume))


def _opened(path: str) -> tuple[str, int]:
    """A loop device of the file, and a descriptor that keeps it."""
    losetup = shutil.which('losetup', path=needs.path(os.environ))
    if losetup is None:
        raise FileNotFoundError('losetup')
    device = subprocess.run(
        [losetup, '--find', '--show', path],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout.strip()
    descriptor = os.open(device, os.O_RDONLY | os.O_CLOEXEC)
    # Takes effect when the last one closes it.
    subprocess.run([losetup, '--detach', device], check=True)
    return device, descriptor


def _copy(source: str, target: str) -> None:
    subprocess.run(['cp', '--sparse=always', source, target], check=True)
