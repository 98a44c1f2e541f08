"""What an owner has: bytes in the store, jobs that have not ended. The caller owns the transaction.

Bytes are those of the files of jobs, of their outputs and exports, until they are purged; a row
counts them, as there may be many. Jobs in flight are counted when asked, by an index of those
alone. Jobs of nobody are not counted.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from web.db.bulk import dialect_of, insert_into
from web.db.models import Job, JobFile, Output, OwnerUsage
from web.db.task_models import Export

COUNTED_EXACTLY = 10_000


def add(session: Session, owner: str | None, more: int) -> int:
    """Count bytes that are stored now, or not any more (negative); return how many there are.

    Until the transaction ends nobody else passes here for the same owner: what is counted after
    it stays true. So it comes last in a transaction.
    """
    if owner is None:
        return 0
    values = {"owner": owner, "bytes_stored": more}
    statement = insert_into(dialect_of(session), OwnerUsage).values(values)
    upsert = statement.on_conflict_do_update(
        index_elements=[OwnerUsage.owner], set_={"bytes_stored": OwnerUsage.bytes_stored + more}
    )
    return int(session.execute(upsert.returning(OwnerUsage.bytes_stored)).scalar_one())


def stored(session: Session, owner: str) -> int:
    """Return how many bytes an owner has stored."""
    wanted = select(OwnerUsage.bytes_stored).where(OwnerUsage.owner == owner)
    return session.scalar(wanted) or 0


def in_flight(session: Session, owner: str, most: int = COUNTED_EXACTLY) -> int:
    """Return how many jobs of an owner have not ended; counting stops at ``most``."""
    ids = select(Job.id).where(Job.owner == owner, Job.finished_at.is_(None)).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(ids)) or 0


def of_job(session: Session, job_id: str) -> int:
    """Return how many bytes the files, the outputs and the exports of a job have."""
    files = select(func.sum(JobFile.bytes)).where(JobFile.job_id == job_id)
    outputs = select(func.sum(Output.bytes)).where(Output.job_id == job_id)
    made = select(Export.made).where(Export.job_id == job_id, Export.made.is_not(None))
    exports = sum(int(one["bytes"]) for one in session.scalars(made) if one)
    return exports + sum(int(session.scalar(one) or 0) for one in (files, outputs))
