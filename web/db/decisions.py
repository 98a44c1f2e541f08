"""What people decide about persons: done at once, obeyed by every later job, undone by one call.

Whoever calls this has locked the registry (``web.db.registry.lock``), counts the change, commits.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from web.db.person_models import Decision, Person, PersonRecord, Registry, ReviewPair
from web.db.persons import History, Move, found, move, person_id, resolve, uids_of
from web.db.registry import effective
from web.db.words import PersonAct

MOST_PAIRS = 100_000
"""Pairs of records that one decision may keep apart."""


class ContradictionError(Exception):
    """A decision that cannot be true beside others; these must be undone first."""

    def __init__(self, why: str, decisions: Sequence[int] = ()) -> None:
        super().__init__(why)
        self.why = why
        self.decisions = tuple(decisions)


class RefusedError(Exception):
    """What cannot be done, in words for the caller."""


@dataclass(frozen=True)
class By:
    """Who decides, when and why."""

    who: str
    at: datetime.datetime
    why: str | None


def decide(session: Session, registry: Registry, pair: ReviewPair, same: bool, by: By) -> Decision:
    """Decide that the records of a pair are one person, or that they are not.

    Raises:
        ContradictionError: Other decisions say otherwise, or the records are one person now.
        RefusedError: A record of the pair is not there any more.
    """
    owners = _persons(session, registry.owner, [pair.a, pair.b])
    if len(owners) < 2:
        raise RefusedError("A record of the pair is not in the registry any more.")
    one, other = owners[pair.a], owners[pair.b]
    if same and one != other:
        return _merge(session, registry, PersonAct.MATCH, (one, other), ([pair.a], [pair.b]), by)
    if not same and one == other:
        raise ContradictionError("Both records are one person now: unlink one of them instead.")
    act = PersonAct.MATCH if same else PersonAct.NO_MATCH
    return _record(session, registry, act, same, ([pair.a], [pair.b]), [], by)


def merge(session: Session, registry: Registry, into: Person, other: Person, by: By) -> Decision:
    """Decide that two persons are one; the first keeps its id.

    Raises:
        ContradictionError: Other decisions say otherwise.
        RefusedError: They are one already.
    """
    if into.id == other.id:
        raise RefusedError("Both ids are of one person.")
    owner = registry.owner
    lowest = (uids_of(session, owner, into.id)[:1], uids_of(session, owner, other.id)[:1])
    ids = (into.id, other.id)
    return _merge(session, registry, PersonAct.MERGE, ids, lowest, by, kept=into.id)


def unlink(
    session: Session, registry: Registry, person: Person, records: Sequence[str], by: By
) -> Decision:
    """Take records out of a person.

    They become the one that they were before, if its id stands for this one; else a new one.

    Raises:
        RefusedError: They are not of this person, or all of it, or too many.
        ContradictionError: It was decided that one of them is one with one that stays.
    """
    owner = registry.owner
    leaving = sorted(set(records))
    staying = [uid for uid in uids_of(session, owner, person.id) if uid not in set(leaving)]
    there = _persons(session, owner, leaving)
    if not leaving or any(there.get(uid) != person.id for uid in leaving):
        raise RefusedError("A record is not of this person.")
    if not staying:
        raise RefusedError("At least one record must stay.")
    if len(leaving) * len(staying) > MOST_PAIRS:
        raise RefusedError("That is too much at once: unlink fewer records.")
    now_as = _former(session, registry, person, leaving, by)
    moves = [(uid, person.id, now_as) for uid in leaving]
    sides = (leaving, staying)
    return _record(session, registry, PersonAct.UNLINK, False, sides, moves, by)


def undo(session: Session, registry: Registry, decision: Decision, by: By) -> None:
    """Take a decision back, and what it moved, where that was not moved since.

    Raises:
        RefusedError: It was undone already.
    """
    if decision.undone_at is not None:
        raise RefusedError("The decision was undone already.")
    decision.undone_at, decision.undone_by = by.at, by.who
    owner = registry.owner
    back = [(uid, after, before) for uid, before, after in decision.moves]
    there = _persons(session, owner, [uid for uid, _, _ in back])
    back = [one for one in back if there.get(one[0]) == one[1]]
    move(session, owner, back, by.at)
    session.execute(
        update(ReviewPair)
        .where(ReviewPair.owner == owner, ReviewPair.decision_id == decision.id)
        .values(decision_id=None)
    )
    _tell(session, owner, PersonAct.UNDO, decision, back, by)


def _merge(
    session: Session,
    registry: Registry,
    act: PersonAct,
    ids: tuple[str, str],
    sides: tuple[Sequence[str], Sequence[str]],
    by: By,
    kept: str | None = None,
) -> Decision:
    owner = registry.owner
    records = {one: uids_of(session, owner, one) for one in ids}
    if kept is None:
        kept = max(ids, key=lambda one: (len(records[one]), -_number(session, owner, one)))
    [gone] = [one for one in ids if one != kept]
    moves = [(uid, gone, kept) for uid in records[gone]]
    return _record(session, registry, act, True, sides, moves, by)


def _number(session: Session, owner: str, person_id: str) -> int:
    return session.get_one(Person, (owner, person_id)).number


def _record(
    session: Session,
    registry: Registry,
    act: PersonAct,
    same: bool,
    sides: tuple[Sequence[str], Sequence[str]],
    moves: Sequence[Move],
    by: By,
) -> Decision:
    """Insert a decision that no other contradicts, and do what it says."""
    owner = registry.owner
    _check(session, owner, same, sides)
    decision = Decision(
        owner=owner,
        what=act,
        same=same,
        a=list(sides[0]),
        b=list(sides[1]),
        moves=[list(one) for one in moves],
        who=by.who,
        at=by.at,
        why=by.why,
    )
    session.add(decision)
    session.flush()
    move(session, owner, moves, by.at)
    for x in sides[0]:
        of = ReviewPair
        about = (of.a == x) & of.b.in_(sides[1]) | (of.b == x) & of.a.in_(sides[1])
        session.execute(update(of).where(of.owner == owner, about).values(decision_id=decision.id))
    _tell(session, owner, act, decision, moves, by)
    return decision


def _tell(
    session: Session,
    owner: str,
    act: PersonAct,
    decision: Decision,
    moves: Sequence[Move],
    by: By,
) -> None:
    history = History(session, owner, by.who, by.at, decision_id=decision.id, why=by.why)
    for uid, before, after in moves:
        history.add(act, after, [uid], other_id=before)
    if not moves:
        about = _persons(session, owner, [*decision.a, *decision.b])
        for uid, person_id in about.items():
            history.add(act, person_id, [uid])
    history.write()


def _former(
    session: Session, registry: Registry, person: Person, leaving: Sequence[str], by: By
) -> str:
    """Return the person that records become: the one most of them were at first, or a new one."""
    of = PersonRecord
    firsts = session.scalars(
        select(of.first_person_id).where(of.owner == registry.owner, of.row_uid.in_(leaving))
    )
    for first, _ in Counter(sorted(firsts)).most_common():
        absorbed = session.get(Person, (registry.owner, first))
        if absorbed is not None and absorbed.merged_into is not None:
            into = resolve(session, registry.owner, first)
            if into is not None and into.id == person.id:
                return first
    text = leaving[0]
    while session.get(Person, (registry.owner, person_id(text))) is not None:
        text += "+"
    found(session, registry, [person_id(text)], by.at)
    return person_id(text)


def _persons(session: Session, owner: str, uids: Iterable[str]) -> dict[str, str]:
    """Return by record the person that it is of."""
    of = PersonRecord
    wanted = select(of.row_uid, of.person_id).where(of.owner == owner, of.row_uid.in_(list(uids)))
    return {uid: person for uid, person in session.execute(wanted)}


def _check(
    session: Session, owner: str, same: bool, sides: tuple[Sequence[str], Sequence[str]]
) -> None:
    """Refuse a decision that cannot be true beside those that count.

    Raises:
        ContradictionError: It names the decisions that say otherwise.
    """
    groups = _Groups()
    apart: list[tuple[int, Sequence[str], Sequence[str]]] = []
    for one in effective(session, owner):
        if one.same:
            groups.join([*one.a, *one.b], one.id)
        else:
            apart.append((one.id, one.a, one.b))
    if same:
        groups.join([*sides[0], *sides[1]], None)
    else:
        apart.append((0, *sides))
    for number, one_side, other_side in apart:
        common = groups.of(one_side) & groups.of(other_side)
        if common:
            against = groups.decisions(common) if number == 0 else {number}
            raise ContradictionError(
                "Earlier decisions say otherwise; undo one of them first.", sorted(against)
            )


class _Groups:
    """Records that decisions make one person, and which decisions do."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}
        self._by: list[tuple[str, int]] = []

    def join(self, uids: Sequence[str], decision: int | None) -> None:
        first, *others = uids
        for other in others:
            self._above[self._root(other)] = self._root(first)
        if decision is not None:
            self._by.append((first, decision))

    def of(self, uids: Iterable[str]) -> set[str]:
        return {self._root(uid) for uid in uids}

    def decisions(self, roots: set[str]) -> set[int]:
        return {decision for uid, decision in self._by if self._root(uid) in roots}

    def _root(self, uid: str) -> str:
        above = self._above.setdefault(uid, uid)
        while above != uid:
            uid, above = above, self._above[above]
        return uid
