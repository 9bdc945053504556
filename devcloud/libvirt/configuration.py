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

"""What the services and hosts are configured with beside the ordinary cloud.

Knows the options of Nova, Cinder, libvirtd and libvirt's QEMU driver, and why
each differs from its default; does not write files. Policies are the defaults.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from devcloud import configuration
from devcloud.configuration import Section
from devcloud.configuration import Sections
from devcloud.libvirt import hosts

# Each host has a range of its own below the ephemeral ports.
_MIGRATION_PORT = 26600
_MIGRATION_PORTS = 64
_VOLUME_DRIVER = 'devcloud.services.loop_volumes.LoopDriver'


@dataclass(frozen=True)
class Site:
    """The ordinary cloud's site, and more ports.

    :ivar broker: RabbitMQ's.
    :ivar libvirt: libvirtd's, the same on each host's own address.
    """

    ordinary: configuration.Site
    broker: int
    libvirt: int

    @property
    def transport(self) -> str:
        # RabbitMQ makes this account, for clients on loopback only.
        return f'rabbit://guest:guest@127.0.0.1:{self.broker}/'

    @property
    def cloud(self) -> Path:
        return self.ordinary.directory


def files(site: Site) -> dict[str, str]:
    """The files that differ or are new: path below the cloud, and text."""
    ordinary = site.ordinary
    made = {
        'etc/nova/nova.conf': nova(site),
        'etc/cinder/cinder.conf': _merged(
            configuration.cinder(ordinary),
            {'files': {'volume_driver': _VOLUME_DRIVER}},
        ),
    }
    texts = {
        name: configuration.render(sections) for name, sections in made.items()
    }
    for host in hosts.of(site.cloud):
        place = host.directory.relative_to(site.cloud)
        texts[f'{place}/nova.conf'] = configuration.render(compute(site, host))
        texts[f'{place}/options.conf'] = ''
        texts[f'{place}/etc/libvirtd.conf'] = _plain(libvirtd(site, host))
        texts[f'{place}/etc/qemu.conf'] = _plain(qemu(host))
    return texts


def _merged(
    sections: Sections, changes: Mapping[str, Mapping[str, object]]
) -> Sections:
    return {
        **sections,
        **{
            name: {**sections.get(name, {}), **options}
            for name, options in changes.items()
        },
    }


def nova(site: Site) -> Sections:
    """Of the control services; computes read it as well."""
    return _merged(
        configuration.nova(site.ordinary),
        {
            'DEFAULT': {
                'transport_url': site.transport,
                'host': 'control',
                'compute_driver': 'libvirt.LibvirtDriver',
                # A guest needs next to nothing, and there are many.
                'ram_allocation_ratio': 16,
                'cpu_allocation_ratio': 64,
                'disk_allocation_ratio': 16,
                'reserved_host_disk_mb': 0,
                'rpc_response_timeout': 180,
                # Whoever shelves a server sees it offloaded.
                'shelved_offload_time': 0,
                'shelved_poll_interval': -1,
                # No guest obeys a request to shut down.
                'shutdown_timeout': 1,
                # With two hosts, whatever is moved goes to the other one.
                'allow_resize_to_same_host': False,
                'running_deleted_instance_poll_interval': 0,
                'max_concurrent_live_migrations': 8,
            },
            # The hosts appear after the scheduler has been started.
            'scheduler': {'workers': 1, 'discover_hosts_in_cells_interval': 3},
            'conductor': {'workers': 1},
            # A build that fails is a result and no reason to be wary.
            'compute': {'consecutive_build_service_disable_threshold': 0},
        },
    )


def compute(site: Site, host: hosts.Host) -> Sections:
    """Of one host's nova-compute, in addition."""
    return {
        'DEFAULT': {
            'host': host.name,
            'my_ip': host.address,
            # The same everywhere: a disk names its base by path.
            'instances_path': hosts.instances(host.cloud),
            'state_path': host.directory / 'nova',
        },
        'libvirt': {
            # What every machine can do, also one that is virtual itself.
            'virt_type': 'qemu',
            'cpu_mode': 'none',
            'connection_uri': 'qemu:///system',
            'live_migration_uri': f'qemu+tcp://%s:{site.libvirt}/system',
            'live_migration_inbound_addr': host.address,
            'live_migration_with_native_tls': False,
            'remote_filesystem_transport': 'ssh',
            'wait_soft_reboot_seconds': 2,
            # A flat disk would become an image of its full size.
            'snapshot_image_format': 'qcow2',
        },
        'oslo_concurrency': {'lock_path': host.directory / 'lock'},
        # It is root already.
        'workarounds': {'disable_rootwrap': True},
    }


def compute_files(host: hosts.Host) -> list[Path]:
    """The files that a nova-compute reads, the decisive one last."""
    return [
        host.cloud / 'etc/nova/nova.conf',
        host.directory / 'nova.conf',
        host.options,
    ]


def libvirtd(site: Site, host: hosts.Host) -> Section:
    return {
        'listen_tls': 0,
        'listen_tcp': 1,
        'listen_addr': host.address,
        'tcp_port': str(site.libvirt),
        # On loopback, between hosts of one cloud.
        'auth_tcp': 'none',
        'auth_unix_rw': 'none',
        'auth_unix_ro': 'none',
        'unix_sock_group': 'root',
        'host_uuid': host.uuid,
        'log_level': 3,
        'log_outputs': '3:file:/var/log/libvirt/libvirtd.log',
    }


def qemu(host: hosts.Host) -> Section:
    first = _MIGRATION_PORT + _MIGRATION_PORTS * host.number
    return {
        'user': 'root',
        'group': 'root',
        # Files belong to whoever started the cloud, now and afterwards.
        'dynamic_ownership': 0,
        'remember_owner': 0,
        'security_driver': 'none',
        'security_default_confined': 0,
        'cgroup_controllers': [],
        'namespaces': [],
        # Saves a virtlogd.
        'stdio_handler': 'file',
        'migration_address': host.address,
        'migration_host': host.address,
        'migration_port_min': first,
        'migration_port_max': first + _MIGRATION_PORTS - 1,
    }


def _plain(section: Section) -> str:
    """A section as libvirt's own parser reads it."""

    def value(each: object) -> str:
        if isinstance(each, list):
            return '[ ]'
        return f'"{each}"' if isinstance(each, str) else str(each)

    return ''.join(
        f'{name} = {value(each)}\n' for name, each in section.items()
    )


def directories(cloud: Path) -> list[Path]:
    """What the files expect to exist."""
    own = ('cache', 'etc', 'instances', 'lib', 'lock', 'log', 'nova')
    return [
        hosts.instances(cloud),
        *(host.directory / name for host in hosts.of(cloud) for name in own),
    ]
