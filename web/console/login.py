"""Log in and out: a form, and a button at the top of every page."""

import math
from urllib.parse import urlsplit

from flask import make_response, redirect, render_template, request, url_for
from werkzeug import Response

from web.api import login as logins
from web.api.access import caller, needs, open_to_all
from web.console.blueprint import bp, see_other
from web.db.models import Role
from web.errors import UnsupportedMediaTypeError
from web.services import services

FORM = "application/x-www-form-urlencoded"
LONGEST_NEXT = 2000


@bp.get("/login")
@open_to_all
def login() -> Response:
    """Return the form."""
    if services().settings.auth == "off":
        return see_other("index")
    return _page()


@bp.post("/login")
@open_to_all
def enter() -> Response:
    """Begin a session, and lead to the page that was asked for before."""
    if services().settings.auth == "off":
        return see_other("index")
    if request.mimetype != FORM:
        raise UnsupportedMediaTypeError(f"Send the form as {FORM}.")
    try:
        secret = logins.log_in(request.form.get("name", ""), request.form.get("password", ""))
    except logins.WrongPasswordError:
        return _page("The name or the password is wrong.", status=403)
    except logins.TooEarlyError as early:
        seconds = math.ceil(early.wait.total_seconds())
        answer = _page(f"Too many tries failed. Try again in {seconds} seconds.", status=429)
        answer.headers["Retry-After"] = str(seconds)
        return answer
    answer = redirect(local(request.form.get("next", "")), 303)
    logins.give(answer, secret)
    return answer


@bp.post("/logout")
@needs(Role.VIEWER)
def logout() -> Response:
    """End the session of the caller."""
    answer = see_other("login")
    if session := caller().session:
        logins.log_out(services(), session)
        logins.take_away(answer)
    return answer


def local(path: str) -> str:
    """Return a path of this server, the overview for whatever may lead elsewhere."""
    parts = urlsplit(path) if _is_plain(path) else None
    if parts is None or parts.scheme or parts.netloc or not parts.path.startswith("/"):
        return url_for("console.index")
    return path


def _is_plain(path: str) -> bool:
    """Return whether nobody reads a path in another way: browsers take ``\\`` for ``/``."""
    odd = path.startswith("//") or "\\" in path
    return not odd and len(path) <= LONGEST_NEXT and path.isascii() and path.isprintable()


def _page(wrong: str | None = None, status: int = 200) -> Response:
    wanted = local(request.values.get("next", ""))
    return make_response(render_template("login.html", wrong=wrong, next=wanted), status)
