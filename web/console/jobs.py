"""Jobs as a list, one job, and acts on one or on all that match."""

from typing import Any

from flask import render_template, request
from werkzeug import Response

from web.api import bulk, jobs, results
from web.api.access import caller
from web.api.answers.jobs import JobDocument
from web.api.job_filters import FIELDS
from web.api.profile_lookup import profile_names
from web.api.submission import OPERATIONS
from web.console.blueprint import bp, see_other
from web.console.forms import number_of
from web.db.models import ItemState, JobStatus
from web.errors import CountChangedError
from web.services import services


@bp.get("/jobs")
def job_list() -> str | Response:
    """Return a page of jobs, the newest first."""
    filters = _filters(request.args)
    if "" in request.args.values():
        # A form sends its empty fields too; the address of a page holds only what was chosen.
        return see_other("job_list", **filters)
    page = jobs.listed()
    return render_template(
        "jobs.html",
        page=page,
        done=jobs.done_so_far(page),
        filters=filters,
        statuses=list(JobStatus),
        operations=OPERATIONS,
        profiles=profile_names(services(), caller().owner),
        owners=caller().sees is None and services().settings.auth != "off",
        acts=bulk.listed()["acts"][:3],
    )


@bp.get("/jobs/all/<act>")
def confirm(act: str) -> str | Response:
    """Ask whether something is to be done to all jobs of a filter: how many are they?"""
    return _confirm(act, _filters(request.args))


@bp.post("/jobs/all/<act>")
def act_on_all(act: str) -> str | Response | tuple[str, int]:
    """Do something to all jobs of a filter, when their number was typed."""
    filters = _filters(request.form)
    try:
        bulk.ask_for({"act": act, "count": number_of(request.form, "count"), **filters})
    except CountChangedError as error:
        return _confirm(act, filters, str(error)), 409
    return see_other("job_list", **filters)


def _confirm(act: str, filters: dict[str, str], wrong: str | None = None) -> str:
    found = bulk.count({"act": act, **filters})
    return render_template("confirm_all.html", found=found, filters=filters, wrong=wrong)


def _filters(given: Any) -> dict[str, str]:
    return {name: given[name] for name in FIELDS if given.get(name)}


@bp.get("/jobs/<job_id>")
def job(job_id: str) -> str:
    """Return where a job is."""
    found = jobs.document(job_id)
    return render_template("job.html", job=found, stand=jobs.stand(job_id), since=_since(found))


def _since(found: JobDocument) -> str | None:
    """Return when a job began with what it has done so far: what was lost before does not count."""
    if any(one["state"] == ItemState.SUCCEEDED for one in found["items"]):
        return found["started_at"]
    last = [one["attempts"][-1] for one in found["items"] if one["attempts"]]
    running = [one["started_at"] for one in last if one["started_at"] and not one["ended_at"]]
    return min(running, default=found["started_at"])


@bp.get("/jobs/<job_id>/log")
def job_log(job_id: str) -> str | Response:
    """Return what a job says about its work, by level."""
    if "" in request.args.values():
        return see_other("job_log", job_id=job_id)
    level = request.args.get("level", results.LEVELS[0])
    found = results.logs(job_id)
    return render_template(
        "log.html", job_id=job_id, found=found, level=level, levels=results.LEVELS
    )


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
