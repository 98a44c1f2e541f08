"""The first page: how everything is at a glance, and the newest jobs."""

from flask import render_template

from web.api import jobs, overview
from web.api.access import caller
from web.console import charts
from web.console.blueprint import bp
from web.db.models import JobStatus

_DONE = ("succeeded", "partial", "cancelled")


@bp.get("/")
def index() -> str:
    """Return the overview."""
    now, newest = overview.show(), jobs.newest(8)
    return render_template(
        "overview.html",
        now=now,
        ends=[status.value for status in JobStatus if status.terminal],
        ended=charts.bars(now["hours"], _DONE),
        failed=charts.bars(now["hours"], ("failed",)),
        mine=caller().sees is not None,
        newest=newest,
        done=jobs.done_so_far(newest),
    )
