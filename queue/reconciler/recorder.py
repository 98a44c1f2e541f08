"""Reads what happened from ``results``, records it in SQL, and only then acknowledges it."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import structlog
from redis.exceptions import OutOfMemoryError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError

from harmonizer_queue import Queue, faults
from reconciler.parts import Parts, now
from web.db import events
from web.db.event import EventError, ItemEvent, read_events
from web.db.events import EVENT_REFUSED, Applied
from web.db.models import MOST_ID

log = structlog.get_logger(__name__)

BATCH = 2_000
MOST_BATCHES = 10
"""Recorded in one step, so that a process that is to stop does not go on with a long list."""

WAIT_SECONDS = 1.0
POLL_SECONDS = 0.25

Recorded = Callable[[Applied], None]


class Recorder:
    """One step records one batch. ``recorded`` is told after its commit, before it is forgotten."""

    def __init__(self, parts: Parts, recorded: Recorded) -> None:
        self._parts = parts
        self._recorded = recorded
        self._beside = ThreadPoolExecutor(1, "recorder-queue")

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
        if len(raw) == BATCH:
            self._record_many(queue, raw)
        elif raw:
            self.record(queue, raw)
        return 0

    def _record_many(self, queue: Queue, raw: Sequence[bytes]) -> None:
        """Record a long list: while SQL has a batch, the queue gives the next one.

        It forgets the one before meanwhile. As one thread does both in turn, each batch is read
        behind that which is not forgotten yet.
        """
        told: list[ItemEvent] | None = None
        forgotten: Future[bool] | None = None
        for _ in range(MOST_BATCHES):
            ahead = self._beside.submit(_read_ahead, queue, raw)
            try:
                applied = self._apply(raw, told)
            except Exception as error:
                if not _refused(error):
                    raise
                if forgotten is None or forgotten.result():
                    self.record(queue, raw)
                return
            self._tell(applied)
            if forgotten is not None and not forgotten.result():
                return
            forgotten = self._beside.submit(self._acknowledge, queue, raw, applied)
            raw, told = ahead.result()
            if not raw:
                break
        if forgotten is not None:
            forgotten.result()

    def record(self, queue: Queue, raw: Sequence[bytes]) -> bool:
        """Record the oldest events of the list, as read; False when it is not so any more.

        One that SQL refuses is found by halving, and put aside.
        """
        try:
            applied = self._apply(raw)
        except Exception as error:
            if not _refused(error):
                raise
            if len(raw) == 1:
                return self._put_aside(queue, raw[0], error)
            half = len(raw) // 2
            return self.record(queue, raw[:half]) and self.record(queue, raw[half:])
        self._tell(applied)
        return self._acknowledge(queue, raw, applied)

    def _tell(self, applied: Applied) -> None:
        self._recorded(applied)
        faults.at(faults.Point.RECORDED)

    def _acknowledge(self, queue: Queue, raw: Sequence[bytes], applied: Applied) -> bool:
        answer = queue.ack(len(raw), raw[-1], raw[0], applied.ended)
        faults.at(faults.Point.ACKNOWLEDGED)
        return answer == "ok"

    def _apply(self, raw: Sequence[bytes], told: Sequence[ItemEvent] | None = None) -> Applied:
        """Commit a batch; ``told`` is what it says, if it was looked at already."""
        faults.at(faults.Point.READ)
        with self._parts.metrics.batch.time():
            told = told or read_events(raw)
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


def _read_ahead(
    queue: Queue, behind: Sequence[bytes]
) -> tuple[list[bytes], list[ItemEvent] | None]:
    """Return the batch behind another, with what it says if all of it are events."""
    raw = queue.read_results(BATCH, behind)
    try:
        return raw, read_events(raw)
    except EventError:
        return raw, None


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
