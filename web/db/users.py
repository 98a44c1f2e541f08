"""Users: made, found by their name, changed; and their passwords."""

import datetime
import unicodedata
from collections.abc import Sequence

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select
from sqlalchemy.orm import Session

from web.db import logins
from web.db.models import Role
from web.db.user_models import User
from web.ids import new_id

SHORTEST_PASSWORD = 15
"""NIST SP 800-63B-4, 3.1.1.2: characters of a password that is the only thing asked for."""
LONGEST_PASSWORD = 256

# The least costs of OWASP's Password Storage Cheat Sheet: all threads of a process may log
# somebody in at once, and each takes this much memory.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

_NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$" + "A" * 22 + "$" + "A" * 43
"""The password of who does not exist: it takes as long to compare, and no text is it."""


def make(
    session: Session, *, name: str, owner: str, role: Role, password: str, now: datetime.datetime
) -> User:
    """Insert a user, whose name nobody may have yet; ``password`` is what ``hashed`` returned."""
    user = User(id=new_id(), name=name, owner=owner, role=role, password=password, created_at=now)
    session.add(user)
    session.flush()
    return user


def called(session: Session, name: str) -> User | None:
    """Return the user of this name, also one that is disabled, or None."""
    return session.scalars(select(User).where(User.name == name)).one_or_none()


def listed(session: Session) -> Sequence[User]:
    """Return all users by their names."""
    return session.scalars(select(User).order_by(User.name)).all()


def change_password(session: Session, user: User, password: str) -> None:
    """Give a user another password, as ``hashed`` returned it, and end all sessions."""
    user.password = password
    logins.end_all(session, user.id)


def disable(session: Session, user: User, now: datetime.datetime) -> None:
    """Let a user not log in any more, and end all sessions."""
    user.disabled_at = user.disabled_at or now
    logins.end_all(session, user.id)


def hashed(password: str) -> str:
    """Return what is kept of a password.

    Raises:
        ValueError: It is too short or too long; the text says what it has to be.
    """
    if not SHORTEST_PASSWORD <= len(_form(password)) <= LONGEST_PASSWORD:
        raise ValueError(f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")
    return _HASHER.hash(_form(password))


def is_password(user: User | None, given: str) -> bool:
    """Return whether a password is that of a user who may log in.

    It takes as long when there is no such user.
    """
    known = user is not None and user.disabled_at is None
    try:
        _HASHER.verify(user.password if user and known else _NOBODYS, _form(given))
    except VerifyMismatchError:
        return False
    return known


def is_same(user: User, now: User) -> bool:
    """Return whether a user has the same password as before, and may still log in."""
    return user.password == now.password and now.disabled_at is None


def _form(password: str) -> str:
    """Return a password in one form, however a keyboard writes its letters; cut where too long."""
    return unicodedata.normalize("NFKC", password[: LONGEST_PASSWORD + 1])
