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

"""Which rows follow when a cloud comes up elsewhere."""

import contextlib
from pathlib import Path
import sqlite3
import tempfile

import testtools

from devcloud import databases
from devcloud import endpoints


class TestRelocate(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.directory = Path(temporary.name)
        databases.create(self.directory)
        self._do(
            'keystone',
            'CREATE TABLE service (id, type)',
            'CREATE TABLE endpoint (service_id, region_id, interface, url)',
            *(
                f"INSERT INTO service VALUES ('id-{kind}', '{kind}')"
                for kind in {entry.type for entry in endpoints.CATALOG}
            ),
            *(
                f"INSERT INTO endpoint VALUES "
                f"('id-{entry.type}', '{entry.region}', '{interface}', 'old')"
                for entry in endpoints.CATALOG
                for interface in ('public', 'internal')
            ),
        )
        self._do(
            'nova_api',
            'CREATE TABLE cell_mappings '
            '(name, database_connection, transport_url)',
            "INSERT INTO cell_mappings VALUES ('cell0', 'old', 'none:///')",
            "INSERT INTO cell_mappings VALUES ('cell1', 'old', 'old')",
        )

    def _do(self, name: str, *statements: str) -> list[tuple[str, ...]]:
        rows: list[tuple[str, ...]] = []
        path = databases.path(self.directory, name)
        with contextlib.closing(sqlite3.connect(path)) as db, db:
            for statement in statements:
                rows = db.execute(statement).fetchall()
        return rows

    def test_every_endpoint_and_cell_follows(self) -> None:
        for start in (20000, 30000):
            urls = {
                name: f'http://127.0.0.1:{start + number}'
                for number, name in enumerate(endpoints.NAMES)
            }
            databases.relocate(self.directory, urls, f'fake:/{start}')
            rows = self._do(
                'keystone',
                'SELECT service.type, region_id, url FROM endpoint '
                'JOIN service ON service.id = service_id',
            )
            self.assertEqual(
                {
                    (entry.type, entry.region, entry.url(urls))
                    for entry in endpoints.CATALOG
                },
                set(rows),
            )
        db = self.directory / 'db'
        where = f'sqlite:///{db}/nova_%s.sqlite?timeout=60'
        self.assertEqual(
            [
                ('cell0', where % 'cell0', 'none:///'),
                ('cell1', where % 'cell1', 'fake:/30000'),
            ],
            self._do('nova_api', 'SELECT * FROM cell_mappings ORDER BY name'),
        )


class TestSockets(testtools.TestCase):
    def test_a_port_is_nobody_elses_and_on_loopback_only(self) -> None:
        with endpoints.bind() as one, endpoints.bind() as two:
            self.assertNotEqual(endpoints.url(one), endpoints.url(two))
            self.assertEqual('127.0.0.1', one.getsockname()[0])
