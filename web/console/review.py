"""Possible matches, one at a time: are these two records one person?"""

from flask import render_template, request
from werkzeug import Response

from web.api import review as pairs
from web.api.answers.persons import Pair
from web.console.blueprint import bp, see_other
from web.console.forms import number_of

_AGREE = {
    "shared": "one in common",
    "initial": "the initial",
    "one_edit": "a letter or digit apart",
    "two_edits": "two letters or digits apart",
    "three_edits": "three digits apart",
    "one_edit_or_nickname": "a letter apart, or a nickname",
    "local_part_or_one_edit": "the part before @, or a letter apart",
    "turned_or_one_edit": "day and month turned, or a digit apart",
    "two_parts": "two of day, month and year",
    "same_year": "only the year",
}
"""How values agree, where the engine's own word does not say it to everybody."""


@bp.get("/review")
def review() -> str:
    """Return the likeliest pair that waits, or the next one behind a cursor."""
    found = pairs.waiting(1)
    pair = found["pairs"][0] if found["pairs"] else None
    return render_template(
        "review.html",
        found=found,
        pair=pair,
        fields=_fields(pair) if pair else [],
        undo=number_of(request.args, "undo") if "undo" in request.args else None,
        cursor=request.args.get("cursor"),
    )


@bp.post("/review/<int:pair_id>")
def decide(pair_id: int) -> Response:
    """Decide about a pair, and lead to the next one."""
    made = pairs.decide_as(pair_id, request.form.get("decision"), None)
    return see_other("review", cursor=request.form.get("cursor"), undo=made["decision_id"])


@bp.post("/review/undo/<int:decision_id>")
def undo(decision_id: int) -> Response:
    """Take a decision back; its pair waits again."""
    pairs.take_back(decision_id, None)
    return see_other("review")


def _fields(pair: Pair) -> list[tuple[str, str, str, str]]:
    """Return each field with both values and how they agree, those compared first."""
    agree = {one["field"]: _AGREE.get(one["agrees"], one["agrees"]) for one in pair["fields"]}
    a, b = pair["a"]["values"], pair["b"]["values"]
    return [
        (name, _shown(a.get(name)), _shown(b.get(name)), agree.get(name, ""))
        for name in dict.fromkeys([*agree, *a, *b])
        if a.get(name) or b.get(name)
    ]


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
