"""Acts on many jobs at once: what was asked for, and how far it is."""

import datetime

from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column

from web.db.models import ID, NAME, Base, Document
from web.db.types import word
from web.db.words import Act


class BulkAct(Base):
    """One act on all jobs of a filter. web, when it is asked for; then the tasks process."""

    __tablename__ = "bulk_act"

    # web; ``jobs`` is the document of a filter; ``owner`` is who may look at this, None an admin
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    act: Mapped[Act] = mapped_column(word(Act))
    jobs: Mapped[Document]
    owner: Mapped[str | None] = mapped_column(NAME)
    counted: Mapped[int]
    asked_at: Mapped[datetime.datetime]

    # web, for the audit log: who asked, by which key, from where
    who: Mapped[str] = mapped_column(NAME)
    key_id: Mapped[str | None] = mapped_column(ID)
    address: Mapped[str | None] = mapped_column(NAME)

    # tasks: behind which job it goes on, to how many it was done, and when it was over
    behind: Mapped[str | None] = mapped_column(ID)
    done: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    ended_at: Mapped[datetime.datetime | None]
