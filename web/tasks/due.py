"""Tell RQ what is due. SQL keeps what is due until it is done, so a lost RQ job loses nothing."""

import datetime
from collections.abc import Callable
from contextlib import suppress

from rq import Queue
from rq.exceptions import DuplicateJobError

from web.db.retention import to_purge
from web.services import Services
from web.tasks import work
from web.tasks.retention import purge_before

AT_A_TIME = 100
SWEEP_SECONDS = 3600
"""How long after a sweep the next one comes: RQ keeps its result for so long."""
TRY_AGAIN_SECONDS = 600
"""How long after a failure RQ forgets the job, and it is enqueued again."""
LONGEST_SECONDS = 3600


def enqueue_due(of: Services, queue: Queue, now: datetime.datetime) -> None:
    """Enqueue everything that is due and not enqueued yet."""
    with of.reading() as session:
        jobs = to_purge(session, purge_before(of, now), AT_A_TIME)
    for job_id in jobs:
        _once(queue, f"purge-{job_id}", 0, work.purge, job_id)
    _once(queue, "sweep", SWEEP_SECONDS, work.sweep)


def _once(
    queue: Queue, name: str, kept: int, function: Callable[..., None], *arguments: str
) -> None:
    """Enqueue a call unless RQ knows one of its name."""
    with suppress(DuplicateJobError):
        queue.enqueue_call(
            function,
            args=arguments,
            job_id=f"{queue.name}-{name}",
            unique=True,
            timeout=LONGEST_SECONDS,
            result_ttl=kept,
            failure_ttl=TRY_AGAIN_SECONDS,
        )
