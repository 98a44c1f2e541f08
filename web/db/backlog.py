"""What waits in SQL, for metrics."""

import datetime
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from web.db.models import Item, ItemState, Outbox


@dataclass(frozen=True)
class Backlog:
    """``outbox`` dispatches the queue has not confirmed, and ``dead`` items."""

    outbox: int
    outbox_oldest: datetime.datetime | None
    dead: int


def backlog(session: Session) -> Backlog:
    """Return how much waits now."""
    waiting, oldest = session.execute(select(func.count(), func.min(Outbox.created_at))).one()
    dead = session.scalar(
        select(func.count()).select_from(Item).where(Item.state == ItemState.DEAD)
    )
    return Backlog(waiting, oldest, dead or 0)
