"""``/api/bulk``: cancel or run again all jobs of a filter, their number having been confirmed."""

import datetime
from typing import Any

from flask import Blueprint, request

from web.api.access import caller, record
from web.api.answers import jobs as answers
from web.api.body import json_object
from web.api.describe import Parameter, Schema, described, word
from web.api.job_filters import FIELDS, PARAMETERS, filter_of
from web.api.shapes import at, moment
from web.db import bulk_acts, job_lists
from web.db.bulk_models import BulkAct
from web.db.words import Act
from web.errors import CountChangedError, NotFoundError, invalid
from web.ids import is_id, new_id
from web.services import services

bp = Blueprint("bulk", __name__, url_prefix="/api/bulk")

NEWEST = 20
_ASKED: dict[str, Schema] = {
    "act": word(Act),
    "count": {"type": "integer", "minimum": 1},
    **FIELDS,
}
_ACT = Parameter("act", "What is to be done.", word(Act), required=True)


@bp.get("/count")
@described(answers.BulkCount, _ACT, *PARAMETERS)
def counted() -> answers.BulkCount:
    """Return exactly to how many jobs of a filter something can be done."""
    return count(request.args)


def count(given: Any) -> answers.BulkCount:
    """Return to how many jobs something can be done, as ``counted`` answers it."""
    act = _act(given)
    some = filter_of(given, caller().sees, act)
    with services().reading() as session:
        return {"act": act, "count": job_lists.count_all(session, some)}


@bp.post("")
@described(
    answers.Bulk, status=202, body=_ASKED, required=("act", "count"), problems=("count-changed",)
)
def ask() -> tuple[answers.Bulk, int]:
    """Cancel, or run again, all jobs of a filter: 202, and it is done in the background.

    `count` says to how many: when it is not exactly their number now, nothing is done.
    """
    return ask_for(json_object(_ASKED)), 202


def ask_for(asked: Any) -> answers.Bulk:
    """Let something be done to many jobs, as ``ask`` does.

    Raises:
        CountChangedError: There are now more or fewer than who asks believes.
        InvalidRequestError: A value cannot be used.
    """
    act, who = _act(asked), caller()
    confirmed = asked.get("count")
    if confirmed is None:
        raise invalid("count", "is missing")
    some = filter_of(asked, who.sees, act)
    now = datetime.datetime.now(datetime.UTC)
    with services().sessions.begin() as session:
        there = job_lists.count_all(session, some)
        if there != confirmed or not there:
            raise CountChangedError(f"There are {there:,} such jobs now. Nothing was done.")
        wish = BulkAct(
            id=new_id(),
            act=act,
            jobs=some.document(),
            owner=who.sees,
            counted=there,
            asked_at=now,
            who=who.who,
            key_id=who.key_id,
            address=request.remote_addr,
        )
        bulk_acts.ask(session, wish, now)
        detail = {"jobs": there, "filter": sorted(wish.jobs)}
        record(session, f"bulk.{act}", wish.id, at=now, detail=detail)
        session.flush()
        return _shape(wish)


@bp.get("")
@described(answers.Bulks)
def listed() -> answers.Bulks:
    """Return what was asked for of many jobs lately, the newest first."""
    with services().reading() as session:
        found = bulk_acts.newest(session, caller().sees, NEWEST)
        return {"acts": [_shape(one) for one in found]}


@bp.get("/<bulk_id>")
@described(answers.Bulk)
def show(bulk_id: str) -> answers.Bulk:
    """Return how far an act on many jobs is."""
    with services().reading() as session:
        found = bulk_acts.find(session, bulk_id, caller().sees) if is_id(bulk_id) else None
        if found is None:
            raise NotFoundError("There is no such act.")
        return _shape(found)


def _act(given: Any) -> Act:
    act = given.get("act")
    if act not in list(Act):
        raise invalid("act", f"must be one of {', '.join(Act)}")
    return Act(act)


def _shape(one: BulkAct) -> answers.Bulk:
    return {
        "bulk_id": one.id,
        "act": one.act,
        "filter": one.jobs,
        "count": one.counted,
        "done": one.done or 0,
        "who": one.who,
        "asked_at": at(one.asked_at),
        "ended_at": moment(one.ended_at),
    }
