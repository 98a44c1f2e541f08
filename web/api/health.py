"""``/health``: the process lives. ``/health/ready``: everything it needs answers."""

from collections.abc import Callable
from typing import Any

import structlog
from flask import Blueprint, Response, jsonify
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from harmonizer_queue import server
from web.api.access import open_to_probes
from web.api.answers import health as answers
from web.api.describe import described
from web.db import schema
from web.services import services
from web.store import StoreError

log = structlog.get_logger(__name__)

bp = Blueprint("health", __name__)

OK = "ok"


@bp.get("/health")
@open_to_probes
@described(answers.Live)
def live() -> answers.Live:
    """Return 200 while the process can answer at all; asks nobody else."""
    return {"status": "ok"}


@bp.get("/health/ready")
@open_to_probes
@described(answers.Ready, also=(503,))
def ready() -> tuple[Response, int]:
    """Return 200 when Redis, SQL with the right schema, and the store answer; 503 with which not.

    ``warnings`` name settings of Redis that lose time, never work.
    """
    info: dict[str, Any] = {}
    checks = {
        "redis": _outcome(lambda: _redis(info)),
        "redis_settings": _outcome(lambda: _settings_of(info)),
        "sql": _outcome(_sql),
        "schema": _outcome(_schema),
        "store": _outcome(_store),
    }
    well = all(outcome == OK for outcome in checks.values())
    found: answers.Ready = {
        "status": "ready" if well else "not ready",
        "checks": checks,
        "warnings": _warnings(info),
    }
    body = jsonify(found)
    body.headers["Cache-Control"] = "no-store"
    return body, 200 if well else 503


def _outcome(check: Callable[[], str]) -> str:
    try:
        return check()
    except (RedisError, SQLAlchemyError, StoreError) as error:
        log.warning("a needed part does not answer", exc_info=error)
        return "does not answer"


def _redis(info: dict[str, Any]) -> str:
    info.update(services().link.queue().client.info())
    return OK


def _settings_of(info: dict[str, Any]) -> str:
    """Say what has to be set otherwise; INFO tells also where CONFIG is forbidden."""
    if not info:
        return "not known"
    return server.refusal(info) or OK


def _warnings(info: dict[str, Any]) -> list[str]:
    losing = None if services().settings.redis_ephemeral else server.warning(info)
    return [] if losing is None else [losing]


def _sql() -> str:
    with services().reading() as session:
        session.execute(text("SELECT 1"))
    return OK


def _schema() -> str:
    with services().reading() as session:
        at_head = schema.revision(session.connection()) == schema.newest_revision()
    return OK if at_head else "not at head: run scripts/init_db.py"


def _store() -> str:
    services().store.check()
    return OK
