"""Pushes what is due in the outbox, as much as Redis has room for."""

from collections.abc import Sequence

import structlog

from harmonizer_queue import Entry, MessageRefusedError, Queue, QueueFullError, faults
from reconciler.parts import Parts, now
from web.db import dispatch, events
from web.db.dispatch import Due

log = structlog.get_logger(__name__)

BATCH = 500
IDLE_SECONDS = 0.5
FULL_SECONDS = 1.0
BAD_MESSAGE = "bad_message"
MOST_MEMORY = 0.7
"""Part of ``maxmemory`` from which on nothing is pushed: the rest is for what is at work."""


class Relay:
    """One step pushes one batch."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._full = False

    def step(self) -> float:
        """Push dispatches that are due, by priority, and drop those that Redis has."""
        with self._parts.reading() as session:
            if not dispatch.due(session, now(), 1):
                return IDLE_SECONDS
        queue = self._parts.link.queue()
        room = self._room(queue)
        if room <= 0:
            return FULL_SECONDS
        with self._parts.reading() as session:
            due = dispatch.due(session, now(), min(room, BATCH))
        try:
            queue.enqueue([_entry(one) for one in due])
        except QueueFullError:
            self._say(full=True)
            return FULL_SECONDS
        except MessageRefusedError:
            self._one_by_one(queue, due)
            return 0
        faults.at(faults.Point.RELAYED)
        with self._parts.writing.begin() as session:
            dispatch.confirm(session, {(one.item_id, one.epoch) for one in due}, now())
        return 0

    def _one_by_one(self, queue: Queue, due: Sequence[Due]) -> None:
        """Push what can be pushed; an item whose message is none ends dead."""
        for one in due:
            try:
                queue.enqueue([_entry(one)])
            except MessageRefusedError:
                with self._parts.writing.begin() as session:
                    events.give_up(session, one.item_id, one.epoch, BAD_MESSAGE, now())
                log.error("message refused", item_id=one.item_id, reason=BAD_MESSAGE)

    def _room(self, queue: Queue) -> int:
        """Return how many more items Redis may hold."""
        memory = queue.client.info("memory")
        most = int(memory["maxmemory"])
        full = most > 0 and int(memory["used_memory"]) >= MOST_MEMORY * most
        self._say(full)
        if full:
            return 0
        held = sum(queue.depth().values()) + queue.running() + queue.delayed()
        return self._parts.settings.window - held

    def _say(self, full: bool) -> None:
        if full != self._full:
            said = "redis is full, dispatch waits" if full else "redis has room again"
            log.warning(said)
        self._full = full


def _entry(due: Due) -> Entry:
    return Entry(due.item_id, due.epoch, due.message, 0, due.failures, due.losses)
