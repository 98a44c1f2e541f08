"""What the tasks process is to do, one row for each piece of work until it is done; its exports."""

import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from web.db.models import ID, NAME, REASON, SHA256, Base, Document, Job
from web.db.types import word
from web.db.words import TaskKind


class Task(Base):
    """One piece of work. Whoever wants it inserts it; the tasks process writes the rest."""

    __tablename__ = "task"
    __table_args__ = (UniqueConstraint("kind", "target"), Index("task_by_due", "due_at"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[TaskKind] = mapped_column(word(TaskKind))
    # the id of what it is about, "" where there is only one of the kind
    target: Mapped[str] = mapped_column(NAME)
    created_at: Mapped[datetime.datetime]
    # While somebody does it: when that is given up, put off as long as they live.
    due_at: Mapped[datetime.datetime]
    # how often it was begun since it last went well, and why it did not since
    tries: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    reason: Mapped[str | None] = mapped_column(REASON)


class Export(Base):
    """An output of a job in another format: asked for by web, made by the tasks process.

    It is known by the digest of what it is made of, so a retry of the job makes another one.
    """

    __tablename__ = "export"
    __table_args__ = (UniqueConstraint("job_id", "name", "sha256", "format"),)

    # web, when it is asked for
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    job_id: Mapped[str] = mapped_column(ID, ForeignKey(Job.id))
    name: Mapped[str] = mapped_column(NAME)
    sha256: Mapped[str] = mapped_column(SHA256)
    table: Mapped[str | None] = mapped_column(NAME)
    uri: Mapped[str]
    format: Mapped[str] = mapped_column(NAME)

    # tasks, when it is made, or not possible; both are NULL until then
    made: Mapped[Document | None]
    reason: Mapped[str | None] = mapped_column(REASON)
    ended_at: Mapped[datetime.datetime | None]
