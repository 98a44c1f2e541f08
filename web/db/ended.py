"""How jobs ended lately: counts by status, whole and by the hour, from an index alone."""

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from web.db.bulk import POSTGRESQL, dialect_of
from web.db.models import Job, JobStatus

HOUR = datetime.timedelta(hours=1)

Ended = Mapping[JobStatus, int]
"""How many jobs ended, by how they did; what is not there is 0."""


@dataclass(frozen=True)
class Hour:
    """What ended in the hour that begins at ``start``."""

    start: datetime.datetime
    ended: Ended


def since(session: Session, owner: str | None, start: datetime.datetime) -> Ended:
    """Return how the jobs of an owner (None is anybody's) ended that did since a moment."""
    found: Counter[JobStatus] = Counter()
    for _, status, count in _counted(session, owner, start):
        found[status] += count
    return found


def by_hour(
    session: Session, owner: str | None, start: datetime.datetime, now: datetime.datetime
) -> Sequence[Hour]:
    """Return the same for each hour by the clock in UTC, also for those in which none ended."""
    found: dict[str, dict[JobStatus, int]] = {}
    for at, status, count in _counted(session, owner, start):
        found.setdefault(at, {})[status] = count
    first = start.replace(minute=0, second=0, microsecond=0)
    starts = [first + HOUR * n for n in range(int((now - first) / HOUR) + 1)]
    return [Hour(one, found.get(one.strftime("%Y-%m-%d %H"), {})) for one in starts]


def _counted(session: Session, owner: str | None, start: datetime.datetime) -> Any:
    """Return hour, status and count of what ended since a moment.

    By the status alone SQLite would group in the order of another index, and read all of it.
    """
    hour = _hour(session)
    mine = [] if owner is None else [Job.owner == owner]
    wanted = select(hour, Job.status, func.count()).where(Job.finished_at >= start, *mine)
    return session.execute(wanted.group_by(hour, Job.status))


def _hour(session: Session) -> Any:
    """Return the hour in which a job ended, as text."""
    if dialect_of(session) == POSTGRESQL:
        return func.to_char(func.timezone("UTC", Job.finished_at), "YYYY-MM-DD HH24")
    return func.strftime("%Y-%m-%d %H", Job.finished_at)
