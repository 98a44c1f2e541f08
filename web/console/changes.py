"""What a job changed: cell by cell, what arrived, what stands there now, and by which rules."""

from datetime import UTC, datetime

from flask import render_template, request
from werkzeug import Response

from web.api import changes, results
from web.api.access import needs, record
from web.console.blueprint import bp, see_other
from web.db.models import Role
from web.services import services

SHOWN = 50

_FILTERS = ("field", "rule_id", "file")
_KEPT = ("quarantine_row", "fail_file")
"""What rules do that change no cell."""


@bp.get("/jobs/<job_id>/changes")
def job_changes(job_id: str) -> str | Response:
    """Return changed cells, their values masked."""
    if "" in request.args.values():
        return see_other("job_changes", job_id=job_id, **_filters())
    return _page(job_id, masked=True)


@bp.post("/jobs/<job_id>/changes/reveal")
@needs(Role.OPERATOR)
def reveal_changes(job_id: str) -> str:
    """Return changed cells with their values; the audit log says who saw which."""
    return _page(job_id, masked=False)


def _page(job_id: str, *, masked: bool) -> str:
    found = changes.changes_of(job_id, SHOWN)
    output = changes.lineage_of(job_id)
    place = {"cursor": request.args["cursor"]} if "cursor" in request.args else {}
    if not masked:
        seen = {"output": output.name, "rows": len(found["changes"])} | place | _filters()
        with services().sessions.begin() as session:
            record(session, "rows.reveal", job_id, at=datetime.now(UTC), detail=seen)
    _, made = results.made(job_id)
    told = [one for one in made.document["issues"] if one["disposition"] not in _KEPT]
    return render_template(
        "changes.html",
        job_id=job_id,
        found=found,
        output=output,
        masked=masked,
        filters=_filters(),
        place=place,
        here=place | _filters(),
        fields=sorted({one["field"] for one in told} - {""}),
        rules=sorted({one["rule_id"] for one in told}),
        files=[one["name"] for one in made.document["files"]],
    )


def _filters() -> dict[str, str]:
    return {name: request.args[name] for name in _FILTERS if request.args.get(name)}
