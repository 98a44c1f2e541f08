"""Which content of Redis SQL believes in."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from web.db import dispatch
from web.db.models import RedisState

_ROW = 1


@dataclass(frozen=True)
class Known:
    """The generation SQL believes in, and the server that was last compared item by item."""

    generation: str
    server: str


NOTHING = Known("", "")


def known(session: Session) -> Known:
    """Return what SQL believes in, ``NOTHING`` in a new database."""
    row = session.execute(select(RedisState.generation, RedisState.server)).one_or_none()
    return NOTHING if row is None else Known(*row)


def meet(session: Session, generation: str, now: datetime.datetime) -> None:
    """Believe in a generation for the first time; nothing happens when SQL has one already.

    Nothing needs to be dispatched again: what the queue lost before this was never confirmed.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"id": _ROW, "generation": generation, "server": NOTHING.server, "changed_at": now}
    session.execute(dialect.insert(RedisState).values(row).on_conflict_do_nothing())


def change(session: Session, old: str, new: str, now: datetime.datetime) -> int | None:
    """Believe in a new generation and dispatch everything that lives again; return how much.

    None when ``old`` is not what SQL believes in: another reconciler was first.
    """
    mine = update(RedisState).where(RedisState.id == _ROW, RedisState.generation == old)
    values = {"generation": new, "server": NOTHING.server, "changed_at": now}
    if session.scalar(mine.values(values).returning(RedisState.id)) is None:
        return None
    return dispatch.everything_again(session, now)


def compared(session: Session, generation: str, server: str) -> None:
    """Note that every item was compared with this server while this was its generation."""
    session.execute(
        update(RedisState).where(RedisState.generation == generation).values(server=server)
    )


def compare_again(session: Session) -> None:
    """Let every item be compared again, at once."""
    session.execute(update(RedisState).values(server=NOTHING.server))


def state(session: Session) -> RedisState | None:
    """Return all that is known of the comparisons, None in a new database."""
    return session.get(RedisState, _ROW)


def swept(session: Session, now: datetime.datetime, repairs: Mapping[str, int]) -> None:
    """Note that every item was compared, and what was put right since that was noted last."""
    found = session.get(RedisState, _ROW, with_for_update=True)
    if found is None:
        return
    found.swept_at = now
    if repairs:
        before = found.repairs or {}
        sums = {kind: before.get(kind, 0) + count for kind, count in repairs.items()}
        found.repairs, found.repaired_at = before | sums, now


def checked(session: Session, now: datetime.datetime, violations: int) -> None:
    """Note how many items broke an invariant of the contract."""
    session.execute(update(RedisState).values(checked_at=now, violations=violations))
