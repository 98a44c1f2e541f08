"""Possible matches, one at a time: are these two records one person?"""

import re

from flask import render_template, request
from werkzeug import Response

from web.api import review as pairs
from web.api.answers import Pair
from web.console.blueprint import bp, see_other
from web.errors import invalid


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
        undo=_number("undo") if "undo" in request.args else None,
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


def _number(name: str) -> int:
    given = request.args[name]
    if not re.fullmatch("[0-9]{1,18}", given):
        raise invalid(name, "must be a number")
    return int(given)


def _fields(pair: Pair) -> list[tuple[str, str, str, str]]:
    """Return each field with both values and how they agree, those compared first."""
    agree = {one["field"]: one["agrees"].replace("_", " ") for one in pair["fields"]}
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
