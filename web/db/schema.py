"""The database's form: the steps in ``migrations/``, taken or asked about."""

import contextlib
from collections.abc import Iterator
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from web.config import ROOT

NEWEST = "head"
EMPTY = "base"

_LOCK = 0x4861726D  # any number that nothing else in the database locks


def newest_revision() -> str | None:
    """Return the revision that this code wants."""
    return ScriptDirectory(str(ROOT / "migrations")).get_current_head()


def revision(connection: Connection) -> str | None:
    """Return the revision a database is at, or None when it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()


@contextlib.contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """Give a connection whose transaction may change tables, nobody else doing so; then commit.

    SQLite changes a table by making a new one and dropping the old one, which rows of other
    tables refer to in between: there, what they refer to is checked at the end.

    Raises:
        RuntimeError: A row refers to one that is not there any more; nothing is kept.
    """
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            with connection.begin():
                # As long as another one takes: that of a large table takes long.
                connection.execute(text("SET LOCAL lock_timeout = 0"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                yield connection
            return
        sqlite: Any = connection.connection.driver_connection
        sqlite.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                yield connection
                broken = sqlite.execute("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise RuntimeError(f"rows of {broken[0][0]} refer to nothing")
        finally:
            sqlite.execute("PRAGMA foreign_keys = ON")


def migrate(engine: Engine, target: str = NEWEST) -> tuple[str | None, str | None]:
    """Bring a database to a revision; return the ones before and after.

    All steps are one transaction, and a second caller waits for the first: PostgreSQL by an
    advisory lock, SQLite because every transaction is a writing one.

    Raises:
        OperationalError: The database cannot be reached, or is locked for longer than its timeout.
    """
    with migrating(engine) as connection:
        before = revision(connection)
        config = Config()
        config.set_main_option("script_location", str(ROOT / "migrations"))
        config.attributes["connection"] = connection
        newer = target == NEWEST
        (command.upgrade if newer else command.downgrade)(config, target)
        return before, revision(connection)
