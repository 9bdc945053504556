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

"""The configuration files of the services, as text.

Knows the services' options and why each differs from its default; does not
write files. Policies are not mentioned anywhere: they are the defaults.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from devcloud import accounts
from devcloud import databases
from devcloud import endpoints

Section = dict[str, object]
Sections = dict[str, Section]

# RPC between the services of one process. The transport exists inside a
# process only, which is why each of Nova and Cinder is one process.
IN_PROCESS = 'fake:/'
# Nothing listens to notifications.
_SILENT: Section = {'driver': 'noop'}
_LOGGING: Section = {
    'default_log_levels': ','.join(
        (
            'dogpile=WARN',
            'keystonemiddleware=WARN',
            'oslo_messaging=WARN',
            'sqlalchemy=WARN',
            # It loads drivers that nobody asked for and calls it an ERROR
            # when one wants a library that is not installed.
            'stevedore=CRITICAL',
            'urllib3=WARN',
        )
    )
}
# All services share one process with their API and cannot be down alone; on
# a busy machine their heartbeats merely come late.
_NEVER_DOWN = 3600
HOST = 'host-1'


@dataclass(frozen=True)
class Site:
    """What the files depend on: where the cloud is and where it listens."""

    directory: Path
    data: Path
    urls: endpoints.Urls

    def database(self, name: str) -> Section:
        return {
            'connection': databases.connection(self.directory, name),
            # Surviving a power failure is not worth waiting for the disk.
            'sqlite_synchronous': False,
        }

    def credentials(self, user: str) -> Section:
        account = accounts.Account(
            user, user, accounts.SERVICE_PROJECT, 'service'
        )
        return {
            'auth_type': 'password',
            'region_name': accounts.REGIONS[0],
            **account.auth(endpoints.auth_url(self.urls)),
        }

    def authtoken(self, user: str) -> Section:
        return {
            **self.credentials(user),
            'www_authenticate_uri': endpoints.auth_url(self.urls),
            'service_token_roles': 'service',
            'service_token_roles_required': True,
        }

    def service_user(self, user: str) -> Section:
        # Cinder refuses to delete an attachment of a server to anyone but
        # Nova itself (409), which it recognises by this second token.
        return {**self.credentials(user), 'send_service_user_token': True}

    def locks(self) -> Section:
        return {'lock_path': self.directory / 'lock'}


def render(sections: Mapping[str, Mapping[str, object]]) -> str:
    """Sections as oslo.config reads them."""
    lines = []
    for section, options in sections.items():
        lines.append(f'[{section}]')
        for name, value in options.items():
            text = str(value).lower() if isinstance(value, bool) else value
            # "$" begins a reference to another option.
            lines.append(f'{name} = {text}'.replace('$', '$$'))
        lines.append('')
    return '\n'.join(lines)


def files(site: Site) -> dict[str, str]:
    """Every file's path, below the etc directory, and its text."""
    made = {
        'keystone/keystone.conf': keystone(site),
        'glance/glance-api.conf': glance(site, 'glance'),
        'glance2/glance-api.conf': glance(site, 'glance2'),
        'placement/placement.conf': placement(site),
        'nova/nova.conf': nova(site),
        'cinder/cinder.conf': cinder(site),
    }
    return {name: render(sections) for name, sections in made.items()}


def keystone(site: Site) -> Sections:
    keys = site.directory / 'keys'
    return {
        'DEFAULT': _LOGGING,
        'database': site.database('keystone'),
        # bcrypt's least, as the passwords are no secret.
        'identity': {'password_hash_rounds': 4},
        # The default forgets everything at once, and each request to any
        # service has Keystone look up the same user, project and roles: nine
        # tenths of its time. It forgets what is changed, like in production.
        'cache': {'backend': 'dogpile.cache.memory_pickle'},
        # keystone-manage fernet_setup also makes keys for receipts, and
        # credential_setup a third kind; each default is under /etc/keystone.
        'fernet_tokens': {'key_repository': keys / 'tokens'},
        'fernet_receipts': {'key_repository': keys / 'receipts'},
        'credential': {'key_repository': keys / 'credentials'},
        'oslo_messaging_notifications': _SILENT,
    }


# Which way an image's data may come. Glance's default leaves the last out: it
# is for services that share a Keystone, as these do.
_IMPORT_METHODS = 'glance-direct', 'web-download', 'glance-download'


def glance(site: Site, name: str) -> Sections:
    images = site.directory / 'images' / name

    def store(kind: str) -> Section:
        return {'filesystem_store_datadir': images / kind}

    return {
        'DEFAULT': {
            **_LOGGING,
            'transport_url': IN_PROCESS,
            'enabled_backends': 'files:file',
            'worker_self_reference_url': site.urls[name],
            'enabled_import_methods': f'[{",".join(_IMPORT_METHODS)}]',
        },
        'database': site.database(name),
        'keystone_authtoken': {
            **site.authtoken('glance'),
            # Access rules of application credentials are for a type.
            'service_type': 'image',
        },
        'glance_store': {'default_backend': 'files'},
        'files': store('files'),
        'os_glance_staging_store': store('staging'),
        'os_glance_tasks_store': store('tasks'),
        'paste_deploy': {
            'flavor': 'keystone',
            'config_file': site.data / 'glance/glance-api-paste.ini',
        },
        'oslo_concurrency': site.locks(),
        'oslo_messaging_notifications': _SILENT,
        # An import fetches from no address of loopback and from no port but
        # 80 and 443, unless these are named; and then from no other.
        'import_filtering_opts': {
            'allowed_hosts': '[127.0.0.1]',
            'allowed_ports': f'[{",".join(_ports(site))}]',
        },
    }


def _ports(site: Site) -> list[str]:
    """The ports of all services."""
    return [url.rpartition(':')[2] for url in site.urls.values()]


def placement(site: Site) -> Sections:
    return {
        'DEFAULT': _LOGGING,
        'placement_database': site.database('placement'),
        'keystone_authtoken': site.authtoken('placement'),
    }


def nova(site: Site) -> Sections:
    return {
        'DEFAULT': {
            **_LOGGING,
            'transport_url': IN_PROCESS,
            'host': HOST,
            'my_ip': '127.0.0.1',
            'compute_driver': 'fake.FakeDriver',
            'state_path': site.directory / 'state/nova',
            'report_interval': 5,
            'service_down_time': _NEVER_DOWN,
            'periodic_fuzzy_delay': 0,
            'update_resources_interval': 30,
            'reserved_host_memory_mb': 0,
            # There is no Neutron to heal the information from.
            'heal_instance_info_cache_interval': -1,
            # Nova believes the hypervisor, and a fake one may be wrong.
            'sync_power_state_interval': -1,
            # Tests hold volumes in the making for longer than Nova's default
            # of three minutes, and the server is to stay in BUILD.
            'block_device_allocate_retries': 1200,
        },
        'database': site.database('nova_cell1'),
        'api_database': site.database('nova_api'),
        'keystone_authtoken': site.authtoken('nova'),
        'service_user': site.service_user('nova'),
        'placement': site.credentials('placement'),
        'glance': {
            'region_name': accounts.REGIONS[0],
            'endpoint_override': site.urls['glance'],
        },
        'cinder': {
            'os_region_name': accounts.REGIONS[0],
            'catalog_info': 'volumev3:cinder:publicURL',
        },
        'neutron': {
            **site.credentials('nova'),
            'endpoint_override': site.urls['neutron'],
        },
        'vnc': {'enabled': False},
        'spice': {'enabled': False},
        # The cache of each host is ours (services/hypervisor.py): Nova has
        # nothing to look after.
        'image_cache': {'manager_interval': -1},
        # The functional tests share projects: no test may starve another.
        'quota': {'instances': 100, 'cores': 200, 'ram': 512000},
        'oslo_concurrency': site.locks(),
        'oslo_messaging_notifications': _SILENT,
    }


def cinder(site: Site) -> Sections:
    state = site.directory / 'state/cinder'
    return {
        'DEFAULT': {
            **_LOGGING,
            'transport_url': IN_PROCESS,
            'host': HOST,
            'my_ip': '127.0.0.1',
            'state_path': state,
            'enabled_backends': 'files',
            'report_interval': 5,
            'service_down_time': _NEVER_DOWN,
            'periodic_interval': 10,
            'periodic_fuzzy_delay': 0,
            'api_paste_config': site.data / 'cinder/api-paste.ini',
            # Without the file no filter is allowed, and GET /volumes?name=,
            # which every look-up by name is, is a 400.
            'resource_query_filters_file': site.data
            / 'cinder/resource_filters.json',
            'glance_api_servers': site.urls['glance'],
            'image_conversion_dir': state / 'conversion',
            'quota_volumes': 100,
            'quota_snapshots': 100,
        },
        'files': {
            'volume_driver': 'devcloud.services.file_volumes.FileDriver',
            'volume_backend_name': 'files',
            'file_volumes_directory': site.directory / 'volumes',
        },
        'database': site.database('cinder'),
        'keystone_authtoken': site.authtoken('cinder'),
        'service_user': site.service_user('cinder'),
        'nova': site.credentials('nova'),
        'coordination': {'backend_url': f'file://{state}/coordination'},
        'oslo_concurrency': site.locks(),
        'oslo_messaging_notifications': _SILENT,
    }


def directories() -> tuple[str, ...]:
    """What the files expect to exist, below the cloud's directory."""
    glances = [
        f'images/{name}/{kind}'
        for name in ('glance', 'glance2')
        for kind in ('files', 'staging', 'tasks')
    ]
    return (
        'keys/tokens',
        'keys/receipts',
        'keys/credentials',
        'lock',
        *glances,
        'state/nova',
        'state/cinder/conversion',
        'state/cinder/coordination',
        'volumes',
    )
