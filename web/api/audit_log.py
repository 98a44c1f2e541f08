"""``/api/audit``: who did what, and whether anybody changed the record of it."""

import json
from collections.abc import Iterator

from flask import Blueprint, Response, request, stream_with_context

from web.api.access import needs
from web.api.answers import access as answers
from web.api.describe import LIMIT, ROW_CURSOR, described
from web.api.lookup import page_size, row_cursor
from web.api.shapes import at
from web.db import audit, seals
from web.db.models import AuditEntry, Role
from web.services import services

bp = Blueprint("audit", __name__, url_prefix="/api/audit")

_EXPORTED_AT_ONCE = 1000


@bp.get("")
@needs(Role.ADMIN)
@described(answers.Audit, LIMIT, ROW_CURSOR)
def listed() -> answers.Audit:
    """Return what was done, the newest first, a page at a time."""
    limit = page_size()
    before = row_cursor() if "cursor" in request.args else None
    with services().reading() as session:
        found = audit.page(session, before=before, limit=limit + 1)
    shown = found[:limit]
    return {
        "entries": [shape(entry) for entry in shown],
        "next_cursor": str(shown[-1].id) if len(found) > limit else None,
    }


@bp.get("/export")
@needs(Role.ADMIN)
@described(("application/x-ndjson",))
def export() -> Response:
    """Return everything that was done, the newest first, a JSON document a line."""
    answer = Response(stream_with_context(_lines()), mimetype="application/x-ndjson")
    answer.headers["Content-Disposition"] = 'attachment; filename="audit.ndjson"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/verify")
@needs(Role.ADMIN)
@described(answers.Verdict)
def verify() -> answers.Verdict:
    """Say whether every seal holds, and which is the first that does not."""
    with services().reading() as session:
        found = seals.verify(session)
    return {
        "holds": found.broken_at is None,
        "broken_at": found.broken_at,
        "sealed": found.sealed,
        "unsealed": found.unsealed,
        "head": found.head,
    }


def shape(entry: AuditEntry) -> answers.AuditDocument:
    """Return an entry as answers show it."""
    return {
        "id": entry.id,
        "at": at(entry.at),
        "who": entry.who,
        "key_id": entry.key_id,
        "what": entry.what,
        "target": entry.target,
        "address": entry.address,
        "detail": entry.detail,
        "seal_no": entry.seal_no,
        "sha256": entry.sha256,
    }


def _lines() -> Iterator[str]:
    before = None
    while True:
        with services().reading() as session:
            some = audit.page(session, before=before, limit=_EXPORTED_AT_ONCE)
        if not some:
            return
        for entry in some:
            yield json.dumps(shape(entry)) + "\n"
        before = some[-1].id
