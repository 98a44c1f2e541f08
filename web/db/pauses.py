"""What is paused, as SQL remembers it for a queue that lost it."""

import datetime
from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from web.db.models import Pause


def remembered(session: Session) -> set[str]:
    """Return the paused scopes: priorities, or ``*`` for all."""
    return set(session.scalars(select(Pause.scope)))


def remember(session: Session, scopes: Collection[str], now: datetime.datetime) -> None:
    """Remember these, and no others. Does not commit."""
    session.execute(delete(Pause).where(Pause.scope.not_in(scopes)))
    for scope in set(scopes) - remembered(session):
        session.merge(Pause(scope=scope, since=now))
