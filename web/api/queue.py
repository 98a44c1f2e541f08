"""``/api/queue``, ``/api/workers``, ``/api/failures``: look at the queue, stop it, run again."""

import datetime

from flask import Blueprint

from harmonizer_queue import Scope, Worker
from harmonizer_queue.top import Load, load
from web import reasons
from web.api.access import caller, record
from web.api.answers import queue as answers
from web.api.body import json_object
from web.api.describe import ID, TEXT, described, word
from web.api.shapes import moment
from web.db import dead, pauses
from web.db.dead import Wanted
from web.db.models import ItemKind
from web.errors import NotFoundError, invalid
from web.ids import is_id
from web.services import services

bp = Blueprint("queue", __name__, url_prefix="/api")

MOST_JOBS = 500
"""Jobs whose dead items one request runs again; the answer says when there are more."""

_SCOPE = {"scope": word(Scope)}
LONGEST_WHY = 500
MOST_DISMISSED = 10_000
"""Items that one request dismisses; the answer says when there are more."""

_FILTERS = {"kind": word(ItemKind), "reason": TEXT, "job_id": ID}
_DISMISSED = {**_FILTERS, "why": {"type": "string", "minLength": 1, "maxLength": LONGEST_WHY}}


@bp.get("/queue")
@described(Load)
def show() -> Load:
    """Return depth and age by priority, and what is paused."""
    return load(services().link.queue())


@bp.get("/workers")
@described(answers.Workers)
def workers() -> answers.Workers:
    """Return the processes that work, and how busy they are."""
    return {"workers": services().link.queue().workers()}


@bp.post("/workers/<path:worker_id>/drain")
@described(Worker)
def drain(worker_id: str) -> Worker:
    """Let a worker finish what it has, and take nothing more."""
    return tell_worker(worker_id, "drain")


@bp.post("/workers/<path:worker_id>/resume")
@described(Worker)
def resume_worker(worker_id: str) -> Worker:
    """Let a worker that was told to drain take work again."""
    return tell_worker(worker_id, "resume")


@bp.post("/queue/pause")
@described(answers.Paused, body=_SCOPE)
def pause() -> answers.Paused:
    """Hand out nothing more of a priority, or of all; what runs goes on."""
    return switch("pause", _scope())


@bp.post("/queue/resume")
@described(answers.Paused, body=_SCOPE)
def resume() -> answers.Paused:
    """Undo a pause of the same scope."""
    return switch("resume", _scope())


@bp.get("/failures")
@described(answers.Failures)
def failures() -> answers.Failures:
    """Return the dead letter, by kind and reason."""
    return failures_of(Wanted(owner=caller().sees))


def failures_of(wanted: Wanted) -> answers.Failures:
    """Return some of the dead letter, as ``failures`` answers it."""
    with services().reading() as session:
        found = dead.groups(session, wanted)
    return {
        "failures": [
            {
                "kind": group.kind,
                "reason": group.reason,
                "message": reasons.message(group.reason or ""),
                "count": group.count,
                "first_at": moment(group.first),
                "last_at": moment(group.last),
                "sample_item_id": group.sample,
            }
            for group in found
        ]
    }


@bp.post("/failures/requeue")
@described(answers.Requeued, status=202, body=_FILTERS)
def requeue() -> tuple[answers.Requeued, int]:
    """Run dead items again, all or those of a kind, a reason or a job: 202 with how many."""
    asked = json_object(_FILTERS)
    wanted = Wanted(_kind(asked), asked.get("reason"), _job_id(asked), caller().sees)
    return run_again(wanted), 202


def run_again(wanted: Wanted) -> answers.Requeued:
    """Run dead items again."""
    now = datetime.datetime.now(datetime.UTC)
    with services().reading() as session:
        found = dead.jobs_of(session, wanted, MOST_JOBS + 1)
    jobs = items = 0
    for job_id in found[:MOST_JOBS]:
        with services().sessions.begin() as session:
            count = dead.requeue(session, job_id, wanted, now)
            if count:
                record(session, "job.requeue", job_id, at=now, detail={"items": count})
        jobs, items = jobs + bool(count), items + count
    return {"jobs": jobs, "items": items, "more": len(found) > MOST_JOBS}


@bp.post("/failures/dismiss")
@described(answers.Dismissed, body=_DISMISSED, required=("why",))
def dismiss() -> answers.Dismissed:
    """Take dead items out of the dead letter, all or those of a kind, a reason or a job, and why.

    They stay as they are, and can be run again with their job.
    """
    asked = json_object(_DISMISSED)
    wanted = Wanted(_kind(asked), asked.get("reason"), _job_id(asked), caller().sees)
    return dismiss_all(wanted, asked.get("why"))


def dismiss_all(wanted: Wanted, why: str | None) -> answers.Dismissed:
    """Take dead items out of the dead letter; ``why`` is in the words of who does."""
    if why is None or not 1 <= len(why.strip()) <= LONGEST_WHY:
        raise invalid("why", f"must be 1 to {LONGEST_WHY} characters")
    now = datetime.datetime.now(datetime.UTC)
    with services().sessions.begin() as session:
        count = dead.dismiss(session, wanted, now, MOST_DISMISSED)
        detail = {"items": count, "kind": wanted.kind, "reason": wanted.reason, "why": why.strip()}
        if count:
            record(session, "failures.dismiss", wanted.job_id, at=now, detail=detail)
        more = bool(dead.count(session, wanted, 0))
    return {"items": count, "more": more}


def switch(act: str, scope: str) -> answers.Paused:
    """Pause or resume a scope, and return what is paused then.

    Raises:
        InvalidRequestError: There is no such scope.
    """
    if scope not in list(Scope):
        raise invalid("scope", f"must be one of {', '.join(Scope)}")
    queue = services().link.queue()
    with services().sessions.begin() as session:
        pauses.lock(session)
        (queue.pause if act == "pause" else queue.resume)(scope)
        now = datetime.datetime.now(datetime.UTC)
        pauses.remember(session, queue.paused(), now)
        record(session, f"queue.{act}", None, at=now, detail={"scope": scope})
    return {"paused": sorted(queue.paused())}


def tell_worker(worker_id: str, act: str) -> Worker:
    """Tell a worker to drain or to resume, and return what is known of it then.

    Raises:
        NotFoundError: No such worker is registered.
    """
    queue = services().link.queue()
    told = queue.drain(worker_id, on=act == "drain")
    found = [one for one in queue.workers() if one["worker_id"] == worker_id]
    if told != "ok" or not found:
        raise NotFoundError("There is no such worker, or it has ended.")
    with services().sessions.begin() as session:
        now = datetime.datetime.now(datetime.UTC)
        record(session, f"worker.{act}", worker_id, at=now)
    return found[0]


def _scope() -> str:
    scope: str = json_object(_SCOPE).get("scope", Scope.ALL.value)
    return scope


def _kind(asked: dict[str, str]) -> ItemKind | None:
    if "kind" not in asked:
        return None
    if asked["kind"] not in list(ItemKind):
        raise invalid("kind", f"must be one of {', '.join(ItemKind)}")
    return ItemKind(asked["kind"])


def _job_id(asked: dict[str, str]) -> str | None:
    if "job_id" in asked and not is_id(asked["job_id"]):
        raise invalid("job_id", "is no id of a job")
    return asked.get("job_id")
