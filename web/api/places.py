"""How many requests a process works on at a time, whatever number of threads its server has."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


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
        with self._free:
            return self._app(environ, start)
