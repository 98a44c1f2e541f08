"""What a job reads of the registry of persons, and what it changes there. The caller commits.

A job reads a snapshot of one version and answers with a delta, which is applied only while the
registry still has that version. Both are lines of JSON (``go-worker/internal/registry``).
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from web.db.bulk import dialect_of, insert_into
from web.db.person_models import Decision, Person, PersonRecord, Registry, ReviewPair
from web.db.persons import History, found, insert_all, merge_into, restore
from web.db.words import PersonAct

AT_A_TIME = 500
FORM = 1
BY_JOB = "job"
"""Who links what nobody decided on."""

Line = Mapping[str, Any]


class OutdatedError(Exception):
    """The registry has changed since the snapshot that a delta answers."""


class DeltaError(ValueError):
    """What was read is no delta."""


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
    lines: Iterator[Line],
    now: datetime.datetime,
) -> None:
    """Do what a delta says, whole.

    Raises:
        OutdatedError: The registry has not this version any more.
        DeltaError: The lines are none.
    """
    registry = lock(session, owner, now)
    if registry.version != version:
        raise OutdatedError
    change = _Change(session, registry, job_id, now)
    try:
        head = next(lines)
        profile = head["profile"], head["profile_version"]
        while some := list(islice(lines, AT_A_TIME)):
            change.take(some)
    except (LookupError, TypeError, StopIteration) as error:
        raise DeltaError("not a delta") from error
    if change.made:
        registry.profile, registry.profile_version = profile
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
        self._delivery: Mapping[str, str] = {}
        self._history = History(session, registry.owner, BY_JOB, now, job_id=job_id)
        self._new: set[str] = set()
        self.made = False

    def take(self, lines: Iterable[Line]) -> None:
        """Take some lines, in their order."""
        records: list[dict[str, Any]] = []
        moved: list[Line] = []
        pairs: list[dict[str, Any]] = []
        aliases: list[Line] = []
        for line in lines:
            if "delivery" in line:
                self._delivery = line["delivery"]
            elif "record" in line:
                records.append(self._record(line["record"]))
            elif "moved" in line:
                moved.append(line["moved"])
            elif "alias" in line:
                aliases.append(line["alias"])
            elif "review" in line:
                pairs.append(self._pair(line["review"]))
        self.made = self.made or bool(records or moved or aliases)
        self._know(
            [one["person_id"] for one in records], [one["row_uid"] for one in records], moved
        )
        if records:
            insert_all(self._session, PersonRecord, records)
        self._move(moved)
        for one in aliases:
            owner = self._registry.owner
            merge_into(self._session, owner, one["from"], one["to"], self._now)
            self._history.add(PersonAct.MERGE, one["to"], [], other_id=one["from"])
        self._review(pairs)

    def _record(self, told: Line) -> dict[str, Any]:
        return {
            "owner": self._registry.owner,
            "row_uid": told["uid"],
            "person_id": told["person"],
            "first_person_id": told["person"],
            "source": self._delivery["source"],
            "source_file": self._delivery["file"],
            "file_sha256": self._delivery["sha256"],
            "record_no": told["no"],
            "source_id": told.get("id"),
            "method": told.get("method"),
            "score": told.get("score"),
            "job_id": self._job_id,
            "linked_at": self._now,
            "compared": told["match"],
            "others": told.get("more", {}),
        }

    def _pair(self, told: Line) -> dict[str, Any]:
        a, b = sorted((told["a"], told["b"]))
        return {
            "owner": self._registry.owner,
            "a": a,
            "b": b,
            "score": round(told["score"], 4),
            "reason": told["reason"],
            "why": told["why"],
            "fields": told["fields"],
            "job_id": self._job_id,
            "found_at": self._now,
        }

    def _know(self, persons: list[str], uids: list[str], moved: Iterable[Line]) -> None:
        """Found the persons that are new, and let ids that stood for others be persons again."""
        gained: dict[str, list[str]] = {}
        for person, uid in zip(persons, uids, strict=True):
            gained.setdefault(person, []).append(uid)
        wanted = [*gained, *(one["person"] for one in moved)]
        self._new |= found(self._session, self._registry, wanted, self._now)
        restore(self._session, self._registry.owner, wanted)
        for person, records in gained.items():
            self._history.add(
                PersonAct.FOUND if person in self._new else PersonAct.JOIN, person, records
            )

    def _move(self, moved: Iterable[Line]) -> None:
        of = PersonRecord
        for told in moved:
            this = (of.owner == self._registry.owner) & (of.row_uid == told["uid"])
            before = self._session.scalar(select(of.person_id).where(this))
            values = {
                "person_id": told["person"],
                "method": told.get("method"),
                "score": told.get("score"),
                "job_id": self._job_id,
                "linked_at": self._now,
            }
            self._session.execute(update(of).where(this).values(values))
            uid, to = told["uid"], told["person"]
            self._history.add(PersonAct.MOVE, to, [uid], other_id=before)

    def _review(self, pairs: list[dict[str, Any]]) -> None:
        """Note pairs to review; of a known one only what the engine says of it changes."""
        if not pairs:
            return
        insert = insert_into(dialect_of(self._session), ReviewPair)
        told = ("score", "reason", "why", "fields", "job_id")
        new = insert.on_conflict_do_update(
            index_elements=[ReviewPair.owner, ReviewPair.a, ReviewPair.b],
            set_={name: insert.excluded[name] for name in told},
        )
        self._session.execute(new, pairs)

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
