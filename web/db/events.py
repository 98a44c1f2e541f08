"""Events of the queue, applied to rows. Any of them may come twice, late, or not at all."""

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, Table, bindparam, delete, select, true, update
from sqlalchemy.orm import Session

from web.db.advance import end_item, recompute
from web.db.bulk import among, dialect_of, insert_into, packed, texts
from web.db.event import ItemEvent
from web.db.event_rows import Attempts, ItemRow, read_items, write_items
from web.db.locks import lock_jobs_of, lock_owners
from web.db.models import EventSeen, Item, ItemKind, ItemState, Outbox
from web.db.words import Event

_SEEN: Table = EventSeen.__table__  # type: ignore[assignment]
_ITEM: Table = Item.__table__  # type: ignore[assignment]
_OUTBOX: Table = Outbox.__table__  # type: ignore[assignment]
_UNKNOWN = Event.UNKNOWN

EVENT_REFUSED = "event_refused"
"""The reason of an item whose event SQL cannot hold."""


@dataclass(frozen=True)
class Applied:
    """What a batch told, new or not: (item, epoch) that ended, and items Redis did not know."""

    ended: list[tuple[str, int]]
    unknown: set[str]


def apply(session: Session, events: Sequence[ItemEvent], now: datetime.datetime) -> Applied:
    """Apply a batch, oldest first: attempts, items, then jobs. Does not commit.

    An event is applied once, by its ``eid``. The first terminal event of an item's epoch always
    applies and nothing follows it; others apply only where their place grows; those of another
    epoch tell about attempts only.
    """
    new = _unseen(session, events, now)
    lock_owners(session, {event.item_id for event in new})
    items = read_items(session, {event.item_id for event in new})
    told = [event for event in new if event.item_id in items and event.event is not _UNKNOWN]
    attempts = Attempts()
    for event in told:
        attempts.tell(event)
        items[event.item_id].tell(event)
    attempts.write(session)
    write_items(session, items.values())
    _note_ranges(session, items.values())
    # Whatever the queue tells about a dispatch, it has it.
    _confirm(session, {(event.item_id, event.epoch) for event in told})
    recompute(session, {item.job_id for item in items.values()}, now, _starts(items.values()))
    return Applied(
        ended=[(event.item_id, event.epoch) for event in events if event.event.terminal],
        unknown={event.item_id for event in events if event.event is _UNKNOWN},
    )


def give_up(
    session: Session, item_id: str, epoch: int, reason: str, now: datetime.datetime
) -> bool:
    """End an item, if that is its epoch and it lives, whose event or message is refused.

    Otherwise it would be dispatched for ever: its end could never be recorded, or not begin.
    """
    jobs, items = lock_jobs_of(session, [item_id])
    item = items.get(item_id)
    if item is None or item.epoch != epoch or item.state.terminal:
        return False
    end_item(item, ItemState.DEAD, now, reason)
    session.execute(delete(Outbox).where(Outbox.item_id == item_id))
    recompute(session, jobs, now)
    return True


def forget(session: Session, before: datetime.datetime, limit: int) -> int:
    """Forget at most ``limit`` events that were seen before a time; return how many.

    What is forgotten must not stand in ``results`` any more. Should it, rows of items that ended
    still do not change.
    """
    old = select(EventSeen.eid).where(EventSeen.seen_at < before).limit(limit)
    forgotten = delete(EventSeen).where(EventSeen.eid.in_(old)).returning(EventSeen.eid)
    return len(session.scalars(forgotten).all())


def _unseen(
    session: Session, events: Sequence[ItemEvent], now: datetime.datetime
) -> list[ItemEvent]:
    """Remember the events and return, in order, those that were not remembered before.

    Of two transactions with the same events, the second waits here for the end of the first.
    """
    by_eid = {event.eid: event for event in reversed(events)}
    if not by_eid:
        return []
    dialect = dialect_of(session)
    rows = packed(dialect, sorted(by_eid))
    inserted = set(session.connection().scalars(_remember(dialect), rows | {"now": now}).all())
    return [event for event in events if event.eid in inserted and by_eid[event.eid] is event]


@cache
def _remember(dialect: str) -> Any:
    """The statement; WHERE, or SQLite takes ON CONFLICT for the condition of a join."""
    rows = select(texts(dialect).c.value, bindparam("now", type_=_SEEN.c.seen_at.type))
    insert = insert_into(dialect, _SEEN).from_select(["eid", "seen_at"], rows.where(true()))
    return insert.on_conflict_do_nothing().returning(_SEEN.c.eid)


def _confirm(session: Session, dispatches: Collection[tuple[str, int]]) -> None:
    dialect, connection = dialect_of(session), session.connection()
    rows = packed(dialect, {item_id for item_id, _ in dispatches})
    pending = connection.execute(_pending(dialect), rows)
    confirmed = [{"of": i, "in_epoch": epoch} for i, epoch in pending if (i, epoch) in dispatches]
    if confirmed:
        connection.execute(_CONFIRMED, confirmed)


@cache
def _pending(dialect: str) -> Select[Any]:
    return select(_OUTBOX.c.item_id, _OUTBOX.c.epoch).where(among(dialect, _OUTBOX.c.item_id))


_CONFIRMED = delete(_OUTBOX).where(
    _OUTBOX.c.item_id == bindparam("of"), _OUTBOX.c.epoch == bindparam("in_epoch")
)


def _note_ranges(session: Session, items: Iterable[ItemRow]) -> None:
    """Note which plans have just ended whose ranges are still to be made items."""
    plans = [{"of": item.id} for item in items if item.result and item.result.get("ranges")]
    if plans:
        session.connection().execute(_TO_DIVIDE, plans)


_TO_DIVIDE = (
    update(_ITEM)
    .where(_ITEM.c.id == bindparam("of"), _ITEM.c.kind == ItemKind.PLAN)
    .values(to_divide=True)
)


def _starts(items: Iterable[ItemRow]) -> dict[str, datetime.datetime]:
    """Return by job the first start among its items."""
    first: dict[str, datetime.datetime] = {}
    for item in items:
        if item.started_at is not None:
            first[item.job_id] = min(item.started_at, first.get(item.job_id, item.started_at))
    return first
