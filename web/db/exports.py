"""Exports: outputs of jobs in other formats. The caller owns the transaction."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from web.db import tasks, usage
from web.db.locks import lock_jobs
from web.db.models import Job
from web.db.task_models import Export
from web.db.words import TaskKind
from web.ids import new_id


@dataclass(frozen=True)
class Source:
    """What an export is made of: an output, known by its digest."""

    name: str
    sha256: str
    table: str | None
    uri: str


def of_job(session: Session, job_id: str, format_: str) -> Mapping[tuple[str, str], Export]:
    """Return the exports of a job in a format, by name and digest of what they are made of."""
    wanted = select(Export).where(Export.job_id == job_id, Export.format == format_)
    return {(one.name, one.sha256): one for one in session.scalars(wanted)}


def ask(
    session: Session,
    job_id: str,
    sources: Sequence[Source],
    format_: str,
    now: datetime.datetime,
) -> int:
    """Let exports be made, those that failed once more; return how many of them are new wishes."""
    lock_jobs(session, [job_id])  # so that two callers do not ask for the same one
    known, asked = of_job(session, job_id, format_), 0
    for one in sources:
        found = known.get((one.name, one.sha256))
        if found is None:
            found = Export(id=new_id(), job_id=job_id, format=format_, **vars(one))
            session.add(found)
            session.flush()
        elif found.reason is None:
            continue
        found.reason = found.ended_at = None
        tasks.add(session, TaskKind.EXPORT, found.id, now)
        asked += 1
    return asked


def find(session: Session, export_id: str) -> tuple[Export, Job] | None:
    """Return an export and its job, whose files are there; or None."""
    wanted = (
        select(Export, Job)
        .join(Job, Job.id == Export.job_id)
        .where(Export.id == export_id, Job.purged_at.is_(None))
    )
    row = session.execute(wanted).one_or_none()
    return None if row is None else (row[0], row[1])


def made(session: Session, export: Export, what: dict[str, Any], now: datetime.datetime) -> bool:
    """Record that an export is there; False when the files of its job are gone by now."""
    [job] = lock_jobs(session, [export.job_id])
    if job.purged_at is not None:
        return False
    row = session.get_one(Export, export.id)
    more = what["bytes"] if row.made is None else 0
    row.made, row.reason, row.ended_at = what, None, now
    session.flush()
    usage.add(session, job.owner, more)
    return True


def give_up(session: Session, export_id: str, reason: str, now: datetime.datetime) -> None:
    """Record that an export could not be made."""
    row = session.get(Export, export_id)
    if row is not None:
        row.reason, row.ended_at = reason, now
