"""A process's connection to the queue: it follows a private Redis that moves."""

import threading

from harmonizer_queue import Queue, connect, redis_url
from web.config import PREFIX, Settings

TIMEOUT = 1.0
"""Seconds the API waits for Redis: what Redis does not take now, the relay pushes later."""


class QueueLink:
    """Gives the queue of the settings; safe to share between threads, sends nothing itself."""

    def __init__(self, settings: Settings, timeout: float = TIMEOUT) -> None:
        self._settings = settings
        self._timeout = timeout
        self._lock = threading.Lock()
        self._url = ""
        self._queue: Queue | None = None

    def queue(self) -> Queue:
        """Return the queue, on a new connection when the address has changed."""
        url = queue_url(self._settings)
        with self._lock:
            if self._queue is None or url != self._url:
                self._url = url
                prefix = self._settings.queue_prefix
                self._queue = Queue(connect(_with_timeout(url, self._timeout), prefix), prefix)
            return self._queue

    def close(self) -> None:
        """Close the connections; the next use opens new ones."""
        with self._lock:
            if self._queue is not None:
                self._queue.client.close()
                self._queue = None


def queue_url(settings: Settings) -> str:
    """Return the URL of the queue's Redis as it is now, see ``harmonizer_queue.redis_url``."""
    return settings.redis_url or redis_url(
        {f"{PREFIX}HOME": str(settings.home), f"{PREFIX}REDIS_PORT": str(settings.redis_port)}
    )


def _with_timeout(url: str, timeout: float) -> str:
    joint = "&" if "?" in url else "?"
    return f"{url}{joint}socket_timeout={timeout}&socket_connect_timeout={timeout}"
