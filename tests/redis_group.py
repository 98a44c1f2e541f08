"""Several real servers as one Redis, for tests: a Cluster of three, and a master with Sentinels."""

import contextlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import redis

from harmonizer.ports import free_port
from harmonizer.services import RedisServer
from harmonizer_queue import connect
from running_stack import eventually

SECONDS = 60.0
SLOTS = 16_384
MASTER = "queue"


def send(server: RedisServer, *command: str | int) -> Any:
    """Send a command to one server and return its reply as it came."""
    with redis.Redis.from_url(server.url, decode_responses=True) as client:
        connection = client.connection_pool.get_connection()
        connection.send_command(*command)
        return connection.read_response()


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Run a Cluster of three masters and yield its URL, once every one of them knows all slots."""
    with contextlib.ExitStack() as at_end:
        servers = []
        for number in range(3):
            bus = free_port()
            settings = ("--cluster-enabled", "yes", "--cluster-port", str(bus))
            server = RedisServer(folder / f"node-{number}", settings=settings).start()
            at_end.callback(server.stop)
            servers.append((server, bus))
        first, _ = servers[0]
        for number, (server, bus) in enumerate(servers):
            start, end = number * SLOTS // 3, (number + 1) * SLOTS // 3 - 1
            send(server, "CLUSTER", "ADDSLOTSRANGE", start, end)
            send(first, "CLUSTER", "MEET", "127.0.0.1", server.port, bus)
        for server, _ in servers:
            eventually(partial(_whole, server), "the cluster is whole", SECONDS)
        yield "redis+cluster://" + ",".join(f"127.0.0.1:{server.port}" for server, _ in servers)


def _whole(server: RedisServer) -> bool:
    said: str = send(server, "CLUSTER", "INFO")
    return "cluster_state:ok" in said and "cluster_known_nodes:3" in said


class _Sentinel(RedisServer):
    """Watches a master, and makes another one of its replica a second after it was lost."""

    def __init__(self, folder: Path, master: int) -> None:
        super().__init__(folder)
        folder.mkdir(parents=True)
        self._conf = folder / "sentinel.conf"
        self._conf.write_text(
            f"port {self.port}\nbind 127.0.0.1\ndir {folder}\n"
            f"sentinel monitor {MASTER} 127.0.0.1 {master} 2\n"
            f"sentinel down-after-milliseconds {MASTER} 1000\n"
            f"sentinel failover-timeout {MASTER} 5000\n"
        )

    def _arguments(self) -> list[str]:
        return [str(self._conf), "--sentinel"]


class Sentinels:
    """A master, its replica, and three Sentinels."""

    def __init__(self, folder: Path) -> None:
        self.servers = {
            server.port: server for server in (RedisServer(folder / name) for name in "ab")
        }
        first, second = self.servers.values()
        second._settings = ("--replicaof", f"127.0.0.1 {first.port}")
        self.watching = [_Sentinel(folder / f"sentinel-{n}", first.port) for n in range(3)]
        self._replica = second

    @property
    def url(self) -> str:
        """The URL of the whole."""
        addresses = ",".join(f"127.0.0.1:{one.port}" for one in self.watching)
        return f"redis+sentinel://{addresses}/{MASTER}/0"

    def start(self) -> "Sentinels":
        """Start everything; return once each knows the others and the replica is in step."""
        for server in (*self.servers.values(), *self.watching):
            server.start()
        eventually(self._ready, "the Sentinels know one another", SECONDS)
        return self

    def _ready(self) -> bool:
        replicated = "master_link_status:up" in send(self._replica, "INFO", "replication")
        return replicated and all(
            {"slaves": "1", "sentinels": "2"}.items() <= self._about(one).items()
            for one in self.watching
        )

    def _about(self, one: RedisServer) -> dict[str, str]:
        said = send(one, "INFO", "sentinel")
        line = next((part for part in said.splitlines() if f"name={MASTER}," in part), "")
        pairs = (pair.partition("=") for pair in line.partition(":")[2].split(","))
        return {
            name: str(int(value) - (name == "sentinels")) if value.isdecimal() else value
            for name, _, value in pairs
        }

    def master(self) -> RedisServer:
        """Return the master that the Sentinels name now."""
        _, port = send(self.watching[0], "SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER)
        return self.servers[int(port)]

    def stop(self) -> None:
        """Stop all of it."""
        for server in (*self.watching, *self.servers.values()):
            server.stop()


def emptied(url: str, prefix: str) -> redis.Redis:
    """Return a client of the server of that prefix, which has nothing any more."""
    client = connect(url, prefix)
    client.flushall()
    return client
