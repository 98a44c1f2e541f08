"""Items of jobs that are to be cancelled."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
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
    rows = session.execute(
        select(Item.id, Item.epoch, Outbox.item_id.is_not(None))
        .join(Job, Job.id == Item.job_id)
        .join(Outbox, Outbox.item_id == Item.id, isouter=True)
        .where(
            Job.cancel_wanted,
            Job.finished_at.is_(None),
            Item.ended_at.is_(None),
            Item.id > after,
        )
        .order_by(Item.id)
        .limit(limit)
    )
    return [Unwanted(*row) for row in rows]


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
