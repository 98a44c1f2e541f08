"""A new job: choose files, see what would be understood of them, correct it, start."""

from typing import BinaryIO

from flask import render_template, request
from werkzeug import Response

from harmonizer_queue import Priority
from web.api import preview, trace
from web.api.accept import Asked, accept
from web.api.access import caller, check_token, checks_token, needs
from web.api.login import FIELD
from web.api.profile_lookup import profile_names
from web.api.submission import OPERATIONS
from web.api.upload import Submission, receive, supply
from web.console import corrections, panels
from web.console.blueprint import bp, see_other
from web.console.formats import MEANINGS
from web.db.models import Role
from web.errors import UnsupportedMediaTypeError, invalid
from web.services import services
from web.store import Keeping


@bp.get("/new")
@needs(Role.OPERATOR)
def new() -> str:
    """Return the form for a new job."""
    chosen = {name: [request.args[name]] for name in ("profile",) if name in request.args}
    return _page(Submission(texts=chosen), None)


@bp.post("/new/preview")
@checks_token
def new_preview() -> str:
    """Return the form with what would be understood of its first file. Nothing of it is kept."""
    kept, got = preview.received(corrections.Parts())
    check_token(token_of(got))
    at = corrections.first_of(got)
    if not got.files:
        raise invalid("file", "is missing: choose one")
    plan = corrections.plan_of(got)
    if plan is not None:
        supply(kept, got, preview.FOLDER, plan)
    return _page(got, panels.panel(kept, got, at, corrected=plan is not None))


@bp.post("/new")
@checks_token
def start() -> Response:
    """Accept the files of the form as one job, and lead to its page."""
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaTypeError("Send the files as multipart/form-data.")
    asked = Asked(_received, None, trace.context(), caller().owner)
    return see_other("job", job_id=accept(services(), asked))


def _received(to: Keeping, folder: str) -> Submission:
    """Store files and plan of a form that is of the caller's own session: else nothing stays."""
    content_type = request.headers["Content-Type"]
    body: BinaryIO = request.stream  # type: ignore[assignment]
    got = receive(body, content_type, to, folder, corrections.Parts())
    check_token(token_of(got))
    plan = corrections.plan_of(got)
    if plan is not None:
        supply(to, got, folder, plan)
    return got


def token_of(got: Submission) -> str:
    """Take the token out of a form and return it."""
    return got.texts.pop(FIELD, [""])[0]


def _page(got: Submission, panel: object) -> str:
    return render_template(
        "new.html",
        given={name: values[0] for name, values in got.texts.items()},
        panel=panel,
        operations=[(one, MEANINGS[one]) for one in OPERATIONS],
        profiles=profile_names(services(), caller().owner),
        priorities=[one.value for one in Priority],
        **panels.choices(),
    )
