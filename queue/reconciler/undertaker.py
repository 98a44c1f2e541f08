"""Buries workers that fetched without being registered, and are gone.

A worker whose registration Redis has lost goes on fetching, until its next heartbeat registers it
anew. Killed in between it leaves a list that ``reap`` does not know of. What stands there is found
by its lease or by ``audit``; the list itself would stay for ever.
"""

import structlog

from reconciler.parts import Parts

log = structlog.get_logger(__name__)

LOOK_SECONDS = 20.0
"""Longer than many heartbeats: nobody who lives is unknown at two looks in a row."""


class Undertaker:
    """One step looks at the lists of all workers; what it did not know twice is buried."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._unknown: set[str] = set()

    def step(self) -> float:
        """Bury whose list was there at the last look too, and who never registered since."""
        queue = self._parts.link.queue()
        unknown = queue.list_owners()
        unknown.difference_update(queue.worker_ids(), queue.indexed("workers:gone"))
        for worker_id in unknown & self._unknown:
            items = queue.bury(worker_id)
            log.warning("buried a worker that nobody knew", worker_id=worker_id, items=items)
        self._unknown = unknown - self._unknown
        return LOOK_SECONDS
