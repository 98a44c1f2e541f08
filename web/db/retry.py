"""Run again what failed in a job that has ended. The caller owns the transaction."""

import datetime
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from web.db import dispatch, results, shards
from web.db.advance import ranges_of
from web.db.locks import lock_jobs
from web.db.models import (
    Attempt,
    FileStatus,
    Item,
    ItemKind,
    ItemState,
    Job,
    JobFile,
    JobStatus,
)
from web.db.words import LINKING, RETRIED


def retry(session: Session, job_id: str, now: datetime.datetime) -> int | None:
    """Open a job again and dispatch what is to run again; return how many items that are.

    That is every item that died or was cancelled, one whose file could not be used, and one whose
    part was swept since. What the others made stays as it is; what was compared in shards does only
    if no file runs again. The item that puts the parts together is another one in each retry, and
    follows when they have ended (``web.db.settle``).

    Returns:
        None when the job lives, has succeeded, or was purged: then nothing is changed.
    """
    [job] = lock_jobs(session, [job_id])
    if job.status not in RETRIED or job.purged_at is not None:
        return None
    swept = _swept(session, job_id)
    again = _to_run(session, job, swept) or shards.keep_for_retry(session, job, swept)
    for item in again:
        dispatch.renew(session, item, now)
    results.forget(session, job_id)
    job.retries, job.retried_at = job.retries + 1, now
    job.status, job.cancel_wanted = JobStatus.ACCEPTED, False
    job.settle_at = None if again else now
    job.finished_at = job.manifest_uri = job.counts = job.reason = None
    return len(again)


def _to_run(session: Session, job: Job, swept: set[str]) -> Sequence[Item]:
    statement = select(Item).where(Item.job_id == job.id, Item.file_no > 0)
    items = session.scalars(statement.order_by(Item.file_no, Item.range_no)).all()
    failed = set(
        session.scalars(
            select(JobFile.file_no).where(
                JobFile.job_id == job.id, JobFile.status == FileStatus.FAILED
            )
        )
    )
    # The item of the only file may have written everything, and well, and yet the job failed.
    whole = len(items) == 1 and job.operation not in LINKING
    wanted = [item for item in items if whole or _is_to_run(item, failed, swept)]
    # A plan that runs again divides its file again: the ranges follow then, all of them.
    plans = {item.file_no for item in wanted if item.kind is ItemKind.PLAN}
    return [
        item for item in wanted if item.kind is not ItemKind.TRANSFORM or item.file_no not in plans
    ]


def _is_to_run(item: Item, failed: set[int], swept: set[str]) -> bool:
    if item.state is not ItemState.SUCCEEDED or item.id in swept:
        return True
    whole = item.kind is not ItemKind.TRANSFORM and not ranges_of(item)
    return whole and item.file_no in failed


def _swept(session: Session, job_id: str) -> set[str]:
    """Return the items whose winning attempt left nothing any more."""
    statement = (
        select(Item.id)
        .join(Attempt, (Attempt.item_id == Item.id) & (Attempt.claim == Item.claim))
        .where(Item.job_id == job_id, Attempt.swept_at.is_not(None))
    )
    return set(session.scalars(statement))
