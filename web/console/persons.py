"""Who is who: persons of the registry and of one job, what survives of them and from where."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, request
from werkzeug import Response

from web.api import job_persons, persons, results
from web.api import review as pairs
from web.api.access import needs
from web.api.lookup import page_size
from web.console.blueprint import bp, see_other
from web.db.models import Role
from web.errors import NotFoundError, invalid

SIDE_BY_SIDE = 6
"""As many records stand beside each other; of more their values are told as others."""

_WHY = {
    "only-value": "the only value",
    "trusted-source": "from the source that is trusted most",
    "agreement": "most records say so",
    "most-recent": "updated last",
    "most-complete": "says most",
    "lowest-row-uid": "as good as the others; the record with the lowest id",
    "union": "all values together",
}


@bp.get("/persons")
def person_list() -> str:
    """Return persons of the registry, those that are known longest first."""
    return render_template("persons.html", found=persons.listed())


@bp.get("/persons/<person_id>")
def person(person_id: str) -> str:
    """Return a person of the registry: values, where they are from, records, history."""
    found = persons.document(person_id)
    undone = {one["decision_id"] for one in found["history"] if one["what"] == "undo"}
    return render_template(
        "person.html",
        person=found,
        asked=person_id,
        places={one["row_uid"]: one for one in found["records"]},
        beside=_side_by_side(found["records"][:SIDE_BY_SIDE], found["golden"] or ()),
        undone=undone,
        rules=_WHY,
    )


@bp.post("/persons/<person_id>/unlink")
@needs(Role.OPERATOR)
def unlink(person_id: str) -> Response:
    """Take the chosen records out of a person, or those that came with another id."""
    alias = request.form.get("alias", "")
    records = None if alias else request.form.getlist("record")
    if records == []:
        raise invalid("record", "is missing: choose which records are of somebody else")
    persons.unlink_as(person_id, records, alias, request.form.get("why") or None)
    return see_other("person", person_id=person_id)


@bp.post("/persons/<person_id>/undo/<int:decision_id>")
@needs(Role.OPERATOR)
def undo_of_person(person_id: str, decision_id: int) -> Response:
    """Take a decision about a person back."""
    pairs.take_back(decision_id, None)
    return see_other("person", person_id=person_id)


@bp.get("/jobs/<job_id>/persons")
def persons_of_job(job_id: str) -> str | Response:
    """Return the persons that a job found in its files."""
    wanted = request.args.get("records", "")
    if "" in request.args.values():
        return see_other("persons_of_job", job_id=job_id)
    found = job_persons.persons_of(job_id, page_size())
    return render_template("job_persons.html", job_id=job_id, found=found, wanted=wanted)


@bp.get("/jobs/<job_id>/persons/<person_id>")
def person_of_job(job_id: str, person_id: str) -> str:
    """Return a person as a job found it."""
    found = job_persons.person_of(job_id, person_id)
    _, made = results.made(job_id)
    return render_template(
        "job_person.html",
        job_id=job_id,
        person=found,
        places={one["row_uid"]: one for one in found["records"]},
        known=_is_known(person_id),
        rules=_WHY,
        files=[one["name"] for one in made.document["files"]],
    )


def _is_known(person_id: str) -> bool:
    """Return whether the registry knows the person: a job may have been run without it."""
    try:
        persons.document(person_id)
    except NotFoundError:
        return False
    return True


def _side_by_side(
    records: Sequence[Mapping[str, Any]], golden: Sequence[Mapping[str, Any]]
) -> list[tuple[str, list[str], bool]]:
    """Return each field, in the order of what survives, with its values and whether all agree."""
    first = [one["field"] for one in golden]
    names = dict.fromkeys([*first, *(name for one in records for name in one["values"])])
    found = []
    for name in names:
        values = [_text(one["values"].get(name)) for one in records]
        said = {value for value in values if value}
        if said:
            found.append((name, values, len(said) == 1))
    return found


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
