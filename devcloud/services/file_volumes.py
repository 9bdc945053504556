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

"""A Cinder backend without a storage: a volume is a sparse file.

Knows Cinder's driver interface. The image is really downloaded with the
caller's token, by the driver itself, as Cinder's own way needs qemu-img and
sudo; what is exported to a server is a description of nothing. Snapshots,
clones and uploads keep the size or the name, and not the bytes. A test can
hold a volume in the making with a file called ``hold-<image>``.
"""

# mypy: disable-error-code="import-not-found, import-untyped, misc"

import contextlib
import io
import os
import time
from typing import Any

from cinder.volume import driver
from oslo_config import cfg

_OPTIONS = [
    cfg.StrOpt('file_volumes_directory', help='Where the files are kept.')
]
_CAPACITY_GB = 1000

#: Seconds between two looks whether a volume is still held.
_LOOK_AGAIN = 0.1


class FileDriver(driver.CloneableImageVD, driver.BaseVD):
    VERSION = '1.0'

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.configuration.append_config_values(_OPTIONS)

    def _path(self, volume: Any) -> str:
        directory: str = self.configuration.file_volumes_directory
        return os.path.join(directory, volume.name)

    def _make(self, volume: Any) -> None:
        with open(self._path(volume), 'wb') as file:
            file.truncate(volume.size << 30)

    # What the volume service calls as it starts and at intervals.

    def do_setup(self, context: Any) -> None:
        pass

    def check_for_setup_error(self) -> None:
        os.makedirs(self.configuration.file_volumes_directory, exist_ok=True)

    def get_volume_stats(self, refresh: bool = False) -> dict[str, Any]:
        return {
            'volume_backend_name': self.configuration.volume_backend_name,
            'vendor_name': 'osc-imageshare',
            'driver_version': self.VERSION,
            'storage_protocol': 'fake',
            'total_capacity_gb': _CAPACITY_GB,
            'free_capacity_gb': _CAPACITY_GB,
            'provisioned_capacity_gb': 0,
            'max_over_subscription_ratio': '20',
            'reserved_percentage': 0,
            'thin_provisioning_support': True,
            'thick_provisioning_support': False,
            'multiattach': True,
            'QoS_support': False,
        }

    # What it calls for volumes and snapshots.

    def create_volume(self, volume: Any) -> None:
        self._make(volume)

    def delete_volume(self, volume: Any) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._path(volume))

    def extend_volume(self, volume: Any, new_size: int) -> None:
        os.truncate(self._path(volume), new_size << 30)

    def clone_image(
        self,
        context: Any,
        volume: Any,
        image_location: Any,
        image_meta: Any,
        image_service: Any,
    ) -> tuple[dict[str, Any], bool]:
        self.copy_image_to_volume(
            context, volume, image_service, image_meta['id']
        )
        return {}, True

    def copy_image_to_volume(
        self,
        context: Any,
        volume: Any,
        image_service: Any,
        image_id: str,
        disable_sparse: bool = False,
    ) -> None:
        """Also what a rebuild of a server does to its boot volume."""
        held = os.path.join(
            self.configuration.file_volumes_directory, f'hold-{image_id}'
        )
        while os.path.exists(held):
            time.sleep(_LOOK_AGAIN)
        with open(self._path(volume), 'wb') as file:
            image_service.download(context, image_id, file)
            file.truncate(volume.size << 30)

    def copy_volume_to_image(
        self, context: Any, volume: Any, image_service: Any, image_meta: Any
    ) -> None:
        # The holes of the file would make a real gigabyte in Glance.
        data = io.BytesIO(f'copy of {volume.name}'.encode())
        image_service.update(
            context, image_meta['id'], {}, data, purge_props=False
        )

    def create_cloned_volume(self, volume: Any, src_vref: Any) -> None:
        self._make(volume)

    def create_snapshot(self, snapshot: Any) -> None:
        pass

    def delete_snapshot(self, snapshot: Any) -> None:
        pass

    def create_volume_from_snapshot(self, volume: Any, snapshot: Any) -> None:
        self._make(volume)

    # What it calls for attachments.

    def create_export(self, context: Any, volume: Any, connector: Any) -> None:
        pass

    def ensure_export(self, context: Any, volume: Any) -> None:
        pass

    def remove_export(self, context: Any, volume: Any) -> None:
        pass

    def initialize_connection(
        self, volume: Any, connector: Any, **kwargs: Any
    ) -> dict[str, Any]:
        return {
            'driver_volume_type': 'iscsi',
            'data': {
                'target_iqn': f'iqn.2000-01.invalid:{volume.name}',
                'target_portal': '127.0.0.1:3260',
                'target_lun': 1,
                'volume_id': volume.id,
                'access_mode': 'rw',
            },
        }

    def terminate_connection(
        self, volume: Any, connector: Any, **kwargs: Any
    ) -> None:
        pass
