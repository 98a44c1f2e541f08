"""The audit log: who did what to which job. Appended in the transaction of what was done."""

import datetime
from typing import Any

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
    address: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add an entry.

    Args:
        session: Open session; this function does not commit.
        what: The act, as ``job.submit``.
        target: The id of what it was done to.
        at: When.
        who: The owner of the key or session, or which process.
        address: Where the request came from.
        detail: Counts and choices; no patient value.
    """
    session.add(
        AuditEntry(at=at, who=who, what=what, target=target, address=address, detail=detail or {})
    )
