"""Seals of the audit log: each entry gets a number and a digest that covers the one before.

Whoever changes, removes or inserts a sealed entry breaks every seal behind it. Sealing is apart
from appending, so that no transaction waits for another one to write its entry.
"""

import datetime
import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from web.db.bulk import POSTGRESQL, dialect_of
from web.db.models import AuditEntry

_LOCK = 0x5EA1  # any number that nothing else in the database locks
_PAGE = 1000


@dataclass(frozen=True)
class Verdict:
    """What looking at the whole log found.

    ``broken_at`` is the number of the first seal that does not hold; ``head`` is the last seal:
    noted elsewhere, it also shows when the end of the log was cut off.
    """

    sealed: int
    unsealed: int
    head: str | None
    broken_at: int | None


def waiting(session: Session) -> bool:
    """Return whether an entry is not sealed yet."""
    wanted = select(AuditEntry.id).where(AuditEntry.seal_no.is_(None)).limit(1)
    return session.scalars(wanted).first() is not None


def seal(session: Session, limit: int) -> int:
    """Seal the oldest unsealed entries; return how many. One process at a time does."""
    if dialect_of(session) == POSTGRESQL:
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    newest = select(AuditEntry).where(AuditEntry.seal_no.is_not(None))
    last = session.scalars(newest.order_by(AuditEntry.seal_no.desc()).limit(1)).one_or_none()
    number, digest = (last.seal_no or 0, last.sha256) if last else (0, None)
    unsealed = select(AuditEntry).where(AuditEntry.seal_no.is_(None))
    entries = session.scalars(unsealed.order_by(AuditEntry.id).limit(limit)).all()
    for entry in entries:
        number += 1
        entry.seal_no, entry.previous_sha256 = number, digest
        entry.sha256 = digest = _digest(entry)
    return len(entries)


def verify(session: Session) -> Verdict:
    """Look at every seal."""
    number, digest, broken = 0, None, None
    for entry in _sealed(session):
        number += 1
        holds = (entry.seal_no, entry.previous_sha256) == (number, digest)
        if broken is None and not (holds and entry.sha256 == _digest(entry)):
            broken = number
        digest = entry.sha256
    unsealed = select(func.count()).where(AuditEntry.seal_no.is_(None))
    return Verdict(number, session.scalar(unsealed) or 0, digest, broken)


def _sealed(session: Session) -> Iterator[AuditEntry]:
    """Return all sealed entries in their order, some at a time."""
    after = 0
    while True:
        wanted = select(AuditEntry).where(AuditEntry.seal_no > after)
        some = session.scalars(wanted.order_by(AuditEntry.seal_no).limit(_PAGE)).all()
        if not some:
            return
        yield from some
        after = some[-1].seal_no or 0
        session.expunge_all()


def _digest(entry: AuditEntry) -> str:
    """Return the digest of everything an entry says, and of the seal before it."""
    content = [
        entry.seal_no,
        entry.previous_sha256,
        entry.id,
        entry.at.astimezone(datetime.UTC).isoformat(),
        entry.who,
        entry.key_id,
        entry.what,
        entry.target,
        entry.address,
        entry.detail,
    ]
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
