"""TCP ports: a free one, whether one is taken, and by whom."""

import contextlib
import os
import socket
from collections import deque
from pathlib import Path

_LISTENING = "0A"
_MOST_KEPT = 64

_kept: deque[int] = deque()
"""Sockets that keep a port, as file descriptors."""


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on, and nobody else is given.

    It stays bound, without a listener, until many more were asked for. Who names it may listen on
    it, as servers set SO_REUSEADDR; who asks the kernel for any port gets another one meanwhile.
    """
    kept = socket.socket()
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    kept.bind(("127.0.0.1", 0))
    port: int = kept.getsockname()[1]
    _kept.append(kept.detach())
    while len(_kept) > _MOST_KEPT:
        os.close(_kept.popleft())
    return port


def is_taken(host: str, port: int) -> bool:
    """Return whether a server could not listen on that address now."""
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError:
            return True
    return False


def holder(port: int) -> str:
    """Return who listens on a port, as ``gunicorn (process 123)``, or words for not knowing.

    Linux tells it for processes of the same user, and root all.
    """
    wanted = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for folder in sorted(Path("/proc").glob("[0-9]*")):
        with contextlib.suppress(OSError):
            if any(link.readlink().name in wanted for link in (folder / "fd").iterdir()):
                name = (folder / "comm").read_text().strip()
                return f"{name} (process {folder.name})"
    return "another process"


def _listening_inodes(port: int) -> set[str]:
    found: set[str] = set()
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            for line in Path("/proc/net", table).read_text().splitlines()[1:]:
                _, local, _, state, *rest = line.split()
                if state == _LISTENING and int(local.rpartition(":")[2], 16) == port:
                    found.add(rest[5])
    return found
