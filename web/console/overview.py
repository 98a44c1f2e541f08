"""The first page: what waits and runs, who works, the newest jobs."""

import structlog
from flask import render_template
from redis.exceptions import RedisError

from harmonizer_queue.top import Load
from web.api import jobs, queue
from web.api.answers import Workers
from web.console.blueprint import bp

log = structlog.get_logger(__name__)


@bp.get("/")
def index() -> str:
    """Return the overview."""
    load, workers = _queue()
    return render_template("overview.html", load=load, workers=workers, newest=jobs.newest(8))


def _queue() -> tuple[Load | None, Workers | None]:
    """Return what the queue says; when it does not answer, jobs can be seen all the same."""
    try:
        return queue.show(), queue.workers()
    except RedisError as error:
        log.warning("queue not read", exc_info=error)
        return None, None
