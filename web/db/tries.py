"""How long somebody has to wait who tried to log in in vain: to one name, and from one address.

A try counts as failed before its password is looked at, so that tries at the same moment are
counted each, and a crash in between forgives nothing.
"""

import datetime
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from web.db.bulk import dialect_of, insert_into
from web.db.user_models import FailedTry

FIRST = datetime.timedelta(seconds=15)
"""The first wait; each further failure doubles it."""
NONE = datetime.timedelta()
FORGOTTEN = datetime.timedelta(hours=1)
"""After so much time without a try failures count no more."""


@dataclass(frozen=True)
class _Limit:
    """So many tries may fail without a wait; no wait is longer than ``longest``."""

    free: int
    longest: datetime.timedelta

    def wait(self, failed: int) -> datetime.timedelta:
        """Return how long to wait after so many failures."""
        if failed < self.free:
            return NONE
        # beyond ten doublings everything is longer than the longest
        doubled: datetime.timedelta = FIRST * 2 ** min(failed - self.free, 10)
        return min(self.longest, doubled)


NAME = _Limit(5, datetime.timedelta(minutes=15))
ADDRESS = _Limit(20, datetime.timedelta(minutes=1))
"""Milder, since many people may come from one address: that of a proxy, or of a hospital."""


def take(session: Session, name: str, address: str, now: datetime.datetime) -> datetime.timedelta:
    """Count a try as failed, unless it comes too early; return how long to wait then, else 0."""
    rows = _rows(session, name, address, now)
    wait = max(row.last_at + limit.wait(row.count) - now for row, limit in rows)
    if wait > NONE:
        return wait
    for row, _ in rows:
        row.count, row.last_at = row.count + 1, now
    return NONE


def wait_now(
    session: Session, name: str, address: str, now: datetime.datetime
) -> datetime.timedelta:
    """Return how long the next try to this name or from this address has to wait."""
    return max(limit.wait(row.count) for row, limit in _rows(session, name, address, now))


def forgive(session: Session, name: str, address: str) -> None:
    """Take back that a try failed. Those before it do not count any more, but for the address.

    Else who has a password of their own could try those of others without end.
    """
    session.execute(delete(FailedTry).where(FailedTry.sha256 == _of_name(name)))
    session.execute(
        update(FailedTry)
        .where(FailedTry.sha256 == _of_address(address), FailedTry.count > 0)
        .values(count=FailedTry.count - 1)
    )


def forget_old(session: Session, now: datetime.datetime) -> None:
    """Delete what does not count any more."""
    session.execute(delete(FailedTry).where(FailedTry.last_at <= now - FORGOTTEN))


def _rows(
    session: Session, name: str, address: str, now: datetime.datetime
) -> list[tuple[FailedTry, _Limit]]:
    """Return the counts of a name and of an address, locked, made if need be."""
    wanted = (_of_name(name), _of_address(address))
    # Always in one order, so that no two requests wait for each other.
    fresh = [{"sha256": one, "count": 0, "last_at": now} for one in sorted(wanted)]
    new = insert_into(dialect_of(session), FailedTry).values(fresh)
    session.execute(new.on_conflict_do_nothing())
    locked = select(FailedTry).where(FailedTry.sha256.in_(wanted)).order_by(FailedTry.sha256)
    found = {row.sha256: row for row in session.scalars(locked.with_for_update())}
    for row in found.values():
        if row.last_at <= now - FORGOTTEN:
            row.count = 0
    return [(found[wanted[0]], NAME), (found[wanted[1]], ADDRESS)]


def _of_name(name: str) -> str:
    return sha256(f"name {name}".encode()).hexdigest()


def _of_address(address: str) -> str:
    return sha256(f"address {address}".encode()).hexdigest()
