"""One try of a task: begun in SQL, done, and its end recorded there.

RQ calls ``attempt`` by name in a process of its own, which opens what it needs. A job of RQ is only
a hint: one that is too old, or comes twice, finds that its try was begun already.
"""

import datetime
import os
import random
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass

import structlog
from sqlalchemy.orm import Session

from web.config import Settings
from web.db import exports, tasks, webhooks
from web.db.task_models import Task
from web.db.words import TaskKind
from web.services import Services, open_services
from web.tasks import bulk, deliver, export, retention
from web.tasks.errors import HopelessError, TaskError

log = structlog.get_logger(__name__)

LEASE = datetime.timedelta(seconds=90)
"""How long a try may be silent before another one begins; RQ gives a sign of life each 30 s."""
FIRST_PAUSE, LONGEST_PAUSE = 10.0, 3600.0


def pause(tries: int) -> datetime.timedelta:
    """Return how long to wait after so many tries: twice as long each time, up to an hour."""
    longest = min(FIRST_PAUSE * 2 ** min(tries - 1, 20), LONGEST_PAUSE)
    return datetime.timedelta(seconds=longest * random.uniform(0.8, 1.2))


@dataclass(frozen=True)
class Work:
    """What tasks of a kind do with their target.

    ``every``: when one is done, the next one is due so much later. ``pause``: how long to wait
    after so many tries that did not go well. ``most``: after so many ``give_up`` records why, and
    the task is over.
    """

    run: Callable[[Services, str, datetime.datetime], object]
    longest_seconds: int
    every: datetime.timedelta | None = None
    pause: Callable[[int], datetime.timedelta] = pause
    most: int | None = None
    give_up: Callable[[Session, str, str, datetime.datetime], None] | None = None


WORK: Mapping[TaskKind, Work] = {
    TaskKind.BULK: Work(bulk.run, 3600),
    TaskKind.DELIVERY: Work(
        deliver.deliver,
        60,
        pause=deliver.pause,
        most=len(deliver.PAUSES) + 1,
        give_up=webhooks.give_up,
    ),
    TaskKind.EXPORT: Work(export.make, 3600, most=4, give_up=exports.give_up),
    TaskKind.PURGE: Work(retention.purge, 3600),
    TaskKind.SWEEP: Work(retention.sweep, 3600, every=datetime.timedelta(hours=1)),
}


def attempt(task_id: str, tries: int) -> None:
    """Try a task that was begun ``tries`` times before, unless somebody else does."""
    with closing(open_services(Settings.from_environ(os.environ))) as of:
        run(of, task_id, tries)


def run(of: Services, task_id: str, tries: int) -> None:
    """Do as ``attempt``, with what is open already."""
    now = _now()
    with of.sessions.begin() as session:
        task = tasks.begin(session, task_id, tries, now, now + LEASE)
    if task is None:
        return
    work = WORK[task.kind]
    try:
        if work.most is not None and task.tries > work.most:
            raise HopelessError(tasks.LOST)
        work.run(of, task.target, now)
    except Exception as error:
        log.warning("task failed", task=task.kind, tries=task.tries, exc_info=error)
        _failed(of, task, error)
    else:
        with of.sessions.begin() as session:
            tasks.done(session, task.id, _now() + work.every if work.every else None)


def _failed(of: Services, task: Task, error: Exception) -> None:
    work, now = WORK[task.kind], _now()
    reason = error.reason if isinstance(error, TaskError) else type(error).__name__
    over = isinstance(error, HopelessError) or (work.most is not None and task.tries >= work.most)
    with of.sessions.begin() as session:
        if not tasks.is_current(session, task.id, task.tries):
            return  # another try was begun, which has the last word
        if over and work.give_up is not None:
            work.give_up(session, task.target, reason, now)
            tasks.done(session, task.id)
        else:
            wait = work.pause(task.tries)
            if isinstance(error, TaskError):
                wait = max(wait, error.wait)
            tasks.failed(session, task.id, task.tries, reason, now + wait)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
