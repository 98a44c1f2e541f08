"""What SQL says about items, for whoever compares it with the queue."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from web.db.models import Item, Outbox


@dataclass(frozen=True)
class Dispatched:
    """A live item that the queue has confirmed to have in this epoch."""

    item_id: str
    epoch: int


def dispatched(
    session: Session, after: str, limit: int, only: Collection[str] | None = None
) -> Sequence[Dispatched]:
    """Return live items whose dispatch was confirmed, by id, those after an id.

    ``only``: none but these.
    """
    statement = (
        select(Item.id, Item.epoch)
        .join(Outbox, Outbox.item_id == Item.id, isouter=True)
        .where(Item.ended_at.is_(None), Outbox.item_id.is_(None), Item.id > after)
        .order_by(Item.id)
        .limit(limit)
    )
    if only is not None:
        statement = statement.where(Item.id.in_(only))
    return [Dispatched(*row) for row in session.execute(statement)]


def ended(session: Session, item_ids: Collection[str]) -> dict[str, int]:
    """Return which of the items have ended, with their epochs."""
    rows = session.execute(
        select(Item.id, Item.epoch).where(Item.id.in_(item_ids), Item.ended_at.is_not(None))
    )
    return {item_id: epoch for item_id, epoch in rows}


def live(session: Session, most: int) -> int:
    """Return how many items live as far as SQL has heard; counting stops behind ``most``."""
    few = select(Item.id).where(Item.ended_at.is_(None)).limit(most + 1).subquery()
    return session.scalar(select(func.count()).select_from(few)) or 0
