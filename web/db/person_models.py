"""The registry of persons: who is who across jobs, for each owner apart.

The row of ``registry`` is the lock of all the others, and counts their changes: whoever changes
something locks it first and adds one to its version (``web.db.registry``). Values of patients stand
in ``person_record`` alone.
"""

import datetime
from typing import Any

from sqlalchemy import BigInteger, Float, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from web.db.models import ID, NAME, SHA256, Base, Document
from web.db.types import Json, RowNumber, word
from web.db.words import PersonAct

PERSON = String(16)
ROW_UID = String(32)

_UNDECIDED = text("decision_id IS NULL")
_WITH_OTHER = text("other_id IS NOT NULL")


class Registry(Base):
    """What an owner's registry is at. The reconciler, from jobs; web, from what people decide."""

    __tablename__ = "registry"

    owner: Mapped[str] = mapped_column(NAME, primary_key=True)
    # +1 with each change of records, persons or decisions: what a snapshot was made of
    version: Mapped[int] = mapped_column(BigInteger, default=0)
    # how many persons there ever were: the next one's number
    founded: Mapped[int] = mapped_column(BigInteger, default=0)
    # under which the records became what they are; NULL until there are any
    profile: Mapped[str | None] = mapped_column(NAME)
    profile_version: Mapped[str | None] = mapped_column(NAME)
    changed_at: Mapped[datetime.datetime]


class Person(Base):
    """One person, or, when ``merged_into`` says so, an id that stands for another one."""

    __tablename__ = "person"
    __table_args__ = (
        Index("person_by_number", "owner", "number"),
        Index("person_merged", "owner", "merged_into"),
    )

    owner: Mapped[str] = mapped_column(NAME, primary_key=True)
    id: Mapped[str] = mapped_column(PERSON, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    founded_at: Mapped[datetime.datetime]
    merged_into: Mapped[str | None] = mapped_column(PERSON)
    merged_at: Mapped[datetime.datetime | None]


class PersonRecord(Base):
    """One record of a person: where it is from, how it was linked, and its values."""

    __tablename__ = "person_record"
    __table_args__ = (
        Index("person_record_by_person", "owner", "person_id"),
        Index("person_record_by_delivery", "owner", "source", "file_sha256", "record_no"),
    )

    owner: Mapped[str] = mapped_column(NAME, primary_key=True)
    row_uid: Mapped[str] = mapped_column(ROW_UID, primary_key=True)
    person_id: Mapped[str] = mapped_column(PERSON)
    # whose it was at first: that id comes back when the record is taken out of another person
    first_person_id: Mapped[str] = mapped_column(PERSON)
    source: Mapped[str] = mapped_column(NAME)
    source_file: Mapped[str]
    file_sha256: Mapped[str] = mapped_column(SHA256)
    record_no: Mapped[int] = mapped_column(BigInteger)
    source_id: Mapped[str | None]
    method: Mapped[str | None] = mapped_column(NAME)
    score: Mapped[float | None] = mapped_column(Float)
    job_id: Mapped[str] = mapped_column(ID)
    linked_at: Mapped[datetime.datetime]
    # canonical values by field: what is compared, and the others
    compared: Mapped[Document]
    others: Mapped[Document]


class Decision(Base):
    """What a person said: all records of both lists are one person, or none of one list is one of
    the other's. ``moves`` are the records that changed persons then: row_uid, from, to.
    """

    __tablename__ = "person_decision"
    __table_args__ = (Index("person_decision_by_owner", "owner", "id"),)

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    owner: Mapped[str] = mapped_column(NAME)
    what: Mapped[PersonAct] = mapped_column(word(PersonAct))
    same: Mapped[bool] = mapped_column(server_default=false())
    a: Mapped[list[Any]] = mapped_column(Json)
    b: Mapped[list[Any]] = mapped_column(Json)
    moves: Mapped[list[Any]] = mapped_column(Json)
    who: Mapped[str] = mapped_column(NAME)
    at: Mapped[datetime.datetime]
    why: Mapped[str | None]
    undone_at: Mapped[datetime.datetime | None]
    undone_by: Mapped[str | None] = mapped_column(NAME)


class ReviewPair(Base):
    """Two records that may be one person. The reconciler, from the last job that saw them."""

    __tablename__ = "review_pair"
    __table_args__ = (
        UniqueConstraint("owner", "a", "b"),
        Index(
            "review_pair_open",
            "owner",
            "score",
            "id",
            sqlite_where=_UNDECIDED,
            postgresql_where=_UNDECIDED,
        ),
    )

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    owner: Mapped[str] = mapped_column(NAME)
    a: Mapped[str] = mapped_column(ROW_UID)
    b: Mapped[str] = mapped_column(ROW_UID)
    score: Mapped[float] = mapped_column(Float)
    reason: Mapped[str] = mapped_column(NAME)
    why: Mapped[str]
    # field and the word for how it agrees, in the order of the engine
    fields: Mapped[list[Any]] = mapped_column(Json)
    job_id: Mapped[str] = mapped_column(ID)
    found_at: Mapped[datetime.datetime]
    decision_id: Mapped[int | None] = mapped_column(BigInteger)


class PersonEvent(Base):
    """What became of a person, when, by whom and why. Nobody changes or deletes it.

    ``other_id`` is the person that records came from, or that was absorbed.
    """

    __tablename__ = "person_event"
    __table_args__ = (
        Index("person_event_by_person", "owner", "person_id", "id"),
        Index(
            "person_event_by_other",
            "owner",
            "other_id",
            sqlite_where=_WITH_OTHER,
            postgresql_where=_WITH_OTHER,
        ),
    )

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    owner: Mapped[str] = mapped_column(NAME)
    at: Mapped[datetime.datetime]
    who: Mapped[str] = mapped_column(NAME)
    what: Mapped[PersonAct] = mapped_column(word(PersonAct))
    person_id: Mapped[str] = mapped_column(PERSON)
    other_id: Mapped[str | None] = mapped_column(PERSON)
    job_id: Mapped[str | None] = mapped_column(ID)
    decision_id: Mapped[int | None] = mapped_column(BigInteger)
    records: Mapped[list[Any]] = mapped_column(Json)
    why: Mapped[str | None]
