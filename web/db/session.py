"""Connections to the database and sessions on them.

Whoever opens a session owns its transaction: ``with sessions.begin() as session`` commits at the
end, ``with sessions() as session`` when told to.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session, sessionmaker

BUSY_SECONDS = 20
"""How long a writer waits for another one: the delta of a large first job takes longest.

On PostgreSQL it is who waits for a lock. Whoever holds one may stand still for much longer, and
else everybody who asks for the same would wait with them, and keep others from being served.
"""

KEPT_OPEN = 10
"""Connections of a process that stay open. More are opened for whoever needs one at the same time:
how many threads there are is limited, and one that waited for a connection would do nothing else.
"""

CONNECT_SECONDS = 5

IDLE_SECONDS = 300
"""How long a transaction that only asks may wait for its client, who may be stopped for good.

Longer than a store that fails may keep one that reads from it waiting.
"""

HOLDING_SECONDS = 30
"""How long one that writes may: it waits for nothing but the database, and others wait for it.

Without the row of one job that a process holds which stands still, no event after one of that job
is recorded.
"""

_KEEPALIVES = {"idle": 30, "interval": 10, "count": 3}
"""Seconds and probes until either end knows that the other one's machine or the way to it is gone.

As the system has it, the locks of such a client would hold for hours.
"""

_POOL: Mapping[str, int] = {"pool_size": KEPT_OPEN, "max_overflow": -1}
_READING = "harmonizer_reading"


def engine_for(url: str | URL) -> Engine:
    """Return an engine for a SQLite file or a PostgreSQL database; connects when first used.

    On SQLite every transaction takes the write lock when it begins (BEGIN IMMEDIATE), so none
    can fail half way because another one wrote; ``reading_sessions`` is the exception.
    """
    if make_url(url).get_backend_name() != "sqlite":
        arguments = {f"keepalives_{name}": number for name, number in _KEEPALIVES.items()}
        arguments["connect_timeout"] = CONNECT_SECONDS
        # A connection that the server closed, as when it restarted, is replaced before its use.
        engine = create_engine(url, pool_pre_ping=True, connect_args=arguments, **_POOL)
        event.listen(engine, "connect", _bound)
        event.listen(engine, "begin", _hold)
        return engine
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, **_POOL)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def writing_sessions(engine: Engine) -> sessionmaker[Session]:
    """Return what makes sessions that may write. Objects stay readable after the commit."""
    return sessionmaker(engine, expire_on_commit=False)


def reading_sessions(engine: Engine) -> sessionmaker[Session]:
    """Return what makes sessions that only ask: on SQLite they never wait for a writer.

    Writing in one may fail at once with "database is locked".
    """
    return sessionmaker(engine.execution_options(**{_READING: True}), expire_on_commit=False)


def _bound(connection: Any, record: Any) -> None:
    # By SET: poolers between us and the server refuse most settings at the start of a connection.
    for name, number in _KEEPALIVES.items():
        connection.execute(f"SET tcp_keepalives_{name} = {number}")
    connection.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'")
    connection.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
    connection.commit()


def _hold(connection: Connection) -> None:
    if not connection.get_execution_options().get(_READING, False):
        limit = f"SET LOCAL idle_in_transaction_session_timeout = '{HOLDING_SECONDS}s'"
        connection.exec_driver_sql(limit)


def _prepare(connection: Any, record: Any) -> None:
    # The driver would begin transactions by itself, and only before a write; _begin does instead.
    connection.isolation_level = None
    for setting in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {setting}")


def _begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get(_READING, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
