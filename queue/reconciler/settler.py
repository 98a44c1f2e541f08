"""Takes the next step of jobs whose items have ended: what it needs is in the store."""

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import structlog
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from harmonizer_queue import faults
from reconciler.finish import MAX_DOCUMENT, finish_items
from reconciler.parts import Parts, now
from reconciler.persons import forget_snapshots, make_snapshot, reading_delta, uses_registry
from reconciler.ranges import DivisionError, range_items
from reconciler.shards import forget_shards
from web.db import settle
from web.db.delta import Delta, DeltaError
from web.db.manifest import Manifest, ManifestError
from web.db.models import Job, JobStatus
from web.db.registry import OutdatedError
from web.db.settle import Divide, End, Finish, Publish
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
        if step is None:
            with self._parts.writing.begin() as session:
                settle.nothing(session, job_id, now())
        elif isinstance(step, Divide):
            self._divide(job_id, step)
        elif isinstance(step, Publish):
            self._publish(job_id, step)
        elif isinstance(step, Finish):
            self._finish(job_id, step)
        elif isinstance(step, End):
            self._end(job_id, step, step)

    def _publish(self, job_id: str, step: Publish) -> None:
        try:
            document = self._parts.store.read(step.manifest_uri, MAX_DOCUMENT)
            manifest = Manifest.from_json(document)
            with self._delta(step, manifest) as delta, self._parts.writing.begin() as session:
                job = settle.publish(session, job_id, step, manifest, delta, now())
            self._published(job)
        except NotStoredError:
            self._end_if_lost(job_id, step, MANIFEST_MISSING)
        except (ManifestError, DeltaError, DataError, IntegrityError, UnicodeEncodeError):
            self._end(job_id, step, MANIFEST_INVALID)
        except OutdatedError:
            self._link_again(job_id, step)

    def _delta(self, step: Publish, manifest: Manifest) -> AbstractContextManager[Delta | None]:
        if step.registry is None or manifest.status is JobStatus.FAILED:
            return nullcontext()
        return reading_delta(self._parts, step.manifest_uri)

    def _link_again(self, job_id: str, step: Publish) -> None:
        """Let persons be found again, among those that other jobs and people made meanwhile."""
        with self._parts.reading() as session:
            job, _ = settle.of_job(session, job_id)
        known = make_snapshot(self._parts, job)
        with self._parts.writing.begin() as session:
            again = settle.link_again(session, job_id, step, known, now())
        if again:
            log.info("item linked again", job_id=job_id, item_id=step.item_id)
            self._dispatched()

    def _divide(self, job_id: str, step: Divide) -> None:
        try:
            items = range_items(self._parts, step)
        except (NotStoredError, DivisionError) as error:
            self._not_divided(job_id, step, error)
            return
        with self._parts.writing.begin() as session:
            divided = settle.divide(session, job_id, step, items, now())
        if divided:
            log.info("file divided", job_id=job_id, item_id=step.plan_id, count=len(items))
            self._dispatched()

    def _not_divided(self, job_id: str, step: Divide, error: Exception) -> None:
        """Let a file fail whose ranges cannot be known; those beside it go on."""
        how = MANIFEST_INVALID
        if isinstance(error, NotStoredError):
            if now() - step.since < MISSING_FOR:
                raise error
            how = MANIFEST_MISSING
        with self._parts.writing.begin() as session:
            settle.not_divided(session, job_id, step, how.reason, now())

    def _finish(self, job_id: str, step: Finish) -> None:
        try:
            items = finish_items(self._parts, job_id, step)
        except NotStoredError:
            self._end_if_lost(job_id, step, INPUT_MISSING)
            return
        faults.at(faults.Point.JOINED)
        with self._parts.writing.begin() as session:
            added = settle.dispatch_finish(session, step, items, now())
        if added:
            kind, count = items[0].kind, len(items)
            log.info("item added", job_id=job_id, item_id=items[0].id, kind=kind, count=count)
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

    def _published(self, job: Job | None) -> None:
        """Forget what only its result needed; of a job without one a retry may need it."""
        if job is not None:
            if uses_registry(job):
                forget_snapshots(self._parts, job)
            forget_shards(self._parts, job)
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
