"""What a person corrected in what was understood of files, and the plan that comes of it.

A form holds the plan of each file as it was shown (``plan``), and the choices about its columns as
``<choice>.<file>.<section>.<column>``, all counted from 0. A choice that is the plan's own changes
nothing. Where nothing was corrected there is no plan: a job decides from more than a preview sees.
"""

import re
from typing import Any

import yaml

from web.api.login import FIELD as FIELD_OF_TOKEN
from web.api.plan_check import faults
from web.api.submission import TEXT_PARTS
from web.api.upload import Submission
from web.errors import invalid

FIELD, DATE_ORDER, UNIT = "field", "date_order", "unit"

_CHOICE = re.compile(
    rf"({FIELD}|{DATE_ORDER}|{UNIT})\.([0-9]{{1,4}})\.([0-9]{{1,3}})\.([0-9]{{1,4}})"
)
_OWN = ("plan", "corrected", "at", FIELD_OF_TOKEN)
_WHY = "chosen by a person"

Document = dict[str, Any]


class Parts:
    """The names that text parts of the form may have."""

    def __contains__(self, name: object) -> bool:
        return name in TEXT_PARTS or name in _OWN or bool(_CHOICE.fullmatch(str(name)))


def first_of(got: Submission) -> int:
    """Return the number of the file that the first plan of a form is about.

    Raises:
        InvalidRequestError: It is none.
    """
    given = got.texts.get("at", ["0"])[0]
    if not re.fullmatch("[0-9]{1,4}", given):
        raise invalid("at", "must be a number")
    return int(given)


def plan_of(got: Submission) -> bytes | None:
    """Take the form's own parts out of a submission and return the plan that they make, if any.

    Raises:
        InvalidRequestError: A plan or a choice is none.
    """
    first = first_of(got)
    plans = [_document(text) for text in got.texts.pop("plan", [])]
    corrected = got.texts.pop("corrected", None) is not None
    got.texts.pop("at", None)
    choices = {name: got.texts.pop(name)[0] for name in list(got.texts) if _CHOICE.fullmatch(name)}
    for name, value in choices.items():
        corrected |= _choose(plans, first, name, value.strip())
    followed = [
        one for one, table in zip(plans, _tables(got, len(plans)), strict=True) if _fits(one, table)
    ]
    if not followed or not corrected:
        return None
    whole = followed[0] | {"files": [section for plan in followed for section in plan["files"]]}
    return yaml.safe_dump(whole, sort_keys=False, allow_unicode=True).encode()


def _tables(got: Submission, count: int) -> list[str]:
    given = got.texts.get("table", [])
    return (given + [""] * count)[:count]


def _fits(plan: Document, table: str) -> bool:
    """Return whether a plan is about the table that was chosen since."""
    return table in ("", *(section["table"]["name"] for section in plan["files"]))


def _document(text: str) -> Document:
    wrong = faults(text.encode())
    if wrong:
        raise invalid("plan", wrong[0])
    found: Document = yaml.safe_load(text)
    return found


def _choose(plans: list[Document], first: int, name: str, value: str) -> bool:
    """Write a choice into its plan; return whether that changed anything."""
    choice, *places = _CHOICE.fullmatch(name).groups()  # type: ignore[union-attr]
    file, section, column = map(int, places)
    try:
        if file < first:
            raise IndexError
        chosen = plans[file - first]["files"][section]["columns"][column]
    except IndexError:
        raise invalid(name, "is about a column that no plan has") from None
    if choice == FIELD:
        if not value or chosen["field"] == value:
            return False
        # Which type the field has, and what else follows from that, is the engine's to know.
        kept = {key: chosen[key] for key in ("header", "evidence") if key in chosen}
        chosen.clear()
        chosen |= {"field": value, "why": _WHY, **kept}
        return True
    decisions = chosen.setdefault("decisions", {})
    if not value or decisions.get(choice, {}).get("value") == value:
        return False
    decisions[choice] = {"value": value, "confidence": 1, "why": _WHY}
    return True
