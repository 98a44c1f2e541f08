"""What is paused, as SQL remembers it for a queue that lost it.

Whoever pauses, resumes or compares holds the lock meanwhile, so that nobody acts on what was.
"""

import datetime
from collections.abc import Collection

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from web.db.bulk import POSTGRESQL, dialect_of
from web.db.models import Pause


def lock(session: Session) -> None:
    """Let nobody else pass until the transaction ends. On SQLite there is one writer anyway."""
    if dialect_of(session) == POSTGRESQL:
        session.execute(text("LOCK TABLE pause IN EXCLUSIVE MODE"))


def remembered(session: Session) -> set[str]:
    """Return the paused scopes: priorities, or ``*`` for all."""
    return set(session.scalars(select(Pause.scope)))


def remember(session: Session, scopes: Collection[str], now: datetime.datetime) -> None:
    """Remember these, and no others. Does not commit."""
    session.execute(delete(Pause).where(Pause.scope.not_in(scopes)))
    for scope in set(scopes) - remembered(session):
        session.add(Pause(scope=scope, since=now))
