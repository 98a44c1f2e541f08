"""The audit log: who did what to what. Appended in the transaction of what was done."""

import datetime
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from web.db.models import AuditEntry

NOBODY = "anonymous"
"""Who acts where nobody has to log in."""


def append(
    session: Session,
    what: str,
    target: str | None,
    *,
    at: datetime.datetime,
    who: str = NOBODY,
    key_id: str | None = None,
    address: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add an entry.

    Args:
        session: Open session; this function does not commit.
        what: The act, as ``job.submit``.
        target: The id of what it was done to.
        at: When.
        who: The owner of the key, or which process.
        key_id: The key that was shown.
        address: Where the request came from.
        detail: Counts and choices; no patient value.
    """
    session.add(
        AuditEntry(
            at=at,
            who=who,
            what=what,
            target=target,
            key_id=key_id,
            address=address,
            detail=detail or {},
        )
    )


def page(session: Session, *, before: int | None, limit: int) -> Sequence[AuditEntry]:
    """Return entries, the newest first, beginning below a row number."""
    wanted = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(AuditEntry.id < before)
    return session.scalars(wanted).all()
