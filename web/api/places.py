"""How many requests a process works on at a time, whatever number of threads its server has."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]

_KEY = "harmonizer.places"


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
            return self._app(environ, start)


@contextmanager
def aside(environ: Mapping[str, Any]) -> Iterator[None]:
    """Let another request have the place of this one, as long as the context lasts."""
    places: threading.Semaphore = environ[_KEY]
    places.release()
    try:
        yield
    finally:
        places.acquire()
