"""``/api/consistency``: do SQL and Redis say the same? Look, check now, put right."""

import datetime

import structlog
from flask import Blueprint
from redis.exceptions import RedisError

from harmonizer_queue import Queue, server
from harmonizer_queue.check import confirmed
from web.api.access import needs, record
from web.api.answers import queue as answers
from web.api.describe import described
from web.api.overview import redis_document
from web.api.shapes import at, moment
from web.db import compare, generation
from web.db.job_lists import COUNTED_EXACTLY
from web.db.models import RedisState, Role
from web.services import services

log = structlog.get_logger(__name__)

bp = Blueprint("consistency", __name__, url_prefix="/api/consistency")

MOST_SHOWN = 100


@bp.get("")
@described(answers.Consistency)
def show() -> answers.Consistency:
    """Return what SQL and Redis say of each other.

    The reconciler compares all that lives item by item, all the time, and checks the invariants of
    the contract each hour. Redis is null where it does not answer.
    """
    redis, wrong = _redis()
    with services().reading() as session:
        state = generation.state(session)
        live = compare.live(session, COUNTED_EXACTLY)
    return {
        "live": min(live, COUNTED_EXACTLY),
        "live_is_exact": live <= COUNTED_EXACTLY,
        "compared": _compared(state) if state is not None else None,
        "redis": redis,
        "redis_wrong": wrong,
    }


@bp.post("/check")
@needs(Role.ADMIN)
@described(answers.Checked)
def check() -> answers.Checked:
    """Look at every item in Redis now, and say which do not stand where they should."""
    now = datetime.datetime.now(datetime.UTC)
    found = confirmed(services().link.queue())
    with services().sessions.begin() as session:
        generation.checked(session, now, len(found))
        record(session, "consistency.check", None, at=now, detail={"violations": len(found)})
    return {
        "count": len(found),
        "violations": [
            {"invariant": one.invariant, "item_id": one.item_id, "problem": one.problem}
            for one in found[:MOST_SHOWN]
        ],
    }


@bp.post("/repair")
@needs(Role.ADMIN)
@described(answers.Repairing, status=202)
def repair() -> tuple[answers.Repairing, int]:
    """Put back what waits in no list, and let every item be compared at once: 202."""
    now = datetime.datetime.now(datetime.UTC)
    queue = services().link.queue()
    back = 0
    while found := queue.audit():
        back += found
    with services().sessions.begin() as session:
        generation.compare_again(session)
        record(session, "consistency.repair", None, at=now, detail={"put_back": back})
    return {"put_back": back}, 202


def _compared(state: RedisState) -> answers.Compared:
    return {
        "generation": state.generation,
        "generation_since": at(state.changed_at),
        "server_compared": bool(state.server),
        "swept_at": moment(state.swept_at),
        "repairs": state.repairs or {},
        "repaired_at": moment(state.repaired_at),
        "checked_at": moment(state.checked_at),
        "violations": state.violations,
    }


def _redis() -> tuple[answers.RedisSeen | None, str | None]:
    """Return what Redis is now, and what about it is wrong."""
    try:
        return _asked(services().link.queue())
    except RedisError as error:
        log.warning("redis not read", exc_info=error)
        return None, "Redis does not answer."


def _asked(queue: Queue) -> tuple[answers.RedisSeen, str | None]:
    info = queue.client.info()
    losing = None if services().settings.redis_ephemeral else server.warning(info)
    seen: answers.RedisSeen = {
        "generation": queue.current_generation(),
        "live": sum(queue.depth().values()) + queue.running() + queue.delayed(),
        "about": redis_document(info),
    }
    return seen, server.refusal(info) or losing
