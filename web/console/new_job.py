"""A new job: choose files, see what would be understood of them, correct it, start."""

import json

from flask import render_template, request
from werkzeug import Response

from harmonizer_queue import Priority
from web.api import preview, trace
from web.api.accept import Asked, accept
from web.api.access import caller, check_token, checks_token, needs
from web.api.login import FIELD
from web.api.profile_lookup import profile_called, profile_names
from web.api.submission import OPERATIONS
from web.api.upload import Submission, supply
from web.console import corrections, understood
from web.console.blueprint import bp, see_other
from web.db.models import Role
from web.errors import UnsupportedMediaTypeError, invalid
from web.profiles import built_in
from web.services import services

MEANINGS = {
    "harmonize": "clean, and leave duplicates out",
    "clean": "standardize, and set bad rows aside",
    "standardize": "rewrite values, keep every row",
    "validate": "report only",
    "deduplicate": "one row for each person",
    "link": "say whose each row is",
}


@bp.get("/new")
@needs(Role.OPERATOR)
def new() -> str:
    """Return the form for a new job."""
    return _page(Submission(), None)


@bp.post("/new/preview")
@checks_token
def new_preview() -> str:
    """Return the form with what would be understood of its first file. Nothing of it is kept."""
    kept, got = preview.received(corrections.Parts())
    check_token(_token_of(got))
    at = corrections.first_of(got)
    if not got.files:
        raise invalid("file", "is missing: choose one")
    plan = corrections.plan_of(got)
    if plan is not None:
        supply(kept, got, preview.FOLDER, plan)
    found = json.loads(preview.understood(kept, got))
    called = got.texts.get("profile", [""])[0].strip() or "us-core"
    profile = profile_called(services(), caller().owner, called) or built_in()["us-core"]
    return _page(
        got,
        {
            "at": at,
            "file": got.files[0],
            "plan": found["plan"],
            "whole": found["whole"],
            "corrected": plan is not None,
            "tables": understood.tables(found, profile),
        },
    )


@bp.post("/new")
@checks_token
def start() -> Response:
    """Accept the files of the form as one job, and lead to its page."""
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaTypeError("Send the files as multipart/form-data.")
    asked = Asked(
        body=request.stream,  # type: ignore[arg-type]
        content_type=request.headers["Content-Type"],
        idempotency_key=None,
        trace=trace.context(),
        owner=caller().owner,
        text_parts=corrections.Parts(),
        plan_of=_plan_of,
    )
    return see_other("job", job_id=accept(services(), asked))


def _plan_of(got: Submission) -> bytes | None:
    """Return the plan of a form that is of the caller's own session: else nothing of it stays."""
    check_token(_token_of(got))
    return corrections.plan_of(got)


def _token_of(got: Submission) -> str:
    return got.texts.pop(FIELD, [""])[0]


def _page(got: Submission, panel: object) -> str:
    return render_template(
        "new.html",
        given={name: values[0] for name, values in got.texts.items()},
        panel=panel,
        operations=[(one, MEANINGS[one]) for one in OPERATIONS],
        profiles=profile_names(services(), caller().owner),
        priorities=[one.value for one in Priority],
        table_names=sorted(set(built_in()["us-core"].tables.values())),
        orders=understood.ORDERS,
    )
