"""How jobs look in answers."""

import datetime
from collections.abc import Sequence
from itertools import groupby

from web.api.answers.items import AttemptDocument, ItemDocument
from web.api.answers.jobs import FileDocument, HoldDocument, JobDocument, JobSummary, Links
from web.db.models import Attempt, Item, Job, JobFile


def links(job_id: str) -> Links:
    """Return where everything about a job is."""
    base = f"/api/jobs/{job_id}"
    return {
        "self": base,
        "status": f"{base}/status",
        "events": f"{base}/events",
        "result": f"{base}/result",
        "outputs": f"{base}/outputs",
        "issues": f"{base}/issues",
        "logs": f"{base}/logs",
        "cancel": f"{base}/cancel",
        "retry": f"{base}/retry",
    }


def summary(job: Job, first_file: str, file_count: int) -> JobSummary:
    """Return a job as lists show it."""
    return {
        "job_id": job.id,
        "status": job.status,
        "operation": job.operation,
        "profile": job.profile,
        "priority": job.priority,
        "owner": job.owner,
        "first_file": first_file,
        "file_count": file_count,
        "created_at": at(job.created_at),
        "started_at": moment(job.started_at),
        "finished_at": moment(job.finished_at),
        "purged_at": moment(job.purged_at),
        "cancel_wanted": job.cancel_wanted,
        "retries": job.retries,
        "reason": job.reason,
        "counts": job.counts,
        "links": links(job.id),
    }


def whole(
    job: Job, files: Sequence[JobFile], items: Sequence[Item], attempts: Sequence[Attempt]
) -> JobDocument:
    """Return everything about a job. ``attempts`` are in the order of their items' ids."""
    tried = {item_id: list(group) for item_id, group in groupby(attempts, lambda a: a.item_id)}
    return {
        **summary(job, files[0].name, len(files)),
        "profile_sha256": job.profile_sha256,
        "today": job.today.isoformat(),
        "options": job.options,
        "plan": job.plan_uri is not None,
        "webhook_id": job.webhook_id,
        "hold": hold(job),
        "timings": {
            "waited_s": _seconds(job.created_at, job.started_at or job.finished_at),
            "ran_s": _seconds(job.started_at, job.finished_at),
        },
        "files": [_file(one) for one in files],
        "items": [item(one, tried.get(one.id, [])) for one in items],
    }


def hold(job: Job) -> HoldDocument | None:
    """Return the legal hold that the files of a job are under, if there is one."""
    return {"since": at(job.held_at), "why": job.held_why or ""} if job.held_at else None


def at(when: datetime.datetime) -> str:
    """Return a time in UTC as RFC 3339 with milliseconds."""
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(when: datetime.datetime | None) -> str | None:
    """Return a time as ``at`` does, or None."""
    return at(when) if when else None


def _seconds(start: datetime.datetime | None, end: datetime.datetime | None) -> float | None:
    # Two clocks are compared, the API's and that of Redis, so a short wait may come out negative.
    return max(0.0, round((end - start).total_seconds(), 3)) if start and end else None


def _file(one: JobFile) -> FileDocument:
    return {
        "file_no": one.file_no,
        "name": one.name,
        "source": one.source,
        "table": one.table,
        "media": one.media,
        "bytes": one.bytes,
        "sha256": one.sha256,
        "status": one.status,
        "reason": one.reason,
        "counts": one.counts,
    }


def item(one: Item, attempts: Sequence[Attempt]) -> ItemDocument:
    """Return a unit of work with the attempts at it."""
    return {
        "item_id": one.id,
        "kind": one.kind,
        "file_no": one.file_no or None,
        "range_no": (one.range_no or None) if one.file_no else None,
        "shard_no": one.shard_no or None,
        "state": one.state,
        "failures": one.failures,
        "losses": one.losses,
        "reason": one.reason,
        "started_at": moment(one.started_at),
        "ended_at": moment(one.ended_at),
        "attempts": [_attempt(attempt) for attempt in attempts],
    }


def _attempt(one: Attempt) -> AttemptDocument:
    return {
        "worker_id": one.worker,
        "started_at": moment(one.started_at),
        "ended_at": moment(one.ended_at),
        "outcome": one.outcome,
        "reason": one.reason,
    }
