"""Who may do what: each request has a caller, each route the role that it needs.

A route that says nothing needs a viewer to look and an operator to change. Whose jobs a caller sees
is asked with every question about a job (``Caller.sees``), never here.
"""

import datetime
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import structlog
from flask import Flask, current_app, g, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from web.api import login
from web.config import PREFIX, is_loopback
from web.db import audit, keys, logins
from web.db.models import ApiKey, Role
from web.errors import ForbiddenError, UnauthorizedError
from web.services import Services, services

log = structlog.get_logger(__name__)

View = TypeVar("View", bound=Callable[..., Any])

SAFE = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing."""

_SCHEME = "bearer"
_LONGEST_SECRET = 256
_ROLES: dict[Any, Role] = {}
_OPEN: set[Any] = set()
_FOR_PROBES: set[Any] = set()
_CHECKS_TOKEN: set[Any] = set()


@dataclass(frozen=True)
class Caller:
    """Who sends a request, by a key or a session. ``owner`` is "" where nobody has to show one."""

    owner: str
    role: Role
    key_id: str | None = None
    limits: keys.Limits = keys.NO_LIMITS_OF_ITS_OWN
    session: login.Session | None = None

    @property
    def sees(self) -> str | None:
        """Whose jobs this caller sees; None is everybody's."""
        return None if self.role.may(Role.ADMIN) else self.owner

    @property
    def who(self) -> str:
        """Return who this is to the audit log: a user, or the owner of a key."""
        return login.who(self.session.found.name) if self.session else self.owner or audit.NOBODY

    @property
    def counted_as(self) -> str | None:
        """Return whose requests are counted, if there is a limit."""
        return self.session.found.user_id if self.session else self.key_id


ANYBODY = Caller("", Role.ADMIN)
"""The caller where nobody has to show a key: who reaches this machine owns it."""


def needs(role: Role) -> Callable[[View], View]:
    """Say which role a route needs."""

    def mark(view: View) -> View:
        _ROLES[view] = role
        return view

    return mark


def open_to_all(view: View) -> View:
    """Say that a route needs no key: it shows nothing but what the documentation does."""
    _OPEN.add(view)
    return view


def open_to_probes(view: View) -> View:
    """Say that a route is read by programs that watch, which need no key on this machine."""
    _FOR_PROBES.add(view)
    return view


def checks_token(view: View) -> View:
    """Say that a route itself calls ``check_token``: its form is read while files are stored."""
    _CHECKS_TOKEN.add(view)
    return view


def register(app: Flask) -> None:
    """Ask every request of an application who sends it."""
    app.before_request(_admit)


def caller() -> Caller:
    """Return who sends the current request."""
    found: Caller = g.caller
    return found


def record(
    session: Session,
    what: str,
    target: str | None,
    *,
    at: datetime.datetime,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add what the caller of the current request does to the audit log."""
    who = caller()
    audit.append(
        session,
        what,
        target,
        at=at,
        who=who.who,
        key_id=who.key_id,
        address=request.remote_addr,
        detail=detail,
    )


def role_of(view: Any, method: str) -> Role | None:
    """Return which role a route needs for a method; None when it needs no key at all."""
    if view in _OPEN:
        return None
    return _ROLES.get(view, Role.VIEWER if method in SAFE else Role.OPERATOR)


def is_for_probes(view: Any) -> bool:
    """Return whether a route may be read without a key, by programs that watch."""
    return view in _FOR_PROBES


def _admit() -> None:
    of = services()
    if of.settings.auth == "off":
        _refuse_other_names()
        g.caller = ANYBODY
        return
    view = current_app.view_functions.get(request.endpoint or "")
    needed = role_of(view, request.method)
    if needed is None or (request.endpoint or "").endswith(".static") or _is_probe(of, view):
        return
    g.caller = _caller(of)
    if not g.caller.role.may(needed):
        raise ForbiddenError(f"This needs the role {needed.value}.")
    if request.method not in SAFE and view not in _CHECKS_TOKEN:
        check_token(_sent_token())


def check_token(given: str) -> None:
    """Refuse what a browser sends by itself, with the cookie of a session but not from its pages.

    Raises:
        ForbiddenError: It is not the token of the caller's session.
    """
    session = caller().session
    if session is not None and not logins.is_token(session.secret, given):
        raise ForbiddenError("The form is not of this session. Load its page again.")


def _sent_token() -> str:
    given = request.headers.get(login.HEADER)
    if given is None and request.mimetype == "application/x-www-form-urlencoded":
        given = request.form.get(login.FIELD)
    return given or ""


def _refuse_other_names() -> None:
    """Refuse a request that came by a name of another machine.

    A page whose own name was made to point here would otherwise be able to read everything.
    """
    try:
        name = urlsplit(f"//{request.host}").hostname or ""
    except ValueError:  # brackets that do not match
        name = ""
    if not is_loopback(name):
        raise ForbiddenError(
            f"Without API keys this answers on localhost alone; set {PREFIX}AUTH=keys."
        )


def _is_probe(of: Services, view: Any) -> bool:
    if not is_for_probes(view):
        return False
    return of.settings.probes == "open" or is_loopback(request.remote_addr or "")


def _caller(of: Services) -> Caller:
    """Return who shows the key of the request or, where there is none, who has its session.

    Raises:
        UnauthorizedError: There is neither, or none that is known and has not ended.
    """
    if "Authorization" not in request.headers and (shown := login.session_of(of)):
        return Caller(shown.found.owner, shown.found.role, session=shown)
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != _SCHEME or not 0 < len(secret) <= _LONGEST_SECRET:
        raise UnauthorizedError("Send an API key: the header Authorization: Bearer KEY.")
    now = datetime.datetime.now(datetime.UTC)
    with of.reading() as session:
        key = keys.of_secret(session, secret.strip(), now)
    if key is None:
        log.warning("key refused", address=request.remote_addr)
        raise UnauthorizedError("The API key is unknown, was revoked or has expired.")
    _note_use(of, key, now)
    return Caller(key.owner, key.role, key.id, keys.limits_of(key))


def _note_use(of: Services, key: ApiKey, now: datetime.datetime) -> None:
    if key.used_at is None or now - key.used_at > keys.USED_EVERY:
        # To know it is good to have, and no reason to refuse a request.
        with suppress(OperationalError), of.sessions.begin() as session:
            keys.used(session, key.id, now)
