"""Sessions of users: begun, found by what a browser shows, ended, forgotten.

A secret is 256 random bits; what is kept of it is its SHA-256, as of API keys (``web.db.keys``).
"""

import datetime
import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from web.config import Settings
from web.db.models import Role
from web.db.user_models import Login, User

USED_EVERY = datetime.timedelta(minutes=1)
"""How exactly it is kept when a session was used last."""
_BYTES = 32
_FORMS = b"token of forms"


@dataclass(frozen=True)
class Lifetime:
    """How long a session lasts: ``idle`` without a request, ``whole`` in any case."""

    idle: datetime.timedelta
    whole: datetime.timedelta

    @classmethod
    def of(cls, settings: Settings) -> "Lifetime":
        """Return what the settings say."""
        return cls(
            datetime.timedelta(minutes=settings.session_idle_minutes),
            datetime.timedelta(hours=settings.session_hours),
        )


def begin(session: Session, user: User, now: datetime.datetime) -> str:
    """Insert a session; return its secret, which nothing can tell again."""
    secret = secrets.token_urlsafe(_BYTES)
    session.add(Login(sha256=_digest(secret), user_id=user.id, created_at=now, used_at=now))
    return secret


@dataclass(frozen=True)
class Found:
    """A session that lives, and whose it is now."""

    user_id: str
    name: str
    owner: str
    role: Role
    used_at: datetime.datetime


def find(session: Session, secret: str, now: datetime.datetime, lasts: Lifetime) -> Found | None:
    """Return the session with this secret, unless it has ended or its user was disabled."""
    row = session.execute(
        select(User.id, User.name, User.owner, User.role, Login.used_at)
        .join(User, Login.user_id == User.id)
        .where(Login.sha256 == _digest(secret), ~_over(now, lasts), User.disabled_at.is_(None))
    ).one_or_none()
    return Found(*row) if row else None


def used(session: Session, secret: str, now: datetime.datetime) -> None:
    """Note that a session was used."""
    session.execute(update(Login).where(Login.sha256 == _digest(secret)).values(used_at=now))


def end(session: Session, secret: str) -> None:
    """End a session, if there is one with this secret."""
    session.execute(delete(Login).where(Login.sha256 == _digest(secret)))


def end_all(session: Session, user_id: str) -> None:
    """End all sessions of a user."""
    session.execute(delete(Login).where(Login.user_id == user_id))


def forget_old(session: Session, now: datetime.datetime, lasts: Lifetime) -> None:
    """Delete sessions that are over."""
    session.execute(delete(Login).where(_over(now, lasts)))


def token_of(secret: str) -> str:
    """Return the token of the forms of a session: only who has the secret can make it."""
    return hmac.new(secret.encode(), _FORMS, sha256).hexdigest()


def is_token(secret: str, given: str) -> bool:
    """Return whether a form was made for a session, in a time that says nothing more."""
    return hmac.compare_digest(token_of(secret).encode(), given.encode())


def _over(now: datetime.datetime, lasts: Lifetime) -> ColumnElement[bool]:
    return or_(Login.used_at <= now - lasts.idle, Login.created_at <= now - lasts.whole)


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
