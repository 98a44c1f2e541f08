"""How many requests a process works on at a time, whatever number of threads its server has.

A request may have waited: for a place, or with its process. When its client has given up by then,
who perhaps asked again, or asked for the opposite, it is not begun.
"""

import select
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog

log = structlog.get_logger(__name__)

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]

SOCKET = "gunicorn.socket"
_KEY = "harmonizer.places"
_ONLY_ASKS = ("GET", "HEAD", "OPTIONS")

LATE_SECONDS = 3.0
"""A client may close its side behind its request and wait for the answer, hardly one for longer."""
_LAST_RECEIVED = 52
"""Where ``struct tcp_info`` of Linux says how many milliseconds ago data came last."""


class Places:
    """An application of which so many requests run at once; more of them wait.

    An answer that is only sent has no place any more. So open streams never keep a request from
    running, and the threads that they need do not let more requests run.
    """

    def __init__(self, app: Wsgi, places: int) -> None:
        self._app = app
        self._free = threading.Semaphore(places)

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Make the answer to a request once there is a place."""
        environ[_KEY] = self._free
        with self._free:
            if environ["REQUEST_METHOD"] in _ONLY_ASKS or not _is_late(environ.get(SOCKET)):
                return self._app(environ, start)
        log.info("request not begun, its client is gone", method=environ["REQUEST_METHOD"])
        start("503 Service Unavailable", [("Content-Length", "0")])  # nobody hears it
        return ()


def _is_late(connection: socket.socket | None) -> bool:
    """Return whether a client has closed its side, and its request waited before it was begun."""
    return is_gone(connection) and _waited(connection) > LATE_SECONDS


def _waited(connection: socket.socket | None) -> float:
    """Return how many seconds ago a client sent something last; 0 where the system does not say."""
    if connection is None or sys.platform != "linux":
        return 0
    try:
        told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _LAST_RECEIVED + 4)
    except OSError:  # no TCP
        return 0
    return int.from_bytes(told[_LAST_RECEIVED:], sys.byteorder) / 1000


def is_gone(connection: socket.socket | None) -> bool:
    """Return whether a client has closed its side; what it may have sent is left alone.

    One that sent something that nobody has read yet does not count as gone.
    """
    if connection is None:
        return False
    look = select.poll()
    look.register(connection, select.POLLIN)
    try:
        return bool(look.poll(0)) and not connection.recv(1, socket.MSG_PEEK)
    except OSError:  # it was reset
        return True


@contextmanager
def aside(environ: Mapping[str, Any]) -> Iterator[None]:
    """Let another request have the place of this one, as long as the context lasts."""
    places: threading.Semaphore = environ[_KEY]
    places.release()
    try:
        yield
    finally:
        places.acquire()
