"""The queue by priority, the workers, and what failed by its cause; acts on them."""

from dataclasses import replace

from flask import render_template, request
from werkzeug import Response

from harmonizer_queue import Scope
from web.api import queue
from web.api.access import caller
from web.console.blueprint import bp, see_other
from web.db.dead import Wanted
from web.db.models import ItemKind
from web.errors import NotFoundError, invalid


@bp.get("/operations")
def operations() -> str:
    """Return what waits, by priority."""
    return render_template("queues.html", load=queue.show(), everything=Scope.ALL.value)


@bp.post("/operations/queue/<act>")
def switch(act: str) -> Response:
    """Pause a priority or all of them, or resume."""
    if act not in ("pause", "resume"):
        raise NotFoundError("A queue is paused or resumed.")
    queue.switch(act, request.form.get("scope", ""))
    return see_other("operations")


@bp.get("/operations/workers")
def workers() -> str:
    """Return who works."""
    return render_template("workers.html", workers=queue.workers()["workers"])


@bp.post("/operations/workers/<act>")
def tell_worker(act: str) -> Response:
    """Let a worker take nothing more, or take work again."""
    if act not in ("drain", "resume"):
        raise NotFoundError("A worker is drained or resumed.")
    queue.tell_worker(request.form.get("worker_id", ""), act)
    return see_other("workers")


@bp.get("/operations/failures")
def failures() -> str:
    """Return what is dead, by its cause."""
    return render_template("failures.html", failures=queue.failures()["failures"])


@bp.post("/operations/failures/requeue")
def requeue() -> Response:
    """Run dead items of one cause again."""
    queue.run_again(_wanted(request.form))
    return see_other("failures")


@bp.get("/operations/failures/dismiss")
def ask_dismiss() -> str:
    """Ask why dead items of one cause are to be dismissed."""
    wanted = _wanted(request.args)
    found = [
        one
        for one in queue.failures_of(replace(wanted, reason=wanted.reason or None))["failures"]
        if (one["kind"], one["reason"] or "") == (wanted.kind, wanted.reason)
    ]
    if not found:
        raise NotFoundError("Nothing is dead of this cause any more.")
    return render_template("dismiss.html", group=found[0], longest=queue.LONGEST_WHY)


@bp.post("/operations/failures/dismiss")
def dismiss() -> Response:
    """Dismiss dead items of one cause."""
    queue.dismiss_all(_wanted(request.form), request.form.get("why"))
    return see_other("failures")


def _wanted(given: dict[str, str]) -> Wanted:
    kind = given.get("kind", "")
    if kind not in list(ItemKind):
        raise invalid("kind", f"must be one of {', '.join(ItemKind)}")
    return Wanted(ItemKind(kind), given.get("reason", ""), None, caller().sees)
