"""One item of work: found with its job and attempts, and dispatched with another priority."""

import datetime
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from web.db import dead, dispatch, retry
from web.db.advance import recompute
from web.db.locks import lock_jobs
from web.db.models import Attempt, Item, ItemState, Job, JobFile, Priority

MOVED = (ItemState.WAITING, ItemState.DELAYED, ItemState.DEAD)
"""Where an item can be from which it is dispatched anew; a running one is released first."""


def find(session: Session, item_id: str, owner: str | None) -> tuple[Item, Job] | None:
    """Return an item of an owner's job (None is anybody's) with the job, or None."""
    wanted = select(Item, Job).join(Job, Job.id == Item.job_id).where(Item.id == item_id)
    row = session.execute(wanted).one_or_none()
    if row is None or owner not in (None, row[1].owner):
        return None
    return row[0], row[1]


def file_of(session: Session, item: Item) -> str | None:
    """Return the name of the file that an item reads, None when it is about all of them."""
    found = session.get(JobFile, (item.job_id, item.file_no)) if item.file_no else None
    return found.name if found else None


def attempts_of(session: Session, item_id: str) -> Sequence[Attempt]:
    """Return all attempts at an item, the first one first."""
    wanted = select(Attempt).where(Attempt.item_id == item_id)
    return session.scalars(wanted.order_by(Attempt.epoch, Attempt.delivery)).all()


def move(session: Session, item_id: str, priority: Priority, now: datetime.datetime) -> bool:
    """Dispatch an item anew with a priority and fresh budgets; False when that is not possible.

    With a dead one of an ended job all that failed in the job runs again. In one that lives nothing
    does that the job goes on without.
    """
    item = session.get_one(Item, item_id)
    [job] = lock_jobs(session, [item.job_id])
    session.refresh(item)
    if item.state not in MOVED or job.purged_at is not None:
        return False
    item.priority = priority
    item.message = {**item.message, "priority": priority.value}
    if job.status.terminal:
        return retry.retry(session, job.id, now) is not None
    if job.cancel_wanted or dead.is_left_behind(session, job, item):
        return False
    dispatch.renew(session, item, now)
    recompute(session, [job.id], now)
    return True
