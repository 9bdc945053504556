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

"""Databases and keys with everything in them that all clouds have.

Knows the services' own preparation commands. Making a template takes half a
minute and copying it a moment; no port and no path in it is ever used, as
each start writes those again.
"""

import os
from pathlib import Path
import shutil

from devcloud import accounts
from devcloud import configuration
from devcloud import databases
from devcloud import endpoints
from devcloud.environment import Environment
from devcloud import jobs
from devcloud import layout
from devcloud import population
from devcloud import processes
from devcloud.progress import Progress

# A template is made again when one of these changes.
_MADE_BY = (
    'accounts.py',
    'configuration.py',
    'databases.py',
    'endpoints.py',
    'population.py',
    'template.py',
)
# What belongs to the making and not to the copies.
_OWN = shutil.ignore_patterns('complete', 'etc', 'log', 'pid')


def ready(environment: Environment, progress: Progress) -> Path:
    """The directory of the template, made now if there is none."""
    key = layout.digest(
        environment.path.name, *(layout.HERE / name for name in _MADE_BY)
    )
    directory = layout.cloud_directory() / f'template-{key}'
    if not layout.is_complete(directory):
        with layout.exclusive('template', progress):
            if not layout.is_complete(directory):
                progress(f'preparing databases in {directory}')
                _prepare(directory, environment, progress)
                layout.mark_complete(directory)
                progress('the databases are prepared')
    return directory


def copy(template: Path, directory: Path) -> None:
    """Make the directory of a cloud that has not run yet."""
    shutil.copytree(template, directory, ignore=_OWN)
    for name in ('log', 'pid'):
        (directory / name).mkdir()


def write_configuration(
    directory: Path, environment: Environment, urls: endpoints.Urls
) -> None:
    """Write the services' configuration files for these URLs."""
    site = configuration.Site(directory, environment.data(''), urls)
    for name, text in configuration.files(site).items():
        path = directory / 'etc' / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    # Nova looks for its pipeline beside its configuration.
    shutil.copy(environment.data('nova/api-paste.ini'), directory / 'etc/nova')


def _prepare(
    directory: Path, environment: Environment, progress: Progress
) -> None:
    if directory.exists():
        shutil.rmtree(directory)
    for name in ('log', 'pid', *configuration.directories()):
        (directory / name).mkdir(parents=True)
    for keys in (directory / 'keys').iterdir():
        # Keystone warns about a repository that others can read.
        keys.chmod(0o700)
    databases.create(directory)
    bound = endpoints.bind()
    # Only Keystone runs now; nobody asks for the others.
    urls = dict.fromkeys(endpoints.NAMES, 'http://127.0.0.1:9')
    urls['keystone'] = endpoints.url(bound)
    write_configuration(directory, environment, urls)
    jobs.run(
        _chains(directory, environment, urls),
        environment.service_environ(),
        directory / 'log/prepare.log',
    )
    databases.copy(directory, 'glance', 'glance2')
    progress('the tables are made')
    keystone = processes.launch(directory, environment, 'keystone', bound)
    try:
        processes.wait_until_up([keystone], progress)
        population.fill_keystone(urls)
    finally:
        processes.stop([keystone])


def _chains(
    directory: Path, environment: Environment, urls: endpoints.Urls
) -> list[list[list[str]]]:
    """The preparation commands of each service, in their order."""

    def tool(name: str, config: str) -> list[str]:
        return [
            str(environment.program(name)),
            f'--config-file={directory}/etc/{config}',
        ]

    keystone = tool('keystone-manage', 'keystone/keystone.conf')
    nova = tool('nova-manage', 'nova/nova.conf')
    owner = [
        f'--keystone-user={os.getuid()}',
        f'--keystone-group={os.getgid()}',
    ]
    auth_url = endpoints.auth_url(urls)
    return [
        [
            [*nova, 'api_db', 'sync'],
            [
                *(*nova, 'cell_v2', 'map_cell0', '--database_connection'),
                databases.connection(directory, 'nova_cell0'),
            ],
            [
                *(*nova, 'cell_v2', 'create_cell', '--name', 'cell1'),
                '--database_connection',
                databases.connection(directory, 'nova_cell1'),
                *('--transport-url', configuration.IN_PROCESS),
            ],
            [*nova, 'db', 'sync'],
        ],
        [
            [*keystone, 'db_sync'],
            [*keystone, 'fernet_setup', *owner],
            [*keystone, 'credential_setup', *owner],
            [
                *(*keystone, 'bootstrap'),
                *('--bootstrap-password', accounts.PASSWORD),
                *('--bootstrap-admin-url', auth_url),
                *('--bootstrap-internal-url', auth_url),
                *('--bootstrap-public-url', auth_url),
                *('--bootstrap-region-id', accounts.REGIONS[0]),
            ],
        ],
        [[*tool('cinder-manage', 'cinder/cinder.conf'), 'db', 'sync']],
        [[*tool('glance-manage', 'glance/glance-api.conf'), 'db', 'sync']],
        [
            [
                *tool('placement-manage', 'placement/placement.conf'),
                'db',
                'sync',
            ]
        ],
    ]
