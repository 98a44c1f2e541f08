"""Takes the next step of jobs whose items have ended: what it needs is in the store."""

import datetime
import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

import structlog
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from harmonizer_queue import Input, Kind, Message, Priority
from reconciler.parts import Parts, now
from web.db import settle
from web.db.manifest import Manifest, ManifestError
from web.db.models import Item, ItemKind, Job, JobStatus
from web.db.settle import End, Finish, Publish
from web.ids import derived_id
from web.store import NotStoredError

log = structlog.get_logger(__name__)

IDLE_SECONDS = 1.0
PAGE = 100
AGAIN = datetime.timedelta(seconds=5)
MISSING_FOR = datetime.timedelta(minutes=10)
"""How long a manifest may be missing: a shared folder shows files of other machines late."""

MAX_DOCUMENT = 64 * 1024 * 1024

MANIFEST_MISSING = End(JobStatus.FAILED, "manifest_missing")
MANIFEST_INVALID = End(JobStatus.FAILED, "manifest_invalid")


class Settler:
    """One step takes the next step of every job for which one is due.

    ``dispatched`` is told when that added an item, which the relay can push now.
    """

    def __init__(self, parts: Parts, dispatched: Callable[[], None]) -> None:
        self._parts = parts
        self._dispatched = dispatched
        self._store = parts.store
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
            self._dispatch_finish(job_id, step)
        elif isinstance(step, End):
            self._end(job_id, step, step)

    def _publish(self, job_id: str, step: Publish) -> None:
        try:
            manifest = Manifest.from_json(self._store.read(step.manifest_uri, MAX_DOCUMENT))
            with self._parts.writing.begin() as session:
                job = settle.publish(session, job_id, step, manifest, now())
            _say(job)
        except NotStoredError:
            if now() - step.written_at < MISSING_FOR:
                raise
            self._end(job_id, step, MANIFEST_MISSING)
        except (ManifestError, DataError, IntegrityError):
            self._end(job_id, step, MANIFEST_INVALID)

    def _end(self, job_id: str, step: settle.Step, how: End) -> None:
        with self._parts.writing.begin() as session:
            job = settle.end(session, job_id, step, how, now())
        _say(job)

    def _dispatch_finish(self, job_id: str, step: Finish) -> None:
        item = self._finish_item(job_id, step)
        with self._parts.writing.begin() as session:
            added = settle.dispatch_finish(session, step, item, now())
        if added:
            log.info("item added", job_id=job_id, item_id=item.id, kind=item.kind)
            self._dispatched()

    def _finish_item(self, job_id: str, step: Finish) -> Item:
        """Return the item that puts the parts together; what it will read is in the store then.

        Its id is always the same for a job, so whoever does this twice writes the same.
        """
        item_id = derived_id(job_id, ItemKind.FINISH)
        parts = {"v": 1, "parts": [vars(part) for part in step.parts]}
        parts_uri = f"jobs/{job_id}/{item_id}.json"
        with self._store.create(parts_uri) as out:
            out.write(json.dumps(parts, separators=(",", ":")).encode())
        job_uri = f"jobs/{job_id}/job.json"
        document = self._store.read(job_uri, MAX_DOCUMENT)
        with self._parts.reading() as session:
            job, trace = settle.of_job(session, job_id)
        made_at = now()
        message = Message(
            item_id=item_id,
            job_id=job_id,
            kind=Kind.FINISH,
            priority=Priority(job.priority),
            created_at=int(made_at.timestamp() * 1000),
            input=Input(job_uri, sha256(document).hexdigest(), len(document), "application/json"),
            params=_params(job, parts_uri),
            trace=trace,
        )
        return Item(
            id=item_id,
            job_id=job_id,
            kind=ItemKind.FINISH,
            file_no=0,
            priority=job.priority,
            message=json.loads(message.to_json()),
            created_at=made_at,
            epoch=1,
        )

    def _postpone(self, job_id: str, error: Exception) -> None:
        if not self._failing:
            log.warning("job not settled now, it is tried again", job_id=job_id, exc_info=error)
        self._failing = True
        with self._parts.writing.begin() as session:
            settle.postpone(session, job_id, now() + AGAIN)


def _params(job: Job, parts_uri: str) -> Mapping[str, Any]:
    return {
        "operation": job.operation,
        "profile": job.profile,
        "today": job.today.isoformat(),
        "options": job.options,
        "plan": job.plan_uri,
        "parts": parts_uri,
    }


def _say(job: Job | None) -> None:
    if job is not None and job.finished_at is not None:
        duration = (job.finished_at - job.created_at).total_seconds()
        why = {"reason": job.reason} if job.reason else {}
        log.info("job ended", job_id=job.id, status=job.status, duration_s=duration, **why)
