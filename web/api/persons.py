"""``/api/persons``: who is who across jobs."""

import datetime
import json
from collections.abc import Iterator, Sequence
from typing import Any

import structlog
from flask import Blueprint, Response, jsonify, request
from sqlalchemy.orm import Session

from web.api import worker_port
from web.api.access import needs, record
from web.api.answers import persons as answers
from web.api.body import json_object
from web.api.describe import LIMIT, ROW_CURSOR, TEXT, Parameter, Schema, described
from web.api.lookup import page_size, row_cursor
from web.api.profile_lookup import profile_called
from web.api.registry import WHY, deciding, decision_shape, owner, place_shape, why_of
from web.api.shapes import at, moment
from web.db import decisions, person_pages, persons, registry
from web.db.decisions import By
from web.db.models import Role
from web.db.person_models import Decision, Person, PersonEvent, PersonRecord, Registry
from web.db.person_pages import COUNTED_EXACTLY
from web.errors import NotFoundError, UnavailableError, invalid
from web.profiles import built_in
from web.services import Services, services

log = structlog.get_logger(__name__)

bp = Blueprint("persons", __name__, url_prefix="/api/persons")

SHOWN_RECORDS = 200

_HOW_MANY = Parameter(
    "persons",
    "How many there are, as the list says.",
    {"type": "string", "pattern": "^[0-9]+$"},
    required=True,
)
_NONE_CAME = "is no id that the person absorbed, or no record of that is here any more"
_MERGE = {"with": TEXT, "why": WHY}
_UNLINK: dict[str, Schema] = {
    "records": {"type": "array", "items": TEXT, "minItems": 1},
    "alias": TEXT,
    "why": WHY,
}


@bp.get("")
@described(answers.Persons, LIMIT, ROW_CURSOR)
def listed() -> answers.Persons:
    """Return persons, those that are known longest first, a page at a time."""
    limit = page_size()
    with services().reading() as session:
        found = person_pages.persons(session, owner(), after=row_cursor(), limit=limit + 1)
        count = person_pages.count_persons(session, owner())
    shown = found[:limit]
    return {
        "persons": [
            {
                "person_id": one.person.id,
                "founded_at": at(one.person.founded_at),
                "records": one.records,
                "sources": list(one.sources),
            }
            for one in shown
        ],
        "count": min(count, COUNTED_EXACTLY),
        "count_is_exact": count <= COUNTED_EXACTLY,
        "next_cursor": str(shown[-1].person.number) if len(found) > limit else None,
    }


@bp.get("/<person_id>")
@described(answers.PersonDocument)
def show(person_id: str) -> Response:
    """Return a person: what survives of its records, where they are from, what became of it.

    The id of one that was absorbed is answered with the person that absorbed it.
    """
    answer = jsonify(document(person_id))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def document(person_id: str) -> answers.PersonDocument:
    """Return a person, as ``show`` answers it."""
    with services().reading() as session:
        person = _person(session, owner(), person_id)
        records = person_pages.records_of(session, owner(), person.id)
        aliases = person_pages.aliases_of(session, owner(), person.id)
        ids = [person.id, *(one.id for one in aliases)]
        history = person_pages.history_of(session, owner(), ids)
        known = session.get(Registry, owner())
    return {
        "person_id": person.id,
        "founded_at": at(person.founded_at),
        "aliases": [{"person_id": one.id, "merged_at": moment(one.merged_at)} for one in aliases],
        "golden": _golden(known, records),
        "record_count": len(records),
        "records": [_record(one) for one in records[:SHOWN_RECORDS]],
        "history": [_event(one) for one in history],
    }


@bp.post("/<person_id>/merge")
@described(answers.PersonDecision, body=_MERGE, required=("with",), problems=("contradiction",))
def merge(person_id: str) -> answers.PersonDecision:
    """Let a person absorb another one."""
    asked = json_object(_MERGE)
    if "with" not in asked:
        raise invalid("with", "is missing: the id of the person to absorb")

    def act(session: Session, locked: Registry, by: By) -> Decision:
        into = _person(session, locked.owner, person_id)
        other = _person(session, locked.owner, asked["with"])
        return decisions.merge(session, locked, into, other, by)

    decision = deciding(act, why_of(asked), "person.merge", "with")
    return {**decision_shape(decision), "person_id": decision.moves[0][2]}


@bp.post("/<person_id>/unlink")
@described(answers.PersonDecision, body=_UNLINK, problems=("contradiction",))
def unlink(person_id: str) -> answers.PersonDecision:
    """Take records out of a person, or all that came with an id which it absorbed."""
    asked = json_object(_UNLINK)
    if ("records" in asked) == ("alias" in asked):
        raise invalid("records", "or alias is to be given, one of them")
    if not all(isinstance(one, str) for one in asked.get("records", [])):
        raise invalid("records", "must be a list of row_uid")
    return unlink_as(person_id, asked.get("records"), asked.get("alias", ""), why_of(asked))


def unlink_as(
    person_id: str, records: list[str] | None, alias: str, why: str | None
) -> answers.PersonDecision:
    """Take records out of a person; without any, those that came with an id it absorbed.

    Raises:
        ApiError: There is no such person, or it cannot be done.
    """

    field = "alias" if records is None else "records"

    def act(session: Session, locked: Registry, by: By) -> Decision:
        person = _person(session, locked.owner, person_id)
        wanted = records
        if wanted is None:
            wanted = persons.came_with(session, locked.owner, person.id, alias)
        if not wanted:
            raise invalid(field, _NONE_CAME if records is None else "names no record")
        return decisions.unlink(session, locked, person, wanted, by)

    decision = deciding(act, why, "person.unlink", field)
    return {**decision_shape(decision), "person_id": decision.moves[0][2]}


@bp.get("/export")
@described(("application/x-ndjson",))
def export() -> Response:
    """Send the whole registry as NDJSON: a line for each person, record, decision and event."""
    answer = Response(_exported(services(), owner()), mimetype="application/x-ndjson")
    answer.headers["Content-Disposition"] = 'attachment; filename="persons.ndjson"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.delete("")
@needs(Role.ADMIN)
@described(None, _HOW_MANY, status=204)
def forget() -> tuple[str, int]:
    """Forget all persons: 204. Whoever asks says how many there are."""
    now = datetime.datetime.now(datetime.UTC)
    with services().sessions.begin() as session:
        locked = registry.lock(session, owner(), now)
        there = person_pages.count_persons(session, owner())
        if request.args.get("persons") != str(there):
            raise invalid("persons", "must be how many there are, as the list says")
        registry.forget(session, locked)
        registry.changed(locked, now)
        record(session, "persons.forget", None, at=now, detail={"persons": there})
    return "", 204


def _exported(of: Services, whose: str) -> Iterator[str]:
    with of.reading() as session:
        for kind, row in person_pages.everything(session, whose):
            names = [one.key for one in row.__mapper__.column_attrs if one.key != "owner"]
            columns = {name: getattr(row, name) for name in names}
            yield json.dumps({"kind": kind} | columns, default=_plain, ensure_ascii=False) + "\n"


def _plain(value: Any) -> str | None:
    return moment(value)


def _person(session: Session, whose: str, person_id: str) -> Person:
    person = persons.resolve(session, whose, person_id)
    if person is None:
        raise NotFoundError("There is no person with this id.")
    return person


def _golden(known: Registry | None, records: Sequence[PersonRecord]) -> list[dict[str, Any]] | None:
    """Return what survives, as a worker says: which values do is the engine's to know.

    None when no worker answers; the rest of a person can be seen all the same.
    """
    name = (known and known.profile) or ""
    own = None
    if known and name not in built_in():
        own = profile_called(services(), known.owner, f"{name}@{known.profile_version}")
    asked = {
        "profile": name,
        "document": own.document if own else None,
        "records": [
            {"row_uid": one.row_uid, "source": one.source, "values": one.compared | one.others}
            for one in records
        ],
    }
    body = json.dumps(asked).encode()
    try:
        status, answer = worker_port.post(services().settings, "/golden", body, "application/json")
    except UnavailableError:
        return None
    if status != 200:
        log.warning("a worker refused a golden record", status=status)
        return None
    fields: list[dict[str, Any]] = json.loads(answer)["fields"]
    return fields


def _record(one: PersonRecord) -> answers.PersonRecordDocument:
    return {
        **place_shape(one),
        "method": one.method,
        "score": one.score,
        "job_id": one.job_id,
        "linked_at": at(one.linked_at),
        "values": one.compared | one.others,
    }


def _event(one: PersonEvent) -> answers.PersonEventDocument:
    return {
        "at": at(one.at),
        "who": one.who,
        "what": one.what,
        "person_id": one.person_id,
        "other_id": one.other_id,
        "records": one.records,
        "job_id": one.job_id,
        "decision_id": one.decision_id,
        "why": one.why,
    }
