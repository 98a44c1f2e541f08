"""Deadlines for reading from clients: who sends a byte now and then would hold a thread."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

LOOKED_EVERY = 0.5
"""Seconds between two looks at what is being read."""


class Deadlines:
    """Ends what is read from sockets once its time is over; one thread looks after all of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: dict[socket.socket, float] = {}
        self._looking = False

    @contextmanager
    def within(self, connection: socket.socket, seconds: float) -> Iterator[None]:
        """Let reads from a connection find its end once these seconds are over."""
        self.begin(connection, seconds)
        try:
            yield
        finally:
            self.end(connection)

    def begin(self, connection: socket.socket, seconds: float) -> None:
        """Set the deadline of a connection, in place of the one it has."""
        with self._lock:
            self._until[connection] = time.monotonic() + seconds
            if not self._looking:
                # Begun here, not with the process: threads do not survive its fork.
                threading.Thread(target=self._look, name="deadlines", daemon=True).start()
                self._looking = True

    def end(self, connection: socket.socket) -> None:
        """Forget the deadline of a connection."""
        with self._lock:
            self._until.pop(connection, None)

    def _look(self) -> None:
        while True:
            time.sleep(LOOKED_EVERY)
            now = time.monotonic()
            with self._lock:
                late = [one for one, until in self._until.items() if until < now]
                for one in late:
                    del self._until[one]
                    # Only reading ends: the client may still be told why. Under the lock, so
                    # that the socket is not closed and its number another one's by then.
                    with suppress(OSError):
                        one.shutdown(socket.SHUT_RD)


deadlines = Deadlines()
"""Those of this process."""
