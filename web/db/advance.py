"""What follows for a job from the rows of its items."""

import datetime
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from web.db.models import Item, ItemState, Job, JobStatus


def end_item(item: Item, state: ItemState, at: datetime.datetime, reason: str | None) -> None:
    """Let an item end in its epoch; the caller has locked its job and recomputes it."""
    item.state = state
    item.ended_at = at
    item.reason = reason


def recompute(session: Session, jobs: Iterable[Job], now: datetime.datetime) -> None:
    """Bring the status of locked jobs up to their items; a status only moves forward.

    A job whose last item ended is due to be settled (``web.db.settle``) from now on.
    """
    open_jobs = {job.id: job for job in jobs if not job.status.terminal}
    session.flush()
    rows = session.execute(
        select(
            Item.job_id,
            func.count().filter(Item.ended_at.is_(None)),
            func.min(Item.started_at),
        )
        .where(Item.job_id.in_(open_jobs))
        .group_by(Item.job_id)
    )
    for job_id, live, started_at in rows:
        job = open_jobs[job_id]
        if started_at is not None:
            job.status = JobStatus.RUNNING
            job.started_at = min(job.started_at or started_at, started_at)
        elif job.status == JobStatus.ACCEPTED:
            job.status = JobStatus.QUEUED
        if not live and job.settle_at is None:
            job.settle_at = now
