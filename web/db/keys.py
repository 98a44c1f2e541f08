"""API keys: made, found by what a caller shows, listed, replaced, ended.

A secret is 256 random bits, so its SHA-256 is as good a secret as any slower digest would be:
nobody can try them all.
"""

import datetime
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from web.db.models import ApiKey, Role
from web.ids import new_id

MARK = "hmz_"
"""How every secret begins, so that scanners for secrets find one that went astray."""

NAME_IS = "1 to 64 letters, digits, spaces or . _ @ -"
NAME = r"^[A-Za-z0-9][A-Za-z0-9 ._@-]{0,63}$"
LONGEST_DAYS = 3650
_BYTES = 32
_SHOWN = len(MARK) + 6
USED_EVERY = datetime.timedelta(hours=1)
"""How exactly it is kept when a key was used last."""


@dataclass(frozen=True)
class Limits:
    """What a key may do at most: None is what the setting says, 0 without a limit.

    Jobs in flight and bytes stored are those of the key's owner, whichever key made them.
    """

    requests_per_minute: int | None = None
    max_jobs_in_flight: int | None = None
    max_bytes_stored: int | None = None


NO_LIMITS_OF_ITS_OWN = Limits()

MOST: Mapping[str, int] = {
    "requests_per_minute": 1_000_000,
    "max_jobs_in_flight": 1_000_000,
    "max_bytes_stored": 2**60,
}
"""The largest number of each limit."""


def is_name(text: str) -> bool:
    """Return whether a key or an owner may be called so: names stand in the audit log."""
    return re.fullmatch(NAME, text) is not None


def make(
    session: Session,
    *,
    name: str,
    owner: str,
    role: Role,
    now: datetime.datetime,
    expires_at: datetime.datetime | None = None,
    limits: Limits = NO_LIMITS_OF_ITS_OWN,
) -> tuple[ApiKey, str]:
    """Insert a key; return it and its secret, which nothing can tell again."""
    secret = MARK + secrets.token_urlsafe(_BYTES)
    key = ApiKey(
        id=new_id(),
        name=name,
        owner=owner,
        role=role,
        prefix=secret[:_SHOWN],
        sha256=_digest(secret),
        created_at=now,
        expires_at=expires_at,
        **asdict(limits),
    )
    session.add(key)
    session.flush()
    return key, secret


def of_secret(session: Session, secret: str, now: datetime.datetime) -> ApiKey | None:
    """Return the key with this secret, unless it was revoked or has expired."""
    wanted = select(ApiKey).where(ApiKey.sha256 == _digest(secret), *_live(now))
    return session.scalars(wanted).one_or_none()


def find(session: Session, key_id: str) -> ApiKey | None:
    """Return a key, also one that has ended, or None."""
    return session.get(ApiKey, key_id)


def listed(session: Session) -> Sequence[ApiKey]:
    """Return all keys, the newest first."""
    return session.scalars(select(ApiKey).order_by(ApiKey.id.desc())).all()


def any_admin(session: Session, now: datetime.datetime) -> bool:
    """Return whether a key can be used that may make others."""
    wanted = select(ApiKey.id).where(ApiKey.role == Role.ADMIN, *_live(now)).limit(1)
    return session.scalars(wanted).first() is not None


def replace(
    session: Session, key: ApiKey, now: datetime.datetime, grace: datetime.timedelta
) -> tuple[ApiKey, str]:
    """Make a key like this one, which ends after a grace time; return the new one and its secret.

    The new key lives as long as the old one was made to.
    """
    lifetime = key.expires_at - key.created_at if key.expires_at else None
    end = now + grace
    key.expires_at = min(key.expires_at, end) if key.expires_at else end
    return make(
        session,
        name=key.name,
        owner=key.owner,
        role=key.role,
        now=now,
        expires_at=now + lifetime if lifetime else None,
        limits=limits_of(key),
    )


def limits_of(key: ApiKey) -> Limits:
    """Return what a key may do at most."""
    return Limits(**{name: getattr(key, name) for name in MOST})


def limit(key: ApiKey, limits: Limits) -> None:
    """Give a key other limits."""
    for name, value in asdict(limits).items():
        setattr(key, name, value)


def revoke(key: ApiKey, now: datetime.datetime) -> None:
    """End a key at once."""
    key.revoked_at = key.revoked_at or now


def used(session: Session, key_id: str, now: datetime.datetime) -> None:
    """Note that a key was used."""
    session.execute(update(ApiKey).where(ApiKey.id == key_id).values(used_at=now))


def _live(now: datetime.datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        ApiKey.revoked_at.is_(None),
        or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now),
    )


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
