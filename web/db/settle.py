"""The next step of a job whose items have all ended: one more item, or its end.

What a step needs from the store is read before the transaction that takes it, so a step is first
looked up, then taken only if it is still the next one.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from web.db import dispatch, results
from web.db.locks import lock_jobs
from web.db.manifest import Manifest
from web.db.models import Item, ItemKind, ItemState, Job, JobStatus


@dataclass(frozen=True)
class Part:
    """What became of one file of a job: a manifest, or the reason why there is none."""

    file_no: int
    manifest: str | None
    reason: str | None


@dataclass(frozen=True)
class Publish:
    """The job's result stands in this manifest, written before ``since``."""

    manifest_uri: str
    since: datetime.datetime


@dataclass(frozen=True)
class Finish:
    """One more item puts the parts together, all of them there ``since`` then."""

    parts: tuple[Part, ...]
    since: datetime.datetime


@dataclass(frozen=True)
class End:
    """The job ends without a result."""

    status: JobStatus
    reason: str | None


Step = Publish | Finish | End


def due(session: Session, now: datetime.datetime, limit: int) -> Sequence[str]:
    """Return jobs whose next step is due, the longest due first."""
    return session.scalars(
        select(Job.id).where(Job.settle_at <= now).order_by(Job.settle_at).limit(limit)
    ).all()


def look(session: Session, job_id: str) -> Step | None:
    """Return the next step of a job, or None when none is due any more."""
    job = session.get(Job, job_id)
    return None if job is None else _next_step(job, _items(session, job_id))


def of_job(session: Session, job_id: str) -> tuple[Job, dict[str, str]]:
    """Return a job and the trace context of its submission."""
    items = _items(session, job_id)
    return session.get_one(Job, job_id), dict(items[0].message["trace"])


def postpone(session: Session, job_id: str, until: datetime.datetime) -> None:
    """Let the next step of a job, if one is due, be due later."""
    session.execute(
        update(Job).where(Job.id == job_id, Job.settle_at.is_not(None)).values(settle_at=until)
    )


def dispatch_finish(session: Session, step: Finish, item: Item, now: datetime.datetime) -> bool:
    """Insert the item that puts the parts together; False when that is not the next step."""
    job = _locked(session, item.job_id, step)
    if job is None:
        return False
    dispatch.add(session, item, now)
    job.settle_at = None
    return True


def publish(
    session: Session, job_id: str, step: Publish, manifest: Manifest, now: datetime.datetime
) -> Job | None:
    """End a job with its result; return it, or None when that is not the next step.

    Raises:
        DataError: The database cannot hold what the manifest says.
        IntegrityError: The manifest names an output twice.
    """
    job = _locked(session, job_id, step)
    if job is None:
        return None
    _end(job, manifest.status, manifest.reason, now)
    job.manifest_uri = step.manifest_uri
    job.counts = dict(manifest.counts)
    results.record_dead(session, job_id)
    results.record(session, job_id, step.manifest_uri, manifest)
    session.flush()
    return job


def end(session: Session, job_id: str, step: Step, how: End, now: datetime.datetime) -> Job | None:
    """End a job without a result; return it, or None when ``step`` is not the next one."""
    job = _locked(session, job_id, step)
    if job is None:
        return None
    _end(job, how.status, how.reason, now)
    results.record_dead(session, job_id)
    session.flush()
    return job


def _items(session: Session, job_id: str) -> Sequence[Item]:
    statement = select(Item).where(Item.job_id == job_id).order_by(Item.file_no, Item.id)
    return session.scalars(statement.execution_options(populate_existing=True)).all()


def _locked(session: Session, job_id: str, step: Step) -> Job | None:
    """Lock a job and return it if ``step`` is still its next one."""
    [job] = lock_jobs(session, [job_id])
    return job if _next_step(job, _items(session, job_id)) == step else None


def _next_step(job: Job, items: Sequence[Item]) -> Step | None:
    if job.status.terminal or job.settle_at is None or any(not i.state.terminal for i in items):
        return None
    whole = [item for item in items if item.kind in (ItemKind.FINISH, ItemKind.LINK)]
    # The item of the only file writes everything itself.
    last = whole[0] if whole else items[0] if len(items) == 1 else None
    if last is not None:
        return _after_last(last)
    if job.cancel_wanted:
        return End(JobStatus.CANCELLED, None)
    if any(item.state is ItemState.SUCCEEDED for item in items):
        parts = tuple(Part(item.file_no, item.manifest_uri, _why(item)) for item in items)
        return Finish(parts, max(item.ended_at for item in items if item.ended_at))
    dead = [item for item in items if item.state is ItemState.DEAD]
    return End(JobStatus.FAILED, dead[0].reason) if dead else End(JobStatus.CANCELLED, None)


def _after_last(item: Item) -> Step:
    if item.state is ItemState.SUCCEEDED:
        assert item.manifest_uri is not None
        assert item.ended_at is not None
        return Publish(item.manifest_uri, item.ended_at)
    if item.state is ItemState.CANCELLED:
        return End(JobStatus.CANCELLED, None)
    return End(JobStatus.FAILED, item.reason)


def _why(item: Item) -> str | None:
    return None if item.state is ItemState.SUCCEEDED else item.reason or item.state.value


def _end(job: Job, status: JobStatus, reason: str | None, now: datetime.datetime) -> None:
    job.status, job.reason = status, reason
    job.finished_at, job.settle_at = now, None
