"""The blueprint of all pages: headers of their answers, and their files, named by content."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import werkzeug
from flask import Blueprint, Response, redirect, send_from_directory, url_for

from web.api.access import open_to_all
from web.errors import NotFoundError

_STATIC = Path(__file__).parent / "static"
_YEAR = 365 * 24 * 3600

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

PAGES = (
    ("console.index", "Overview"),
    ("console.new", "New job"),
    ("console.job_list", "Jobs"),
    ("console.review", "Review"),
    ("console.operations", "Operations"),
)
"""Pages that each page leads to, with their names."""

bp = Blueprint("console", __name__, template_folder="templates")


def _hashed(path: Path) -> str:
    return f"{path.stem}-{sha256(path.read_bytes()).hexdigest()[:12]}{path.suffix}"


_FILES = {_hashed(path): path.name for path in sorted(_STATIC.iterdir())}
_NAMES = {name: hashed for hashed, name in _FILES.items()}


@bp.app_template_global()
def asset(name: str) -> str:
    """Return the path of a file of the pages; other content has another path."""
    return f"/static/{_NAMES[name]}"


@bp.get("/static/<path:filename>")
@open_to_all
def static(filename: str) -> Response:
    """Send a file of the pages, to be kept for good."""
    if filename not in _FILES:
        raise NotFoundError("There is no file of this name.")
    answer = send_from_directory(_STATIC, _FILES[filename], max_age=_YEAR)
    answer.cache_control.immutable = True
    return answer


def see_other(page: str, **values: Any) -> werkzeug.Response:
    """Return an answer that leads a browser to a page: 303, so that a reload repeats no act."""
    return redirect(url_for(f"console.{page}", **values), 303)


@bp.after_request
def protect(answer: Response) -> Response:
    """Let a page run the console's own scripts, and keep no page: it may show values."""
    answer.headers["Content-Security-Policy"] = _POLICY
    # Without a referrer browsers would also hide the origin of a form, which is looked at.
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer


@bp.app_context_processor
def navigation() -> dict[str, object]:
    """Give every page the pages that stand at its top."""
    return {"console_pages": PAGES}
