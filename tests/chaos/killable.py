"""Redis and PostgreSQL that a test may kill, damage and start again where they were."""

import contextlib
import os
import random
import shutil
import signal
import time
from pathlib import Path

import psycopg
import redis

from harmonizer.ports import free_port
from harmonizer.services import RedisServer, ServiceError
from harmonizer_queue import connect
from postgres_server import PostgresServer

AOF = "appendonlydir"


class KillableRedis:
    """A Redis as in production: append-only file synced each second, nothing evicted."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._saved = directory.with_name(f"{directory.name}-saved")
        self._server = RedisServer(directory)
        self.port = self._server.port
        self.client: redis.Redis = connect(self._server.url)

    @property
    def pid(self) -> int:
        return int((self._directory / "redis.pid").read_text())

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self._server.stop()

    def truncate(self, most: int, dice: random.Random) -> int:
        """Cut at most so many bytes off the end of the append-only file of a dead server."""
        last = max((self._directory / AOF).glob("*.incr.aof"), key=_number)
        size = last.stat().st_size
        cut = min(size, dice.randint(1, most))
        os.truncate(last, size - cut)
        return cut

    def save(self) -> None:
        """Copy the append-only file as it is now."""
        shutil.rmtree(self._saved, ignore_errors=True)
        shutil.copytree(self._directory / AOF, self._saved)

    def put_back(self) -> bool:
        """Put the copy in the place of the file of a dead server; False when there is none."""
        if not self._saved.exists():
            return False
        shutil.rmtree(self._directory / AOF)
        shutil.copytree(self._saved, self._directory / AOF)
        return True


def _number(file: Path) -> int:
    return int(file.name.split(".")[-3])


class KillablePostgres:
    """A PostgreSQL that keeps what it committed, however its processes die."""

    def __init__(self, directory: Path) -> None:
        self.port = free_port()
        more = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "synchronous_commit": "on",
            "full_page_writes": "on",
        }
        self._server = PostgresServer(directory, more)

    def url(self, port: int, database: str = "harmonizer") -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{port}/{database}"

    def connect(self, database: str = "harmonizer") -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="postgres",
            dbname=database,
            autocommit=True,
            connect_timeout=5,
        )

    def start(self) -> None:
        """Start it, again and again: the processes of a killed one are still ending."""
        deadline = time.monotonic() + 60
        while True:
            try:
                self._server.start()
                return
            except ServiceError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def stop(self) -> None:
        self._server.stop()

    def kill(self) -> None:
        pid = int(self._server.pid_file.read_text().split()[0])
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        self._server.stop()

    def end_backends(self, dice: random.Random) -> int:
        """End some of the connections of clients; return how many."""
        with self.connect("postgres") as connection:
            found = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = 'harmonizer'"
            ).fetchall()
            some = dice.sample(found, min(len(found), dice.randint(1, 4)))
            for (pid,) in some:
                connection.execute("SELECT pg_terminate_backend(%s)", (pid,))
        return len(some)
