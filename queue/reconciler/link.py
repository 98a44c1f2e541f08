"""The reconciler's connection to the queue: it follows a private Redis that moves."""

import threading

from harmonizer_queue import Queue, connect, redis_url
from web.config import PREFIX, Settings


class QueueLink:
    """Gives the queue of the settings; safe to share between threads, sends nothing itself."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._url = ""
        self._queue: Queue | None = None

    def queue(self) -> Queue:
        """Return the queue, on new connections when its address has changed."""
        settings = self._settings
        url = settings.redis_url or redis_url(
            {f"{PREFIX}HOME": str(settings.home), f"{PREFIX}REDIS_PORT": str(settings.redis_port)}
        )
        with self._lock:
            if self._queue is None or url != self._url:
                self._url = url
                self._queue = Queue(connect(url), settings.queue_prefix)
            return self._queue
