"""Jobs as a list, and one job: where it is, and what can be done with it."""

from flask import render_template, request
from werkzeug import Response

from web.api import jobs
from web.api.submission import OPERATIONS
from web.console.blueprint import bp, see_other
from web.db.models import JobStatus

_FILTERS = ("status", "operation")


@bp.get("/jobs")
def job_list() -> str | Response:
    """Return a page of jobs, the newest first."""
    filters = {name: request.args[name] for name in _FILTERS if request.args.get(name)}
    if "" in request.args.values():
        # A form sends its empty fields too; the address of a page holds only what was chosen.
        return see_other("job_list", **filters)
    return render_template(
        "jobs.html",
        page=jobs.listed(),
        filters=filters,
        statuses=list(JobStatus),
        operations=OPERATIONS,
    )


@bp.get("/jobs/<job_id>")
def job(job_id: str) -> str:
    """Return where a job is."""
    return render_template("job.html", job=jobs.document(job_id), stand=jobs.stand(job_id))


@bp.post("/jobs/<job_id>/cancel")
def cancel(job_id: str) -> Response:
    """Take note that a job is to be cancelled."""
    jobs.cancel(job_id)
    return see_other("job", job_id=job_id)


@bp.post("/jobs/<job_id>/retry")
def retry(job_id: str) -> Response:
    """Run what failed in a job again."""
    jobs.again(job_id)
    return see_other("job", job_id=job_id)
