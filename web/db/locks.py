"""The order in which rows are locked: jobs first, by id; whatever belongs to them after that."""

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import Select, any_, select
from sqlalchemy.orm import Session

from web.db.bulk import POSTGRESQL, among, array_of, dialect_of, packed
from web.db.models import Item, Job


def lock_jobs(session: Session, job_ids: Collection[str]) -> list[Job]:
    """Return jobs as they are now, nobody else changing them until the transaction ends.

    Locked in the order of their ids, so that no two callers wait for each other. On SQLite there
    is one writer anyway.
    """
    statement = select(Job).where(Job.id.in_(job_ids)).order_by(Job.id)
    locking = statement.with_for_update(key_share=True)
    return list(session.scalars(locking.execution_options(populate_existing=True)))


def lock_jobs_of(
    session: Session, item_ids: Collection[str]
) -> tuple[dict[str, Job], dict[str, Item]]:
    """Lock the jobs of some items; return those jobs and items by id, as they are now."""
    wanted = Item.id.in_(item_ids)
    owners = session.scalars(select(Item.job_id).where(wanted).distinct()).all()
    jobs = lock_jobs(session, owners)
    items = session.scalars(select(Item).where(wanted).execution_options(populate_existing=True))
    return {job.id: job for job in jobs}, {item.id: item for item in items}


def lock_owners(session: Session, item_ids: Collection[str]) -> None:
    """Lock the jobs of some items without reading them: for many at once.

    On SQLite there is nothing to do.
    """
    dialect = dialect_of(session)
    if dialect == POSTGRESQL:
        session.execute(_owners(), packed(dialect, item_ids))


@cache
def _owners() -> Select[Any]:
    owners = array_of(select(Item.job_id).where(among(POSTGRESQL, Item.id)).distinct())
    locked = select(Job.id).where(Job.id == any_(owners))
    return locked.order_by(Job.id).with_for_update(key_share=True)
