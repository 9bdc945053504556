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

"""Many records at once, written into the databases of the running services.

To make thousands of servers through the API takes hours. So one is made
through the API, and its rows are copied under new IDs. What the services say
of a copy is what they say of the original; that they list the copies is
checked by whoever made them.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
import contextlib
import dataclasses
import sqlite3
import typing
import uuid

from bench import stage as stage_
from devcloud import databases


@dataclasses.dataclass(frozen=True)
class Part:
    """Rows that belong to a record.

    :ivar column: holds the record's ID.
    :ivar changed: columns that are not copied, and what they hold instead.
    """

    database: str
    table: str
    column: str
    changed: Mapping[str, str | None] = dataclasses.field(default_factory=dict)


IMAGE = (
    Part('glance', 'images', 'id'),
    Part('glance', 'image_locations', 'image_id'),
    Part('glance', 'image_members', 'image_id'),
)
SERVER = (
    # Without a host, nova-compute does not look after them every now and
    # then, which would disturb the measurements.
    Part(
        'nova_cell1',
        'instances',
        'uuid',
        {'host': None, 'node': None, 'compute_id': None},
    ),
    Part('nova_cell1', 'instance_extra', 'instance_uuid'),
    Part('nova_cell1', 'instance_info_caches', 'instance_uuid'),
    Part('nova_cell1', 'instance_system_metadata', 'instance_uuid'),
    Part(
        'nova_cell1', 'block_device_mapping', 'instance_uuid', {'uuid': None}
    ),
    Part('nova_api', 'instance_mappings', 'instance_uuid'),
)
VOLUME = (
    Part('cinder', 'volumes', 'id'),
    Part('cinder', 'volume_glance_metadata', 'volume_id'),
)


def copy(
    stage: stage_.Stage, parts: Sequence[Part], original: str, count: int
) -> list[str]:
    """Copy a record and return the IDs of the copies.

    The copies are removed with the stage.
    """
    ids = [str(uuid.uuid4()) for _ in range(count)]
    stage.addCleanup(_remove, stage, parts, ids)
    for part in parts:
        with _database(stage, part) as db:
            _copy(db, part, original, ids)
    return ids


def _copy(
    db: sqlite3.Connection, part: Part, original: str, ids: list[str]
) -> None:
    # Names of tables and columns are this module's own.
    rows = db.execute(
        f'SELECT * FROM {part.table} WHERE {part.column} = ?', (original,)
    )
    # The number of a row is the database's to give.
    names = [
        name
        for name, *_ in rows.description
        if name != 'id' or part.column == 'id'
    ]
    into = (
        f'INSERT INTO {part.table} ({", ".join(map(_quoted, names))}) '
        f'VALUES ({", ".join("?" * len(names))})'
    )
    keys = [name for name, *_ in rows.description]
    for row in rows.fetchall():
        record: dict[str, typing.Any] = dict(zip(keys, row, strict=True))
        record |= part.changed
        db.executemany(
            into,
            (
                [new if n == part.column else record[n] for n in names]
                for new in ids
            ),
        )


def _remove(
    stage: stage_.Stage, parts: Sequence[Part], ids: Iterable[str]
) -> None:
    for part in reversed(parts):
        with _database(stage, part) as db:
            db.executemany(
                f'DELETE FROM {part.table} WHERE {part.column} = ?',
                ([each] for each in ids),
            )


@contextlib.contextmanager
def _database(
    stage: stage_.Stage, part: Part
) -> typing.Iterator[sqlite3.Connection]:
    path = databases.path(stage.directory, part.database)
    with (
        contextlib.closing(sqlite3.connect(path, timeout=60)) as db,
        db,
    ):
        yield db


def _quoted(name: str) -> str:
    # volume_glance_metadata has a column "key".
    return f'"{name}"'
