"""A wish to stop, which a signal may bring at any moment."""

from queue import Empty, SimpleQueue


class Stop:
    """What ``threading.Event`` is, for handlers of signals too.

    Who sets or awaits an event holds its lock for moments. A handler that interrupts one of them
    in the same thread, and sets the event, would wait for that lock for ever. To put into a
    ``SimpleQueue`` is safe at every moment, also while the same thread does so already.
    """

    def __init__(self) -> None:
        self._set = False
        self._told: SimpleQueue[None] = SimpleQueue()

    def is_set(self) -> bool:
        """Return whether somebody wishes the end."""
        return self._set

    def set(self) -> None:
        """Wish the end."""
        self._set = True
        self._told.put(None)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the wish, for so many seconds at most; return whether it is there."""
        if not self._set:
            try:
                self._told.get(timeout=timeout)
            except Empty:
                return self._set
            self._told.put(None)  # for who else waits
        return True
