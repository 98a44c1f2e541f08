"""Takes the next step of jobs whose items have ended: what it needs is in the store."""

import datetime
from collections.abc import Callable

import structlog
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from harmonizer_queue import faults
from reconciler.finish import MAX_DOCUMENT, finish_item
from reconciler.parts import Parts, now
from web.db import settle
from web.db.manifest import Manifest, ManifestError
from web.db.models import Job, JobStatus
from web.db.settle import End, Finish, Publish
from web.store import NotStoredError

log = structlog.get_logger(__name__)

IDLE_SECONDS = 1.0
PAGE = 100
AGAIN = datetime.timedelta(seconds=5)
MISSING_FOR = datetime.timedelta(minutes=10)
"""How long a document may be missing: a shared folder shows files of other machines late."""

MANIFEST_MISSING = End(JobStatus.FAILED, "manifest_missing")
MANIFEST_INVALID = End(JobStatus.FAILED, "manifest_invalid")
INPUT_MISSING = End(JobStatus.FAILED, "input_missing")


class Settler:
    """One step takes the next step of every job for which one is due.

    ``dispatched`` is told when that added an item, which the relay can push now.
    """

    def __init__(self, parts: Parts, dispatched: Callable[[], None]) -> None:
        self._parts = parts
        self._dispatched = dispatched
        self._failing = False

    def step(self) -> float:
        """Settle what is due; what the store does not give now is due again later."""
        with self._parts.reading() as session:
            due = settle.due(session, now(), PAGE)
        for job_id in due:
            try:
                self._settle(job_id)
            except OperationalError:
                raise
            except Exception as error:
                # Whatever it is, it is about this job: the others go on.
                self._postpone(job_id, error)
            else:
                self._failing = False
        return 0 if len(due) == PAGE else IDLE_SECONDS

    def _settle(self, job_id: str) -> None:
        with self._parts.reading() as session:
            step = settle.look(session, job_id)
        if isinstance(step, Publish):
            self._publish(job_id, step)
        elif isinstance(step, Finish):
            self._finish(job_id, step)
        elif isinstance(step, End):
            self._end(job_id, step, step)

    def _publish(self, job_id: str, step: Publish) -> None:
        try:
            document = self._parts.store.read(step.manifest_uri, MAX_DOCUMENT)
            manifest = Manifest.from_json(document)
            with self._parts.writing.begin() as session:
                job = settle.publish(session, job_id, step, manifest, now())
            _say(job)
        except NotStoredError:
            self._end_if_lost(job_id, step, MANIFEST_MISSING)
        except (ManifestError, DataError, IntegrityError):
            self._end(job_id, step, MANIFEST_INVALID)

    def _finish(self, job_id: str, step: Finish) -> None:
        try:
            item = finish_item(self._parts, job_id, step)
        except NotStoredError:
            self._end_if_lost(job_id, step, INPUT_MISSING)
            return
        faults.at(faults.Point.JOINED)
        with self._parts.writing.begin() as session:
            added = settle.dispatch_finish(session, step, item, now())
        if added:
            log.info("item added", job_id=job_id, item_id=item.id, kind=item.kind)
            self._dispatched()

    def _end_if_lost(self, job_id: str, step: Publish | Finish, how: End) -> None:
        """End a job for something that has been missing for long; else raise what was caught."""
        if now() - step.since < MISSING_FOR:
            raise
        self._end(job_id, step, how)

    def _end(self, job_id: str, step: settle.Step, how: End) -> None:
        with self._parts.writing.begin() as session:
            job = settle.end(session, job_id, step, how, now())
        _say(job)

    def _postpone(self, job_id: str, error: Exception) -> None:
        if not self._failing:
            log.warning("job not settled now, it is tried again", job_id=job_id, exc_info=error)
        self._failing = True
        with self._parts.writing.begin() as session:
            settle.postpone(session, job_id, now() + AGAIN)


def _say(job: Job | None) -> None:
    if job is not None and job.finished_at is not None:
        duration = (job.finished_at - job.created_at).total_seconds()
        why = {"reason": job.reason} if job.reason else {}
        log.info("job ended", job_id=job.id, status=job.status, duration_s=duration, **why)
