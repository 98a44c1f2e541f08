"""Reads what happened from ``results``, records it in SQL, and only then acknowledges it."""

import json
from collections.abc import Callable, Sequence

import structlog
from redis.exceptions import OutOfMemoryError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError

from harmonizer_queue import Queue, faults
from reconciler.parts import Parts, now
from web.db import events
from web.db.event import EventError, ItemEvent
from web.db.events import EVENT_REFUSED, Applied
from web.db.models import MOST_ID

log = structlog.get_logger(__name__)

BATCH = 500
WAIT_SECONDS = 1.0
POLL_SECONDS = 0.25

Recorded = Callable[[Applied], None]


class Recorder:
    """One step records one batch. ``recorded`` is told after its commit, before it is forgotten."""

    def __init__(self, parts: Parts, recorded: Recorded) -> None:
        self._parts = parts
        self._recorded = recorded

    def step(self) -> float:
        """Wait for events, at most a second, and record the oldest ones."""
        queue = self._parts.link.queue()
        try:
            if not queue.peek_results(WAIT_SECONDS):
                self._parts.metrics.lag.set(0)
                return 0
        except OutOfMemoryError:
            # A full server refuses even a move that leaves the list as it is: look instead.
            if not queue.results():
                return POLL_SECONDS
        raw = queue.read_results(BATCH)
        if raw:
            with self._parts.metrics.batch.time():
                self.record(queue, raw)
        return 0

    def record(self, queue: Queue, raw: Sequence[bytes]) -> bool:
        """Record the oldest events of the list, as read; False when it is not so any more.

        One that SQL refuses is found by halving, and put aside.
        """
        faults.at(faults.Point.READ)
        try:
            applied = self._apply(raw)
        except Exception as error:
            if not _refused(error):
                raise
            if len(raw) == 1:
                return self._put_aside(queue, raw[0], error)
            half = len(raw) // 2
            return self.record(queue, raw[:half]) and self.record(queue, raw[half:])
        self._recorded(applied)
        faults.at(faults.Point.RECORDED)
        answer = queue.ack(len(raw), raw[-1], raw[0], applied.ended)
        faults.at(faults.Point.ACKNOWLEDGED)
        return answer == "ok"

    def _apply(self, raw: Sequence[bytes]) -> Applied:
        told = [ItemEvent.from_json(one) for one in raw]
        with self._parts.writing.begin() as session:
            applied = events.apply(session, told, now())
        self._parts.metrics.lag.set(max(0, (now() - told[0].at).total_seconds()))
        return applied

    def _put_aside(self, queue: Queue, raw: bytes, error: Exception) -> bool:
        name = type(error).__name__
        item_id, epoch = _dispatch_of(raw)
        with self._parts.writing.begin() as session:
            ended = events.give_up(session, item_id, epoch, EVENT_REFUSED, now())
        log.error("event refused", item_id=item_id, item_ended=ended, reason=name)
        self._recorded(Applied([(item_id, epoch)], set()))
        if ended:
            queue.shrink([(item_id, epoch)])
        return queue.refuse(1, raw, raw, name) == "ok"


def _refused(error: Exception) -> bool:
    """Whether the error is about what was written, not about the database being away."""
    if isinstance(error, DBAPIError):
        return isinstance(error, DataError | IntegrityError)
    # Some of what a driver cannot send is told by its own words, without SQLAlchemy's.
    return isinstance(error, EventError | StatementError | OverflowError | UnicodeError)


def _dispatch_of(raw: bytes) -> tuple[str, int]:
    """Return item and epoch of what is perhaps no event; no item has the id ""."""
    try:
        found = json.loads(raw)
        item_id, epoch = found["item_id"], int(found["epoch"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return "", 0
    named = isinstance(item_id, str) and item_id.isascii() and item_id.isprintable()
    return (item_id, epoch) if named and len(item_id) <= MOST_ID else ("", 0)
