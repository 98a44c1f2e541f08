"""Profiles of owners. The caller owns the transaction."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from web.db.profile_models import ProfileVersion

MOST = 500
"""Versions that an owner may have, of all profiles together."""


def find(session: Session, owner: str, name: str, version: str | None) -> ProfileVersion | None:
    """Return a version of an owner's profile, None the newest; or None."""
    if version is not None:
        return session.get(ProfileVersion, (owner, name, version))
    return next(iter(versions(session, owner, name)), None)


def versions(session: Session, owner: str, name: str | None = None) -> Sequence[ProfileVersion]:
    """Return the versions of an owner's profile (None is any), by name, the newest first."""
    wanted = select(ProfileVersion).where(ProfileVersion.owner == owner)
    if name is not None:
        wanted = wanted.where(ProfileVersion.name == name)
    order = (ProfileVersion.name, ProfileVersion.created_at.desc(), ProfileVersion.version.desc())
    return session.scalars(wanted.order_by(*order)).all()


def count(session: Session, owner: str) -> int:
    """Return how many versions an owner has."""
    wanted = select(func.count()).select_from(ProfileVersion)
    return session.scalar(wanted.where(ProfileVersion.owner == owner)) or 0


def add(session: Session, row: ProfileVersion) -> None:
    """Insert a version.

    Raises:
        IntegrityError: It is there already; nothing may be kept.
    """
    session.add(row)
    session.flush()
