"""What follows for a job from the rows of its items."""

import datetime
from collections.abc import Collection, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Table, Update, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from web.db.bulk import among, dialect_of, packed, update_by_id, write
from web.db.models import Item, ItemKind, ItemState, Job, JobStatus

_JOB: Table = Job.__table__  # type: ignore[assignment]
_LIVE = [state for state in ItemState if not state.terminal]
_NONE: Mapping[str, datetime.datetime] = MappingProxyType({})

SOON = datetime.timedelta(minutes=1)
"""Nothing is put off for longer: what is due later was put off by a clock that was wrong."""


def is_due(
    at: InstrumentedAttribute[datetime.datetime] | InstrumentedAttribute[datetime.datetime | None],
    now: datetime.datetime,
) -> ColumnElement[bool]:
    """Return whether what is due at a time is so now, whatever the clock of its writer said."""
    return or_(at <= now, at > now + SOON)


def end_item(item: Item, state: ItemState, at: datetime.datetime, reason: str | None) -> None:
    """Let an item end in its epoch; the caller has locked its job and recomputes it."""
    item.state = state
    item.ended_at = at
    item.reason = reason


def ranges_of(item: Item) -> int:
    """Return in how many ranges a planned file is read; 0 when its item did all of the work."""
    if item.kind is not ItemKind.PLAN or item.state is not ItemState.SUCCEEDED:
        return 0
    return int((item.result or {}).get("ranges", 0))


def recompute(
    session: Session,
    job_ids: Collection[str],
    now: datetime.datetime,
    started: Mapping[str, datetime.datetime] = _NONE,
) -> None:
    """Bring the status of locked jobs up to their items; a status only moves forward.

    A job whose last item ended, or one of whose files is to be divided, is due to be settled
    (``web.db.settle``) from now on. Objects of jobs in the session are not refreshed.

    Args:
        session: Open session; this function does not commit.
        job_ids: The jobs.
        now: When they are due.
        started: By job, the first start among those that were recorded just now.
    """
    session.flush()
    dialect, connection = dialect_of(session), session.connection()
    changed = []
    found = connection.execute(_open(dialect), packed(dialect, job_ids)).all()
    for job_id, status, started_at, settle_at, waits, finished_at in found:
        if finished_at is not None:
            continue
        began = _earlier(started_at, started.get(job_id))
        due = settle_at if waits or settle_at is not None else now
        after = _status(status, began)
        if (after, began, due) != (status, started_at, settle_at):
            changed.append((after, began, due, job_id))
    if changed:
        write(session, _move_on, changed)


@cache
def _open(dialect: str) -> Any:
    of_job = Item.job_id == Job.id
    live = exists().where(of_job, Item.state.in_(_LIVE))
    divides = exists().where(of_job, Item.to_divide) & Job.cancel_wanted.is_(False)
    waits = live & ~divides
    # Whether they are finished is no condition: PostgreSQL might go through all that are not.
    told = (Job.id, Job.status, Job.started_at, Job.settle_at, waits, Job.finished_at)
    return select(*told).where(among(dialect, Job.id))


@cache
def _move_on(dialect: str) -> Update:
    return update_by_id(dialect, _JOB, ("status", "started_at", "settle_at"))


def _status(status: JobStatus, began: datetime.datetime | None) -> JobStatus:
    if began is not None:
        return JobStatus.RUNNING
    return JobStatus.QUEUED if status is JobStatus.ACCEPTED else status


def _earlier(
    one: datetime.datetime | None, other: datetime.datetime | None
) -> datetime.datetime | None:
    return min(one, other) if one and other else one or other
