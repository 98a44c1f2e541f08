"""``/api/overview``: how everything is at a glance. Each number says of which time it is."""

import datetime
from collections.abc import Mapping
from typing import Any

import structlog
from flask import Blueprint
from redis.exceptions import RedisError
from sqlalchemy.orm import Session

from harmonizer_queue import Queue
from harmonizer_queue.top import load
from web.api import alerts
from web.api.access import caller
from web.api.answers import queue as answers
from web.api.describe import described
from web.api.shapes import at
from web.db import dead, ended, tasks
from web.db.backlog import waiting
from web.db.dead import Wanted
from web.db.ended import Ended
from web.db.job_lists import COUNTED_EXACTLY
from web.db.models import JobStatus
from web.services import services

log = structlog.get_logger(__name__)

bp = Blueprint("overview", __name__, url_prefix="/api/overview")

DAY = datetime.timedelta(days=1)
_ENDS = [status for status in JobStatus if status.terminal]


@bp.get("")
@described(answers.Overview)
def show() -> answers.Overview:
    """Return what waits and runs now, what ended in the last hour and day, and what is wrong.

    `last_hour`, `last_day`, `hours` and `dead` are of the jobs that the caller sees, everything
    else is of the whole queue. `queue` is null while Redis does not answer.
    """
    now = datetime.datetime.now(datetime.UTC)
    queue = _queue()
    with services().reading() as session:
        backlog = waiting(session)
        stands = tasks.stands(session, now)
        lately = _lately(session, now)
    seen = alerts.Seen(
        queue=queue,
        outbox_age_s=_since(backlog.outbox_oldest, now),
        tasks_late_s=max(_since(stand.due_since, now) or 0 for stand in stands.values()),
        tasks_failing=sum(stand.failing for stand in stands.values()),
        dead=lately["dead"],
        ephemeral=services().settings.redis_ephemeral,
    )
    return {
        "at": at(now),
        "queue": queue,
        "outbox": {"count": backlog.outbox, "oldest_age_s": seen.outbox_age_s},
        **lately,
        "alerts": alerts.of(seen),
    }


def _lately(session: Session, now: datetime.datetime) -> answers.Lately:
    owner = caller().sees
    died = dead.count(session, Wanted(owner=owner), COUNTED_EXACTLY)
    hours = ended.by_hour(session, owner, now - DAY, now)
    return {
        "dead": min(died, COUNTED_EXACTLY),
        "dead_is_exact": died <= COUNTED_EXACTLY,
        "last_hour": _counts(ended.since(session, owner, now - ended.HOUR)),
        "last_day": _counts(ended.since(session, owner, now - DAY)),
        "hours": [{"from": at(one.start), "ended": _counts(one.ended)} for one in hours],
    }


def _counts(of: Ended) -> dict[str, int]:
    return {status.value: of.get(status, 0) for status in _ENDS}


def _queue() -> answers.OverviewQueue | None:
    try:
        return _of_queue(services().link.queue())
    except RedisError as error:
        log.warning("queue not read", exc_info=error)
        return None


def _of_queue(queue: Queue) -> answers.OverviewQueue:
    found = load(queue)
    workers = queue.workers()
    ages = [one["oldest_age_ms"] for one in found["waiting"].values()]
    age = queue.results_age_ms()
    return {
        "waiting": sum(one["depth"] for one in found["waiting"].values()),
        "oldest_age_s": max((one / 1000 for one in ages if one is not None), default=None),
        "running": found["running"],
        "delayed": found["delayed"],
        "paused": found["paused"],
        "results": found["results"],
        "results_age_s": None if age is None else age / 1000,
        "results_refused": found["results_bad"],
        "workers": len(workers),
        "draining": sum(one["draining"] for one in workers),
        "slots": sum(one["slots"] for one in workers),
        "busy": sum(one["busy"] for one in workers),
        "redis": redis_document(queue.client.info()),
    }


def redis_document(info: Mapping[str, Any]) -> answers.RedisDocument:
    """Return what Redis says of itself."""
    return {
        "version": str(info.get("valkey_version") or info.get("redis_version", "")),
        "used_bytes": int(info.get("used_memory", 0)),
        "most_bytes": int(info.get("maxmemory", 0)) or None,
        "policy": str(info.get("maxmemory_policy", "")),
        "appendonly": str(info.get("aof_enabled", "0")) == "1",
        "uptime_s": int(info.get("uptime_in_seconds", 0)),
        "clients": int(info.get("connected_clients", 0)),
    }


def _since(moment: datetime.datetime | None, now: datetime.datetime) -> float | None:
    return max(0.0, (now - moment).total_seconds()) if moment else None
