"""Events of the queue, applied to rows. Any of them may come twice, late, or not at all."""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from web.db.advance import end_item, recompute
from web.db.locks import lock_jobs_of
from web.db.models import Attempt, EventSeen, Item, ItemState, Outbox, Outcome
from web.db.words import Event

EVENT_REFUSED = "event_refused"
"""The reason of an item whose event SQL cannot hold."""

_STARTED_RANK, _ENDED_RANK = 1, 2
_STATES = {
    Event.STARTED: ItemState.RUNNING,
    Event.RETRY: ItemState.DELAYED,
    Event.DEFERRED: ItemState.DELAYED,
    Event.RELEASED: ItemState.WAITING,
    Event.LOST: ItemState.WAITING,
    Event.SUCCEEDED: ItemState.SUCCEEDED,
    Event.DEAD: ItemState.DEAD,
    Event.CANCELLED: ItemState.CANCELLED,
}


class EventError(ValueError):
    """What was read is no event as ``schemas/event.json`` describes it."""


@dataclass(frozen=True)
class ItemEvent:
    """One event. ``epoch`` and ``delivery`` are 0 for ``unknown``, which has none."""

    eid: str
    item_id: str
    event: Event
    epoch: int
    delivery: int
    claim: str | None
    worker: str | None
    at: datetime.datetime
    reason: str | None
    result: dict[str, Any] | None
    manifest: str | None

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands among the events of its epoch: only a later place changes a row."""
        return self.delivery, _STARTED_RANK if self.event is Event.STARTED else _ENDED_RANK

    @classmethod
    def from_json(cls, raw: bytes) -> "ItemEvent":
        """Return the event that an element of ``results`` is.

        Raises:
            EventError: It is none.
        """
        try:
            found = json.loads(raw)
            event = Event(found["event"])
            result = dict(found["result"]) if event is Event.SUCCEEDED else None
            return cls(
                eid=_text(found["eid"]),
                item_id=_text(found["item_id"]),
                event=event,
                epoch=0 if event is Event.UNKNOWN else int(found["epoch"]),
                delivery=0 if event is Event.UNKNOWN else int(found["delivery"]),
                claim=_text_or_none(found["claim"]),
                worker=_text_or_none(found["worker"]),
                at=datetime.datetime.fromtimestamp(found["at"] / 1000, datetime.UTC),
                reason=_text_or_none(found["reason"]),
                result=result,
                manifest=None if result is None else _text(result["manifest"]),
            )
        except (ValueError, KeyError, TypeError, OverflowError, OSError) as error:
            raise EventError("not an event of the queue") from error


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
    jobs, items = lock_jobs_of(session, {event.item_id for event in new})
    attempts = _attempts(session, new)
    told = [event for event in new if event.item_id in items and event.event is not Event.UNKNOWN]
    for event in told:
        _tell_attempt(session, attempts, event)
        _tell_item(items[event.item_id], event)
    # Whatever the queue tells about a dispatch, it has it.
    dispatches = {(event.item_id, event.epoch) for event in told}
    session.execute(delete(Outbox).where(tuple_(Outbox.item_id, Outbox.epoch).in_(dispatches)))
    recompute(session, jobs.values(), now)
    return Applied(
        ended=[(event.item_id, event.epoch) for event in events if event.event.terminal],
        unknown={event.item_id for event in events if event.event is Event.UNKNOWN},
    )


def give_up(session: Session, item_id: str, epoch: int, now: datetime.datetime) -> bool:
    """End an item, if that is its epoch and it lives, because an event of it is refused.

    Otherwise it would be dispatched again for ever: its end can never be recorded.
    """
    jobs, items = lock_jobs_of(session, [item_id])
    item = items.get(item_id)
    if item is None or item.epoch != epoch or item.state.terminal:
        return False
    end_item(item, ItemState.DEAD, now, EVENT_REFUSED)
    session.execute(delete(Outbox).where(Outbox.item_id == item_id))
    recompute(session, jobs.values(), now)
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
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(EventSeen).on_conflict_do_nothing().returning(EventSeen.eid)
    rows = [{"eid": eid, "seen_at": now} for eid in sorted(by_eid)]
    inserted = set(session.scalars(statement, rows)) if rows else set()
    return [event for event in events if event.eid in inserted and by_eid[event.eid] is event]


Attempts = dict[tuple[str, int, str], Attempt]


def _attempts(session: Session, events: Sequence[ItemEvent]) -> Attempts:
    """Return the attempts that events are about, as far as there are rows."""
    wanted = {(event.item_id, event.claim) for event in events if event.claim}
    found = session.scalars(
        select(Attempt).where(tuple_(Attempt.item_id, Attempt.claim).in_(wanted))
    )
    return {(one.item_id, one.epoch, one.claim): one for one in found}


def _tell_attempt(session: Session, attempts: Attempts, event: ItemEvent) -> None:
    if event.claim is None:
        return
    key = (event.item_id, event.epoch, event.claim)
    attempt = attempts.get(key)
    if attempt is None:
        attempt = attempts[key] = Attempt(
            item_id=event.item_id,
            epoch=event.epoch,
            claim=event.claim,
            delivery=event.delivery,
            worker=event.worker,
        )
        session.add(attempt)
    if event.event is Event.STARTED:
        attempt.started_at = event.at
    elif attempt.outcome is None:
        attempt.outcome = Outcome(event.event)
        attempt.ended_at = event.at
        attempt.reason = event.reason


def _tell_item(item: Item, event: ItemEvent) -> None:
    if event.epoch != item.epoch or item.state.terminal:
        return
    # Each is told once, in whatever order; the next dispatch begins with these counts.
    item.failures += event.event is Event.RETRY
    item.losses += event.event is Event.LOST
    if not event.event.terminal and event.place <= (item.delivery, item.event_rank):
        return
    item.delivery, item.event_rank = event.place
    item.claim, item.worker = event.claim, event.worker
    item.state = _STATES[event.event]
    item.reason = event.reason
    if event.event is Event.STARTED:
        item.started_at = event.at
    elif event.event.terminal:
        end_item(item, item.state, event.at, event.reason)
        item.result, item.manifest_uri = event.result, event.manifest


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("not a text")
    return value


def _text_or_none(value: Any) -> str | None:
    return None if value is None else _text(value)
