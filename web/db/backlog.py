"""What waits in SQL, for metrics."""

import datetime
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from web.db.models import Item, ItemState, Outbox


@dataclass(frozen=True)
class Backlog:
    """``outbox`` dispatches the queue has not confirmed, and since when the oldest waits."""

    outbox: int
    outbox_oldest: datetime.datetime | None


def waiting(session: Session) -> Backlog:
    """Return how much waits now."""
    return Backlog(*session.execute(select(func.count(), func.min(Outbox.created_at))).one())


def dead(session: Session) -> int:
    """Return how many items are dead, of everybody's."""
    wanted = select(func.count()).select_from(Item).where(Item.state == ItemState.DEAD)
    return session.scalar(wanted) or 0
