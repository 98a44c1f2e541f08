"""Fixtures of all tests: real servers, started when a test first asks, one of a kind for a run."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from harmonizer.services import RedisServer
from harmonizer_queue import connect
from postgres_databases import PostgresDatabases
from postgres_server import PostgresServer
from web.config import ROOT, Settings
from web.db.schema import migrate
from web.db.session import engine_for


@pytest.fixture(scope="session")
def suites() -> Path:
    """Return the folder of third-party data: ``HARMONIZER_SUITES``, or ``../shared/data``.

    Without it a test is skipped, and fails where ``CI=true`` says that it must be there.
    """
    folder = Path(os.environ.get("HARMONIZER_SUITES") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        missing(f"the third-party suites are not in {folder}: set HARMONIZER_SUITES")
    return folder


@pytest.fixture(scope="session")
def binaries() -> Path:
    """Build ``worker`` and ``harmonize`` and return their folder.

    As ``make build`` does, so that after it there is nothing left to do, and one process after
    the other: a second one would put its file in place of one that is about to be started.
    """
    with Path(__file__).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(["make", "--silent", "build"], cwd=ROOT, check=True)
    return ROOT / "go-worker"


@pytest.fixture(scope="session")
def server_directory() -> Iterator[Path]:
    """Return a folder for servers, its path short (for sockets) and open to other accounts."""
    with tempfile.TemporaryDirectory(prefix="harmonizer-") as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@pytest.fixture(scope="session")
def redis_url(server_directory: Path) -> Iterator[str]:
    """Return the URL of a real Redis that all tests of this run share."""
    server = RedisServer(server_directory / "redis").start()
    yield server.url
    server.stop()


@pytest.fixture
def redis_client(redis_url: str) -> Iterator[redis.Redis]:
    """Return a client of the server, emptied."""
    with connect(redis_url) as client:
        client.flushall()
        yield client


@pytest.fixture(scope="session")
def postgres(server_directory: Path) -> Iterator[PostgresServer]:
    """Return a real PostgreSQL that all tests of this run share; it counts nothing by itself."""
    server = PostgresServer(server_directory, {"autovacuum": "off"}).start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated_file(server_directory: Path) -> Path:
    """Return a SQLite file that has the tables: a copy takes less time than the steps to it."""
    file = server_directory / "migrated.db"
    engine = engine_for(f"sqlite:///{file}")
    migrate(engine)
    engine.dispose()
    return file


@pytest.fixture(scope="session")
def postgres_databases(postgres: PostgresServer) -> PostgresDatabases:
    """Return who makes databases on that PostgreSQL."""
    return PostgresDatabases(postgres)


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated_file: Path) -> str:
    """Return the URL of a SQLite file with empty tables."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'harmonizer.db')}"


@pytest.fixture
def postgres_url(postgres_databases: PostgresDatabases) -> str:
    """Return the URL of a database with empty tables, of a real PostgreSQL."""
    return postgres_databases.empty()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Return the URL of a database with empty tables: the test runs once on each kind."""
    kind = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(kind)
    return url


@pytest.fixture
def empty_postgres_url(
    postgres: PostgresServer, postgres_databases: PostgresDatabases
) -> Iterator[str]:
    """Return the URL of a PostgreSQL database without tables."""
    name = postgres_databases.make()
    yield postgres.url(name)
    postgres_databases.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a database without tables: the test runs once on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/harmonizer.db"
    url: str = request.getfixturevalue("empty_postgres_url")
    return url


@pytest.fixture
def store_dir(tmp_path: Path) -> Path:
    """Return an empty folder for a store."""
    folder = tmp_path / "store"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(
    tmp_path: Path,
    store_dir: Path,
    database_url: str,
    redis_client: redis.Redis,
    redis_url: str,
) -> Settings:
    """Return settings of a stack of its own: an empty database of each kind, an empty Redis."""
    return Settings.from_environ(
        {
            "HARMONIZER_HOME": str(tmp_path),
            "HARMONIZER_DATABASE_URL": database_url,
            "HARMONIZER_REDIS_URL": redis_url,
            "HARMONIZER_STORE_URL": f"file://{store_dir}",
            "HARMONIZER_WORKER_PORT": "1",  # nobody's: no worker answers
        }
    )
