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

"""Gives Nova's fake hypervisor the habits that sharing images depends on.

Knows nova.virt.fake and what libvirt does in its place: a spawn downloads the
image with the token of the request into a cache that belongs to the host,
unless the cache has it already, and a snapshot uploads something. Everything
else about a server is Nova's own code or its fake driver's.
"""

# mypy: disable-error-code="import-not-found, import-untyped"

import io
import os
import shutil
from typing import Any
import uuid

from nova.compute import power_state
from nova.compute import task_states
import nova.conf
from nova import context as nova_context
from nova import exception
from nova.image import glance
from nova import objects
from nova.virt import fake

CONF = nova.conf.CONF


def install() -> None:
    """Patch the fake driver in this process."""
    driver = fake.FakeDriver
    _keep_node_ids(driver)
    _remember_servers(driver)
    _fetch_images(driver)
    _move_images(driver)
    driver.snapshot = _snapshot


def _node_id(node: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, node))


def _keep_node_ids(driver: Any) -> None:
    """The driver draws them by lot in each process.

    A nova-compute that finds its node under another UUID in the database
    refuses to start a second time (ComputeManager.init_host).
    """
    available = driver.get_available_resource

    def get_available_resource(self: Any, nodename: str) -> Any:
        resource = available(self, nodename)
        if resource:
            resource['uuid'] = _node_id(nodename)
        return resource

    def get_nodenames_by_uuid(self: Any, refresh: bool = False) -> Any:
        return {_node_id(node): node for node in self.get_available_nodes()}

    driver.get_available_resource = get_available_resource
    driver.get_nodenames_by_uuid = get_nodenames_by_uuid


def _remember_servers(driver: Any) -> None:
    """A fake guest ends with the process, a real one outlives nova-compute.

    Without this, a reboot or a snapshot after a restart is an
    InstanceNotFound for each server that was there before.
    """
    begin = driver.init_host

    def init_host(self: Any, host: str) -> None:
        begin(self, host)
        context = nova_context.get_admin_context()
        for server in objects.InstanceList.get_by_host(context, host):
            state = server.power_state or power_state.RUNNING
            self.instances[server.uuid] = fake.FakeInstance(
                server.name, state, server.uuid
            )

    driver.init_host = init_host


def _fetch_images(driver: Any) -> None:
    boot = driver.spawn

    def spawn(
        self: Any, context: Any, instance: Any, *args: Any, **kwargs: Any
    ) -> None:
        # Empty for a server that boots from a volume.
        if instance.image_ref:
            path = _cached(self._host, instance.image_ref)
            if not os.path.exists(path):
                glance.API().download(
                    context, instance.image_ref, dest_path=path
                )
        boot(self, context, instance, *args, **kwargs)

    driver.spawn = spawn


def _move_images(driver: Any) -> None:
    """The fake driver spawns a server anew on the host it is moved to.

    libvirt copies the image from the host the server comes from when Glance
    does not give it (Nova's virt/libvirt/driver.py, fallback_from_host), so
    that a server can be resized although its project has lost the image.
    """
    finish = driver.finish_migration

    def finish_migration(
        self: Any,
        context: Any,
        migration: Any,
        instance: Any,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        if instance.image_ref:
            there = _cached(migration.source_compute, instance.image_ref)
            here = _cached(self._host, instance.image_ref)
            if os.path.exists(there) and not os.path.exists(here):
                shutil.copyfile(there, here)
        finish(self, context, migration, instance, *args, **kwargs)

    driver.finish_migration = finish_migration


def _cached(host: str, image_id: str) -> str:
    """Where a host keeps an image, in a directory that exists."""
    cache = os.path.join(CONF.state_path, 'images', host)
    os.makedirs(cache, exist_ok=True)
    return os.path.join(cache, image_id)


def _snapshot(
    self: Any,
    context: Any,
    instance: Any,
    image_id: str,
    update_task_state: Any,
) -> None:
    if instance.uuid not in self.instances:
        raise exception.InstanceNotRunning(instance_id=instance.uuid)
    update_task_state(task_state=task_states.IMAGE_PENDING_UPLOAD)
    update_task_state(
        task_state=task_states.IMAGE_UPLOADING,
        expected_state=task_states.IMAGE_PENDING_UPLOAD,
    )
    image = glance.API().get(context, image_id)
    glance.API().update(
        context,
        image_id,
        {
            'name': image['name'],
            'status': 'active',
            'disk_format': 'raw',
            'container_format': 'bare',
            'properties': {
                'image_state': 'available',
                'owner_id': instance.project_id,
            },
        },
        data=io.BytesIO(f'snapshot of {instance.uuid}'.encode()),
        purge_props=False,
    )
