"""Fixtures of all tests: real servers, started when a test first asks, one of a kind for a run."""

import os
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from harmonizer.services import RedisServer
from harmonizer_queue import connect
from postgres_server import PostgresServer
from web.config import ROOT, Settings


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
    """Build ``worker`` and ``harmonize`` and return their folder."""
    folder = ROOT / "go-worker"
    subprocess.run(
        ["go", "build", "-buildvcs=false", "-o", folder, "./go-worker/cmd/..."],
        cwd=ROOT,
        check=True,
    )
    return folder


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
    """Return a real PostgreSQL that all tests of this run share."""
    server = PostgresServer(server_directory).start()
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """Return the URL of an empty database of a real PostgreSQL."""
    name = f"test_{uuid.uuid4().hex}"
    postgres.execute(f"CREATE DATABASE {name}")
    yield postgres.url(name)
    postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database: the test runs once on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/harmonizer.db"
    url: str = request.getfixturevalue("postgres_url")
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
