"""The next step of a job: items for the ranges of a file, one more item over all, or its end.

What a step needs from the store is read before the transaction that takes it, so a step is first
looked up, then taken only if it is still the next one.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from web.db import dispatch, registry, results, shards, webhooks
from web.db.advance import end_item, is_due, ranges_of, recompute
from web.db.delta import Delta
from web.db.locks import lock_jobs
from web.db.manifest import Manifest
from web.db.models import Item, ItemKind, ItemState, Job, JobStatus
from web.db.words import LINKING


@dataclass(frozen=True)
class Part:
    """What became of one file of a job: a manifest, or the reason why there is none.

    ``ranges`` are the manifests of the ranges of a divided file, in their order.
    """

    file_no: int
    manifest: str | None
    ranges: tuple[str, ...]
    reason: str | None


@dataclass(frozen=True)
class Divide:
    """The ranges of a file, as this manifest of its plan says, become items."""

    plan_id: str
    epoch: int
    manifest_uri: str
    since: datetime.datetime


@dataclass(frozen=True)
class Publish:
    """The job's result stands in this manifest, written before ``since``.

    ``registry`` is the version of the registry of persons that it was found with, if one was.
    """

    manifest_uri: str
    since: datetime.datetime
    item_id: str
    registry: int | None


@dataclass(frozen=True)
class Finish:
    """One more item puts the parts together, all of them there ``since`` then.

    ``rows`` are those that the parts have. ``compared`` are the manifests of the shards, where the
    records were compared in some.
    """

    parts: tuple[Part, ...]
    since: datetime.datetime
    rows: int
    compared: tuple[str, ...]


@dataclass(frozen=True)
class End:
    """The job ends without a result."""

    status: JobStatus
    reason: str | None


Step = Divide | Publish | Finish | End


def due(session: Session, now: datetime.datetime, limit: int) -> Sequence[str]:
    """Return jobs whose next step is due, the longest due first."""
    return session.scalars(
        select(Job.id).where(is_due(Job.settle_at, now)).order_by(Job.settle_at).limit(limit)
    ).all()


def look(session: Session, job_id: str) -> Step | None:
    """Return the next step of a job, or None when none is due any more."""
    job = session.get(Job, job_id)
    return None if job is None else _next_step(job, _items(session, job_id))


def of_job(session: Session, job_id: str) -> tuple[Job, dict[str, str]]:
    """Return a job and the trace context of its submission."""
    items = _items(session, job_id)
    return session.get_one(Job, job_id), dict(items[0].message["trace"])


def item(session: Session, item_id: str) -> Item:
    """Return an item."""
    return session.get_one(Item, item_id)


def nothing(session: Session, job_id: str, now: datetime.datetime) -> None:
    """Take note that no step of a job is due, if that is so."""
    job = _locked(session, job_id, None)
    if job is not None and not job.status.terminal:
        job.settle_at = None
        recompute(session, [job.id], now)


def divide(
    session: Session, job_id: str, step: Divide, items: Sequence[Item], now: datetime.datetime
) -> bool:
    """Dispatch the items of a file's ranges; False when that is not the next step.

    Those that are there since an earlier run of the plan get a new epoch and the new message.
    """
    job = _locked(session, job_id, step)
    if job is None:
        return False
    there = {one.id: one for one in _items(session, job_id)}
    for new in items:
        old = there.get(new.id)
        if old is None:
            dispatch.add(session, new, now)
        else:
            old.message = new.message
            dispatch.renew(session, old, now)
    there[step.plan_id].to_divide = False
    job.settle_at = None
    recompute(session, [job.id], now)
    return True


def postpone(session: Session, job_id: str, until: datetime.datetime) -> None:
    """Let the next step of a job, if one is due, be due later."""
    session.execute(
        update(Job).where(Job.id == job_id, Job.settle_at.is_not(None)).values(settle_at=until)
    )


def dispatch_finish(
    session: Session, step: Finish, items: Sequence[Item], now: datetime.datetime
) -> bool:
    """Insert the item that puts the parts together, or those that compare shards for it.

    Shards that were told something else of the registry than that item run again instead of it.
    False when that is not the next step.
    """
    job = _locked(session, items[0].job_id, step)
    if job is None:
        return False
    job.settle_at = None
    if step.compared:
        known = items[0].message["params"].get("registry")
        of_run = shards.of_run(_items(session, job.id), job)
        if shards.again_if_outdated(session, of_run, known, now):
            return True
    for item in items:
        dispatch.add(session, item, now)
    return True


def link_again(
    session: Session,
    job_id: str,
    step: Publish,
    registry: Mapping[str, Any],
    now: datetime.datetime,
) -> bool:
    """Dispatch the item of a result again, with what the registry of persons knows by now.

    Where shards were compared for it, they run again first. False when that result is not the
    next step.
    """
    job = _locked(session, job_id, step)
    if job is None:
        return False
    of_run = shards.of_run(_items(session, job_id), job)
    if not shards.again_if_outdated(session, of_run, registry, now):
        item = session.get_one(Item, step.item_id)
        compared = list(shards.manifests(of_run))
        item.message = shards.told(item.message, registry=dict(registry), compared=compared)
        dispatch.renew(session, item, now)
    job.settle_at = None
    recompute(session, [job.id], now)
    return True


def not_divided(
    session: Session, job_id: str, step: Divide, reason: str | None, now: datetime.datetime
) -> None:
    """Let the plan of a file be dead after all, if dividing it is the next step."""
    job = _locked(session, job_id, step)
    if job is None:
        return
    plan = session.get_one(Item, step.plan_id)
    end_item(plan, ItemState.DEAD, now, reason)
    plan.to_divide = False
    job.settle_at = None
    recompute(session, [job.id], now)


def publish(
    session: Session,
    job_id: str,
    step: Publish,
    manifest: Manifest,
    delta: Delta | None,
    now: datetime.datetime,
) -> Job | None:
    """End a job with its result; return it, or None when that is not the next step.

    Args:
        session: Open session; this function does not commit.
        job_id: The job.
        step: What ``look`` returned.
        manifest: What stands where the step says.
        delta: What the job changes in the registry of persons, if the step names a version of it.
        now: When.

    Raises:
        DataError, UnicodeEncodeError: The database cannot hold what the manifest says.
        IntegrityError: The manifest names an output twice.
        OutdatedError: The registry has changed; nothing may be kept.
    """
    job = _locked(session, job_id, step)
    if job is None:
        return None
    if delta is not None and step.registry is not None:
        registry.apply(session, job.owner or "", job_id, step.registry, delta, now)
    _end(job, manifest.status, manifest.reason, now)
    job.manifest_uri = step.manifest_uri
    job.counts = dict(manifest.counts)
    results.record_dead(session, job_id)
    results.record(session, job_id, step.manifest_uri, manifest)
    webhooks.announce(session, job, now)
    session.flush()
    return job


def end(session: Session, job_id: str, step: Step, how: End, now: datetime.datetime) -> Job | None:
    """End a job without a result; return it, or None when ``step`` is not the next one."""
    job = _locked(session, job_id, step)
    if job is None:
        return None
    _end(job, how.status, how.reason, now)
    results.record_dead(session, job_id)
    webhooks.announce(session, job, now)
    session.flush()
    return job


def _items(session: Session, job_id: str) -> Sequence[Item]:
    statement = select(Item).where(Item.job_id == job_id)
    statement = statement.order_by(Item.file_no, Item.range_no, Item.id)
    return session.scalars(statement.execution_options(populate_existing=True)).all()


def _locked(session: Session, job_id: str, step: Step | None) -> Job | None:
    """Lock a job and return it if ``step`` is still its next one."""
    [job] = lock_jobs(session, [job_id])
    return job if _next_step(job, _items(session, job_id)) == step else None


def _next_step(job: Job, items: Sequence[Item]) -> Step | None:
    if job.status.terminal or job.settle_at is None:
        return None
    if not job.cancel_wanted:
        for plan in (one for one in items if one.to_divide):
            assert plan.manifest_uri is not None
            assert plan.ended_at is not None
            return Divide(plan.id, plan.epoch, plan.manifest_uri, plan.ended_at)
    if any(not one.state.terminal for one in items):
        return None
    compared = shards.of_run(items, job)
    last = shards.lost(compared) or _last(job, items)
    if last is not None:
        return _after_last(last)
    if job.cancel_wanted:
        return End(JobStatus.CANCELLED, None)
    of_files = [one for one in items if one.file_no]
    parts = tuple(
        _part(file_no, list(group)) for file_no, group in groupby(of_files, lambda i: i.file_no)
    )
    if any(part.manifest for part in parts):
        since = max(one.ended_at for one in (*of_files, *compared) if one.ended_at)
        return Finish(parts, since, sum(map(_rows, of_files)), shards.manifests(compared))
    dead = [one for one in of_files if one.state is ItemState.DEAD]
    return End(JobStatus.FAILED, dead[0].reason) if dead else End(JobStatus.CANCELLED, None)


def _last(job: Job, items: Sequence[Item]) -> Item | None:
    """Return the item that made the result, or could not; None when none was to do so yet."""
    for one in items:
        last = one.kind in (ItemKind.FINISH, ItemKind.LINK) and not one.shard_no
        if last and one.range_no == job.retries:
            return one
    if job.operation in LINKING:
        return None
    of_files = [one for one in items if one.file_no]
    # The item of the only file writes everything itself, unless it was only a plan.
    alone = of_files[0] if len(of_files) == 1 else None
    return None if alone is None or ranges_of(alone) else alone


def _part(file_no: int, items: Sequence[Item]) -> Part:
    """Return what became of a file, from its first item and those of its ranges in order."""
    first, ranges = items[0], items[1 : 1 + ranges_of(items[0])]
    for one in (first, *ranges):
        if one.state is not ItemState.SUCCEEDED:
            return Part(file_no, None, (), one.reason or one.state.value)
    manifests = tuple(one.manifest_uri for one in ranges if one.manifest_uri)
    return Part(file_no, first.manifest_uri, manifests, None)


def _rows(item: Item) -> int:
    """Return how many rows an item wrote."""
    return int((item.result or {}).get("counts", {}).get("rows_out", 0))


def _after_last(item: Item) -> Step:
    if item.state is ItemState.SUCCEEDED:
        assert item.manifest_uri is not None
        assert item.ended_at is not None
        known = item.message["params"].get("registry")
        return Publish(
            item.manifest_uri, item.ended_at, item.id, known["version"] if known else None
        )
    if item.state is ItemState.CANCELLED:
        return End(JobStatus.CANCELLED, None)
    return End(JobStatus.FAILED, item.reason)


def _end(job: Job, status: JobStatus, reason: str | None, now: datetime.datetime) -> None:
    job.status, job.reason = status, reason
    job.finished_at, job.settle_at = now, None
