"""Dispatches: an item's epoch and its row in ``outbox``, always changed together."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, literal, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from web.db.advance import end_item, is_due, recompute
from web.db.locks import lock_jobs_of
from web.db.models import Item, ItemState, Job, Outbox, Priority


@dataclass(frozen=True)
class Due:
    """A dispatch that the queue has not confirmed, with all that it is to be told."""

    item_id: str
    epoch: int
    message: Mapping[str, Any]
    failures: int
    losses: int


_FRESH: dict[str, Any] = {
    "state": ItemState.WAITING,
    "delivery": 0,
    "event_rank": 0,
    "claim": None,
    "worker": None,
}
"""What a new epoch starts from; ``failures`` and ``losses`` are kept, they are budgets."""


def add(session: Session, item: Item, now: datetime.datetime) -> None:
    """Insert a new item with its first dispatch, due now."""
    session.add(item)
    session.flush()
    session.add(
        Outbox(
            item_id=item.id, epoch=item.epoch, priority=item.priority, created_at=now, due_at=now
        )
    )


def renew(session: Session, item: Item, now: datetime.datetime) -> None:
    """Dispatch an item that has ended with a new epoch and fresh budgets, due now."""
    item.epoch += 1
    item.failures = item.losses = 0
    item.reason = item.started_at = item.ended_at = item.result = item.manifest_uri = None
    item.to_divide, item.dismissed_at, item.cancel_wanted = False, None, False
    for name, value in _FRESH.items():
        setattr(item, name, value)
    session.merge(
        Outbox(
            item_id=item.id, epoch=item.epoch, priority=item.priority, created_at=now, due_at=now
        )
    )


def due(session: Session, now: datetime.datetime, limit: int) -> list[Due]:
    """Return at most ``limit`` dispatches that are due, by priority, but none to be cancelled."""
    found: list[Due] = []
    for priority in Priority:
        found += _due(session, priority, now, limit - len(found))
    return found


def _due(session: Session, priority: Priority, now: datetime.datetime, limit: int) -> Sequence[Due]:
    rows = session.execute(
        select(Item.id, Outbox.epoch, Item.message, Item.failures, Item.losses)
        .join(Item, Item.id == Outbox.item_id)
        .join(Job, Job.id == Item.job_id)
        .where(
            Outbox.priority == priority,
            is_due(Outbox.due_at, now),
            Job.cancel_wanted.is_(False),
            Item.cancel_wanted.is_(False),
        )
        .order_by(Outbox.due_at, Outbox.item_id)
        .limit(limit)
    )
    return [Due(*row) for row in rows]


def confirm(
    session: Session, dispatches: Collection[tuple[str, int]], now: datetime.datetime
) -> None:
    """Drop dispatches, given as (item, epoch), that the queue has; their jobs are queued now."""
    jobs, _ = lock_jobs_of(session, {item_id for item_id, _ in dispatches})
    session.execute(delete(Outbox).where(tuple_(Outbox.item_id, Outbox.epoch).in_(dispatches)))
    recompute(session, jobs, now)


def again(
    session: Session, seen: Mapping[str, tuple[int, int]], now: datetime.datetime
) -> list[str]:
    """Dispatch items again that the queue has lost; return those that were.

    Nothing happens to an item that ended meanwhile, has another epoch, or waits in the outbox.
    One that is to be cancelled, alone or with its job, ends cancelled instead.

    Args:
        session: Open session; this function does not commit.
        seen: By item, its epoch when the queue was asked, and the epoch the queue has, if any.
        now: When the new dispatches are due.
    """
    jobs, items = lock_jobs_of(session, seen)
    pending = set(session.scalars(select(Outbox.item_id).where(Outbox.item_id.in_(seen))))
    changed = [
        item
        for item in items.values()
        if item.epoch == seen[item.id][0] and not item.state.terminal and item.id not in pending
    ]
    for item in changed:
        if item.cancel_wanted or jobs[item.job_id].cancel_wanted:
            end_item(item, ItemState.CANCELLED, now, None)
            continue
        item.epoch = max(seen[item.id]) + 1
        for name, value in _FRESH.items():
            setattr(item, name, value)
        session.add(
            Outbox(
                item_id=item.id,
                epoch=item.epoch,
                priority=item.priority,
                created_at=now,
                due_at=now,
            )
        )
    recompute(session, jobs, now)
    return [item.id for item in changed]


def everything_again(session: Session, now: datetime.datetime) -> int:
    """Dispatch every item that has not ended with a new epoch; return how many."""
    every = select(Job.id).where(Job.finished_at.is_(None)).order_by(Job.id)
    every = every.with_for_update(key_share=True)
    session.execute(every)
    live = Item.ended_at.is_(None)
    # Jobs that came since are locked by the same statement: of one that is not, somebody else may
    # write down the end of an item, in the epoch that is changed here.
    session.execute(
        update(Item).where(live, Item.job_id.in_(every)).values(epoch=Item.epoch + 1, **_FRESH),
        execution_options={"synchronize_session": False},
    )
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    columns = ["item_id", "epoch", "priority", "created_at", "due_at"]
    time = Outbox.due_at.type
    rows = select(Item.id, Item.epoch, Item.priority, literal(now, time), literal(now, time)).where(
        live
    )
    insert = dialect.insert(Outbox).from_select(columns, rows)
    upsert = insert.on_conflict_do_update(
        index_elements=[Outbox.item_id],
        set_={"epoch": insert.excluded.epoch, "due_at": insert.excluded.due_at},
    )
    session.execute(upsert)
    return session.scalar(select(func.count()).select_from(Outbox)) or 0
