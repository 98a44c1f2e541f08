"""Persons, of one job and of all; possible matches, and what was decided."""

from typing import Any

from typing_extensions import TypedDict

from web.api.answers.kinds import Id, Moment
from web.db.words import PersonAct


class PersonSummary(TypedDict):
    """A person as lists show it."""

    person_id: str
    founded_at: Moment
    records: int
    sources: list[str]


class Persons(TypedDict):
    """A page of persons, those known longest first."""

    persons: list[PersonSummary]
    count: int
    count_is_exact: bool
    next_cursor: str | None


class Alias(TypedDict):
    """An id that stands for a person which absorbed it."""

    person_id: str
    merged_at: Moment | None


class Place(TypedDict):
    """Where a record is from."""

    row_uid: str
    person_id: str
    source: str
    source_file: str
    record_no: int
    source_id: str | None


class PersonRecordDocument(Place):
    """One record of a person, and how it was linked."""

    method: str | None
    score: float | None
    job_id: Id
    linked_at: Moment
    values: dict[str, Any]


class JobPersonSummary(TypedDict):
    """A person of one job; its records ``disagree`` on these fields."""

    person_id: str
    records: int
    sources: list[str]
    disagree: list[str]


class JobPersons(TypedDict):
    """A page of the persons of a job; ``count`` is how many there are of any kind."""

    job_id: Id
    count: int
    persons: list[JobPersonSummary]
    next_cursor: str | None


class JobRecord(TypedDict):
    """A record of a person of one job, and how it was linked."""

    row_uid: str | None
    source: str
    source_file: str
    record_no: int
    source_id: str | None
    method: str | None
    score: float | None


class JobPerson(TypedDict):
    """A person of one job; ``records`` are the first of them."""

    job_id: Id
    person_id: str
    golden: list[dict[str, Any]]
    record_count: int
    records: list[JobRecord]


class PersonEventDocument(TypedDict):
    """What became of a person."""

    at: Moment
    who: str
    what: PersonAct
    person_id: str
    other_id: str | None
    records: list[str]
    job_id: Id | None
    decision_id: int | None
    why: str | None


class PersonDocument(TypedDict):
    """A person; ``golden`` is None when no worker answers, ``records`` are the first of them."""

    person_id: str
    founded_at: Moment
    aliases: list[Alias]
    golden: list[dict[str, Any]] | None
    record_count: int
    records: list[PersonRecordDocument]
    history: list[PersonEventDocument]


class DecisionDocument(TypedDict):
    """What somebody decided; ``moved`` is how many records changed persons then."""

    decision_id: int
    decision: PersonAct
    a: list[str]
    b: list[str]
    who: str
    at: Moment
    why: str | None
    moved: int
    undone_at: Moment | None
    undone_by: str | None


class PersonDecision(DecisionDocument):
    """A decision about a person, and the id of whom it left."""

    person_id: str


class Decisions(TypedDict):
    """A page of decisions, the oldest first."""

    decisions: list[DecisionDocument]
    next_cursor: str | None


class ReviewRecord(Place):
    """A record of a pair, with what is compared."""

    values: dict[str, Any]


class Agreement(TypedDict):
    """How two records agree in a field."""

    field: str
    agrees: str


class Pair(TypedDict):
    """Two records that may be one person."""

    pair_id: int
    score: float
    reason: str
    why: str
    fields: list[Agreement]
    a: ReviewRecord
    b: ReviewRecord
    job_id: Id
    found_at: Moment


class Pairs(TypedDict):
    """A page of pairs that wait for a decision, the likeliest first."""

    pairs: list[Pair]
    count: int
    count_is_exact: bool
    next_cursor: str | None
