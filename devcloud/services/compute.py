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

"""All of Nova in one process: API, conductor, scheduler and two computes.

Knows how Nova's programs start their services. They are threads of one
process since RPC is: without a message broker, oslo.messaging has exchanges
in memory only. Two computes, so that there is somewhere to migrate to. Those
of a real hypervisor are processes of their own (``libvirt_compute``).
"""

# mypy: disable-error-code="import-not-found, import-untyped"

import os
from typing import Any

from devcloud.services import sqlite


def application(name: str, etc: str) -> Any:
    os.environ['OS_NOVA_CONFIG_DIR'] = etc
    # Native threads: waitress has such, and eventlet's cannot be mixed in.
    # Before anything of Nova is imported, as importing is what patches.
    os.environ['OS_NOVA_DISABLE_EVENTLET_PATCHING'] = '1'
    from nova import monkey_patch

    monkey_patch.patch(backend='threading')
    sqlite.install()

    from nova.api.openstack import wsgi_app
    import nova.conf
    from nova import context
    from nova import objects
    from nova.objects import host_mapping
    from nova.virt import node
    import os_brick
    import os_vif

    api = wsgi_app.init_application('osapi_compute', 'nova-api')
    objects.register_all()
    os_brick.setup(nova.conf.CONF)
    os_vif.initialize()
    objects.Service.enable_min_version_cache()
    _start('nova-conductor', topic='conductor')
    _start('nova-scheduler', topic='scheduler')
    if nova.conf.CONF.compute_driver.startswith('fake.'):
        # Writes the file compute_id on the first start; on the next one,
        # ComputeManager.init_host refuses a host that is known and has none.
        node.get_local_node_uuid()
        _start_computes(nova.conf.CONF)
        # As nova-manage cell_v2 discover_hosts: lets the scheduler know.
        host_mapping.discover_hosts(context.get_admin_context())
    return api


def _start(binary: str, **settings: Any) -> None:
    from nova import service

    service.Service.create(binary=binary, **settings).start()


def _start_computes(conf: Any) -> None:
    from nova.compute import rpcapi

    from devcloud.services import hypervisor

    hypervisor.install()
    for host in (conf.host, conf.host.replace('1', '2')):
        # FakeDriver reads its own name from the configuration.
        conf.set_override('host', host)
        _start(
            'nova-compute',
            host=host,
            topic=rpcapi.RPC_TOPIC,
            topic_alt=rpcapi.RPC_TOPIC_ALT,
        )
    conf.clear_override('host')
