"""Run the background work: ``python -m web.tasks``. It goes on when Redis or SQL restarts."""

import datetime
import logging
import os
import signal
import sys
from types import FrameType
from typing import Any

import redis
import structlog
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy.exc import SQLAlchemyError

from web.config import PREFIX, Settings, SettingsError
from web.db import tasks
from web.db.words import TaskKind
from web.logs import configure
from web.queue_link import queue_url
from web.services import Services, open_services
from web.stop import Stop
from web.store import StoreError
from web.tasks.attempt import LEASE
from web.tasks.due import enqueue_due, find_due
from web.tasks.lanes import LANES, Lanes

log = structlog.get_logger(__name__)

LOOK_SECONDS = 2
"""How often SQL is asked what is due, while RQ has nothing to do. Shorter than the time a process
gets to stop: a signal that comes just before RQ listens for it is heard after this."""
RETRY_SECONDS = 2.0

stop = Stop()


class TasksWorker(Worker):
    """An RQ worker whose stop ends the whole process, not only one round of work.

    While a task takes long, SQL is told that somebody is at it.
    """

    max_connection_wait_time = 5.0

    def __init__(self, of: Services, queue: Queue) -> None:
        super().__init__([queue], connection=queue.connection, serializer=JSONSerializer)
        self._of = of

    def maintain_heartbeats(self, job: Job, execution: Any) -> None:
        """Give a sign of life of a job, each 30 seconds."""
        super().maintain_heartbeats(job, execution)
        task_id, tries = job.args
        try:
            with self._of.sessions.begin() as session:
                until = datetime.datetime.now(datetime.UTC) + LEASE
                tasks.renew(session, task_id, tries + 1, until)
        except SQLAlchemyError as error:
            log.warning("task not renewed", exc_info=error)
        finally:
            self._of.engine.dispose()

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Note the wish, and let RQ finish its job."""
        stop.set()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]


def main() -> int:
    """Work until a signal asks for the end; return an exit code."""
    try:
        settings = Settings.from_environ(os.environ)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 64
    if settings.redis_url.partition("://")[0].count("+") and not settings.tasks_redis_url:
        print(
            f"{PREFIX}TASKS_REDIS_URL must name a plain Redis: RQ knows no other.", file=sys.stderr
        )
        return 64
    configure("tasks", settings.log_level)
    logging.getLogger("rq").setLevel(logging.WARNING)
    try:
        open_services(settings).close()
    except StoreError as error:
        print(error, file=sys.stderr)
        return 1
    log.info("tasks started")
    Lanes(lambda lane: _work(settings, lane), stop).run()
    log.info("tasks stopped")
    return 0


def _work(settings: Settings, lane: str) -> None:
    """Do the work of a lane until a signal asks for the end."""
    of = open_services(settings)
    while not stop.is_set():
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _stop)
        try:
            _round(of, lane)
        except StopRequested:
            pass  # RQ was between two rounds of work, with no job
        except (RedisError, SQLAlchemyError) as error:
            log.warning("a needed part does not answer, trying again", exc_info=error)
            stop.wait(RETRY_SECONDS)


def _round(of: Services, lane: str) -> None:
    """Enqueue what is due, then work until there was nothing to do for a while."""
    url = of.settings.tasks_redis_url or queue_url(of.settings)
    with redis.Redis.from_url(url) as client:
        # RQ takes no braces in its names, and on one server nothing needs them.
        name = f"{of.settings.queue_prefix.strip('{}')}-tasks-{lane}"
        queue = Queue(name, connection=client, serializer=JSONSerializer)
        now, kinds = datetime.datetime.now(datetime.UTC), LANES[lane]
        if TaskKind.SWEEP in kinds:
            find_due(of, now)
        enqueue_due(of, queue, now, kinds)
        # RQ forks for each job, and a connection that two processes have breaks.
        of.engine.dispose()
        if not stop.is_set():
            worker = TasksWorker(of, queue)
            worker.work(max_idle_time=LOOK_SECONDS, logging_level="WARNING")


def _stop(number: int, frame: FrameType | None) -> None:
    stop.set()


if __name__ == "__main__":
    sys.exit(main())
