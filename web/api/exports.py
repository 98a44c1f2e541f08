"""Outputs in another format than the job wrote: found when made, else asked for."""

import datetime
from collections.abc import Mapping, Sequence

from flask import Response, jsonify, request

from web.api.access import record
from web.api.answers import results as answers
from web.api.outputs import Output
from web.api.submission import FORMATS
from web.db import exports
from web.db.models import Job
from web.db.task_models import Export
from web.errors import ExportFailedError, invalid
from web.services import services

CLEAN = "clean"
SOURCE = "csv"
"""The format that others are made of."""
LOOK_SECONDS = "2"
KEPT = datetime.timedelta(hours=1)
"""How long a failure is told before another try is made."""

_WHY = {
    "not_clean": "the table cannot be read back",
    "converter": "the program that makes it failed",
    "lost": "the process that makes it died each time",
}


def format_wanted() -> str | None:
    """Return the format that the request asks for, or None.

    Raises:
        InvalidRequestError: There is no such format.
    """
    given = request.args.get("format")
    if given is not None and given not in FORMATS:
        raise invalid("format", f"must be one of {', '.join(FORMATS)}")
    return given


def in_format(job: Job, outputs: Sequence[Output], format_: str) -> Sequence[Output] | None:
    """Return outputs with clean tables in a format; None when some are still being made.

    What is no clean table stays as it is.

    Raises:
        ExportFailedError: One cannot be made.
        InvalidRequestError: The job wrote its tables in a format that no other is made of.
    """
    wanted = [one for one in outputs if one.kind == CLEAN and _format(one) != format_]
    if not wanted and not any(one.kind == CLEAN for one in outputs):
        raise invalid("format", "goes with clean tables, and the result has none")
    if any(_format(one) != SOURCE for one in wanted):
        raise invalid("format", "the job wrote another one, and only CSV is converted")
    now = datetime.datetime.now(datetime.UTC)
    with services().reading() as session:
        known = exports.of_job(session, job.id, format_)
    missing = [one for one in wanted if _is_to_ask(_known(known, one), now)]
    if missing:
        sources = [exports.Source(one.name, one.sha256, one.table, one.uri) for one in missing]
        with services().sessions.begin() as session:
            if exports.ask(session, job.id, sources, format_, now):
                detail = {"format": format_, "tables": len(sources)}
                record(session, "job.export", job.id, at=now, detail=detail)
        return None
    found = [_known(known, one) if one in wanted else None for one in outputs]
    for export in found:
        if export is not None and export.reason is not None:
            why = _WHY.get(export.reason, f"it failed with {export.reason}")
            raise ExportFailedError(f"The {format_} export cannot be made: {why}.")
    if any(export is not None and export.made is None for export in found):
        return None
    return [_made(one, export) for one, export in zip(outputs, found, strict=True)]


def being_made(job: Job, format_: str) -> Response:
    """Return the answer while an export is being made: 202, and when to ask again."""
    made: answers.Exporting = {"job_id": job.id, "format": format_, "status": "exporting"}
    answer = jsonify(made)
    answer.status_code = 202
    answer.headers["Location"] = request.full_path
    answer.headers["Retry-After"] = LOOK_SECONDS
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _format(one: Output) -> str:
    return one.format or one.name.rpartition(".")[2]


def _known(known: Mapping[tuple[str, str], Export], one: Output) -> Export | None:
    return known.get((one.name, one.sha256))


def _is_to_ask(export: Export | None, now: datetime.datetime) -> bool:
    if export is None:
        return True
    return export.reason is not None and (export.ended_at is None or now - export.ended_at > KEPT)


def _made(one: Output, export: Export | None) -> Output:
    if export is None or export.made is None:
        return one
    made = export.made
    return Output(kind=one.kind, table=one.table, **made)
