"""``/api/review``: possible matches, and what people decide about them."""

import re

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.orm import Session

from web.api.answers import persons as answers
from web.api.body import json_object
from web.api.describe import LIMIT, ROW_CURSOR, Parameter, described, word
from web.api.lookup import no_cursor, page_size, row_cursor
from web.api.registry import WHY, deciding, decision_shape, owner, place_shape, why_of
from web.api.shapes import at
from web.db import decisions, person_pages
from web.db.decisions import By
from web.db.person_models import Decision, PersonRecord, Registry
from web.db.person_pages import COUNTED_EXACTLY, Open
from web.errors import NotFoundError, invalid
from web.services import services

bp = Blueprint("review", __name__, url_prefix="/api/review")

SAID = {"match": True, "no-match": False}

_CURSOR = re.compile(r"([01]\.[0-9]{1,4})-([0-9]{1,18})")
_PAIR_CURSOR = Parameter(
    "cursor",
    "`next_cursor` of an earlier answer.",
    {"type": "string", "pattern": f"^{_CURSOR.pattern}$"},
)
_DECIDE = {"decision": word(SAID), "why": WHY}
_WHY = {"why": WHY}


@bp.get("")
@described(answers.Pairs, LIMIT, _PAIR_CURSOR)
def listed() -> Response:
    """Return pairs that wait for a decision, the likeliest first, a page at a time."""
    answer = jsonify(waiting(page_size()))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def waiting(limit: int) -> answers.Pairs:
    """Return pairs that wait, behind the cursor of the request, as ``listed`` answers them."""
    with services().reading() as session:
        found = person_pages.review(session, owner(), before=_before(), limit=limit + 1)
        count = person_pages.count_review(session, owner())
    shown = found[:limit]
    last = shown[-1].pair if len(found) > limit else None
    return {
        "pairs": [_pair(one) for one in shown],
        "count": min(count, COUNTED_EXACTLY),
        "count_is_exact": count <= COUNTED_EXACTLY,
        "next_cursor": f"{last.score:.4f}-{last.id}" if last else None,
    }


@bp.post("/<int:pair_id>/decide")
@described(
    answers.DecisionDocument, body=_DECIDE, required=("decision",), problems=("contradiction",)
)
def decide(pair_id: int) -> answers.DecisionDocument:
    """Decide that the records of a pair are one person, or that they are not."""
    asked = json_object(_DECIDE)
    return decide_as(pair_id, asked.get("decision"), why_of(asked))


def decide_as(pair_id: int, said: str | None, why: str | None) -> answers.DecisionDocument:
    """Decide about a pair by a word of ``SAID``.

    Raises:
        ApiError: There is no such pair or word, or other decisions say otherwise.
    """
    if said not in SAID:
        raise invalid("decision", f"must be one of {', '.join(SAID)}")
    same = SAID[said]

    def act(session: Session, registry: Registry, by: By) -> Decision:
        pair = person_pages.pair(session, registry.owner, pair_id)
        if pair is None:
            raise NotFoundError("There is no pair with this id.")
        return decisions.decide(session, registry, pair, same, by)

    return decision_shape(deciding(act, why, "review.decide", "decision"))


@bp.get("/decisions")
@described(answers.Decisions, LIMIT, ROW_CURSOR)
def decided() -> answers.Decisions:
    """Return what people decided, the oldest first, also what was undone."""
    limit = page_size()
    with services().reading() as session:
        found = person_pages.decisions(session, owner(), after=row_cursor(), limit=limit + 1)
    shown = found[:limit]
    return {
        "decisions": [decision_shape(one) for one in shown],
        "next_cursor": str(shown[-1].id) if len(found) > limit else None,
    }


@bp.post("/decisions/<int:decision_id>/undo")
@described(answers.DecisionDocument, body=_WHY, problems=("contradiction",))
def undo(decision_id: int) -> answers.DecisionDocument:
    """Take a decision back, and what it moved."""
    return take_back(decision_id, why_of(json_object(_WHY)))


def take_back(decision_id: int, why: str | None) -> answers.DecisionDocument:
    """Undo a decision.

    Raises:
        ApiError: There is no such decision, or it cannot be undone.
    """

    def act(session: Session, registry: Registry, by: By) -> Decision:
        decision = person_pages.decision(session, registry.owner, decision_id)
        if decision is None:
            raise NotFoundError("There is no decision with this id.")
        decisions.undo(session, registry, decision, by)
        return decision

    return decision_shape(deciding(act, why, "review.undo", "decision_id"))


def _before() -> tuple[float, int] | None:
    given = request.args.get("cursor")
    if given is None:
        return None
    place = _CURSOR.fullmatch(given)
    if place is None:
        raise no_cursor()
    return float(place[1]), int(place[2])


def _pair(one: Open) -> answers.Pair:
    return {
        "pair_id": one.pair.id,
        "score": one.pair.score,
        "reason": one.pair.reason,
        "why": one.pair.why,
        "fields": [{"field": name, "agrees": word} for name, word in one.pair.fields],
        "a": _record(one.a),
        "b": _record(one.b),
        "job_id": one.pair.job_id,
        "found_at": at(one.pair.found_at),
    }


def _record(one: PersonRecord) -> answers.ReviewRecord:
    return {**place_shape(one), "values": one.compared}
