"""The next step of a job whose items have all ended: one more item, or its end.

What a step needs from the store is read before the transaction that takes it, so a step is first
looked up, then taken only if it is still the next one.
"""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from web.db import dispatch
from web.db.locks import lock_jobs
from web.db.manifest import Manifest
from web.db.models import (
    FileStatus,
    IssueCount,
    Item,
    ItemKind,
    ItemState,
    Job,
    JobFile,
    JobStatus,
    Output,
)


@dataclass(frozen=True)
class Part:
    """What became of one file of a job: a manifest, or the reason why there is none."""

    file_no: int
    manifest: str | None
    reason: str | None


@dataclass(frozen=True)
class Publish:
    """The job's result stands in this manifest."""

    manifest_uri: str
    written_at: datetime.datetime


@dataclass(frozen=True)
class Finish:
    """One more item puts the parts together."""

    parts: tuple[Part, ...]


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
    _record_dead_files(session, job_id)
    _record_files(session, job_id, manifest)
    _replace(session, Output, job_id, _outputs(step.manifest_uri, manifest))
    _replace(session, IssueCount, job_id, [vars(issue) for issue in manifest.issues])
    session.flush()
    return job


def end(session: Session, job_id: str, step: Step, how: End, now: datetime.datetime) -> Job | None:
    """End a job without a result; return it, or None when ``step`` is not the next one."""
    job = _locked(session, job_id, step)
    if job is None:
        return None
    _end(job, how.status, how.reason, now)
    _record_dead_files(session, job_id)
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
        return Finish(tuple(Part(i.file_no, i.manifest_uri, _why(i)) for i in items))
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


def _outputs(manifest_uri: str, manifest: Manifest) -> list[dict[str, Any]]:
    folder = manifest_uri.rpartition("/")[0]
    return [vars(output) | {"uri": f"{folder}/{output.name}"} for output in manifest.outputs]


def _replace(
    session: Session,
    table: type[Output] | type[IssueCount],
    job_id: str,
    rows: list[dict[str, Any]],
) -> None:
    session.execute(delete(table).where(table.job_id == job_id))
    if rows:
        session.execute(insert(table), [row | {"job_id": job_id} for row in rows])


def _record_files(session: Session, job_id: str, manifest: Manifest) -> None:
    """Write down what became of each file.

    Entries are found by the digest of the file's bytes. Several files with the same bytes have
    equally many entries, in the order of the files; an input with several tables has one each.
    """
    entries = defaultdict(list)
    for entry in manifest.files:
        entries[entry.sha256].append(entry)
    files = _files(session, job_id)
    twins = defaultdict(list)
    for file in files:
        twins[file.sha256].append(file)
    for digest, same in twins.items():
        share = len(entries[digest]) // len(same)
        for place, file in enumerate(same):
            of_file = entries[digest][place * share : (place + 1) * share]
            if not of_file:
                continue
            failed = [one for one in of_file if one.status is FileStatus.FAILED]
            file.status = (failed or of_file)[0].status
            file.reason = (failed or of_file)[0].reason
            file.counts = _sum([one.counts for one in of_file])
            tables = {one.table for one in of_file}
            file.table = file.table or (tables.pop() if len(tables) == 1 else None)


def _record_dead_files(session: Session, job_id: str) -> None:
    dead = {
        item.file_no: item.reason
        for item in _items(session, job_id)
        if item.kind is ItemKind.FILE and item.state is ItemState.DEAD
    }
    for file in _files(session, job_id):
        if file.file_no in dead:
            file.status, file.reason = FileStatus.FAILED, dead[file.file_no]


def _files(session: Session, job_id: str) -> Sequence[JobFile]:
    statement = select(JobFile).where(JobFile.job_id == job_id).order_by(JobFile.file_no)
    return session.scalars(statement).all()


def _sum(counts: Sequence[dict[str, int]]) -> dict[str, int]:
    names = dict.fromkeys(name for one in counts for name in one)
    return {name: sum(one.get(name, 0) for one in counts) for name in names}
