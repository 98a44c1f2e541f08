"""Remembers what is paused, and pauses it again when Redis has lost that."""

import structlog
from sqlalchemy.orm import Session

from harmonizer_queue import Queue
from reconciler.parts import Parts, now
from reconciler.sweeper import identity
from web.db import pauses

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0


class Pauser:
    """One step brings SQL up to what the queue says, which is where people pause and resume.

    The other way round it goes when the queue has no such set any more, and when its server is
    another one than a moment ago: that may have come up with an older file.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._server: str | None = None

    def step(self) -> float:
        """Compare what is paused with what SQL remembers."""
        queue = self._parts.link.queue()
        server = identity(queue)
        here = queue.paused_if_known()
        with self._parts.reading() as session:
            kept = pauses.remembered(session)
        if here is None or self._server not in (None, server) or set(here) != kept:
            with self._parts.writing.begin() as session:
                pauses.lock(session)
                self._agree(session, queue, other=self._server not in (None, server))
        self._server = server
        return LOOK_SECONDS

    def _agree(self, session: Session, queue: Queue, *, other: bool) -> None:
        """Let the one be as the other, both looked at again under the lock."""
        here, kept = queue.paused_if_known(), pauses.remembered(session)
        if here is not None and not other:
            pauses.remember(session, here, now())
            return
        for scope in kept - set(here or ()):
            queue.pause(scope)
            log.warning("paused again what redis had forgotten", scope=scope)
        for scope in set(here or ()) - kept:
            queue.resume(scope)
            log.warning("resumed again what redis had paused before", scope=scope)
