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
from web.libyaml import Dumper, Loader

FIELD, DATE_ORDER, UNIT = "field", "date_order", "unit"

_CHOICE = re.compile(
    rf"({FIELD}|{DATE_ORDER}|{UNIT})\.([0-9]{{1,4}})\.([0-9]{{1,3}})\.([0-9]{{1,4}})"
)
_OWN = ("plan", "corrected", "at", FIELD_OF_TOKEN)
CHOSEN = "chosen by a person"
"""Why a decision is as it is that stands in a plan through a form."""

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
    corrected = got.texts.pop("corrected", None) is not None
    whole, chosen = _whole(got)
    if whole is None or not (corrected or chosen):
        return None
    text: str = yaml.dump(whole, Dumper=Dumper, sort_keys=False, allow_unicode=True)
    return text.encode()


def document_of(got: Submission) -> Document | None:
    """Return the plan that a form makes whether anything was corrected or not, None without any.

    Raises:
        InvalidRequestError: A plan or a choice is none.
    """
    return _whole(got)[0]


def _whole(got: Submission) -> tuple[Document | None, bool]:
    """Return the plans of a form as one, and whether something in them was chosen."""
    first = first_of(got)
    plans = [_document(text) for text in got.texts.pop("plan", [])]
    got.texts.pop("at", None)
    choices = {name: got.texts.pop(name)[0] for name in list(got.texts) if _CHOICE.fullmatch(name)}
    chosen = [_choose(plans, first, name, value.strip()) for name, value in choices.items()]
    followed = [
        one for one, table in zip(plans, _tables(got, len(plans)), strict=True) if _fits(one, table)
    ]
    if not followed:
        return None, False
    whole = followed[0] | {"files": [section for plan in followed for section in plan["files"]]}
    return whole, any(chosen)


def _tables(got: Submission, count: int) -> list[str]:
    given = got.texts.get("table", [])
    return (given + [""] * count)[:count]


def _fits(plan: Document, table: str) -> bool:
    """Return whether a plan is about the table that was chosen since."""
    names = [section["table"]["name"] for section in plan["files"]]
    return bool(names) and table in ("", *names)


def _document(text: str) -> Document:
    if not text:
        return {"files": []}  # the file cannot be read: its place is kept for the choices of others
    wrong = faults(text.encode())
    if wrong:
        raise invalid("plan", wrong[0])
    found: Document = yaml.load(text, Loader)
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
        chosen |= {"field": value, "why": CHOSEN, **kept}
        return True
    decisions = chosen.setdefault("decisions", {})
    if not value or decisions.get(choice, {}).get("value") == value:
        return False
    decisions[choice] = {"value": value, "confidence": 1, "why": CHOSEN}
    return True
