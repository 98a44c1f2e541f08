"""Databases with empty tables, of a real PostgreSQL: one is emptied for test after test."""

import uuid

import psycopg
from psycopg import Connection

from postgres_server import PostgresServer
from web.db.schema import migrate
from web.db.session import engine_for

_TEMPLATE = "migrated"
_STAMP = "alembic_version"
_GROWN = 4 * 1024 * 1024
"""So many bytes more than at first and a database is not kept: what was deleted has left room."""
_OTHERS_END = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
_TABLES = """
SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> %s ORDER BY tablename
"""
_SHAPE = """
SELECT count(*), max(xmin::text::bigint) FROM pg_class UNION ALL
SELECT count(*), max(xmin::text::bigint) FROM pg_attribute
"""
"""What any change of a table or an index changes, and no row of a table does."""
_SIZE = "SELECT pg_database_size(current_database())"
_NUMBERS_BEGIN = "SELECT setval(seqrelid, seqstart, false) FROM pg_sequence"


class PostgresDatabases:
    """Makes databases on a server, as copies of one that has the tables.

    To make one and drop it takes a hundred times as long as to delete the rows of a few tables.
    """

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._kept: str | None = None
        server.execute(f"CREATE DATABASE {_TEMPLATE}")
        engine = engine_for(server.url(_TEMPLATE))
        migrate(engine)
        engine.dispose()
        with server.connection(_TEMPLATE) as connection:
            self._tables = [name for (name,) in connection.execute(_TABLES, [_STAMP])]
            self._shape = connection.execute(_SHAPE).fetchall()
            self._most = _size(connection) + _GROWN

    def empty(self) -> str:
        """Return the URL of a database with empty tables, which nobody else uses."""
        if self._kept is None or not self._emptied(self._kept):
            self.drop(self._kept)
            self._kept = self.make(_TEMPLATE)
        return self._server.url(self._kept)

    def make(self, template: str = "template1") -> str:
        """Make a database and return its name."""
        name = f"test_{uuid.uuid4().hex}"
        self._server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str | None) -> None:
        """Drop a database, whoever uses it."""
        if name is not None:
            self._server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _emptied(self, name: str) -> bool:
        """Delete all rows, and return whether the database is then as it was made."""
        try:
            with self._server.connection(name) as connection:
                connection.execute(_OTHERS_END)
                if connection.execute(_SHAPE).fetchall() != self._shape:
                    return False
                # Neither foreign keys nor triggers say which table comes first.
                connection.execute("SET session_replication_role = replica")
                deleted = "; ".join(f'DELETE FROM "{table}"' for table in self._tables)
                connection.execute(deleted.encode())
                connection.execute(_NUMBERS_BEGIN)
                return _size(connection) <= self._most
        except psycopg.Error:
            return False  # a test has dropped it, or its tables


def _size(connection: "Connection[tuple[int]]") -> int:
    row = connection.execute(_SIZE).fetchone()
    assert row is not None
    return row[0]
