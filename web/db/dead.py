"""The dead letter: items that will not run again by themselves, and how they do all the same."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from web.db import dispatch, retry
from web.db.advance import recompute
from web.db.locks import lock_jobs
from web.db.models import Item, ItemKind, ItemState, Job


@dataclass(frozen=True)
class Wanted:
    """Which dead items: None is any."""

    kind: ItemKind | None = None
    reason: str | None = None
    job_id: str | None = None
    owner: str | None = None


@dataclass(frozen=True)
class Group:
    """Dead items that have kind and reason in common; ``sample`` is the newest one."""

    kind: ItemKind
    reason: str | None
    count: int
    first: datetime.datetime | None
    last: datetime.datetime | None
    sample: str


def groups(session: Session, wanted: Wanted) -> Sequence[Group]:
    """Return such dead items by kind and reason, the largest group first."""
    count = func.count().label("count")
    rows = session.execute(
        select(
            Item.kind,
            Item.reason,
            count,
            func.min(Item.ended_at),
            func.max(Item.ended_at),
            func.max(Item.id),
        )
        .join(Job, Job.id == Item.job_id)
        .where(*_dead(wanted))
        .group_by(Item.kind, Item.reason)
        .order_by(count.desc(), Item.kind, Item.reason)
    )
    return [Group(*row) for row in rows]


def jobs_of(session: Session, wanted: Wanted, limit: int) -> Sequence[str]:
    """Return jobs that have such dead items, and still their files, the oldest first."""
    statement = select(Item.job_id).join(Job, Job.id == Item.job_id).where(*_dead(wanted))
    return session.scalars(statement.distinct().order_by(Item.job_id).limit(limit)).all()


def requeue(session: Session, job_id: str, wanted: Wanted, now: datetime.datetime) -> int:
    """Run the dead items of a job again; return how many items run again.

    A job that has ended is opened again, with all that failed in it. In one that lives only the
    items asked for are dispatched, and none when the parts of its files are put together already:
    then it can be retried when it has ended.
    """
    [job] = lock_jobs(session, [job_id])
    if job.status.terminal:
        return retry.retry(session, job_id, now) or 0
    if job.cancel_wanted or _is_put_together(session, job):
        return 0
    statement = select(Item).join(Job, Job.id == Item.job_id)
    dead = session.scalars(statement.where(Item.job_id == job_id, *_dead(wanted))).all()
    for item in dead:
        dispatch.renew(session, item, now)
    recompute(session, [job.id], now)
    return len(dead)


def _dead(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return what holds of these items; one that put together an earlier run is history."""
    found = [
        Item.state == ItemState.DEAD,
        Job.purged_at.is_(None),
        or_(Item.file_no > 0, Item.range_no == Job.retries),
    ]
    if wanted.kind is not None:
        found.append(Item.kind == wanted.kind)
    if wanted.reason is not None:
        found.append(Item.reason == wanted.reason)
    if wanted.job_id is not None:
        found.append(Item.job_id == wanted.job_id)
    if wanted.owner is not None:
        found.append(Job.owner == wanted.owner)
    return found


def _is_put_together(session: Session, job: Job) -> bool:
    statement = select(Item.id).where(
        Item.job_id == job.id, Item.file_no == 0, Item.range_no == job.retries
    )
    return session.scalars(statement).first() is not None
