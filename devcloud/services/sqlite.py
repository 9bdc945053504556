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

"""Lets oslo.db work with SQLite as services with several threads need it.

Its writers wait for each other. Knows oslo.db's enginefacade, which tells
writing transactions from reading ones, and SQLite's locks: a transaction that
begins with a plain BEGIN and writes only after it has read fails at once with
"database is locked" when another one has written meanwhile, and no busy
timeout helps, as its snapshot is too old for ever. BEGIN IMMEDIATE takes the
write lock first, and for that the timeout is obeyed. Without it, servers stay
in BUILD when several are made at a time (Nova, POST /servers).

Its connections are kept. oslo.db opens one for each transaction, and closing
the last one of a file makes SQLite move its whole log into the file.
"""

# mypy: disable-error-code="import-not-found, import-untyped"

import functools
import types
from typing import Any

_OPTION = 'cloud_writer'


def install() -> None:
    """Patch oslo.db in this process; before any engine is made."""
    _keep_connections()
    _let_writers_wait()


def _keep_connections() -> None:
    from oslo_db.sqlalchemy import engines
    from sqlalchemy import pool

    class Pool(pool.QueuePool):  # type: ignore[misc]
        """As many connections as there are transactions at once."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **{**kwargs, 'max_overflow': -1})

    # What oslo.db chooses for a file of SQLite.
    engines.pool = types.SimpleNamespace(**{**vars(pool), 'NullPool': Pool})


def _let_writers_wait() -> None:
    from oslo_db.sqlalchemy import enginefacade
    import sqlalchemy
    import sqlalchemy.event

    factory = enginefacade._TransactionFactory
    writer = enginefacade._WRITER
    make_connection = factory._create_connection
    make_session = factory._create_session

    @functools.wraps(make_connection)
    def create_connection(self: Any, mode: Any) -> Any:
        connection = make_connection(self, mode)
        if mode is writer:
            connection.execution_options(**{_OPTION: True})
        return connection

    @functools.wraps(make_session)
    def create_session(self: Any, mode: Any, bind: Any = None) -> Any:
        session = make_session(self, mode, bind=bind)
        if mode is writer:
            session.bind = session.bind.execution_options(**{_OPTION: True})
        return session

    factory._create_connection = create_connection
    factory._create_session = create_session

    def begin(
        connection: Any,
        cursor: Any,
        statement: str,
        parameters: Any,
        context: Any,
        executemany: bool,
    ) -> tuple[str, Any]:
        # oslo.db itself says BEGIN on SQLite, as Python's driver would not.
        options = connection.get_execution_options()
        if statement == 'BEGIN' and options.get(_OPTION):
            statement = 'BEGIN IMMEDIATE'
        return statement, parameters

    sqlalchemy.event.listen(
        sqlalchemy.Engine, 'before_cursor_execute', begin, retval=True
    )
