"""Profiles of owners: every version is a row of its own, which nobody changes."""

import datetime

from sqlalchemy.orm import Mapped, mapped_column

from web.db.models import NAME, SHA256, Base, Document
from web.db.types import Json


class ProfileVersion(Base):
    """One version of a profile. web inserts it, when a worker has read it."""

    __tablename__ = "profile_version"

    # "" where nobody has to show a key
    owner: Mapped[str] = mapped_column(NAME, primary_key=True)
    name: Mapped[str] = mapped_column(NAME, primary_key=True)
    version: Mapped[str] = mapped_column(NAME, primary_key=True)
    created_at: Mapped[datetime.datetime]
    # YAML, as it was sent, and the same as JSON
    document: Mapped[str]
    content: Mapped[Document]
    sha256: Mapped[str] = mapped_column(SHA256)
    extends: Mapped[str | None] = mapped_column(NAME)
    # what a table may be called, and which one that is, those of its bases among them
    tables: Mapped[dict[str, str]] = mapped_column(Json)
    # the names of the fields of each table
    fields: Mapped[dict[str, list[str]]] = mapped_column(Json)
