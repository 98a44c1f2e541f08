"""What is asked about the registry of persons, page by page. The caller owns the transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from web.db.person_models import Decision, Person, PersonEvent, PersonRecord, Registry, ReviewPair

COUNTED_EXACTLY = 10_000


@dataclass(frozen=True)
class Listed:
    """A person as lists show it."""

    person: Person
    records: int
    sources: Sequence[str]


def persons(session: Session, owner: str, *, after: int, limit: int) -> Sequence[Listed]:
    """Return persons, those that are known longest first, beginning behind a number."""
    wanted = (
        select(Person)
        .where(Person.owner == owner, Person.merged_into.is_(None), Person.number > after)
        .order_by(Person.number)
        .limit(limit)
    )
    page = session.scalars(wanted).all()
    of = PersonRecord
    counted = (
        select(of.person_id, of.source, func.count())
        .where(of.owner == owner, of.person_id.in_([one.id for one in page]))
        .group_by(of.person_id, of.source)
        .order_by(of.source)
    )
    by_person: dict[str, dict[str, int]] = {}
    for person_id, source, count in session.execute(counted):
        by_person.setdefault(person_id, {})[source] = count
    found = [(one, by_person.get(one.id, {})) for one in page]
    return [Listed(one, sum(sources.values()), list(sources)) for one, sources in found]


def count_persons(session: Session, owner: str) -> int:
    """Return how many persons there are; counting stops behind 10,000."""
    some = select(Person.id).where(Person.owner == owner, Person.merged_into.is_(None))
    return _count(session, some)


def records_of(session: Session, owner: str, person_id: str) -> Sequence[PersonRecord]:
    """Return the records of a person, in the order of their deliveries."""
    of = PersonRecord
    wanted = select(of).where(of.owner == owner, of.person_id == person_id)
    # In SQL the order would let SQLite read all records of the owner, by another index.
    return sorted(session.scalars(wanted), key=_by_delivery)


def _by_delivery(one: PersonRecord) -> tuple[str, str, int, str]:
    return one.source, one.file_sha256, one.record_no, one.row_uid


def aliases_of(session: Session, owner: str, person_id: str) -> Sequence[Person]:
    """Return the ids that stand for a person, those that were absorbed by others of them too."""
    aliases: list[Person] = []
    into = [person_id]
    while into:
        wanted = select(Person).where(Person.owner == owner, Person.merged_into.in_(into))
        found = sorted(session.scalars(wanted), key=attrgetter("number"))
        into = [one.id for one in found if one not in aliases]
        aliases += [one for one in found if one not in aliases]
    return aliases


def history_of(session: Session, owner: str, ids: Sequence[str]) -> Sequence[PersonEvent]:
    """Return what became of a person, under any of its ids, the oldest first."""
    of = PersonEvent
    found: dict[int, PersonEvent] = {}
    for column in (of.person_id, of.other_id):
        for one in session.scalars(select(of).where(of.owner == owner, column.in_(ids))):
            found[one.id] = one
    return [found[number] for number in sorted(found)]


@dataclass(frozen=True)
class Open:
    """A pair to review, with both records."""

    pair: ReviewPair
    a: PersonRecord
    b: PersonRecord


def review(
    session: Session, owner: str, *, before: tuple[float, int] | None, limit: int
) -> Sequence[Open]:
    """Return pairs that wait for a decision, the likeliest first, beginning behind a place."""
    of, a, b = ReviewPair, aliased(PersonRecord), aliased(PersonRecord)
    wanted = _open(select(of, a, b), owner, a, b).order_by(of.score.desc(), of.id).limit(limit)
    if before is not None:
        score, number = before
        wanted = wanted.where(or_(of.score < score, and_(of.score == score, of.id > number)))
    return [Open(*row) for row in session.execute(wanted)]


def count_review(session: Session, owner: str) -> int:
    """Return how many pairs wait; counting stops behind 10,000."""
    a, b = aliased(PersonRecord), aliased(PersonRecord)
    return _count(session, _open(select(ReviewPair.id), owner, a, b))


def _open(wanted: Any, owner: str, a: Any, b: Any) -> Any:
    """Narrow a question to pairs on which nobody decided, and whose records are two persons."""
    of = ReviewPair
    return (
        wanted.select_from(of)
        .join(a, (a.owner == of.owner) & (a.row_uid == of.a))
        .join(b, (b.owner == of.owner) & (b.row_uid == of.b))
        .where(of.owner == owner, of.decision_id.is_(None), a.person_id != b.person_id)
    )


def pair(session: Session, owner: str, number: int) -> ReviewPair | None:
    """Return a pair to review, decided or not."""
    wanted = select(ReviewPair).where(ReviewPair.owner == owner, ReviewPair.id == number)
    return session.scalars(wanted).one_or_none()


def decision(session: Session, owner: str, number: int) -> Decision | None:
    """Return a decision, undone or not."""
    wanted = select(Decision).where(Decision.owner == owner, Decision.id == number)
    return session.scalars(wanted).one_or_none()


def decisions(session: Session, owner: str, *, after: int, limit: int) -> Sequence[Decision]:
    """Return decisions, the oldest first, undone ones too."""
    wanted = select(Decision).where(Decision.owner == owner, Decision.id > after)
    return session.scalars(wanted.order_by(Decision.id).limit(limit)).all()


def everything(session: Session, owner: str) -> Iterator[tuple[str, Any]]:
    """Yield all rows of an owner's registry but pairs to review, each with what it is."""
    registry = session.get(Registry, owner)
    if registry is None:
        return
    yield "registry", registry
    order: tuple[tuple[str, Any, Any], ...] = (
        ("person", Person, Person.number),
        ("record", PersonRecord, PersonRecord.row_uid),
        ("decision", Decision, Decision.id),
        ("event", PersonEvent, PersonEvent.id),
    )
    for name, table, by in order:
        wanted = select(table).where(table.owner == owner).order_by(by)
        for row in session.scalars(wanted.execution_options(yield_per=500)):
            yield name, row
            session.expunge(row)


def _count(session: Session, some: Any) -> int:
    few = some.limit(COUNTED_EXACTLY + 1).subquery()
    return session.scalar(select(func.count()).select_from(few)) or 0
