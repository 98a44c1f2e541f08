"""The dead letter: items that will not run again by themselves, and how they do all the same."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, text, update
from sqlalchemy.orm import Session

from web.db import dispatch, retry
from web.db.advance import recompute
from web.db.locks import lock_jobs
from web.db.models import DEAD_LETTER, Item, ItemKind, Job

_AT_ONCE = 500


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
    told = (func.min(Item.ended_at), func.max(Item.ended_at), func.max(Item.id))
    some = _dead(select(Item.kind, Item.reason, count, *told), wanted)
    rows = session.execute(
        some.group_by(Item.kind, Item.reason).order_by(count.desc(), Item.kind, Item.reason)
    )
    return [Group(*row) for row in rows]


def count(session: Session, wanted: Wanted, most: int) -> int:
    """Return how many such dead items there are; counting stops behind ``most``."""
    few = _dead(select(Item.id), wanted).limit(most + 1)
    return session.scalar(select(func.count()).select_from(few.subquery())) or 0


def jobs_of(session: Session, wanted: Wanted, limit: int) -> Sequence[str]:
    """Return jobs that have such dead items, and still their files, the oldest first."""
    statement = _dead(select(Item.job_id), wanted)
    return session.scalars(statement.distinct().order_by(Item.job_id).limit(limit)).all()


def requeue(session: Session, job_id: str, wanted: Wanted, now: datetime.datetime) -> int:
    """Run the dead items of a job again; return how many items run again.

    A job that has ended is opened again, with all that failed in it, if such an item still is dead
    in it: meanwhile somebody may have run it again. In one that lives only the items asked for are
    dispatched, and none when the parts of its files are put together already: then it can be
    retried when it has ended.
    """
    [job] = lock_jobs(session, [job_id])
    dead = session.scalars(_dead(select(Item), wanted).where(Item.job_id == job_id)).all()
    if not dead:
        return 0
    if job.status.terminal:
        return retry.retry(session, job_id, now) or 0
    if job.cancel_wanted or _is_put_together(session, job):
        return 0
    for item in dead:
        dispatch.renew(session, item, now)
    recompute(session, [job.id], now)
    return len(dead)


def is_left_behind(session: Session, job: Job, item: Item) -> bool:
    """Return whether a job that lives goes on without an item, whatever becomes of it.

    The parts of its files are put together already, or it put together those of an earlier run.
    """
    return _is_put_together(session, job) if item.file_no else item.range_no != job.retries


def dismiss(session: Session, wanted: Wanted, now: datetime.datetime, most: int) -> int:
    """Let such dead items be seen to, at most so many; return how many these are.

    They stay dead, and their jobs as they are; only the dead letter has them no more.
    """
    # Locked, so that one which is run again at this moment is not dismissed before it dies anew.
    some = _dead(select(Item.id), wanted).order_by(Item.id).limit(most)
    ids = session.scalars(some.with_for_update(of=Item)).all()
    for start in range(0, len(ids), _AT_ONCE):
        these = Item.id.in_(ids[start : start + _AT_ONCE])
        session.execute(update(Item).where(these).values(dismissed_at=now))
    return len(ids)


def _dead(some: Any, wanted: Wanted) -> Any:
    """Narrow a question about items; one that put together an earlier run of its job is history.

    Jobs are looked at for an owner alone: all else is in the index of what is dead.
    """
    run = select(Job.retries).where(Job.id == Item.job_id).correlate(Item).scalar_subquery()
    holds: list[ColumnElement[bool]] = [or_(Item.file_no > 0, Item.range_no == run)]
    if wanted.kind is not None:
        holds.append(Item.kind == wanted.kind)
    if wanted.reason is not None:
        holds.append(Item.reason == wanted.reason)
    if wanted.job_id is not None:
        holds.append(Item.job_id == wanted.job_id)
    if wanted.owner is not None:
        some = some.join(Job, Job.id == Item.job_id)
        holds.append(Job.owner == wanted.owner)
    return some.where(text(DEAD_LETTER), *holds)


def _is_put_together(session: Session, job: Job) -> bool:
    statement = select(Item.id).where(
        Item.job_id == job.id, Item.file_no == 0, Item.range_no == job.retries
    )
    return session.scalars(statement).first() is not None
