"""The items of kind link that compare a shard each, for the one that then joins what they found.

They belong to a run of a job as that one does (``Item.range_no``), and are told the same of the
registry of persons: what they found is of no use beside other records.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from web.db import dispatch
from web.db.models import Item, ItemState, Job


def of_run(items: Sequence[Item], job: Job) -> list[Item]:
    """Return those of a job's items that compare a shard in the job's present run, in order."""
    shards = [one for one in items if one.shard_no and one.range_no == job.retries]
    return sorted(shards, key=lambda one: one.shard_no)


def ids(session: Session, job_id: str, run: int) -> Sequence[str]:
    """Return the ids of all such items of a job up to a run of it."""
    wanted = (Item.job_id == job_id, Item.shard_no > 0, Item.range_no <= run)
    return session.scalars(select(Item.id).where(*wanted)).all()


def lost(shards: Sequence[Item]) -> Item | None:
    """Return one that ended without a result, if there is one: all are needed."""
    return next((one for one in shards if one.state is not ItemState.SUCCEEDED), None)


def manifests(shards: Sequence[Item]) -> tuple[str, ...]:
    """Return where those that have succeeded left what they found."""
    return tuple(one.manifest_uri for one in shards if one.manifest_uri)


def again_if_outdated(
    session: Session,
    shards: Sequence[Item],
    registry: Mapping[str, Any] | None,
    now: datetime.datetime,
) -> bool:
    """Dispatch shards again that were told something else of the registry; return if any were.

    In an earlier run of the job they may have been told the same by another document.
    """
    known = _version(registry)
    outdated = [one for one in shards if _version(one.message["params"].get("registry")) != known]
    for one in outdated:
        one.message = told(one.message, registry=registry)
        dispatch.renew(session, one, now)
    return bool(outdated)


def _version(registry: Mapping[str, Any] | None) -> int | None:
    return registry["version"] if registry else None


def told(message: Mapping[str, Any], **params: Any) -> dict[str, Any]:
    """Return a message with other parameters; what is None or empty is left out."""
    kept = {name: value for name, value in message["params"].items() if name not in params}
    return {**message, "params": kept | {name: value for name, value in params.items() if value}}


def keep_for_retry(session: Session, job: Job, swept: set[str]) -> list[Item]:
    """Let the shards of a job's present run be those of its next one, its files being as before.

    Returns:
        Those that are to run again: they failed, or what they found is gone.
    """
    statement = select(Item).where(Item.job_id == job.id, Item.shard_no > 0)
    shards = of_run(session.scalars(statement).all(), job)
    for one in shards:
        one.range_no = job.retries + 1
    return [one for one in shards if one.state is not ItemState.SUCCEEDED or one.id in swept]
