"""What is to be deleted from the store, as SQL knows it. The caller owns the transaction."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from web.db import audit, usage
from web.db.locks import lock_jobs
from web.db.models import Attempt, IdempotencyKey, Item, ItemState, Job, Outcome
from web.db.task_models import Task
from web.db.words import TaskKind

WHO = "retention"


@dataclass(frozen=True)
class Lost:
    """An attempt whose output nobody will read."""

    job_id: str
    item_id: str
    epoch: int
    claim: str


def to_purge(session: Session, ended_before: datetime.datetime, limit: int) -> Sequence[str]:
    """Return jobs that ended before a moment and still have their files, the oldest first.

    Those under a legal hold, and those that are known as tasks, are left out.
    """
    known = exists().where(Task.kind == TaskKind.PURGE, Task.target == Job.id)
    wanted = select(Job.id).where(
        Job.purged_at.is_(None), Job.held_at.is_(None), Job.finished_at < ended_before, ~known
    )
    return session.scalars(wanted.order_by(Job.finished_at).limit(limit)).all()


def take_to_purge(
    session: Session, job_id: str, ended_before: datetime.datetime, at: datetime.datetime
) -> bool:
    """Record that the files of a job are gone, if it ended before a moment; return whether it did.

    True also when that is recorded already. What SQL knows about it stays. Nobody can retry it from
    now on.
    """
    jobs = lock_jobs(session, [job_id])
    if not jobs or jobs[0].finished_at is None:
        return False
    if jobs[0].purged_at is not None:
        return True
    if jobs[0].held_at is not None or jobs[0].finished_at >= ended_before:
        return False
    forget_files(session, jobs[0], at)
    audit.append(session, "job.purge", job_id, at=at, who=WHO)
    return True


def forget_files(session: Session, job: Job, at: datetime.datetime) -> None:
    """Record that the files of a locked job are gone."""
    job.purged_at = at
    # Nobody can run again what died in it: it is in the dead letter no more.
    dead = (Item.job_id == job.id, Item.state == ItemState.DEAD, Item.dismissed_at.is_(None))
    session.execute(update(Item).where(*dead).values(dismissed_at=at))
    # Its key may make a new job again: what it would replay is gone.
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.job_id == job.id))
    usage.add(session, job.owner, -usage.of_job(session, job.id))


def to_sweep(
    session: Session, ended_before: datetime.datetime, limit: int, job_id: str | None = None
) -> Sequence[Lost]:
    """Return attempts that did not win, at items that ended before a moment.

    ``job_id``: only those of this job.
    """
    won = (Item.state == ItemState.SUCCEEDED) & (Item.claim == Attempt.claim)
    wanted = (
        select(Item.job_id, Attempt.item_id, Attempt.epoch, Attempt.claim)
        .join(Item, Attempt.item_id == Item.id)
        .join(Job, Item.job_id == Job.id)
        .where(
            Job.held_at.is_(None),
            Attempt.swept_at.is_(None),
            or_(Attempt.outcome.is_(None), Attempt.outcome != Outcome.SUCCEEDED),
            Item.ended_at < ended_before,
            ~won,
            *_of(job_id),
        )
        .limit(limit)
    )
    return [Lost(*row) for row in session.execute(wanted)]


def parts_to_sweep(
    session: Session, ended_before: datetime.datetime, limit: int, job_id: str | None = None
) -> Sequence[Lost]:
    """Return what items made, of jobs whose result stands elsewhere.

    The parts of several files, or of one in ranges, are put together by one more item; what the
    item of an only file made is the result itself. A retry puts them together anew: then the result
    of the run before is such a part too.
    """
    wanted = (
        select(Item.job_id, Attempt.item_id, Attempt.epoch, Attempt.claim)
        .join(Item, Attempt.item_id == Item.id)
        .join(Job, Item.job_id == Job.id)
        .where(
            Job.purged_at.is_(None),
            Job.held_at.is_(None),
            Job.finished_at < ended_before,
            Item.manifest_uri.is_distinct_from(Job.manifest_uri),
            Item.claim == Attempt.claim,
            Attempt.swept_at.is_(None),
            *_of(job_id),
        )
        .limit(limit)
    )
    return [Lost(*row) for row in session.execute(wanted)]


def _of(job_id: str | None) -> list[ColumnElement[bool]]:
    return [] if job_id is None else [Item.job_id == job_id]


@dataclass(frozen=True)
class Ended:
    """An item of a job that ended; ``claim`` is that of the attempt whose output stays, if any."""

    job_id: str
    item_id: str
    claim: str | None


def ended_items(
    session: Session,
    between: tuple[datetime.datetime, datetime.datetime],
    after: str,
    limit: int,
) -> Sequence[Ended]:
    """Return items of jobs that ended between two moments, by id, those after an id."""
    swept = exists().where(
        Attempt.item_id == Item.id, Attempt.claim == Item.claim, Attempt.swept_at.is_not(None)
    )
    claim = case(((Item.state == ItemState.SUCCEEDED) & ~swept, Item.claim))
    wanted = (
        select(Item.job_id, Item.id, claim)
        .join(Job, Item.job_id == Job.id)
        .where(
            Job.purged_at.is_(None),
            Job.held_at.is_(None),
            Job.finished_at.between(*between),
            Item.id > after,
        )
        .order_by(Item.id)
        .limit(limit)
    )
    return [Ended(*row) for row in session.execute(wanted)]


def mark_swept(session: Session, lost: Lost, at: datetime.datetime) -> None:
    """Record that what an attempt wrote is gone."""
    session.execute(
        update(Attempt)
        .where(
            Attempt.item_id == lost.item_id,
            Attempt.epoch == lost.epoch,
            Attempt.claim == lost.claim,
        )
        .values(swept_at=at)
    )


def with_files(session: Session, job_ids: Sequence[str]) -> set[str]:
    """Return those of the ids that are jobs which were not purged."""
    wanted = select(Job.id).where(Job.id.in_(job_ids), Job.purged_at.is_(None))
    return set(session.scalars(wanted))
