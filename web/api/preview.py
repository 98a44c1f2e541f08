"""``/api/preview``: what a job would understand of a file. Nothing of it is kept."""

import datetime
from collections.abc import Container
from functools import partial
from typing import Any

from flask import Blueprint, Response, request

from web.api import worker_preview
from web.api.access import caller
from web.api.describe import described
from web.api.plan_check import check_plan
from web.api.profile_lookup import profile_called
from web.api.submission import FORM, TEXT_PARTS, Wanted, check
from web.api.upload import StoredFile, Submission, receive
from web.errors import FieldError, TooLargeError, UnsupportedMediaTypeError, invalid
from web.services import services
from web.store import Beginnings

bp = Blueprint("preview", __name__, url_prefix="/api/preview")

MAX_BYTES = 8 * 1024 * 1024
"""As much of a file as a worker is shown; it looks at 4 MiB of the text, unpacked."""

FOLDER = "preview"

_ZIP = b"PK"


@bp.post("")
@described(dict[str, Any], form=FORM)
def show() -> Response:
    """Return form, plan, the first 50 records before and after, and findings."""
    kept, got = received(TEXT_PARTS)
    if len(got.files) > 1:
        raise invalid("file", "is given more than once; a preview is of one file")
    answer = Response(understood(kept, got), mimetype="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def received(text_parts: Container[str]) -> tuple[Beginnings, Submission]:
    """Return the beginnings of the files of the request, and its parts.

    Raises:
        ApiError: It is no form, or has other parts.
    """
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaTypeError("Send the file as multipart/form-data.")
    kept = Beginnings(MAX_BYTES)
    got = receive(
        request.stream,  # type: ignore[arg-type]
        request.headers["Content-Type"],
        kept,
        FOLDER,
        text_parts,
    )
    return kept, got


def understood(kept: Beginnings, got: Submission) -> bytes:
    """Return what a worker understands of the first file that was received, as JSON.

    Raises:
        ApiError: Something of the request cannot be used, or no worker answers.
    """
    if got.plan is not None:
        if got.plan.bytes > MAX_BYTES:
            raise invalid("plan", f"is larger than {MAX_BYTES} bytes")
        check_plan(kept, got.plan)
    find = partial(profile_called, services(), caller().owner)
    wanted = check(got, datetime.datetime.now(datetime.UTC).date(), find)
    file = got.files[0]
    beginning = kept.read(file.uri, MAX_BYTES)
    _refuse_cut(file, beginning)
    parts = {"file": beginning}
    if got.plan:
        parts["plan"] = kept.read(got.plan.uri, MAX_BYTES)
    if not wanted.profile.built_in:
        parts["profile"] = wanted.profile.document.encode()
    return worker_preview.ask(services().settings, _job(file, wanted), parts)


def _job(file: StoredFile, wanted: Wanted) -> dict[str, Any]:
    """Return the job as the message of an item describes it."""
    return {
        "operation": wanted.operation,
        "profile": wanted.profile.name,
        "today": wanted.today.isoformat(),
        "options": dict(wanted.options),
        "name": file.name,
        "source": wanted.sources[0],
        "table": wanted.tables[0] or "",
    }


def _refuse_cut(file: StoredFile, beginning: bytes) -> None:
    """Refuse an archive that is too large: its list of members stands at its end."""
    if file.bytes > MAX_BYTES and beginning.startswith(_ZIP):
        raise TooLargeError(
            f"Of a workbook or ZIP archive of more than {MAX_BYTES} bytes there is no preview; "
            "submit it as a job.",
            [FieldError("file", "too large for a preview")],
        )
