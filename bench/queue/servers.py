"""The Redis and the PostgreSQL that all systems are measured on: loopback, as durable as usual."""

import os
import shutil
import socket
import subprocess
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

import psycopg
import redis
from redis.exceptions import ConnectionError as NotThere

from postgres_server import PostgresServer

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class Redis:
    """A ``redis-server`` with AOF everysec, run by a tool that looks at it if one is given."""

    def __init__(self, folder: Path, tool: Sequence[str] = ()) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise SystemExit("redis-server is not installed")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        folder.mkdir()
        options = {
            "port": self.port,
            "bind": "127.0.0.1",
            "dir": folder,
            "save": "",
            "appendonly": "yes",
        }
        arguments = [str(part) for name, value in options.items() for part in (f"--{name}", value)]
        self._process = subprocess.Popen(
            [*tool, program, *arguments, "--appendfsync", "everysec"], stdout=subprocess.DEVNULL
        )
        self.pid = self._process.pid
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.client = redis.Redis(port=self.port)
        while not self._answers():
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except NotThere:
            return False

    def stop(self) -> None:
        """Stop it."""
        self._process.terminate()
        self._process.wait()


class Postgres:
    """A PostgreSQL that keeps what it was told, as in production."""

    def __init__(self, folder: Path) -> None:
        self.server = PostgresServer(folder, DURABLE).start()
        self.url = self.server.url()
        socket_folder = self.url.rpartition("=")[2]
        self.go_url = f"postgres:///postgres?user=postgres&host={socket_folder}&pool_max_conns=20"
        self._connection = psycopg.connect(
            host=socket_folder, user="postgres", dbname="postgres", autocommit=True
        )

    def new_database(self) -> str:
        """Return the URL of an empty database, for SQLAlchemy."""
        name = f"bench_{uuid.uuid4().hex}"
        self.server.execute(f"CREATE DATABASE {name}")
        return self.server.url(name)

    def unfinished_jobs(self) -> int:
        """Return how many jobs of River have not ended."""
        states = "('available', 'running', 'pending', 'scheduled', 'retryable')"
        row = self._connection.execute(_COUNT.format(states).encode()).fetchone()
        return int(row[0]) if row else 0

    def forget_jobs(self) -> None:
        """Empty River's table."""
        self._connection.execute(b"TRUNCATE river_job")

    def stop(self) -> None:
        """Stop it."""
        self._connection.close()
        self.server.stop()


_COUNT = "SELECT count(*) FROM river_job WHERE state IN {}"


def environment(found: Redis, postgres: Postgres | None, peers: Path, out: Path) -> dict[str, str]:
    """Return what every producer and worker is told."""
    told = {
        "BENCH_REDIS_URL": found.url,
        "BENCH_PEERS": str(peers),
        "BENCH_OUT": str(out),
        "BENCH_POSTGRES_URL": postgres.go_url if postgres else "",
        "PYTHONPATH": str(Path(__file__).parent),
    }
    return os.environ | told
