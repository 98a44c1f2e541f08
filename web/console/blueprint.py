"""The blueprint of all pages: headers of their answers, and their files, named by content."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

import werkzeug
from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    redirect,
    request,
    send_from_directory,
    url_for,
)
from markupsafe import Markup

from web.api.access import Caller, open_to_all, role_of
from web.api.login import FIELD
from web.db import logins
from web.db.models import Role
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
    ("console.person_list", "Persons"),
    ("console.operations", "Operations"),
)
"""Pages that each page leads to, with their names."""

SECTION = (
    ("console.operations", "Queues"),
    ("console.workers", "Workers"),
    ("console.failures", "Failures"),
    ("console.consistency", "Consistency"),
    ("console.webhooks", "Webhooks"),
    ("console.keys", "API keys"),
    ("console.profiles", "Profiles"),
    ("console.audit", "Audit"),
)
"""Pages of Operations, which each of them leads to."""

PARTS = {
    "ask_dismiss": "failures",
    "check": "consistency",
    "webhook": "webhooks",
    "make_webhook": "webhooks",
    "rotate_webhook": "webhooks",
    "make_key": "keys",
    "rotate_key": "keys",
    "profile": "profiles",
    "profile_version": "profiles",
    "test_profile": "profiles",
    "new_profile": "profiles",
    "make_profile": "profiles",
}
"""Pages below one of these."""

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
    """Give every page the pages that stand at its top, and who is logged in."""
    who, here = _caller(), (request.endpoint or "").removeprefix("console.")
    section_of = f"console.{PARTS.get(here, here)}"
    return {
        "console_pages": _open_to_caller(PAGES),
        "section_pages": _open_to_caller(SECTION),
        "section_of": section_of,
        "in_section": section_of in dict(SECTION),
        "logged_in": who.session.found if who and who.session else None,
    }


def _open_to_caller(pages: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    views = current_app.view_functions
    return [
        (endpoint, name)
        for endpoint, name in pages
        if may((role_of(views[endpoint], "GET") or Role.VIEWER).value)
    ]


@bp.app_template_global()
def may(role: str) -> bool:
    """Return whether to show what needs a role; whoever asks all the same is refused elsewhere."""
    who = _caller()
    return who is None or who.role.may(Role(role))


@bp.app_template_global()
def token() -> str:
    """Return the field that shows that a form is of a page of the caller's session, if any."""
    who = _caller()
    if who is None or who.session is None:
        return ""
    value = logins.token_of(who.session.secret)
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, value)


def _caller() -> Caller | None:
    """Return who sends the request; pages that are open to all do not know."""
    found: Caller | None = g.get("caller")
    return found
