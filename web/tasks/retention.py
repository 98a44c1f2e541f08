"""Delete inputs and outputs whose time is over, parts, and what crashes and lost attempts left.

The row says so first, with its job locked, then files go: whoever retries a job meanwhile knows
what is not there any more. What a crash in between leaves, the sweeps of strays and folders delete.
"""

import datetime
from collections.abc import Callable, Iterator, Sequence

import structlog
from sqlalchemy.orm import Session

from web.db import logins, retention, tries, webhooks
from web.db.locks import lock_jobs
from web.db.retention import Ended, Lost
from web.ids import is_id, made_at_ms
from web.services import Services

log = structlog.get_logger(__name__)

LEFT_ALONE = datetime.timedelta(days=1)
"""How long nothing is deleted that a request or a worker may still be writing."""
PARTS_KEPT = datetime.timedelta(hours=1)
"""How long parts outlive their job: a restored database may be so much older than the store."""
AT_A_TIME = 100
ASKED_AT_A_TIME = 500

Find = Callable[[Session, str | None], Sequence[Lost]]
"""Returns some of what is to be swept, of all jobs or of one."""


def purge(of: Services, job_id: str, now: datetime.datetime) -> bool:
    """Delete the files of a job when its retention is over; return whether it was.

    Done again, it deletes what was left when it broke off.
    """
    with of.sessions.begin() as session:
        if not retention.take_to_purge(session, job_id, purge_before(of, now), now):
            return False
    of.store.delete(f"jobs/{job_id}")
    log.info("job purged", job_id=job_id)
    return True


def sweep(of: Services, target: str, now: datetime.datetime) -> None:
    """Delete parts of results, what lost attempts and crashed uploads left, and old rows."""
    sweep_parts(of, now)
    sweep_attempts(of, now)
    sweep_strays(of, now)
    sweep_folders(of, now)
    with of.sessions.begin() as session:
        webhooks.forget_old(session, purge_before(of, now))
        webhooks.forget_old_secrets(session, now)
        logins.forget_old(session, now, logins.Lifetime.of(of.settings))
        tries.forget_old(session, now)


def purge_before(of: Services, now: datetime.datetime) -> datetime.datetime:
    """Return the moment before which a job must have ended to be purged."""
    return now - datetime.timedelta(days=of.settings.retention_days)


def sweep_attempts(of: Services, now: datetime.datetime) -> int:
    """Delete what lost attempts wrote, a day after their items ended; return how many."""
    return _sweep(of, now, lambda s, job: retention.to_sweep(s, now - LEFT_ALONE, AT_A_TIME, job))


def sweep_parts(of: Services, now: datetime.datetime) -> int:
    """Delete what results were put together from, an hour after their jobs ended; return how many.

    Only what SQL says has a result elsewhere goes, so outputs stay.
    """
    return _sweep(
        of, now, lambda s, job: retention.parts_to_sweep(s, now - PARTS_KEPT, AT_A_TIME, job)
    )


def _sweep(of: Services, now: datetime.datetime, find: Find) -> int:
    swept = 0
    while True:
        with of.reading() as session:
            jobs = {one.job_id for one in find(session, None)}
        if not jobs:
            return swept
        for job_id in sorted(jobs):
            with of.sessions.begin() as session:
                lock_jobs(session, [job_id])
                lost = find(session, job_id)
                for one in lost:
                    retention.mark_swept(session, one, now)
            for one in lost:
                of.store.delete(_folder(one))
            swept += len(lost)
        log.info("attempts swept", jobs=len(jobs))


def sweep_strays(of: Services, now: datetime.datetime) -> int:
    """Delete what attempts wrote that SQL never heard of, a day after their jobs; return how many.

    Redis may lose the event that an attempt began, and the attempt goes on; a sweep may break off
    between its row and its files. Each job is looked at for a day, then what is left waits for its
    purge.
    """
    swept, after, between = 0, "", (now - 2 * LEFT_ALONE, now - LEFT_ALONE)
    while True:
        with of.reading() as session:
            page = retention.ended_items(session, between, after, ASKED_AT_A_TIME)
        if not page:
            return swept
        there = {one: list(of.store.folders(_place(one))) for one in page}
        with of.reading() as session:
            # Where SQL still says the same, what stood there is from before a retry, if any.
            same = set(page) & set(retention.ended_items(session, between, after, ASKED_AT_A_TIME))
        for one in page:
            for claim in there[one] if one in same else ():
                if claim != one.claim:
                    of.store.delete(f"{_place(one)}/{claim}")
                    log.info("attempt without a row swept", job_id=one.job_id, item_id=one.item_id)
                    swept += 1
        after = page[-1].item_id


def sweep_folders(of: Services, now: datetime.datetime) -> int:
    """Delete the folders of jobs that were never recorded, or were purged; return how many.

    They are what a crash in the middle of an upload, or of a purge, leaves behind. A folder younger
    than a day is left alone.
    """
    swept = 0
    for ids in _in_batches(_old_folders(of, now)):
        with of.reading() as session:
            kept = retention.with_files(session, ids)
        for job_id in ids:
            if job_id not in kept:
                of.store.delete(f"jobs/{job_id}")
                log.info("folder without a job swept", job_id=job_id)
                swept += 1
    return swept


def _place(of: Lost | Ended) -> str:
    return f"jobs/{of.job_id}/{of.item_id}"


def _folder(lost: Lost) -> str:
    return f"{_place(lost)}/{lost.claim}"


def _old_folders(of: Services, now: datetime.datetime) -> Iterator[str]:
    """Yield the ids of folders, whose own time is told by the id, that are older than a day."""
    youngest = (now - LEFT_ALONE).timestamp() * 1000
    for name in of.store.folders("jobs"):
        if is_id(name) and made_at_ms(name) < youngest:
            yield name


def _in_batches(names: Iterator[str]) -> Iterator[Sequence[str]]:
    batch: list[str] = []
    for name in names:
        batch.append(name)
        if len(batch) == ASKED_AT_A_TIME:
            yield batch
            batch = []
    if batch:
        yield batch
