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

"""The SQLite files of the services, and what in them depends on a start.

Knows which databases there are and which of their rows name a port or a
path. Those rows are written again at each start, while nothing has the files
open, so that neither the template nor a stopped cloud is tied to a place.
"""

import contextlib
from pathlib import Path
import sqlite3

from devcloud.endpoints import CATALOG
from devcloud.endpoints import Urls

# Each Glance has one of its own: the regions share nothing but identity.
NAMES = (
    'cinder',
    'glance',
    'glance2',
    'keystone',
    'nova_api',
    'nova_cell0',
    'nova_cell1',
    'placement',
)


def path(directory: Path, name: str) -> Path:
    return directory / 'db' / f'{name}.sqlite'


def connection(directory: Path, name: str) -> str:
    """The SQLAlchemy URL; the timeout is how long to wait for a writer."""
    return f'sqlite:///{path(directory, name)}?timeout=60'


def create(directory: Path) -> None:
    """Make empty databases in which readers and a writer do not collide."""
    (directory / 'db').mkdir()
    for name in NAMES:
        with contextlib.closing(sqlite3.connect(path(directory, name))) as db:
            db.execute('PRAGMA journal_mode=WAL')


def copy(directory: Path, source: str, target: str) -> None:
    """Make one database a copy of another, whatever is still in its log."""
    with (
        contextlib.closing(sqlite3.connect(path(directory, source))) as old,
        contextlib.closing(sqlite3.connect(path(directory, target))) as new,
    ):
        old.backup(new)


def relocate(directory: Path, urls: Urls, broker: str) -> None:
    """Let the rows that name ports and paths name these.

    :param broker: the transport URL by which Nova's services reach each other.
    """
    _relocate_catalog(path(directory, 'keystone'), urls)
    _relocate_cells(directory, broker)


def _relocate_catalog(file: Path, urls: Urls) -> None:
    with contextlib.closing(sqlite3.connect(file)) as db, db:
        for entry in CATALOG:
            db.execute(
                'UPDATE endpoint SET url = ? WHERE region_id = ? AND '
                'service_id IN (SELECT id FROM service WHERE type = ?)',
                (entry.url(urls), entry.region, entry.type),
            )


def _relocate_cells(directory: Path, broker: str) -> None:
    cells = {'cell0': 'nova_cell0', 'cell1': 'nova_cell1'}
    with (
        contextlib.closing(sqlite3.connect(path(directory, 'nova_api'))) as db,
        db,
    ):
        for cell, name in cells.items():
            db.execute(
                'UPDATE cell_mappings SET database_connection = ? '
                'WHERE name = ?',
                (connection(directory, name), cell),
            )
        # cell0 keeps what was never scheduled; nobody is asked there.
        db.execute(
            "UPDATE cell_mappings SET transport_url = ? WHERE name = 'cell1'",
            (broker,),
        )
