"""What is due of the work of the tasks process. The caller owns the transaction.

A row stays until its work is done, so whatever else forgets about it (a message, a process, the
whole of Redis), it is done. A try is counted before it begins: what kills its process is seen too.
"""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from web.db.bulk import dialect_of, insert_into
from web.db.task_models import Task
from web.db.words import TaskKind
from web.ids import new_id

LOST = "lost"
"""The reason when nobody heard of the end of a try."""


_NEW = (Task.tries == 0) & (Task.kind != TaskKind.SWEEP)
"""What was never begun is due, whatever the clock of who wanted it said; a sweep comes again."""


@dataclass(frozen=True)
class Due:
    """A task that is due since then, and how often it was begun before."""

    task_id: str
    kind: TaskKind
    tries: int
    since: datetime.datetime


def add(session: Session, kind: TaskKind, target: str, now: datetime.datetime) -> None:
    """Let something be due, unless it is already."""
    row = {"id": new_id(), "kind": kind, "target": target, "created_at": now, "due_at": now}
    new = insert_into(dialect_of(session), Task).values(row | {"tries": 0})
    session.execute(new.on_conflict_do_nothing(index_elements=["kind", "target"]))


def known(session: Session, kind: TaskKind, target: str) -> bool:
    """Return whether there is such a task."""
    wanted = select(Task.id).where(Task.kind == kind, Task.target == target)
    return session.scalars(wanted).first() is not None


def due(
    session: Session,
    now: datetime.datetime,
    limit: int,
    kinds: Collection[TaskKind] = tuple(TaskKind),
) -> Sequence[Due]:
    """Return what is due of some kinds, the longest due first."""
    wanted = select(Task.id, Task.kind, Task.tries, Task.due_at).where(
        or_(Task.due_at <= now, _NEW), Task.kind.in_(tuple(kinds))
    )
    return [Due(*row) for row in session.execute(wanted.order_by(Task.due_at).limit(limit))]


def begin(
    session: Session, task_id: str, tries: int, now: datetime.datetime, until: datetime.datetime
) -> Task | None:
    """Begin a try of a task that was begun ``tries`` times before; return it.

    None when somebody else has begun it, or it is done: then it is not to be begun.
    """
    found = session.get(Task, task_id, with_for_update=True)
    if found is None or found.tries != tries:
        return None
    if tries and found.reason is None:
        found.reason = LOST
    found.tries, found.due_at = tries + 1, until
    session.flush()
    return found


def is_current(session: Session, task_id: str, tries: int) -> bool:
    """Return whether a try is the last one that was begun, none being begun meanwhile."""
    found = session.get(Task, task_id, with_for_update=True)
    return found is not None and found.tries == tries


def renew(session: Session, task_id: str, tries: int, until: datetime.datetime) -> None:
    """Leave a try that was begun more time."""
    mine = (Task.id == task_id) & (Task.tries == tries)
    session.execute(update(Task).where(mine).values(due_at=until))


def done(session: Session, task_id: str, again_at: datetime.datetime | None = None) -> None:
    """Forget a task that is done; one that comes again is due then."""
    if again_at is None:
        session.execute(delete(Task).where(Task.id == task_id))
        return
    fresh = {"tries": 0, "reason": None, "due_at": again_at}
    session.execute(update(Task).where(Task.id == task_id).values(fresh))


def failed(
    session: Session, task_id: str, tries: int, reason: str, again_at: datetime.datetime
) -> None:
    """Record why a try did not go well, and when the next one is due."""
    mine = (Task.id == task_id) & (Task.tries == tries)
    session.execute(update(Task).where(mine).values(reason=reason, due_at=again_at))


def failing(session: Session, after: str, limit: int) -> Sequence[Task]:
    """Return tasks that did not go well when they were last tried, by id, those after an id."""
    wanted = select(Task).where(Task.reason.is_not(None), Task.id > after)
    return session.scalars(wanted.order_by(Task.id).limit(limit)).all()


@dataclass(frozen=True)
class Stand:
    """How many tasks of a kind there are, how many of them fail, and since when one is due."""

    waiting: int
    failing: int
    due_since: datetime.datetime | None


def stands(session: Session, now: datetime.datetime) -> Mapping[TaskKind, Stand]:
    """Return how each kind of task stands."""
    rows = session.execute(
        select(
            Task.kind,
            func.count(),
            func.count(Task.reason),
            func.min(Task.due_at).filter(Task.due_at <= now),
        ).group_by(Task.kind)
    )
    found = {row[0]: Stand(*row[1:]) for row in rows}
    return {kind: found.get(kind, Stand(0, 0, None)) for kind in TaskKind}
