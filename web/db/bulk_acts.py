"""Acts on many jobs at once: asked for once, done so many at a time. The caller owns transactions.

What a step has done is committed with where it ended, so one that broke off goes on from there.
An act may wait for long before it comes to a job. It means the job as it stood when the act was
asked for: one that ended or was run again since is left alone.
"""

import datetime
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from web.db import audit, job_lists, jobs, retry, tasks
from web.db.bulk_models import BulkAct
from web.db.job_lists import Filter, Place
from web.db.locks import lock_jobs
from web.db.models import Job, JobStatus
from web.db.words import Act, TaskKind
from web.ids import made_at

AT_A_TIME = 100


def ask(session: Session, wish: BulkAct, now: datetime.datetime) -> None:
    """Let an act be due."""
    session.add(wish)
    session.flush()
    tasks.add(session, TaskKind.BULK, wish.id, now)


def find(session: Session, bulk_id: str, owner: str | None) -> BulkAct | None:
    """Return an act that an owner asked for (None is anybody), or None."""
    found = session.get(BulkAct, bulk_id)
    return found if found is not None and owner in (None, found.owner) else None


def begun(session: Session, bulk_id: str) -> BulkAct | None:
    """Return an act that is to go on, nobody else at it until the transaction ends; else None."""
    found = session.get(BulkAct, bulk_id, with_for_update=True)
    return found if found is not None and found.ended_at is None else None


def newest(session: Session, owner: str | None, limit: int) -> Sequence[BulkAct]:
    """Return acts of an owner (None is everybody), the newest first."""
    wanted = select(BulkAct).order_by(BulkAct.id.desc()).limit(limit)
    return session.scalars(wanted if owner is None else wanted.where(BulkAct.owner == owner)).all()


def step(session: Session, wish: BulkAct, now: datetime.datetime) -> bool:
    """Do the act to the next jobs of those there were then; return whether some are left."""
    some = Filter.of_document(wish.jobs, wish.act).made_before(wish.asked_at)
    page = job_lists.page(session, some, before=_place(wish.behind), limit=AT_A_TIME)
    lock_jobs(session, [job.id for job in page.jobs])  # in their order, before anything else is
    for job in page.jobs:
        if _done(session, wish, job, now):
            wish.done += 1
            audit.append(
                session,
                f"job.{wish.act}",
                job.id,
                at=now,
                who=wish.who,
                key_id=wish.key_id,
                address=wish.address,
                detail={"bulk_id": wish.id},
            )
    if page.next is None:
        wish.ended_at = now
        return False
    wish.behind = page.next[1]
    return True


def _done(session: Session, wish: BulkAct, job: Job, now: datetime.datetime) -> bool:
    if not _is_meant(wish, job):
        return False
    if wish.act is Act.CANCEL:
        return jobs.request_cancel(session, job.id)
    return retry.retry(session, job.id, now) is not None


def _is_meant(wish: BulkAct, job: Job) -> bool:
    """Return whether a locked job is what it was when the act was asked for, if it still lives.

    Of jobs that run, those that began since are not meant, either.
    """
    asked_at = wish.asked_at
    if wish.act is Act.RETRY:
        return job.finished_at is not None and job.finished_at < asked_at
    since = [job.retried_at]
    if wish.jobs.get("status") == JobStatus.RUNNING:
        since.append(job.started_at)
    return all(moment is None or moment < asked_at for moment in since)


def _place(job_id: str | None) -> Place | None:
    if job_id is None:
        return None
    return made_at(job_id), job_id
