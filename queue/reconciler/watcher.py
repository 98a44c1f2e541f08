"""Notices that Redis has lost its content, and dispatches everything that lives again."""

import structlog

from harmonizer_queue import Queue, faults
from reconciler.parts import Parts, now
from web.db import generation
from web.ids import new_id

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0


class Watcher:
    """One step compares the generation that Redis has with the one SQL believes in."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def step(self) -> float:
        """Make the two agree."""
        queue = self._parts.link.queue()
        # SQL first: it believes in nothing that Redis has not been named before, so that another
        # process between both looks is never taken for a loss.
        with self._parts.reading() as session:
            known = generation.known(session).generation
        here = queue.current_generation()
        if here == known:
            return LOOK_SECONDS
        if known == generation.NOTHING.generation:
            self._meet(queue, here)
        else:
            self._change(queue, here, known)
        return 0

    def _meet(self, queue: Queue, here: str | None) -> None:
        """Redis is named first: with two processes that begin, both then believe in one name."""
        if here is None:
            queue.generation("", new_id())
            return
        with self._parts.writing.begin() as session:
            generation.meet(session, here, now())

    def _change(self, queue: Queue, here: str | None, known: str) -> None:
        """SQL changes first: should this process end in between, the next one does it again."""
        new = new_id()
        with self._parts.writing.begin() as session:
            items = generation.change(session, known, new, now())
        if items is None:
            return
        faults.at(faults.Point.CHANGED)
        queue.generation(here or "", new)
        self._parts.metrics.generations.inc()
        log.warning("redis has lost its content, items are dispatched again", items=items)
