"""Delete inputs and outputs whose time is over, parts, and what crashes and lost attempts left.

Files go first, the row says so after: a crash in between leaves the row due, and everything here
may be done twice.
"""

import datetime
from collections.abc import Callable, Iterator, Sequence

import structlog
from sqlalchemy.orm import Session

from web.db import retention
from web.db.retention import Lost
from web.ids import is_id, made_at_ms
from web.services import Services

log = structlog.get_logger(__name__)

LEFT_ALONE = datetime.timedelta(days=1)
"""How long nothing is deleted that a request or a worker may still be writing."""
PARTS_KEPT = datetime.timedelta(hours=1)
"""How long parts outlive their job: a restored database may be so much older than the store."""
AT_A_TIME = 100
ASKED_AT_A_TIME = 500


def purge(of: Services, job_id: str, now: datetime.datetime) -> bool:
    """Delete the files of a job when its retention is over; return whether it was."""
    with of.reading() as session:
        if not retention.is_to_purge(session, job_id, purge_before(of, now)):
            return False
    of.store.delete(f"jobs/{job_id}")
    with of.sessions.begin() as session:
        retention.mark_purged(session, job_id, now)
    log.info("job purged", job_id=job_id)
    return True


def purge_before(of: Services, now: datetime.datetime) -> datetime.datetime:
    """Return the moment before which a job must have ended to be purged."""
    return now - datetime.timedelta(days=of.settings.retention_days)


def sweep_attempts(of: Services, now: datetime.datetime) -> int:
    """Delete what lost attempts wrote, a day after their items ended; return how many."""
    return _sweep(of, now, lambda s: retention.to_sweep(s, now - LEFT_ALONE, AT_A_TIME))


def sweep_parts(of: Services, now: datetime.datetime) -> int:
    """Delete what results were put together from, an hour after their jobs ended; return how many.

    Only what SQL says has a result elsewhere goes, so outputs stay.
    """
    return _sweep(of, now, lambda s: retention.parts_to_sweep(s, now - PARTS_KEPT, AT_A_TIME))


def _sweep(of: Services, now: datetime.datetime, find: Callable[[Session], Sequence[Lost]]) -> int:
    swept = 0
    while True:
        with of.reading() as session:
            lost = find(session)
        if not lost:
            return swept
        for one in lost:
            of.store.delete(_folder(one))
        with of.sessions.begin() as session:
            for one in lost:
                retention.mark_swept(session, one, now)
        swept += len(lost)
        log.info("attempts swept", count=len(lost))


def sweep_strays(of: Services, now: datetime.datetime) -> int:
    """Delete what attempts wrote that SQL never heard of, a day after their jobs; return how many.

    Redis may lose the event that an attempt began, and the attempt goes on. Each job is looked at
    for a day, then what is left waits for its purge.
    """
    swept, after = 0, ""
    while True:
        with of.reading() as session:
            between = (now - 2 * LEFT_ALONE, now - LEFT_ALONE)
            page = retention.ended_items(session, between, after, ASKED_AT_A_TIME)
        if not page:
            return swept
        for one in page:
            folder = f"jobs/{one.job_id}/{one.item_id}"
            for claim in list(of.store.folders(folder)):
                if claim != one.claim:
                    of.store.delete(f"{folder}/{claim}")
                    log.info("attempt without a row swept", job_id=one.job_id, item_id=one.item_id)
                    swept += 1
        after = page[-1].item_id


def sweep_folders(of: Services, now: datetime.datetime) -> int:
    """Delete the folders of jobs that were never recorded, a day after; return how many.

    They are what a crash in the middle of an upload leaves behind.
    """
    swept = 0
    for ids in _in_batches(_old_folders(of, now)):
        with of.reading() as session:
            known = retention.known(session, ids)
        for job_id in ids:
            if job_id not in known:
                of.store.delete(f"jobs/{job_id}")
                log.info("folder without a job swept", job_id=job_id)
                swept += 1
    return swept


def _folder(lost: Lost) -> str:
    return f"jobs/{lost.job_id}/{lost.item_id}/{lost.claim}"


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
