"""Items that are to be cancelled, alone or with their job."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from web.db.advance import end_item, recompute
from web.db.locks import lock_jobs_of
from web.db.models import Item, ItemState, Job, Outbox


@dataclass(frozen=True)
class Unwanted:
    """A live item whose cancel is wanted. ``pending``: its dispatch is not confirmed yet."""

    item_id: str
    epoch: int
    pending: bool


def unwanted(session: Session, after: str, limit: int) -> Sequence[Unwanted]:
    """Return live items of jobs that are to be cancelled, by id, those after an id."""
    of_jobs = _live().join(Job, Job.id == Item.job_id)
    return _some(session, of_jobs.where(Job.cancel_wanted, Job.finished_at.is_(None)), after, limit)


def unwanted_alone(session: Session, after: str, limit: int) -> Sequence[Unwanted]:
    """Return live items that are to be cancelled themselves, by id, those after an id."""
    return _some(session, _live().where(Item.cancel_wanted), after, limit)


def _live() -> Select[str, int, bool]:
    return (
        select(Item.id, Item.epoch, Outbox.item_id.is_not(None))
        .join(Outbox, Outbox.item_id == Item.id, isouter=True)
        .where(Item.ended_at.is_(None))
    )


def _some(
    session: Session, wanted: Select[str, int, bool], after: str, limit: int
) -> Sequence[Unwanted]:
    rows = session.execute(wanted.where(Item.id > after).order_by(Item.id).limit(limit))
    return [Unwanted(*row) for row in rows]


def want(session: Session, item_id: str) -> int | None:
    """Store the wish to cancel an item alone; return its epoch, None when it has ended already."""
    wish = update(Item).where(Item.id == item_id, Item.ended_at.is_(None))
    return session.scalar(wish.values(cancel_wanted=True).returning(Item.epoch))


def want_no_more(session: Session, item_id: str, epoch: int) -> None:
    """Take back the wish to cancel an item, which had ended in the queue already."""
    wish = update(Item).where(Item.id == item_id, Item.epoch == epoch)
    session.execute(wish.values(cancel_wanted=False))


def end_undispatched(
    session: Session, items: Sequence[Unwanted], now: datetime.datetime
) -> list[str]:
    """End items that the queue never had; return those that this ended.

    Nothing happens to one whose dispatch was confirmed or whose epoch changed meanwhile.
    """
    seen = {item.item_id: item.epoch for item in items}
    jobs, rows = lock_jobs_of(session, seen)
    pending = set(session.scalars(select(Outbox.item_id).where(Outbox.item_id.in_(seen))))
    ended = [
        row
        for row in rows.values()
        if row.id in pending and row.epoch == seen[row.id] and not row.state.terminal
    ]
    for row in ended:
        end_item(row, ItemState.CANCELLED, now, None)
    ids = [row.id for row in ended]
    session.execute(delete(Outbox).where(Outbox.item_id.in_(ids)))
    recompute(session, jobs, now)
    return ids
