"""``/api/items``: one unit of work, where it is now, and what can be done with it alone."""

import datetime
from typing import Any

import structlog
from flask import Blueprint
from redis.exceptions import RedisError

from harmonizer_queue import Queue
from web.api import shapes
from web.api.access import caller, record
from web.api.answers import items as answers
from web.api.body import json_object
from web.api.describe import described, word
from web.db import cancel as items_to_cancel
from web.db import items
from web.db.models import Item, ItemState, Priority
from web.errors import ItemElsewhereError, NotFoundError, invalid
from web.ids import is_id
from web.services import services

log = structlog.get_logger(__name__)

bp = Blueprint("items", __name__, url_prefix="/api/items")

_PRIORITY = {"priority": word(Priority)}


@bp.get("/<item_id>")
@described(answers.ItemWhole)
def show(item_id: str) -> answers.ItemWhole:
    """Return a unit of work with every attempt at it, and where it is now.

    `place` is what Redis has of it: null when it has ended, is not dispatched yet, or Redis does
    not answer.
    """
    with services().reading() as session:
        item, job = _called(session, item_id)
        found = shapes.item(item, items.attempts_of(session, item_id))
        file = items.file_of(session, item)
    return {
        **found,
        "job_id": job.id,
        "job_status": job.status,
        "file": file,
        "priority": item.priority,
        "epoch": item.epoch,
        "created_at": shapes.at(item.created_at),
        "place": None if item.state.terminal else _place(item),
    }


@bp.post("/<item_id>/cancel")
@described(answers.ItemTold, status=202, problems=("item-elsewhere",))
def cancel(item_id: str) -> tuple[answers.ItemTold, int]:
    """Cancel one unit of work; the others of its job go on: 202."""
    now = datetime.datetime.now(datetime.UTC)
    with services().sessions.begin() as session:
        _, job = _called(session, item_id)
        epoch = items_to_cancel.want(session, item_id)
        if epoch is None:
            raise ItemElsewhereError("It has ended.")
        record(session, "item.cancel", item_id, at=now, detail={"job_id": job.id})
    if _cancel_in_queue(item_id, epoch) == "ended":
        with services().sessions.begin() as session:
            items_to_cancel.want_no_more(session, item_id, epoch)
        raise ItemElsewhereError("It has ended.")
    return {"item_id": item_id}, 202


@bp.post("/<item_id>/release")
@described(answers.ItemTold, status=202, problems=("item-elsewhere",))
def release(item_id: str) -> tuple[answers.ItemTold, int]:
    """Take a running unit of work from its worker; it waits again, and no try is counted: 202."""
    item = _live(item_id)
    queue = services().link.queue()
    claim = (queue.item(item.id) or {}).get("claim")
    if claim is None or queue.release(item.id, claim) == "stale":
        raise ItemElsewhereError("No worker runs it now.")
    return _told(item, "release"), 202


@bp.post("/<item_id>/requeue")
@described(answers.ItemTold, status=202, body=_PRIORITY, problems=("item-elsewhere",))
def requeue(item_id: str) -> tuple[answers.ItemTold, int]:
    """Let a unit of work that waits or is dead wait with a priority, its tries anew: 202.

    With a dead one of a job that has ended, all that failed in the job runs again.
    """
    with services().reading() as session:
        _called(session, item_id)  # one of somebody else is told as none is, whatever is asked
    return move(item_id, json_object(_PRIORITY).get("priority")), 202


def move(item_id: str, priority: str | None) -> answers.ItemTold:
    """Let a unit of work wait with a priority, as ``requeue`` does; None is the one it has."""
    now = datetime.datetime.now(datetime.UTC)
    with services().sessions.begin() as session:
        item, _ = _called(session, item_id)
        if priority is not None and priority not in list(Priority):
            raise invalid("priority", f"must be one of {', '.join(Priority)}")
        wanted = Priority(priority or item.priority)
        if not items.move(session, item_id, wanted, now):
            message = (
                "It runs or has ended, or its job is being cancelled, was purged or puts its parts "
                "together already."
            )
            raise ItemElsewhereError(message)
        record(session, "item.requeue", item_id, at=now, detail={"priority": wanted.value})
    return {"item_id": item_id}


def _called(session: Any, item_id: str) -> Any:
    found = items.find(session, item_id, caller().sees) if is_id(item_id) else None
    if found is None:
        raise NotFoundError("There is no item with this id.")
    return found


def _live(item_id: str) -> Item:
    with services().reading() as session:
        item: Item = _called(session, item_id)[0]
    if item.state.terminal:
        raise ItemElsewhereError("It has ended.")
    return item


def _cancel_in_queue(item_id: str, epoch: int) -> str:
    """Tell the queue at once; whatever goes wrong here the reconciler puts right."""
    try:
        return services().link.queue().cancel(item_id, epoch)
    except RedisError as error:
        log.warning("cancel not pushed, the reconciler will", item_id=item_id, exc_info=error)
        return ""


def _told(item: Item, act: str) -> answers.ItemTold:
    now = datetime.datetime.now(datetime.UTC)
    with services().sessions.begin() as session:
        record(session, f"item.{act}", item.id, at=now, detail={"job_id": item.job_id})
    return {"item_id": item.id}


def _place(item: Item) -> answers.ItemPlace | None:
    try:
        return _in_queue(services().link.queue(), item)
    except RedisError as error:
        log.warning("place of an item not read", exc_info=error)
        return None


def _in_queue(queue: Queue, item: Item) -> answers.ItemPlace | None:
    found = queue.item(item.id)
    if found is None or found.get("epoch") != item.epoch or "state" not in found:
        return None
    state = ItemState(found["state"])
    runs = state is ItemState.RUNNING
    index = {ItemState.RUNNING: "leases", ItemState.DELAYED: "delayed"}.get(state)
    until = queue.seconds_to(index, item.id) if index else None
    waits = queue.position(item.priority, item.id) if state is ItemState.WAITING else None
    return {
        "state": state,
        "index": index or (f"waiting:{item.priority}" if waits is not None else None),
        "position": None if waits is None else waits + 1,
        "worker_id": found.get("worker") if runs else None,
        "lease_s": until if runs else None,
        "due_in_s": until if state is ItemState.DELAYED else None,
        "progress": found.get("progress") or {},
        "cancel_wanted": "cancel" in found,
    }
