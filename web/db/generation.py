"""Which content of Redis SQL believes in."""

import datetime
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
