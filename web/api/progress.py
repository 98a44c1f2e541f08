"""How far a job is: SQL says what has ended, Redis how far the rest is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from redis.exceptions import RedisError

from harmonizer_queue import Live, Queue, State
from web.db.models import Item, ItemState, Job, JobStatus
from web.queue_link import QueueLink

log = structlog.get_logger(__name__)

LOOKED_AT = 1000
"""Live items whose progress is read for one answer; the others count as not begun."""

_SHARES = {"plan": (0.0, 0.3), "transform": (0.3, 0.95), "finish": (0.95, 1.0)}
"""Where each stage of a file begins and ends, as shares of the whole."""


@dataclass(frozen=True)
class Progress:
    """``percent`` is None when it is not known; ``position`` when no item of the job waits."""

    stage: str
    rows: int
    bytes: int
    percent: float | None
    position: int | None

    def document(self) -> dict[str, Any]:
        """Return what the answer shows as ``progress``."""
        return {
            "stage": self.stage,
            "rows": self.rows,
            "bytes": self.bytes,
            "percent": self.percent,
        }


@dataclass(frozen=True)
class _Part:
    """One item: how far through how many bytes; ``stage`` is None while it waits."""

    stage: str | None
    rows: int
    bytes: int
    size: int
    share: float


def progress_of(job: Job, items: Sequence[Item], link: QueueLink) -> Progress:
    """Return the progress of a job whose items SQL has just been asked for.

    Redis may have moved on since, never back; when it does not answer, what SQL knows is shown.
    """
    ended = [_ended(one) for one in items if one.ended_at is not None]
    live = [one for one in items if one.ended_at is None]
    if job.status.terminal:
        return _sum("ended", ended, 100.0 if job.status != JobStatus.CANCELLED else None, None)
    try:
        queue = link.queue()
        running = [
            _live(item, seen)
            for item, seen in zip(live, queue.live([i.id for i in live[:LOOKED_AT]]), strict=False)
        ]
        position = _position(live, queue)
    except RedisError as error:
        log.warning("progress not read", job_id=job.id, exc_info=error)
        return _sum("unknown", ended, None, None)
    parts = [*ended, *running, *(_waiting(one) for one in live[LOOKED_AT:])]
    # The last items may have ended and the job not yet: what is left is the reconciler's.
    stage = next((one.stage for one in running if one.stage), None)
    if stage is None:
        stage = "waiting" if live or not ended else "finish"
    return _sum(stage, parts, _percent(parts), position)


def _sum(
    stage: str, parts: Iterable[_Part], percent: float | None, position: int | None
) -> Progress:
    known = list(parts)
    return Progress(
        stage,
        sum(one.rows for one in known),
        sum(one.bytes for one in known),
        percent,
        position,
    )


def _percent(parts: Sequence[_Part]) -> float | None:
    """Return the share that is done, at most 99: 100 is for SQL to say."""
    size = sum(one.size for one in parts)
    if not size:
        return None
    return min(99.0, round(100 * sum(one.share * one.size for one in parts) / size, 1))


def _size(item: Item) -> int:
    """Return the bytes an item reads; those of an item about all files were counted already."""
    return int(item.message["input"]["bytes"]) if item.file_no else 0


def _ended(item: Item) -> _Part:
    rows = (item.result or {}).get("counts", {}).get("rows_in", 0) if item.file_no else 0
    read = _size(item) if item.state == ItemState.SUCCEEDED else 0
    return _Part(None, rows, read, _size(item), 1.0)


def _waiting(item: Item) -> _Part:
    return _Part(None, 0, 0, _size(item), 0.0)


def _live(item: Item, seen: Live | None) -> _Part:
    if seen is None or seen.epoch != item.epoch:
        return _waiting(item)
    if seen.state.terminal:
        # SQL will hear of it.
        read = _size(item) if seen.state == State.SUCCEEDED else 0
        return _Part("finish", 0, read, _size(item), 1.0)
    if seen.state != State.RUNNING:
        return _waiting(item)
    stage = str(seen.progress.get("stage", "plan" if item.file_no else "finish"))
    names = ("rows", "bytes", "total_bytes")
    rows, read, total = (int(seen.progress.get(name, 0)) for name in names)
    begin, end = _SHARES.get(stage, (0.0, 1.0))
    # What comes packed has no total before its end, so its share stays at the stage's begin.
    through = min(1.0, read / total) if total else 0.0
    return _Part(stage, rows, read, _size(item), begin + (end - begin) * through)


def _position(live: Sequence[Item], queue: Queue) -> int | None:
    """Return the place in its queue of the job's first waiting item, 1 for the next one."""
    for item in live:
        if item.state == ItemState.WAITING:
            ahead = queue.position(item.priority, item.id)
            return None if ahead is None else ahead + 1
    return None
