"""``/api/jobs``: submit, list, look, cancel, run again."""

import datetime
from collections.abc import Sequence
from typing import BinaryIO

import structlog
from flask import Blueprint, Response, jsonify, request
from redis.exceptions import RedisError

from web import reasons
from web.api import by_reference, shapes, trace
from web.api.accept import Asked, accept
from web.api.access import caller, record
from web.api.answers import jobs as answers
from web.api.conditional import conditional
from web.api.describe import JOB_CURSOR, LIMIT, described
from web.api.idempotency import IDEMPOTENCY_KEY, idempotency_key
from web.api.job_filters import PARAMETERS, filter_of
from web.api.long_poll import PREFER, Made, when_new
from web.api.lookup import id_cursor, job_called, page_size
from web.api.progress import at_end, progress_of, progress_of_several, seconds_left
from web.api.submission import FORM, TEXT_PARTS
from web.api.upload import Submission, receive
from web.db import job_lists, jobs, retry
from web.db.job_lists import Filter, Place
from web.db.models import FileStatus, Item, Job, JobFile, JobStatus
from web.errors import (
    JobEndedError,
    NotRetryableError,
    PurgedError,
    UnsupportedMediaTypeError,
)
from web.ids import made_at
from web.services import services
from web.store import Keeping

log = structlog.get_logger(__name__)

bp = Blueprint("jobs", __name__, url_prefix="/api/jobs")

POLL_SECONDS = "1"
CANCELLED_AT_ONCE = 100
"""Items the request itself cancels in the queue; the reconciler goes on from the row of the job."""


@bp.post("")
@described(
    answers.Accepted,
    IDEMPOTENCY_KEY,
    status=202,
    form=FORM,
    body=by_reference.BODY,
    required=("files",),
    problems=("idempotency-conflict", "too-many-jobs", "quota-exceeded"),
)
def submit() -> tuple[Response, int]:
    """Accept files as one job: 202 with its id and where to look.

    They come in a form; or JSON names some that came with jobs, or that jobs made.
    """
    form = request.mimetype == "multipart/form-data"
    if not form and request.mimetype != "application/json":
        raise UnsupportedMediaTypeError(
            "Send the files as multipart/form-data, or name some by JSON."
        )
    take = _received if form else by_reference.Referred().taken
    asked = Asked(take, idempotency_key(), trace.context(), caller().owner)
    return accepted(accept(services(), asked)), 202


def _received(to: Keeping, folder: str) -> Submission:
    content_type = request.headers["Content-Type"]
    body: BinaryIO = request.stream  # type: ignore[assignment]
    return receive(body, content_type, to, folder, TEXT_PARTS)


def accepted(job_id: str) -> Response:
    """Return what says that a job was accepted, and where to look."""
    made: answers.Accepted = {
        "job_id": job_id,
        "status": JobStatus.ACCEPTED,
        "links": shapes.links(job_id),
    }
    answer = jsonify(made)
    answer.headers["Location"] = f"/api/jobs/{job_id}"
    answer.headers["Retry-After"] = POLL_SECONDS
    return answer


@bp.get("")
@described(
    answers.Jobs,
    *PARAMETERS,
    LIMIT,
    JOB_CURSOR,
)
def listed() -> answers.Jobs:
    """Return jobs, the newest first, a page at a time."""
    return _page(filter_of(request.args, caller().sees), _before(), page_size())


def newest(limit: int) -> answers.Jobs:
    """Return the newest jobs of the caller, as ``listed`` answers them."""
    return _page(Filter(caller().sees), None, limit)


def done_so_far(page: answers.Jobs) -> dict[str, float | None]:
    """Return how many percent are done of each job of a page that runs, by its id."""
    running = [one["job_id"] for one in page["jobs"] if one["status"] == JobStatus.RUNNING]
    if not running:
        return {}
    with services().reading() as session:
        stands = jobs.stands_of_several(session, running)
    found = progress_of_several(stands, services().link)
    return {job_id: one.percent for job_id, one in found.items()}


def _page(some: Filter, before: Place | None, limit: int) -> answers.Jobs:
    with services().reading() as session:
        page = job_lists.page(session, some, before=before, limit=limit)
        total = job_lists.count(session, some)
        named = jobs.files_in_short(session, [job.id for job in page.jobs])
    return {
        "jobs": [shapes.summary(job, *named[job.id]) for job in page.jobs],
        "count": total.count,
        "count_is_exact": total.exact,
        "next_cursor": page.next[1] if page.next else None,
    }


@bp.get("/<job_id>")
@described(answers.JobDocument, PREFER, problems=("precondition-failed",), also=(304,))
def show(job_id: str) -> Response:
    """Return everything about a job.

    With ``Prefer: wait=20`` it waits until that is not what the caller knows by
    ``If-None-Match``, or without that until the job has ended.
    """

    def make() -> Made:
        found = document(job_id)
        answer = jsonify(found)
        answer.add_etag()
        answer.headers["Cache-Control"] = "private, no-cache"
        answer = conditional(answer)
        differs = "If-None-Match" in request.headers and answer.status_code != 304
        return answer, differs or found["status"].terminal

    return when_new(job_id, make)


def document(job_id: str) -> answers.JobDocument:
    """Return everything about a job, as ``show`` answers it."""
    with services().reading() as session:
        return shapes.whole(
            job_called(session, job_id),
            jobs.files_of(session, job_id),
            jobs.items_of(session, job_id),
            jobs.attempts_of(session, job_id),
        )


@bp.get("/<job_id>/status")
@described(answers.Status, PREFER)
def status(job_id: str) -> Response:
    """Return how far a job is. That it failed is data of this answer, not an error of it.

    With ``Prefer: wait=20`` it waits until the job has ended.
    """

    def make() -> Made:
        found = stand(job_id)
        answer = jsonify(found)
        answer.headers["Cache-Control"] = "no-store"
        if not found["status"].terminal:
            answer.headers["Retry-After"] = POLL_SECONDS
        return answer, found["status"].terminal

    return when_new(job_id, make)


def stand(job_id: str) -> answers.Status:
    """Return how far a job is, as ``status`` answers it."""
    with services().reading() as session:
        job = job_called(session, job_id)
        ended = job.status.terminal
        files = jobs.files_of(session, job_id) if ended else ()
        stands = () if ended else jobs.stands_of(session, job_id)
    progress = at_end(job, files) if ended else progress_of(job_id, stands, services().link)
    return {
        "job_id": job.id,
        "status": job.status,
        "progress": progress.document(),
        "queue_position": progress.position,
        "counts": job.counts,
        "estimate_s": _estimate(job, progress.percent),
        "errors": _errors(job, files),
    }


@bp.post("/<job_id>/cancel")
@described(answers.JobLinks, status=202, problems=("job-ended",))
def cancel(job_id: str) -> tuple[Response, int]:
    """Take note that a job is to be cancelled: 202, at the latest within seconds it ends so."""
    now = datetime.datetime.now(datetime.UTC)
    with services().sessions.begin() as session:
        job_called(session, job_id)
        if not jobs.request_cancel(session, job_id):
            raise JobEndedError("The job has ended.")
        record(session, "job.cancel", job_id, at=now)
        live = jobs.live_items(session, job_id)
    _cancel_in_queue(job_id, live)
    made: answers.JobLinks = {"job_id": job_id, "links": shapes.links(job_id)}
    answer = jsonify(made)
    answer.headers["Location"] = f"/api/jobs/{job_id}/status"
    answer.headers["Retry-After"] = POLL_SECONDS
    return answer, 202


@bp.post("/<job_id>/retry")
@described(answers.Retried, status=202, problems=("not-retryable", "purged"))
def again(job_id: str) -> tuple[Response, int]:
    """Run what failed in an ended job again: 202, and the job lives again."""
    now = datetime.datetime.now(datetime.UTC)
    with services().sessions.begin() as session:
        job = job_called(session, job_id)
        if job.purged_at is not None:
            raise PurgedError("The files of the job were deleted.")
        items = retry.retry(session, job_id, now)
        if items is None:
            raise NotRetryableError("The job has not ended, or it has succeeded.")
        record(session, "job.retry", job_id, at=now, detail={"items": items})
    made: answers.Retried = {"job_id": job_id, "items": items, "links": shapes.links(job_id)}
    answer = jsonify(made)
    answer.headers["Location"] = f"/api/jobs/{job_id}/status"
    answer.headers["Retry-After"] = POLL_SECONDS
    return answer, 202


def _cancel_in_queue(job_id: str, live: Sequence[Item]) -> None:
    """Tell the queue at once; whatever goes wrong here the reconciler puts right."""
    try:
        queue = services().link.queue()
        for item in live[:CANCELLED_AT_ONCE]:
            queue.cancel(item.id, item.epoch)
    except RedisError as error:
        log.warning("cancel not pushed, the reconciler will", job_id=job_id, exc_info=error)


def _estimate(job: Job, percent: float | None) -> float | None:
    """Return in how many seconds a job will have ended if it goes on as it did, if that is known.

    The times of one that was begun again are not told apart.
    """
    if job.status.terminal or job.started_at is None or job.retries or not percent:
        return None
    ran = (datetime.datetime.now(datetime.UTC) - job.started_at).total_seconds()
    return round(seconds_left(ran, percent), 1)


def _errors(job: Job, files: Sequence[JobFile]) -> list[answers.JobError]:
    """Return why a job or files of it failed; names of files are the client's own."""
    found: list[answers.JobError] = [
        {
            "file_no": file.file_no,
            "file": file.name,
            "reason": file.reason or "",
            "message": reasons.message(file.reason or ""),
        }
        for file in files
        if file.status == FileStatus.FAILED
    ]
    if job.reason and not any(one["reason"] == job.reason for one in found):
        found.append(
            {
                "file_no": None,
                "file": None,
                "reason": job.reason,
                "message": reasons.message(job.reason),
            }
        )
    return found


def _before() -> Place | None:
    given = id_cursor()
    return None if given is None else (made_at(given), given)
