"""Sessions of people: the cookie that a browser shows, how one begins and how it ends.

A session is good for the same routes as a key of its user's owner and role (``web.api.access``).
"""

import datetime
from contextlib import suppress
from dataclasses import dataclass

import structlog
from flask import request
from sqlalchemy.exc import OperationalError
from werkzeug import Response

from web.db import audit, logins, tries, users
from web.db.keys import is_name
from web.services import Services, services

log = structlog.get_logger(__name__)

COOKIE = "harmonizer"
HEADER = "X-CSRF-Token"
"""Where a script sends the token of its page."""
FIELD = "token"
"""Where a form sends it."""
BACKGROUND = "X-Background"
"""What a page sends that asks by itself: that keeps nobody logged in who has gone away."""


class WrongPasswordError(Exception):
    """There is no user who may log in with this name and this password."""


@dataclass
class TooEarlyError(Exception):
    """Tries have failed, and the next one is not yet looked at."""

    wait: datetime.timedelta


@dataclass(frozen=True)
class Session:
    """The session of a request: what its cookie holds, and whose it is."""

    secret: str
    found: logins.Found


def session_of(of: Services) -> Session | None:
    """Return the session of the current request, if it shows one that lives, and note its use."""
    secret = request.cookies.get(_cookie())
    if not secret:
        return None
    now = _now()
    with of.reading() as session:
        found = logins.find(session, secret, now, logins.Lifetime.of(of.settings))
    if found is None:
        return None
    if _is_of_a_person() and now - found.used_at > logins.USED_EVERY:
        # A use that cannot be noted ends the session earlier, and is no reason to refuse a request.
        with suppress(OperationalError), of.sessions.begin() as session:
            logins.used(session, secret, now)
    return Session(secret, found)


def log_in(name: str, password: str) -> str:
    """Begin a session and return its secret; the one that the browser had ends.

    Whether there is a user of this name changes neither the answer nor its time.

    Raises:
        WrongPasswordError: The name or the password is wrong, or the user is disabled.
        TooEarlyError: Too many tries failed before.
    """
    of, now, address = services(), _now(), request.remote_addr or ""
    with of.sessions.begin() as session:
        wait = tries.take(session, name, address, now)
        user = users.called(session, name) if not wait and is_name(name) else None
    if wait:
        raise TooEarlyError(wait)
    # Outside of a transaction: it takes long on purpose, and SQLite has one writer at a time.
    right = users.is_password(user, password)
    with of.sessions.begin() as session:
        again = users.called(session, name) if right else None
        if user and again and users.is_same(user, again):
            tries.forgive(session, name, address)
            logins.end(session, request.cookies.get(_cookie(), ""))
            audit.append(session, "login", user.id, at=now, who=who(user.name), address=address)
            return logins.begin(session, user, now)
        wait = tries.wait_now(session, name, address, now)
        what, detail = "login.fail", {"wait_seconds": int(wait.total_seconds())}
        if wait:
            what = "login.lock"
        target = user.id if user else None
        audit.append(session, what, target, at=now, address=address, detail=detail)
    log.warning("login refused", address=address)
    raise WrongPasswordError


def log_out(of: Services, ended: Session) -> None:
    """End the session of the current request."""
    with of.sessions.begin() as session:
        logins.end(session, ended.secret)
        audit.append(
            session,
            "logout",
            ended.found.user_id,
            at=_now(),
            who=who(ended.found.name),
            address=request.remote_addr,
        )


def who(name: str) -> str:
    """Return how a user stands in the audit log; no owner of keys and no process is called so."""
    return f"user:{name}"


def give(answer: Response, secret: str) -> None:
    """Give a browser its session with an answer, for as long as it runs."""
    answer.set_cookie(
        _cookie(), secret, secure=request.is_secure, httponly=True, samesite="Lax", path="/"
    )


def take_away(answer: Response) -> None:
    """Make a browser forget its session."""
    answer.delete_cookie(
        _cookie(), secure=request.is_secure, httponly=True, samesite="Lax", path="/"
    )


def _cookie() -> str:
    """Return the name of the cookie.

    Browsers take one that is called ``__Host-`` from this very host alone, and only over TLS.
    """
    return f"__Host-{COOKIE}" if request.is_secure else COOKIE


def _is_of_a_person() -> bool:
    """Return whether somebody made the request, and not a page that is left open."""
    streams = request.accept_mimetypes.best == "text/event-stream"
    return BACKGROUND not in request.headers and not streams


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
