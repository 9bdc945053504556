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

"""The requests for what is done to a server."""

from __future__ import annotations

Body = dict[str, object]

SOFT_REBOOT: Body = {'reboot': {'type': 'SOFT'}}
HARD_REBOOT: Body = {'reboot': {'type': 'HARD'}}
STOP: Body = {'os-stop': None}
START: Body = {'os-start': None}
SUSPEND: Body = {'suspend': None}
RESUME: Body = {'resume': None}
CONFIRM: Body = {'confirmResize': None}
REVERT: Body = {'revertResize': None}
MIGRATE: Body = {'migrate': None}
LIVE_MIGRATE: Body = {
    'os-migrateLive': {'host': None, 'block_migration': 'auto'}
}
SHELVE: Body = {'shelve': None}
UNSHELVE: Body = {'unshelve': None}
RESCUE: Body = {'rescue': {}}
UNRESCUE: Body = {'unrescue': None}
EVACUATE: Body = {'evacuate': {}}


def resize(flavor: str) -> Body:
    return {'resize': {'flavorRef': flavor}}


def rebuild(image: str) -> Body:
    return {'rebuild': {'imageRef': image}}


def rescue_with(image: str) -> Body:
    return {'rescue': {'rescue_image_ref': image}}


def snapshot(name: str) -> Body:
    return {'createImage': {'name': name}}


def of_volume(volume: str) -> Body:
    """Where a new server boots from."""
    return {
        'block_device_mapping_v2': [
            {
                'boot_index': 0,
                'uuid': volume,
                'source_type': 'volume',
                'destination_type': 'volume',
            }
        ]
    }
