"""Files of a job deleted before their time, or kept beyond it."""

import datetime
from typing import Any

from flask import Blueprint
from sqlalchemy.orm import Session

from web.api.access import needs, record
from web.api.answers import jobs as answers
from web.api.body import json_object
from web.api.describe import Schema, described
from web.api.lookup import job_called
from web.api.shapes import at, hold
from web.api.upload import is_printable
from web.db import retention, tasks
from web.db.locks import lock_jobs
from web.db.models import Job, Role
from web.db.words import TaskKind
from web.errors import HeldError, JobLiveError, PurgedError, invalid
from web.services import services

bp = Blueprint("retention", __name__, url_prefix="/api/jobs/<job_id>")

LONGEST_WHY = 200
_WHY: dict[str, Schema] = {"why": {"type": "string", "minLength": 1, "maxLength": LONGEST_WHY}}


@bp.delete("")
@described(answers.Purged, status=202, problems=("job-live", "held", "purged"))
def purge(job_id: str) -> tuple[answers.Purged, int]:
    """Delete the inputs and outputs of an ended job: 202, nobody reads them from now on.

    They are gone from the store within seconds. Counts, findings and the audit log stay.
    """
    now = datetime.datetime.now(datetime.UTC)
    with services().sessions.begin() as session:
        job = _locked(session, job_id)
        if not job.status.terminal:
            raise JobLiveError("The job has not ended; cancel it first.")
        if job.held_at is not None:
            raise HeldError("The files of the job are under a legal hold.")
        retention.forget_files(session, job, now)
        tasks.add(session, TaskKind.PURGE, job_id, now)
        record(session, "job.purge", job_id, at=now)
    return {"job_id": job_id, "purged_at": at(now)}, 202


@bp.put("/hold")
@needs(Role.ADMIN)
@described(answers.Held, body=_WHY, required=("why",), problems=("purged",))
def keep(job_id: str) -> answers.Held:
    """Put the files of a job under a legal hold: nothing deletes them until it is released."""
    why = _why(json_object(_WHY))
    now = datetime.datetime.now(datetime.UTC)
    with services().sessions.begin() as session:
        job = _locked(session, job_id)
        job.held_at, job.held_why = job.held_at or now, why
        record(session, "job.hold", job_id, at=now, detail={"why": why})
    return {"job_id": job_id, "hold": hold(job)}


@bp.delete("/hold")
@needs(Role.ADMIN)
@described(answers.Held, problems=("purged",))
def release(job_id: str) -> answers.Held:
    """Release a legal hold, if there is one: the files go when their time is over."""
    now = datetime.datetime.now(datetime.UTC)
    with services().sessions.begin() as session:
        job = _locked(session, job_id)
        if job.held_at is not None:
            job.held_at = job.held_why = None
            record(session, "job.release", job_id, at=now)
    return {"job_id": job_id, "hold": None}


def _locked(session: Session, job_id: str) -> Job:
    """Return a job that the caller may see and that has its files, nobody else changing it."""
    job_called(session, job_id)
    [job] = lock_jobs(session, [job_id])
    if job.purged_at is not None:
        raise PurgedError("The files of the job were deleted.")
    return job


def _why(asked: dict[str, Any]) -> str:
    why = str(asked.get("why", "")).strip()
    if not 0 < len(why) <= LONGEST_WHY or not is_printable(why):
        raise invalid("why", f"must be 1 to {LONGEST_WHY} printable characters")
    return why
