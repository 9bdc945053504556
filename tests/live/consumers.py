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

"""What projects do with images, beyond booting a server.

Servers are stopped, shelved and snapshot here, and volumes attached, as the
project (or an administrator) would do it with openstacksdk.
"""

import typing

import requests

from tests.live import base


def act(
    test: base.TestCase,
    cloud: str,
    server_id: str,
    action: dict[str, typing.Any],
    wanted: str,
) -> None:
    """Ask for an action and wait for the status it leads to."""
    test.assertEqual(202, test.server_action(cloud, server_id, action))
    test.wait_for(lambda: test.server_status(cloud, server_id), wanted)


def stop(test: base.TestCase, cloud: str, server_id: str) -> None:
    act(test, cloud, server_id, {'os-stop': None}, 'SHUTOFF')


def shelve(test: base.TestCase, cloud: str, server_id: str) -> None:
    """Shelve a server; Nova offloads it at once by default."""
    act(test, cloud, server_id, {'shelve': None}, 'SHELVED_OFFLOADED')


def unshelve(test: base.TestCase, cloud: str, server_id: str) -> None:
    act(test, cloud, server_id, {'unshelve': None}, 'ACTIVE')


def break_down(test: base.TestCase, cloud: str, server_id: str) -> None:
    """Put a server in ERROR; only an administrator may."""
    test.server_action(
        'admin', server_id, {'os-resetState': {'state': 'error'}}
    )
    test.wait_for(lambda: test.server_status(cloud, server_id), 'ERROR')


def snapshot(test: base.TestCase, cloud: str, server_id: str) -> str:
    """Make an image of a server and return its ID."""
    own = base.connect(cloud)
    answer = own.compute.post(
        f'/servers/{server_id}/action',
        json={'createImage': {'name': f'snapshot of {server_id}'}},
        microversion='2.45',
    )
    test.assertEqual(202, answer.status_code, answer.text)
    image_id = str(answer.json()['image_id'])
    test.addCleanup(own.image.delete, f'/images/{image_id}')

    def status() -> str:
        return str(own.image.get(f'/images/{image_id}').json().get('status'))

    test.wait_for(status, 'active')
    return image_id


def attach(
    test: base.TestCase, cloud: str, server_id: str, volume_id: str
) -> None:
    """Attach a volume to a server as a data disk."""
    own = base.connect(cloud)
    answer = own.compute.post(
        f'/servers/{server_id}/os-volume_attachments',
        json={'volumeAttachment': {'volumeId': volume_id}},
    )
    test.assertEqual(200, answer.status_code, answer.text)

    def status() -> str:
        found = own.block_storage.get(f'/volumes/{volume_id}').json()
        return str(found['volume']['status'])

    test.wait_for(status, 'in-use')


def boot_from_volume(
    test: base.TestCase, cloud: str, image_id: str
) -> tuple[str, str]:
    """Return the IDs of a server and of the volume it was booted from."""
    volume_id = test.make_volume(cloud, image_id)
    return test.make_server(cloud, volume_id=volume_id), volume_id


def boot_from_devices(
    test: base.TestCase, cloud: str, devices: dict[str, str]
) -> str:
    """Boot from the first of some volumes, each with a device of its own."""
    with base.QUIET.making():
        return _boot_from_devices(test, cloud, devices)


def _boot_from_devices(
    test: base.TestCase, cloud: str, devices: dict[str, str]
) -> str:
    compute = base.connect(cloud).compute
    flavor = compute.find_flavor('m1.nano', ignore_missing=False)
    answer = compute.post(
        '/servers',
        json={
            'server': {
                'name': 'several disks',
                'flavorRef': str(flavor.id),
                'networks': 'none',
                'block_device_mapping_v2': [
                    {
                        'boot_index': index,
                        'uuid': volume_id,
                        'source_type': 'volume',
                        'destination_type': 'volume',
                        'device_name': device,
                    }
                    for index, (volume_id, device) in enumerate(
                        devices.items()
                    )
                ],
            }
        },
        microversion='2.37',
    )
    test.assertEqual(202, answer.status_code, answer.text)
    server_id = str(answer.json()['server']['id'])
    test.addCleanup(test.delete_server, cloud, server_id)
    test.wait_for(lambda: test.server_status(cloud, server_id), 'ACTIVE')
    return server_id


def shelved_image(test: base.TestCase, server_id: str) -> str:
    """Shelve a server as an administrator and return the image's ID.

    Nova keeps the disk in an image of the administrator's project.
    """
    shelve(test, 'admin', server_id)
    image = base.connect('admin').image
    answer = image.get('/images', params={'instance_uuid': server_id})
    (found,) = answer.json()['images']
    test.addCleanup(image.delete, f'/images/{found["id"]}')
    return str(found['id'])


def rename_volume(
    test: base.TestCase, cloud: str, volume_id: str, name: str
) -> None:
    answer = base.connect(cloud).block_storage.put(
        f'/volumes/{volume_id}', json={'volume': {'name': name}}
    )
    test.assertEqual(200, answer.status_code, answer.text)


def rebuild(
    test: base.TestCase, cloud: str, server_id: str, image: str
) -> int:
    """Ask for a rebuild and return the HTTP status of the answer."""
    return test.server_action(
        cloud, server_id, {'rebuild': {'imageRef': image}}
    )


def boot(test: base.TestCase, cloud: str, image_id: str) -> requests.Response:
    """Ask for a server of an image and return the answer."""
    compute = base.connect(cloud).compute
    flavors = compute.get('/flavors').json()['flavors']
    answer: requests.Response = compute.post(
        '/servers',
        json={
            'server': {
                'name': 'another',
                'imageRef': image_id,
                'flavorRef': flavors[0]['id'],
                'networks': 'none',
            }
        },
        microversion='2.37',
    )
    if answer.ok:
        made = str(answer.json()['server']['id'])
        test.addCleanup(test.delete_server, cloud, made)
    return answer


def reimage(cloud: str, volume_id: str, image_id: str) -> int:
    """Ask for a volume to be overwritten and return the HTTP status."""
    answer = base.connect(cloud).block_storage.post(
        f'/volumes/{volume_id}/action',
        json={'os-reimage': {'image_id': image_id}},
        microversion='3.68',
    )
    return int(answer.status_code)
