"""How far a job is: SQL says what has ended, Redis how far the rest is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import structlog
from redis.exceptions import RedisError

from harmonizer_queue import Live, Queue, State
from web.api.answers.jobs import FileProgress, ProgressDocument
from web.db.jobs import Stand
from web.db.models import ItemKind, ItemState, Job, JobFile, JobStatus
from web.queue_link import QueueLink

log = structlog.get_logger(__name__)

UNKNOWN = "unknown"
"""The stage while Redis does not answer."""
LOOKED_AT = 1000
"""Live items whose progress is read for one answer; the others count as not begun."""

_SHARES = {"plan": (0.0, 0.3), "transform": (0.3, 0.95), "finish": (0.95, 1.0)}
"""Where each stage of a file begins and ends, as shares of the whole."""


def seconds_left(passed: float, percent: float) -> float:
    """Return how long the rest will take if it goes on as so many percent did; not 0 percent."""
    return passed * (100 - percent) / percent


@dataclass(frozen=True)
class Progress:
    """``percent`` is None when it is not known; ``position`` when no item of the job waits.

    ``files`` are those that are being worked on.
    """

    stage: str
    rows: int
    bytes: int
    percent: float | None
    position: int | None
    files: Sequence[FileProgress] = ()

    def document(self) -> ProgressDocument:
        """Return what the answer shows as ``progress``."""
        return {
            "stage": self.stage,
            "rows": self.rows,
            "bytes": self.bytes,
            "percent": self.percent,
            "files": list(self.files),
        }


@dataclass(frozen=True)
class _Part:
    """One item: how far through how many bytes; ``stage`` is None while it waits.

    ``done`` is the part of ``size`` that is worked off; of a range, which is a part of the size of
    its file's plan, there is no size.
    """

    stage: str | None
    rows: int
    bytes: int
    size: int
    done: float


def _part(one: Stand, stage: str | None, rows: int, read: int, share: float) -> _Part:
    """Return an item of which a share is done."""
    planned = _SHARES["plan"][1]
    if one.divided:
        return _Part(stage, 0, 0, one.bytes, planned * one.bytes)
    if one.kind is ItemKind.TRANSFORM:
        return _Part(stage, rows, read, 0, (1 - planned) * one.bytes * share)
    return _Part(stage, rows, read, one.bytes, one.bytes * share)


def at_end(job: Job, files: Sequence[JobFile]) -> Progress:
    """Return the progress of a job that has ended."""
    percent = None if job.status is JobStatus.CANCELLED else 100.0
    rows = int((job.counts or {}).get("rows_in", 0))
    return Progress("ended", rows, sum(file.bytes for file in files), percent, None)


def progress_of(job_id: str, stands: Sequence[Stand], link: QueueLink) -> Progress:
    """Return the progress of a job that lives, and whose items SQL has just been asked for.

    Redis may have moved on since, never back; when it does not answer, what SQL knows is shown.
    """
    found = progress_of_several({job_id: stands}, link)[job_id]
    if found.stage == UNKNOWN:
        return found
    try:
        return replace(found, position=_position(stands, link.queue()))
    except RedisError:
        return found


def progress_of_several(
    several: Mapping[str, Sequence[Stand]], link: QueueLink
) -> dict[str, Progress]:
    """Return the progress of jobs as ``progress_of`` does, without positions, in one question."""
    asked = [one.item_id for stands in several.values() for one in _live(stands)[:LOOKED_AT]]
    try:
        seen = dict(zip(asked, link.queue().live(asked) if asked else (), strict=True))
    except RedisError as error:
        log.warning("progress not read", jobs=len(several), exc_info=error)
        ended = {
            job_id: [_ended(one) for one in _done(stands)] for job_id, stands in several.items()
        }
        return {job_id: _sum(UNKNOWN, parts, None, None) for job_id, parts in ended.items()}
    return {job_id: _progress(stands, seen) for job_id, stands in several.items()}


def _live(stands: Sequence[Stand]) -> list[Stand]:
    return [one for one in stands if not one.state.terminal]


def _done(stands: Sequence[Stand]) -> list[Stand]:
    return [one for one in stands if one.state.terminal]


def _progress(stands: Sequence[Stand], seen: Mapping[str, Live | None]) -> Progress:
    live = _live(stands)
    running = [_seen(one, seen[one.item_id]) for one in live[:LOOKED_AT]]
    stage = next((one.stage for one in running if one.stage), None)
    if stage is None:
        # When all files are done, their parts are still to be put together and recorded.
        stage = "waiting" if any(one.file_no for one in live) else "finish"
    parts = [*map(_ended, _done(stands)), *running, *map(_waiting, live[LOOKED_AT:])]
    return replace(_sum(stage, parts, _percent(parts), None), files=_files(live, running))


def _files(live: Sequence[Stand], running: Sequence[_Part]) -> list[FileProgress]:
    """Return how far each file is of which an item is being worked on.

    Of one that is read in ranges the share is not told: it is that of all its ranges.
    """
    by_file: dict[int, list[_Part]] = {}
    for one, part in zip(live, running, strict=False):
        if one.file_no and part.stage:
            by_file.setdefault(one.file_no, []).append(part)
    return [
        {
            "file_no": file_no,
            "stage": parts[0].stage or "",
            "rows": sum(one.rows for one in parts),
            "bytes": sum(one.bytes for one in parts),
            "percent": _percent(parts),
        }
        for file_no, parts in by_file.items()
    ]


def _sum(
    stage: str, parts: Sequence[_Part], percent: float | None, position: int | None
) -> Progress:
    rows, read = sum(one.rows for one in parts), sum(one.bytes for one in parts)
    return Progress(stage, rows, read, percent, position)


def _percent(parts: Sequence[_Part]) -> float | None:
    """Return the share that is done, at most 99: 100 is for SQL to say."""
    size = sum(one.size for one in parts)
    if not size:
        return None
    return min(99.0, round(100 * sum(one.done for one in parts) / size, 1))


def _ended(one: Stand) -> _Part:
    if one.state is not ItemState.SUCCEEDED or not one.file_no:
        return _part(one, None, 0, 0, 1.0)
    rows = (one.result or {}).get("counts", {}).get("rows_in", 0)
    return _part(one, None, rows, one.bytes, 1.0)


def _waiting(one: Stand) -> _Part:
    return _part(one, None, 0, 0, 0.0)


def _seen(one: Stand, seen: Live | None) -> _Part:
    if seen is None or seen.epoch != one.epoch:
        return _waiting(one)
    if seen.state.terminal:
        # SQL will hear of it.
        read = one.bytes if seen.state is State.SUCCEEDED else 0
        return _part(one, "finish", 0, read, 1.0)
    if seen.state is not State.RUNNING:
        return _waiting(one)
    if not one.file_no:
        told = str(seen.progress.get("stage", "finish"))
        return _part(one, told if told == "compare" else "finish", 0, 0, 0.0)
    stage = str(seen.progress.get("stage", "plan"))
    names = ("rows", "bytes", "total_bytes")
    rows, read, total = (int(seen.progress.get(name, 0)) for name in names)
    begin, end = _SHARES.get(stage, (0.0, 1.0))
    # What comes packed has no total before its end, so its share stays at the stage's begin.
    through = min(1.0, read / total) if total else 0.0
    if one.kind is ItemKind.TRANSFORM:
        begin, end = 0.0, 1.0
    return _part(one, stage, rows, read, begin + (end - begin) * through)


def _position(stands: Sequence[Stand], queue: Queue) -> int | None:
    """Return the place in its queue of the job's first waiting item, 1 for the next one."""
    for one in stands:
        if one.state is ItemState.WAITING:
            ahead = queue.position(one.priority, one.item_id)
            return None if ahead is None else ahead + 1
    return None
