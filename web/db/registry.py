"""What a job reads of the registry of persons, and what it changes there. The caller commits.

A job reads a snapshot of one version and answers with a delta, which is applied only while the
registry still has that version. Both are lines of JSON (``go-worker/internal/registry``).
"""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from web.db.bulk import (
    ROWS,
    among,
    dialect_of,
    insert_into,
    insert_packed,
    packed,
    packed_insert,
    records,
)
from web.db.delta import RECORD, REVIEW, Delta, Line, Part
from web.db.person_models import Decision, Person, PersonRecord, Registry, ReviewPair
from web.db.persons import History, found, merge_into, restore
from web.db.words import PersonAct

AT_A_TIME = 500
FORM = 1
BY_JOB = "job"
"""Who links what nobody decided on."""

_RECORD: Table = PersonRecord.__table__  # type: ignore[assignment]


class OutdatedError(Exception):
    """The registry has changed since the snapshot that a delta answers."""


def lock(session: Session, owner: str, now: datetime.datetime) -> Registry:
    """Return an owner's registry, made if need be; nobody else changes it until the commit."""
    fresh = {"owner": owner, "version": 0, "founded": 0, "changed_at": now}
    make = insert_into(dialect_of(session), Registry).values(fresh).on_conflict_do_nothing()
    session.execute(make)
    wanted = select(Registry).where(Registry.owner == owner).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).one()


def changed(registry: Registry, now: datetime.datetime) -> None:
    """Count a change: snapshots that were made before it are outdated."""
    registry.version += 1
    registry.changed_at = now


def forget(session: Session, registry: Registry) -> None:
    """Forget all persons, records and decisions of a locked registry; events, without values, stay.

    It belongs to no profile then.
    """
    for table in (ReviewPair, Decision, PersonRecord, Person):
        session.execute(delete(table).where(table.owner == registry.owner))
    registry.profile = registry.profile_version = None


def version(session: Session, owner: str) -> int:
    """Return the version of an owner's registry, 0 of one that nothing stands in."""
    wanted = select(Registry.version).where(Registry.owner == owner)
    return session.scalar(wanted) or 0


def snapshot(session: Session, owner: str) -> Iterator[Line]:
    """Yield a snapshot: its head, records by delivery, and the decisions that count.

    It is one of its version only if that is the same when the last line was read.
    """
    registry = session.get(Registry, owner)
    yield {
        "v": FORM,
        "version": registry.version if registry else 0,
        "profile": (registry and registry.profile) or "",
        "profile_version": (registry and registry.profile_version) or "",
    }
    delivery = None
    for row in session.execute(_known(owner).execution_options(yield_per=AT_A_TIME)):
        source, file, sha256, number, uid, person, since, compared = row
        if (source, sha256, file) != delivery:
            delivery = (source, sha256, file)
            yield {"delivery": {"source": source, "file": file, "sha256": sha256}}
        told = {"uid": uid, "person": person, "since": since, "no": number, "match": compared}
        yield {"record": told}
    for one in effective(session, owner):
        yield {"decision": {"same": one.same, "a": one.a, "b": one.b}}


def effective(session: Session, owner: str) -> Iterable[Decision]:
    """Return the decisions that were not undone, the oldest first."""
    wanted = select(Decision).where(Decision.owner == owner, Decision.undone_at.is_(None))
    return session.scalars(wanted.order_by(Decision.id)).all()


def _known(owner: str) -> Any:
    of = PersonRecord
    return (
        select(
            of.source,
            of.source_file,
            of.file_sha256,
            of.record_no,
            of.row_uid,
            of.person_id,
            Person.number,
            of.compared,
        )
        .join(Person, (Person.owner == of.owner) & (Person.id == of.person_id))
        .where(of.owner == owner)
        .order_by(of.source, of.file_sha256, of.source_file, of.record_no, of.row_uid)
    )


def apply(
    session: Session,
    owner: str,
    job_id: str,
    version: int,
    delta: Delta,
    now: datetime.datetime,
) -> None:
    """Do what a delta says, whole.

    Raises:
        OutdatedError: The registry has not this version any more.
    """
    registry = lock(session, owner, now)
    if registry.version != version:
        raise OutdatedError
    change = _Change(session, registry, job_id, now)
    for part in delta.parts():
        change.take(part)
    if change.made:
        registry.profile, registry.profile_version = delta.profile
        changed(registry, now)
    change.end()


class _Change:
    """A delta on its way into the tables."""

    def __init__(
        self, session: Session, registry: Registry, job_id: str, now: datetime.datetime
    ) -> None:
        self._session = session
        self._registry = registry
        self._job_id = job_id
        self._now = now
        self._same = {"owner": registry.owner, "job_id": job_id}
        self._history = History(session, registry.owner, BY_JOB, now, job_id=job_id)
        self._new: set[str] = set()
        self.made = False

    def take(self, part: Part) -> None:
        """Take a part, after those before it."""
        self.made = self.made or bool(part.gained or part.moved or part.aliases)
        self._know(part)
        if part.records is not None:
            insert_packed(
                self._session, PersonRecord, RECORD, part.records, linked_at=self._now, **self._same
            )
        self._move(part.moved)
        for one in part.aliases:
            owner = self._registry.owner
            merge_into(self._session, owner, one["from"], one["to"], self._now)
            self._history.add(PersonAct.MERGE, one["to"], [], other_id=one["from"])
        if part.reviews is not None:
            self._review(part.reviews)

    def _know(self, part: Part) -> None:
        """Found the persons that are new, and let ids that stood for others be persons again."""
        wanted = list(dict.fromkeys([*part.gained, *(one["person"] for one in part.moved)]))
        new = found(self._session, self._registry, wanted, self._now)
        self._new |= new
        restore(self._session, self._registry.owner, [one for one in wanted if one not in new])
        for person, uids in part.gained.items():
            act = PersonAct.FOUND if person in self._new else PersonAct.JOIN
            self._history.add(act, person, uids)

    def _move(self, moved: Sequence[Line]) -> None:
        if not moved:
            return
        dialect, of = dialect_of(self._session), PersonRecord
        here = of.owner == self._registry.owner
        uids = packed(dialect, [one["uid"] for one in moved])
        before = select(of.row_uid, of.person_id).where(here, among(dialect, of.row_uid))
        was = {uid: person for uid, person in self._session.connection().execute(before, uids)}
        columns = ("row_uid", "person_id", "method", "score")
        rows = [[one["uid"], one["person"], one.get("method"), one.get("score")] for one in moved]
        new = records(dialect, [_RECORD.c[name] for name in columns])
        told: dict[str, Any] = {name: new.c[name] for name in columns[1:]}
        told |= {"job_id": self._job_id, "linked_at": self._now}
        self._session.connection().execute(
            update(_RECORD)
            .where(_RECORD.c.owner == self._registry.owner, _RECORD.c.row_uid == new.c.row_uid)
            .values(told),
            packed(dialect, rows),
        )
        for one in moved:
            uid, to = one["uid"], one["person"]
            self._history.add(PersonAct.MOVE, to, [uid], other_id=was.get(uid))

    def _review(self, pairs: str) -> None:
        """Note pairs to review; of a known one only what the engine says of it changes."""
        told = ("score", "reason", "why", "fields", "job_id")
        insert = packed_insert(self._session, ReviewPair, REVIEW, found_at=self._now, **self._same)
        new = insert.on_conflict_do_update(
            index_elements=["owner", "a", "b"],
            set_={name: insert.excluded[name] for name in told},
        )
        self._session.connection().execute(new, {ROWS: pairs})

    def end(self) -> None:
        """Forget pairs that were to be reviewed and are not any more: a job looks at all."""
        of = ReviewPair
        self._session.execute(
            delete(of).where(
                of.owner == self._registry.owner,
                of.decision_id.is_(None),
                of.job_id != self._job_id,
            )
        )
        self._history.write()
