"""The queue, the workers and what failed; pause, resume, run again."""

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
    """Return what waits by priority, who works, and what failed by its cause."""
    return render_template(
        "operations.html",
        load=queue.show(),
        everything=Scope.ALL.value,
        workers=queue.workers()["workers"],
        failures=queue.failures()["failures"],
    )


@bp.post("/operations/queue/<act>")
def switch(act: str) -> Response:
    """Pause a priority or all of them, or resume."""
    if act not in ("pause", "resume"):
        raise NotFoundError("A queue is paused or resumed.")
    queue.switch(act, request.form.get("scope", ""))
    return see_other("operations")


@bp.post("/operations/failures/requeue")
def requeue() -> Response:
    """Run dead items of one cause again."""
    kind = request.form.get("kind", "")
    if kind not in list(ItemKind):
        raise invalid("kind", f"must be one of {', '.join(ItemKind)}")
    queue.run_again(Wanted(ItemKind(kind), request.form.get("reason"), None, caller().sees))
    return see_other("operations")
