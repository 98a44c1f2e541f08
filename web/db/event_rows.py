"""What a batch of events makes of items and attempts: folded here, then written in bulk."""

import datetime
from collections.abc import Collection, Iterable
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Select, Table, Update, bindparam, case, func, select
from sqlalchemy.orm import Session

from web.db.bulk import (
    POSTGRESQL,
    among,
    dialect_of,
    insert_into,
    packed,
    records,
    update_by_id,
    write,
)
from web.db.event import ItemEvent
from web.db.models import Attempt, Item, ItemState
from web.db.words import Event

_ITEM: Table = Item.__table__  # type: ignore[assignment]
_ATTEMPT: Table = Attempt.__table__  # type: ignore[assignment]
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
# Told by name here: to look a member up in its class costs as much as the rest of a comparison.
_STARTED, _RETRY, _LOST = Event.STARTED, Event.RETRY, Event.LOST
_READ = (
    *("id", "job_id", "epoch", "state", "delivery", "event_rank", "failures", "losses", "claim"),
    *("worker", "reason", "started_at", "ended_at"),
)
_WRITTEN = (*_READ[3:], "result", "manifest_uri")


class ItemRow:
    """A row of ``item``, as far as events change it."""

    __slots__ = (*_READ, "changed", "manifest_uri", "result")

    def __init__(
        self,
        id: str,
        job_id: str,
        epoch: int,
        state: ItemState,
        delivery: int,
        event_rank: int,
        failures: int,
        losses: int,
        claim: str | None,
        worker: str | None,
        reason: str | None,
        started_at: datetime.datetime | None,
        ended_at: datetime.datetime | None,
    ) -> None:
        self.id, self.job_id, self.epoch = id, job_id, epoch
        self.state, self.delivery, self.event_rank = state, delivery, event_rank
        self.failures, self.losses = failures, losses
        self.claim, self.worker, self.reason = claim, worker, reason
        self.started_at, self.ended_at = started_at, ended_at
        # An item that has a result has ended, and its row is not written any more.
        self.result: dict[str, Any] | None = None
        self.manifest_uri: str | None = None
        self.changed = False

    def tell(self, event: ItemEvent) -> None:
        """Apply an event, if it is of this epoch and the item lives."""
        if event.epoch != self.epoch or self.ended_at is not None:
            return
        what = event.event
        self.changed = True
        # Each is told once, in whatever order; the next dispatch begins with these counts.
        self.failures += what is _RETRY
        self.losses += what is _LOST
        if not what.terminal and event.place <= (self.delivery, self.event_rank):
            return
        self.delivery, self.event_rank = event.place
        self.claim, self.worker = event.claim, event.worker
        self.state = _STATES[what]
        self.reason = event.reason
        if what is _STARTED:
            self.started_at = event.at
        elif what.terminal:
            self.ended_at = event.at
            self.result = event.result
            self.manifest_uri = event.result["manifest"] if event.result else None


def read_items(session: Session, item_ids: Collection[str]) -> dict[str, ItemRow]:
    """Return items by id; the caller has locked their jobs."""
    dialect = dialect_of(session)
    found = session.connection().execute(_read(dialect), packed(dialect, item_ids))
    return {row[0]: ItemRow(*row) for row in found.all()}


@cache
def _read(dialect: str) -> Select[Any]:
    return select(*(_ITEM.c[name] for name in _READ)).where(among(dialect, _ITEM.c.id))


def write_items(session: Session, items: Iterable[ItemRow]) -> None:
    """Write those that events changed."""
    rows = [_values(item) for item in items if item.changed]
    if rows:
        write(session, _write, rows)


_values = attrgetter(*_WRITTEN, "id")


@cache
def _write(dialect: str) -> Update:
    return update_by_id(dialect, _ITEM, _WRITTEN)


class Attempts:
    """The attempts that a batch tells about, by item, epoch and claim."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, int, str], list[Any]] = {}

    def tell(self, event: ItemEvent) -> None:
        """Note what an event says; of several ends the first one counts."""
        if event.claim is None:
            return
        key = (event.item_id, event.epoch, event.claim)
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = [*key, event.delivery, event.worker, None, None, None, None]
        if event.event is _STARTED:
            row[_STARTED_AT] = event.at
        elif row[_OUTCOME] is None:
            row[_ENDED_AT:] = event.at, event.event, event.reason

    def write(self, session: Session) -> None:
        """Insert them; where there is a row already, add what it does not say yet."""
        if self._rows:
            write(session, _upsert, self._rows.values())


_ATTEMPT_COLUMNS = (
    *("item_id", "epoch", "claim", "delivery", "worker"),
    *("started_at", "ended_at", "outcome", "reason"),
)
_STARTED_AT, _ENDED_AT, _OUTCOME = 5, 6, 7


@cache
def _upsert(dialect: str) -> Any:
    insert = insert_into(dialect, _ATTEMPT)
    if dialect == POSTGRESQL:
        rows = records(dialect, [_ATTEMPT.c[name] for name in _ATTEMPT_COLUMNS])
        insert = insert.from_select(_ATTEMPT_COLUMNS, select(rows), include_defaults=False)
    else:
        insert = insert.values({name: bindparam(name) for name in _ATTEMPT_COLUMNS})
    new, unended = insert.excluded, _ATTEMPT.c.outcome.is_(None)
    return insert.on_conflict_do_update(
        index_elements=_ATTEMPT_COLUMNS[:3],
        set_={"started_at": func.coalesce(new.started_at, _ATTEMPT.c.started_at)}
        | {
            name: case((unended, new[name]), else_=_ATTEMPT.c[name])
            for name in ("ended_at", "outcome", "reason")
        },
    )
