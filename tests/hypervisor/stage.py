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

"""Who acts in the cloud and with what: people, flavors, images, volumes.

Knows the public APIs, as administrator, owner and member. Nothing here is the
code under test: what is looked at is what the services do by themselves.
"""

from __future__ import annotations

import os
import pathlib
import time
import typing
import uuid

import openstack
from openstack import connection
import requests

from devcloud import accounts
from devcloud.libvirt import hosts
from tests.hypervisor import guest
from tests.hypervisor import words

#: Microversion of Nova: what a recent client uses.
COMPUTE = '2.96'
_PATIENCE = 900.0
#: Nova's answers are most of the work that a run is for the machine.
_PAUSE = 1.5

#: Name -> memory in MiB and disk in GiB; moves go from one to the next.
_FLAVORS = {'hosts.small': (64, 1), 'hosts.large': (96, 2)}


class Unexpected(Exception):
    """The environment is not as it has to be; nothing can be concluded."""


def wait_for(
    what: str, look: typing.Callable[[], bool], patience: float = _PATIENCE
) -> None:
    """Look again and again until it is true.

    :raises Unexpected: if it does not become true
    """
    give_up = time.monotonic() + patience
    while not look():
        if time.monotonic() > give_up:
            raise Unexpected(f'waited {patience:.0f} seconds for {what}')
        time.sleep(_PAUSE)


class Stage:
    """The cloud of this run.

    :ivar owner: the image's project.
    :ivar actors: who acts on servers, by the word for them.
    """

    def __init__(self) -> None:
        self.cloud = pathlib.Path(os.environ['OSC_IMAGESHARE_CLOUD'])
        self.hosts = {host.name: host for host in hosts.of(self.cloud)}
        self.owner = openstack.connect(cloud='alice')
        administrator = openstack.connect(cloud='admin')
        member = openstack.connect(cloud='bob')
        self.member_project = str(member.current_project_id)
        self.actors: dict[str, connection.Connection] = {
            words.ADMINISTRATOR: administrator,
            words.MEMBER: member,
        }
        self.actors[words.MANAGER] = self._manager()
        self.flavors = self._make_flavors()
        self._another: dict[str, str] = {}

    @property
    def administrator(self) -> connection.Connection:
        return self.actors[words.ADMINISTRATOR]

    @property
    def member(self) -> connection.Connection:
        return self.actors[words.MEMBER]

    def _manager(self) -> connection.Connection:
        """A user of the member's project with the role that manages it."""
        identity = self.administrator.identity
        name = f'manager-{uuid.uuid4().hex[:8]}'
        user = checked(
            identity.post(
                '/users',
                json={'user': {'name': name, 'password': accounts.PASSWORD}},
            )
        ).json()['user']['id']
        for role in checked(identity.get('/roles')).json()['roles']:
            if role['name'] in ('member', 'manager'):
                checked(
                    identity.put(
                        f'/projects/{self.member_project}/users/{user}'
                        f'/roles/{role["id"]}'
                    )
                )
        return openstack.connect(
            load_yaml_config=False,
            load_envvars=False,
            auth_url=self.administrator.config.auth['auth_url'],
            username=name,
            password=accounts.PASSWORD,
            project_id=self.member_project,
            user_domain_id='default',
            region_name=accounts.REGIONS[0],
        )

    def _make_flavors(self) -> dict[str, str]:
        compute = self.administrator.compute
        found = {flavor.name: flavor.id for flavor in compute.flavors()}
        for name, (ram, disk) in _FLAVORS.items():
            if name not in found:
                made = compute.create_flavor(
                    name=name, ram=ram, vcpus=1, disk=disk
                )
                found[name] = made.id
        return {name: str(found[name]) for name in _FLAVORS}

    def small(self) -> str:
        return self.flavors['hosts.small']

    def large(self) -> str:
        return self.flavors['hosts.large']

    # Images

    def make_image(
        self,
        who: connection.Connection,
        data: bytes,
        form: str,
        container: str = 'bare',
        visibility: str = 'shared',
        **properties: str,
    ) -> str:
        """Make an active image and return its ID."""
        body = {
            'name': f'image-{uuid.uuid4().hex[:8]}',
            'disk_format': form,
            'container_format': container,
            'visibility': visibility,
            **properties,
        }
        made = checked(who.image.post('/images', json=body)).json()
        checked(
            who.image.put(
                f'/images/{made["id"]}/file',
                data=data,
                headers={'Content-Type': 'application/octet-stream'},
            )
        )
        return str(made['id'])

    def share(self, image_id: str) -> None:
        checked(
            self.owner.image.post(
                f'/images/{image_id}/members',
                json={'member': self.member_project},
            )
        )

    def withdraw(self, withdrawal: str, image_id: str) -> None:
        """Take the image away from the member, in one of the ways."""
        image = self.owner.image
        path = f'/images/{image_id}'
        if withdrawal == words.REVOKED:
            checked(image.delete(f'{path}/members/{self.member_project}'))
        elif withdrawal == words.PRIVATE:
            self._set_visibility(image_id, 'private')
        elif withdrawal == words.DELETED:
            checked(image.delete(path))
        elif withdrawal == words.DEACTIVATED:
            checked(image.post(f'{path}/actions/deactivate'))

    def restore(self, withdrawal: str, image_id: str) -> None:
        """Undo a withdrawal that can be undone."""
        if withdrawal == words.REVOKED:
            self.share(image_id)
        elif withdrawal == words.PRIVATE:
            self._set_visibility(image_id, 'shared')
        elif withdrawal == words.DEACTIVATED:
            checked(
                self.owner.image.post(f'/images/{image_id}/actions/reactivate')
            )

    def _set_visibility(self, image_id: str, visibility: str) -> None:
        change = {
            'op': 'replace',
            'path': '/visibility',
            'value': visibility,
        }
        checked(
            self.owner.image.patch(
                f'/images/{image_id}',
                json=[change],
                headers={
                    'Content-Type': (
                        'application/openstack-images-v2.1-json-patch'
                    )
                },
            )
        )

    def another_image(self, form: str) -> str:
        """Return the member's own image; one for each format."""
        if form not in self._another:
            self._another[form] = self.make_image(
                self.member,
                guest.disk(guest.OTHER, form),
                form,
                visibility='private',
                # Without them no server that boots from a volume is rescued.
                hw_rescue_device='disk',
                hw_rescue_bus='virtio',
            )
        return self._another[form]

    def image_status(self, image_id: str) -> str:
        answer = self.administrator.image.get(f'/images/{image_id}')
        return str(checked(answer).json()['status'])

    # Hosts

    def enable(self, host: str, enabled: bool) -> None:
        """Let the scheduler choose a host, or not."""
        self._set_service(
            host, {'status': 'enabled' if enabled else 'disabled'}
        )

    def force_down(self, host: str, down: bool) -> None:
        """Tell Nova that a host is dead, as its watchdog would."""
        self._set_service(host, {'forced_down': down})

    def _set_service(self, host: str, body: dict[str, object]) -> None:
        service = self.service(host)
        checked(
            self.administrator.compute.put(
                f'/os-services/{service["id"]}',
                json=body,
                microversion=COMPUTE,
            )
        )

    def service(self, host: str) -> dict[str, typing.Any]:
        """Return the record of a host's nova-compute."""
        answer = self.administrator.compute.get(
            f'/os-services?binary=nova-compute&host={host}',
            microversion=COMPUTE,
        )
        (found,) = checked(answer).json()['services']
        return dict(found)

    def switch_on(self, host: str, flat: bool) -> None:
        """Boot a host, and return when its nova-compute works."""
        before = self.service(host)['updated_at']
        self.hosts[host].switch_on(_FLAT if flat else {})
        wait_for(
            f'nova-compute of {host}',
            lambda: self.service(host)['updated_at'] != before,
        )


#: Options of Nova for disks without a base.
_FLAT: dict[str, dict[str, object]] = {
    'DEFAULT': {'use_cow_images': False},
    'libvirt': {'images_type': 'raw'},
}


def checked(response: requests.Response) -> requests.Response:
    """Return an answer that is no error.

    :raises Unexpected: with what it says, if it is one
    """
    if response.status_code >= 400:
        raise Unexpected(
            f'{response.request.method} {response.url}: '
            f'{response.status_code} {response.text[:500]}'
        )
    return response
