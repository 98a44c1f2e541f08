"""Refuses a Redis that would lose the queue, and warns of one that forgets it."""

from collections.abc import Callable

import structlog

from harmonizer_queue import server
from reconciler.parts import Parts

log = structlog.get_logger(__name__)

LOOK_SECONDS = 30.0


class Inspector:
    """One step looks at the settings of the server.

    ``refuse`` is told why a server cannot be used, as long as none could be used: a process that is
    at work is not stopped by a setting that was changed under it, it says so.
    """

    def __init__(self, parts: Parts, refuse: Callable[[str], None]) -> None:
        self._parts = parts
        self._refuse = refuse
        self._accepted = False
        self._said: str | None = None

    def step(self) -> float:
        """Look, and say what has changed."""
        info = self._parts.link.queue().client.info()
        wrong = server.refusal(info)
        if wrong is not None and not self._accepted:
            self._refuse(wrong)
            return LOOK_SECONDS
        self._accepted = True
        losing = None if self._parts.settings.redis_ephemeral else server.warning(info)
        found = wrong or losing
        if found is not None and found != self._said:
            log.warning("settings of redis", detail=found)
        self._said = found
        return LOOK_SECONDS
