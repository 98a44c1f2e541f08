"""Persons, and the ids that stand for others. The caller has locked the registry, and commits."""

import base64
import datetime
from collections import Counter
from collections.abc import Collection, Sequence
from hashlib import sha256
from itertools import islice

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from web.db.bulk import ROWS, among, dialect_of, insert_packed, packed
from web.db.person_models import Person, PersonEvent, PersonRecord, Registry
from web.db.words import PersonAct

AT_A_TIME = 1000

Move = tuple[str, str, str]
"""A record that changes persons: its row_uid, from, to."""


def person_id(uid: str) -> str:
    """Return the id of a person that a record founds (SPEC section 16, ``link.PersonID``)."""
    return base64.b32encode(sha256(uid.encode()).digest()[:10]).decode()


def found(
    session: Session, registry: Registry, ids: Collection[str], now: datetime.datetime
) -> set[str]:
    """Found those of the persons that are not there yet, and return them."""
    wanted = list(dict.fromkeys(ids))
    dialect = dialect_of(session)
    of = select(Person.id).where(Person.owner == registry.owner, among(dialect, Person.id))
    there = set(session.connection().scalars(of, packed(dialect, wanted)))
    new = [one for one in wanted if one not in there]
    if new:
        numbered = packed(dialect, [[one, n] for n, one in enumerate(new, registry.founded + 1)])
        insert_packed(
            session, Person, ("id", "number"), numbered[ROWS], owner=registry.owner, founded_at=now
        )
        registry.founded += len(new)
    return set(new)


def restore(session: Session, owner: str, ids: Collection[str]) -> None:
    """Let ids that stood for others be persons again."""
    if not ids:
        return
    dialect = dialect_of(session)
    session.execute(
        update(Person)
        .where(Person.owner == owner, among(dialect, Person.id), Person.merged_into.is_not(None))
        .values(merged_into=None, merged_at=None),
        packed(dialect, ids),
    )


def merge_into(
    session: Session, owner: str, person_id: str, into: str, now: datetime.datetime
) -> None:
    """Let the id of a person stand for another one from now on."""
    session.execute(
        update(Person)
        .where(Person.owner == owner, Person.id == person_id)
        .values(merged_into=into, merged_at=now)
    )


def resolve(session: Session, owner: str, person_id: str) -> Person | None:
    """Return the person that an id stands for, itself or the one that absorbed it; None: nobody."""
    seen: set[str] = set()
    person = session.get(Person, (owner, person_id))
    while person is not None and person.merged_into and person.id not in seen:
        seen.add(person.id)
        person = session.get(Person, (owner, person.merged_into))
    return person


def uids_of(session: Session, owner: str, person_id: str) -> list[str]:
    """Return the records of a person by row_uid, the lowest first."""
    of = PersonRecord
    wanted = select(of.row_uid).where(of.owner == owner, of.person_id == person_id)
    return list(session.scalars(wanted.order_by(of.row_uid)))


def came_with(session: Session, owner: str, person_id: str, alias: str) -> list[str]:
    """Return the records of a person that were those of an id which it absorbed."""
    of = PersonRecord
    wanted = select(of.row_uid).where(
        of.owner == owner, of.person_id == person_id, of.first_person_id == alias
    )
    return list(session.scalars(wanted.order_by(of.row_uid)))


def move(session: Session, owner: str, moves: Sequence[Move], now: datetime.datetime) -> None:
    """Move records to persons that are there; a person without records stands for where they went.

    Records that are not where they are said to be stay where they are.
    """
    for uid, before, after in moves:
        session.execute(
            update(PersonRecord)
            .where(
                PersonRecord.owner == owner,
                PersonRecord.row_uid == uid,
                PersonRecord.person_id == before,
            )
            .values(person_id=after)
        )
    restore(session, owner, [after for _, _, after in moves])
    went = Counter((before, after) for _, before, after in moves)
    for before in {before for _, before, _ in moves}:
        if not _count(session, owner, before):
            into = max((b for a, b in went if a == before), key=lambda b: went[before, b])
            merge_into(session, owner, before, into, now)


def _count(session: Session, owner: str, person_id: str) -> int:
    of = PersonRecord
    counted = select(func.count()).where(of.owner == owner, of.person_id == person_id)
    return session.scalar(counted) or 0


class History:
    """Events about persons, gathered and then written together."""

    def __init__(
        self,
        session: Session,
        owner: str,
        who: str,
        at: datetime.datetime,
        *,
        job_id: str | None = None,
        decision_id: int | None = None,
        why: str | None = None,
    ) -> None:
        self._session = session
        self._same = {
            "owner": owner,
            "who": who,
            "at": at,
            "job_id": job_id,
            "decision_id": decision_id,
            "why": why,
        }
        self._events: dict[tuple[PersonAct, str, str | None], list[str]] = {}

    def add(
        self, what: PersonAct, person_id: str, records: Sequence[str], other_id: str | None = None
    ) -> None:
        """Add an event; records of the same act, person and other are told together."""
        self._events.setdefault((what, person_id, other_id), []).extend(records)

    def write(self) -> None:
        """Insert them."""
        dialect = dialect_of(self._session)
        told = ([*key, records] for key, records in self._events.items())
        columns = ("what", "person_id", "other_id", "records")
        while some := list(islice(told, AT_A_TIME)):
            rows = packed(dialect, some)[ROWS]
            insert_packed(self._session, PersonEvent, columns, rows, **self._same)
        self._events.clear()
