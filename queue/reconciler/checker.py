"""Looks whether every item in Redis stands where it should, and tells how many do not."""

import structlog

from harmonizer_queue.check import confirmed
from reconciler.parts import Parts, now
from web.db import generation

log = structlog.get_logger(__name__)

LOOK_SECONDS = 3600.0


class Checker:
    """One step looks at everything; repairs are other loops' business."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def step(self) -> float:
        """Count what breaks an invariant of the contract."""
        found = confirmed(self._parts.link.queue())
        self._parts.metrics.violations.set(len(found))
        with self._parts.writing.begin() as session:
            generation.checked(session, now(), len(found))
        for one in found[:10]:
            log.warning("an item breaks an invariant", item_id=one.item_id, invariant=one.invariant)
        return LOOK_SECONDS
