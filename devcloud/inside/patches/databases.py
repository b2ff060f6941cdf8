# SPDX-License-Identifier: Apache-2.0
"""SQLite for many threads: writers wait for each other rather than fail.

oslo.db begins every transaction with a plain BEGIN. Such a transaction, when it has read
and then wants to write, fails at once with "database is locked" if another connection
wrote meanwhile; SQLite's own timeout does not help there. So the transactions that
oslo.db's enginefacade marks as writers take the write lock when they begin, and readers
never block because the write-ahead log is on.

oslo.db also opens a new connection for every transaction, which costs more than most queries of
the services. Here connections are kept, each for one thread at a time.
"""

from typing import Any

import sqlalchemy
from oslo_db.sqlalchemy import enginefacade
from sqlalchemy import event, pool
from sqlalchemy.engine import Engine

_WRITER = {"devcloud_writer": True}

# Set by oslo.db on a connection to say that BEGIN was sent already.
_BEGUN = "in_transaction"


def apply(*, cascading: bool = False) -> None:
    """Patch SQLAlchemy and oslo.db in this process; call it before any engine is made.

    ``cascading`` has SQLite delete what depends on what is deleted, as other databases do.
    """
    event.listen(Engine, "connect", _configure_connection)
    if cascading:
        event.listen(Engine, "connect", _cascade)
    event.listen(Engine, "begin", _begin)
    _mark_writers(enginefacade._AbstractTransactionFactory)
    _keep_connections()


def _keep_connections() -> None:
    """Give engines a pool where oslo.db asks for none, without a limit to what is in use."""
    create_engine = sqlalchemy.create_engine

    def create_with_pool(url: Any, **options: Any) -> Engine:
        if options.get("poolclass") is pool.NullPool:
            options["poolclass"] = pool.QueuePool
            options["max_overflow"] = -1
            options.setdefault("connect_args", {})["check_same_thread"] = False
        return create_engine(url, **options)

    sqlalchemy.create_engine = create_with_pool


def _configure_connection(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA busy_timeout = 60000")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = OFF")


def _cascade(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Any) -> None:
    """Runs before oslo.db's own listener, which then finds the transaction begun."""
    if _BEGUN in connection.info:
        return
    writer = connection.get_execution_options().get("devcloud_writer")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")
    connection.info[_BEGUN] = True


def _mark_writers(factory: Any) -> None:
    create_session = factory._create_session
    create_connection = factory._create_connection

    def create_marked_session(self: Any, mode: Any, bind: Any = None) -> Any:
        if mode is enginefacade._WRITER and bind is None:
            bind = self.get_writer_engine().execution_options(**_WRITER)
        return create_session(self, mode, bind)

    def create_marked_connection(self: Any, mode: Any) -> Any:
        connection = create_connection(self, mode)
        if mode is enginefacade._WRITER:
            return connection.execution_options(**_WRITER)
        return connection

    factory._create_session = create_marked_session
    factory._create_connection = create_marked_connection
