"""What a job made: its result, every output by name, its issues counted, and its log."""

import json
from collections.abc import Sequence
from itertools import islice
from typing import Any

from flask import Blueprint, Response, request

from web import reasons
from web.api import exports
from web.api.answers import results as answers
from web.api.describe import LIMIT, ROW_CURSOR, Parameter, described, one_of, text
from web.api.lookup import job_called, number, page_size, row_cursor
from web.api.outputs import Manifest, Output, read_manifest, send, send_zip
from web.api.samples import key_of, samples
from web.api.submission import FORMATS
from web.db import jobs
from web.db.models import IssueCount, Job, JobStatus
from web.errors import NoResultError, NotFoundError, PurgedError, invalid
from web.services import services

bp = Blueprint("results", __name__, url_prefix="/api/jobs/<job_id>")

WITH_RESULT = (JobStatus.SUCCEEDED, JobStatus.PARTIAL)


_FILES = (
    "text/csv",
    "application/x-ndjson",
    "application/json",
    "application/vnd.apache.parquet",
    "application/fhir+ndjson",
    "application/zip",
)
MOST_SAMPLES = 10
WORDS = {"severity", "disposition"}
"""What of a finding is one of some words; the other filters are of what files are called."""
LEVELS = ("debug", "info", "warning", "error")
_GONE = ("no-result", "purged", "precondition-failed", "range-not-satisfiable")


@bp.get("/result")
@described(
    _FILES,
    text("table", "Of several tables this one."),
    one_of("format", "Clean tables in this format; 202 while they are being made.", FORMATS),
    problems=(*_GONE, "export-failed"),
    also=(202, 206, 304),
)
def result(job_id: str) -> Response:
    """Send the clean table; several go as a ZIP, or one of them by ``?table=``."""
    format_ = exports.format_wanted()
    job, found = made(job_id)
    outputs = found.results() if job.status in WITH_RESULT else []
    if not outputs:
        raise NoResultError(_why_no_table(job, found))
    table = request.args.get("table")
    if table is not None:
        outputs = [one for one in outputs if one.table == table]
        if not outputs:
            raise invalid("table", "the job has made no such table")
    if format_ is not None:
        converted = exports.in_format(job, outputs, format_)
        if converted is None:
            return exports.being_made(job, format_)
        outputs = list(converted)
    store = services().store
    if len(outputs) == 1:
        return send(store, outputs[0], f"{job_id}-{outputs[0].name}")
    return send_zip(store, outputs, f"{job_id}.zip")


def _why_no_table(job: Job, found: Manifest) -> str:
    if found.skips_all():
        return (
            "Nothing differs from the delivery that the plan is of, so the files were skipped "
            "(FILE-003); the option again processes them."
        )
    return _why_nothing(job, "has no table")


def _why_nothing(job: Job, has: str) -> str:
    if job.status is JobStatus.CANCELLED:
        return f"The job was cancelled and {has}."
    return f"The job ended as {job.status} and {has}; its status says why."


@bp.get("/archive")
@described(
    ("application/zip",), problems=("no-result", "purged", "precondition-failed"), also=(304,)
)
def archive(job_id: str) -> Response:
    """Send everything that the job made, and its manifest, as a ZIP."""
    _, found = made(job_id)
    return send_zip(services().store, [*found.outputs, found.itself], f"{job_id}-outputs.zip")


@bp.get("/outputs")
@described(dict[str, Any], problems=("no-result", "purged"))
def outputs(job_id: str) -> dict[str, Any]:
    """Return the manifest, with a link for each output."""
    _, found = made(job_id)
    listed = [_output(job_id, one) for one in found.outputs]
    return {**found.document, "job_id": job_id, "outputs": listed}


@bp.get("/outputs/<name>")
@described(("*/*",), problems=_GONE, also=(206, 304))
def output(job_id: str, name: str) -> Response:
    """Send one output."""
    _, manifest = made(job_id)
    found = manifest.named(name)
    if found is None:
        raise NotFoundError("The job has no output of this name.")
    return send(services().store, found, f"{job_id}-{found.name}")


@bp.get("/issues")
@described(
    answers.Issues,
    *(
        one_of(name, f"Only findings of this {name}.", reasons.words(name))
        if name in WORDS
        else text(name, f"Only findings of this {name}.")
        for name in jobs.FACETS
    ),
    Parameter(
        "samples",
        "Of each finding so many cells: where they are and how they look.",
        {"type": "integer", "minimum": 0, "maximum": MOST_SAMPLES, "default": 0},
    ),
    LIMIT,
    ROW_CURSOR,
    problems=("no-result", "purged"),
)
def issues(job_id: str) -> answers.Issues:
    """Return exact counts of findings, narrowed by any of file, table, field, rule and so on.

    Samples are of the first 8 MiB of the job's list of findings, and gone with its files.
    """
    wanted = {name: request.args[name] for name in jobs.FACETS if name in request.args}
    for name in WORDS & wanted.keys():
        if wanted[name] not in reasons.words(name):
            raise invalid(name, f"must be one of {', '.join(reasons.words(name))}")
    limit, sampled = page_size(), number("samples", 0, MOST_SAMPLES)
    with services().reading() as session:
        job = job_called(session, job_id)
        if not job.status.terminal:
            raise NoResultError("The job has not ended.")
        found = jobs.issues(session, job_id, wanted, after=row_cursor(), limit=limit + 1)
        total = jobs.count_issues(session, job_id, wanted)
    shown = found[:limit]
    told = [_issue(one) for one in shown]
    if sampled:
        _add_samples(job_id, told, sampled)
    return {
        "job_id": job_id,
        "count": total,
        "issues": told,
        "next_cursor": str(shown[-1].id) if len(found) > limit else None,
    }


@bp.get("/logs")
@described(
    answers.Logs,
    one_of("level", "Only lines of this level or a graver one.", LEVELS),
    LIMIT,
    ROW_CURSOR,
    problems=("no-result", "purged"),
)
def logs(job_id: str) -> answers.Logs:
    """Return the job's own log: what was read, written and refused, counts but no values."""
    least, limit, after = _level(), page_size(), row_cursor()
    _, manifest = made(job_id)
    found: list[answers.LogLine] = []
    for log in (one for one in manifest.outputs if one.kind == "log"):
        with services().store.open(log.uri) as file:
            numbered = islice(enumerate(file, 1), after, None)
            lines = (_line(number, json.loads(line)) for number, line in numbered)
            found = list(islice((one for one in lines if one["level"] in least), limit + 1))
    shown = found[:limit]
    return {
        "job_id": job_id,
        "lines": shown,
        "next_cursor": str(shown[-1]["line"]) if len(found) > limit else None,
    }


def _line(number: int, found: dict[str, Any]) -> answers.LogLine:
    return {"line": number, "level": found.pop("level"), "msg": found.pop("msg"), "fields": found}


def _level() -> Sequence[str]:
    given = request.args.get("level", LEVELS[0])
    if given not in LEVELS:
        raise invalid("level", f"must be one of {', '.join(LEVELS)}")
    return LEVELS[LEVELS.index(given) :]


def made(job_id: str) -> tuple[Job, Manifest]:
    """Return a job that has ended, and what it made.

    Raises:
        ApiError: There is no such job, it has not ended, it made nothing, or that was deleted.
    """
    with services().reading() as session:
        job = job_called(session, job_id)
    if not job.status.terminal:
        raise NoResultError("The job has not ended.")
    if job.purged_at is not None:
        raise PurgedError("The outputs of this job were deleted.")
    if job.manifest_uri is None:
        raise NoResultError(_why_nothing(job, "made nothing"))
    return job, read_manifest(services().store, job.manifest_uri)


def _output(job_id: str, one: Output) -> answers.OutputDocument:
    return {
        "name": one.name,
        "kind": one.kind,
        "table": one.table,
        "format": one.format,
        "rows": one.rows,
        "bytes": one.bytes,
        "sha256": one.sha256,
        "media": one.media,
        "href": f"/api/jobs/{job_id}/outputs/{one.name}",
    }


def _add_samples(job_id: str, told: Sequence[answers.IssueDocument], most: int) -> None:
    _, manifest = made(job_id)
    found = samples(services().store, manifest, {key_of(one) for one in told}, most)
    for one in told:
        one["samples"] = found[key_of(one)]


def _issue(one: IssueCount) -> answers.IssueDocument:
    return {
        "file": one.file,
        "table": one.table,
        "field": one.field,
        "rule_id": one.rule_id,
        "severity": one.severity,
        "disposition": one.disposition,
        "count": one.count,
    }
