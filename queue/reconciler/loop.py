"""A step that is done again and again, whatever goes wrong, until the process stops."""

import threading
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)

Step = Callable[[], float]
"""Does one piece of work and returns after how many seconds it is to be called again."""

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0


class Loop:
    """One thread that calls one step. An error is logged when it begins and when it is over."""

    def __init__(self, name: str, step: Step) -> None:
        self.name = name
        self._step = step
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._failing: type[Exception] | None = None
        self._pause = FIRST_PAUSE
        # A daemon: whatever it waits for when the process stops, nothing is lost by leaving it.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Let the next call come now."""
        self._woken.set()

    def stop(self) -> None:
        """Call the step no more; a call that is under way ends by itself."""
        self._stopping.set()
        self._woken.set()

    def join(self, seconds: float) -> bool:
        """Wait until it has ended; False when it has not in time."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            pause = self._call()
            if pause > 0 and not self._stopping.is_set():
                self._woken.wait(pause)

    def _call(self) -> float:
        try:
            pause = self._step()
        except Exception as error:
            if self._failing is not type(error):
                log.warning("loop fails, it goes on trying", loop=self.name, exc_info=error)
            self._failing = type(error)
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
            return self._pause
        if self._failing is not None:
            log.info("loop works again", loop=self.name)
        self._failing, self._pause = None, FIRST_PAUSE
        return pause
