"""Tell RQ what is due. SQL keeps what is due until it is done, so a lost RQ job loses nothing."""

import datetime
from collections.abc import Collection
from contextlib import suppress

from rq import Queue
from rq.exceptions import DuplicateJobError, NoSuchJobError
from rq.job import Job, JobStatus

from web.db import tasks
from web.db.retention import to_purge
from web.db.words import TaskKind
from web.services import Services
from web.tasks.attempt import WORK, attempt
from web.tasks.retention import purge_before

AT_A_TIME = 100
FORGET_SECONDS = 60
"""How long after its end RQ knows a job that failed; what SQL says goes."""


def find_due(of: Services, now: datetime.datetime) -> None:
    """Write down what has become due by itself: purges of old jobs, and the sweep."""
    with of.reading() as session:
        found = [
            (TaskKind.PURGE, one) for one in to_purge(session, purge_before(of, now), AT_A_TIME)
        ]
        if not tasks.known(session, TaskKind.SWEEP, ""):
            found.append((TaskKind.SWEEP, ""))
    if found:
        with of.sessions.begin() as session:
            for kind, target in found:
                tasks.add(session, kind, target, now)


def enqueue_due(
    of: Services,
    queue: Queue,
    now: datetime.datetime,
    kinds: Collection[TaskKind] = tuple(TaskKind),
) -> int:
    """Enqueue what is due of some kinds and not enqueued yet; return how much is due."""
    with of.reading() as session:
        found = tasks.due(session, now, AT_A_TIME, kinds)
    for one in found:
        # Of this time alone: a job of an earlier one that RQ still knows is no obstacle.
        name = f"{queue.name}-{one.task_id}-{one.since.timestamp():.0f}"
        try:
            queue.enqueue_call(
                attempt,
                args=(one.task_id, one.tries),
                job_id=name,
                unique=True,
                timeout=WORK[one.kind].longest_seconds,
                result_ttl=0,
                failure_ttl=FORGET_SECONDS,
            )
        except DuplicateJobError:
            _put_back(queue, name)
    return len(found)


def _put_back(queue: Queue, name: str) -> None:
    """Let RQ find a job again that waits and stands in no list any more: Redis may lose one key.

    One that is taken at this moment comes twice then, and begins nothing the second time.
    """
    with suppress(NoSuchJobError):
        waits = Job.fetch(name, queue.connection, queue.serializer).get_status() == JobStatus.QUEUED
        if waits and queue.get_job_position(name) is None:
            queue.push_job_id(name)
