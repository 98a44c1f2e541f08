"""People who log in to the console: users, their sessions, and tries that failed."""

import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from web.db.models import ID, NAME, SHA256, Base
from web.db.types import word
from web.db.words import Role


class User(Base):
    """Who may log in. ``web.admin``, told by who runs the system; never deleted: the log names it.

    ``user`` is a word of PostgreSQL's own.
    """

    __tablename__ = "login_user"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(NAME, unique=True)
    owner: Mapped[str] = mapped_column(NAME)
    role: Mapped[Role] = mapped_column(word(Role))
    # as Argon2 encodes it, with its salt and costs
    password: Mapped[str]
    created_at: Mapped[datetime.datetime]
    disabled_at: Mapped[datetime.datetime | None]


class Login(Base):
    """One session of a user. web; its end is its deletion."""

    __tablename__ = "login_session"
    __table_args__ = (Index("login_session_by_user", "user_id"),)

    # the digest of what the cookie holds
    sha256: Mapped[str] = mapped_column(SHA256, primary_key=True)
    user_id: Mapped[str] = mapped_column(ID, ForeignKey(User.id))
    created_at: Mapped[datetime.datetime]
    # to the minute
    used_at: Mapped[datetime.datetime]


class FailedTry(Base):
    """How often it was tried in vain to log in, to one name or from one address. web.

    A name is what somebody typed, maybe a password in the wrong field, so only its digest is kept.
    """

    __tablename__ = "login_failure"

    sha256: Mapped[str] = mapped_column(SHA256, primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime.datetime]
