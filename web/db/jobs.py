"""What the API stores about jobs and asks of them. The caller owns the transaction."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.orm import Session

from web.db.models import (
    Attempt,
    IdempotencyKey,
    IssueCount,
    Item,
    ItemKind,
    ItemState,
    Job,
    JobFile,
    Outbox,
    Priority,
)

FIRST_EPOCH = 1
HEAD_START = datetime.timedelta(seconds=1)
"""How long the relay leaves a new item to the request that made it."""

FACETS = ("file", "table", "field", "rule_id", "severity", "disposition")


def submit(
    session: Session,
    job: Job,
    files: Sequence[JobFile],
    items: Sequence[Item],
    now: datetime.datetime,
    key: IdempotencyKey | None = None,
) -> None:
    """Insert a job with its files, its first items and their dispatch, and the client's key.

    Args:
        session: Open session; this function flushes and does not commit.
        job: The job's row.
        files: All of its files.
        items: One or more, in the order in which they are to be dispatched.
        now: When; after a long upload this is later than the job's ``created_at``.
        key: The client's key for this request, if any.

    Raises:
        IntegrityError: The key is bound to a job already; nothing may be kept.
    """
    session.add(job)
    session.flush()
    if key is not None:
        session.add(key)
        session.flush()
    session.add_all(files)
    session.add_all(items)
    session.flush()
    session.add_all(
        Outbox(
            item_id=item.id,
            epoch=FIRST_EPOCH,
            priority=item.priority,
            created_at=now,
            due_at=now + HEAD_START,
        )
        for item in items
    )
    session.flush()


def of_key(session: Session, owner: str, key: str) -> IdempotencyKey | None:
    """Return what a client's key is bound to, or None."""
    return session.get(IdempotencyKey, (owner, key))


def find(session: Session, job_id: str, owner: str | None) -> Job | None:
    """Return a job of an owner (None is anybody's), or None."""
    job = session.get(Job, job_id)
    return job if job is not None and owner in (None, job.owner) else None


def files_of(session: Session, job_id: str) -> Sequence[JobFile]:
    """Return the files of a job, in the order they were sent."""
    wanted = select(JobFile).where(JobFile.job_id == job_id).order_by(JobFile.file_no)
    return session.scalars(wanted).all()


def files_in_short(session: Session, job_ids: Sequence[str]) -> Mapping[str, tuple[str, int]]:
    """Return the name of the first file of each job, and how many files it has."""
    first = func.max(case((JobFile.file_no == 1, JobFile.name)))
    wanted = select(JobFile.job_id, first, func.count()).where(JobFile.job_id.in_(job_ids))
    rows = session.execute(wanted.group_by(JobFile.job_id))
    return {job_id: (name, count) for job_id, name, count in rows}


def items_of(session: Session, job_id: str) -> Sequence[Item]:
    """Return the items of a job, the oldest first, those of files in the order of the files."""
    wanted = select(Item).where(Item.job_id == job_id)
    return session.scalars(wanted.order_by(Item.created_at, Item.file_no, Item.id)).all()


def attempts_of(session: Session, job_id: str) -> Sequence[Attempt]:
    """Return all attempts at the items of a job, by item, the first one first."""
    wanted = (
        select(Attempt)
        .join(Item, Attempt.item_id == Item.id)
        .where(Item.job_id == job_id)
        .order_by(Attempt.item_id, Attempt.epoch, Attempt.delivery)
    )
    return session.scalars(wanted).all()


def request_cancel(session: Session, job_id: str) -> bool:
    """Store the wish to cancel a job; False when it has ended already or does not exist.

    A second wish is as good as the first one.
    """
    statement = (
        update(Job)
        .where(Job.id == job_id, Job.finished_at.is_(None))
        .values(cancel_wanted=True)
        .returning(Job.id)
    )
    return session.execute(statement).one_or_none() is not None


@dataclass(frozen=True)
class Stand:
    """How far an item is as far as SQL has heard, and how many bytes it reads."""

    item_id: str
    file_no: int
    kind: ItemKind
    epoch: int
    priority: Priority
    state: ItemState
    result: Mapping[str, Any] | None
    bytes: int

    @property
    def divided(self) -> bool:
        """Whether it was only a plan, and the ranges of its file are items too."""
        return self.kind is ItemKind.PLAN and bool((self.result or {}).get("ranges"))


def several(session: Session, job_ids: Sequence[str]) -> Sequence[Job]:
    """Return jobs by their ids, in no order; one that does not exist is left out."""
    return session.scalars(select(Job).where(Job.id.in_(job_ids))).all()


def stands_of(session: Session, job_id: str) -> Sequence[Stand]:
    """Return how far the items of a job are; those about all files read no file of their own.

    Of a job that was run again only the newest of those.
    """
    return stands_of_several(session, [job_id])[job_id]


def stands_of_several(session: Session, job_ids: Sequence[str]) -> Mapping[str, Sequence[Stand]]:
    """Return how far the items of jobs are, as ``stands_of`` does, by the ids of the jobs."""
    start, end = (Item.message["input"]["range"][edge] for edge in ("start", "end"))
    wanted = (
        select(
            Item.job_id,
            Item.id,
            Item.file_no,
            Item.kind,
            Item.epoch,
            Item.priority,
            Item.state,
            Item.result,
            func.coalesce(end.as_integer() - start.as_integer(), JobFile.bytes, 0),
        )
        .join(
            JobFile,
            (JobFile.job_id == Item.job_id) & (JobFile.file_no == Item.file_no),
            isouter=True,
        )
        .join(Job, Job.id == Item.job_id)
        .where(Item.job_id.in_(job_ids), (Item.file_no > 0) | (Item.range_no == Job.retries))
        .order_by(Item.created_at, Item.file_no, Item.id)
    )
    found: dict[str, list[Stand]] = {job_id: [] for job_id in job_ids}
    for job_id, *row in session.execute(wanted):
        found[job_id].append(Stand(*row))
    return found


def live_items(session: Session, job_id: str) -> Sequence[Item]:
    """Return the items of a job that have not ended as far as SQL has heard."""
    wanted = select(Item).where(Item.job_id == job_id, Item.ended_at.is_(None)).order_by(Item.id)
    return session.scalars(wanted).all()


def issues(
    session: Session, job_id: str, equal: Mapping[str, str], *, after: int, limit: int
) -> Sequence[IssueCount]:
    """Return counts of findings, narrowed by columns of ``FACETS``, beginning after a row."""
    wanted = (
        select(IssueCount)
        .where(*_narrowed(job_id, equal), IssueCount.id > after)
        .order_by(IssueCount.id)
        .limit(limit)
    )
    return session.scalars(wanted).all()


def count_issues(session: Session, job_id: str, equal: Mapping[str, str]) -> int:
    """Return how many findings a job has, narrowed as in ``issues``."""
    total = select(func.coalesce(func.sum(IssueCount.count), 0))
    return int(session.scalar(total.where(*_narrowed(job_id, equal))) or 0)


def _narrowed(job_id: str, equal: Mapping[str, str]) -> list[ColumnElement[bool]]:
    narrow = [getattr(IssueCount, name) == value for name, value in equal.items()]
    return [IssueCount.job_id == job_id, *narrow]
