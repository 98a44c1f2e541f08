"""What ``/api/persons`` and ``/api/review`` share: whose registry, and how decisions are taken."""

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session

from web.api.access import caller, record
from web.api.answers import persons as answers
from web.api.shapes import at, moment
from web.db import registry
from web.db.decisions import By, ContradictionError, RefusedError
from web.db.person_models import Decision, PersonRecord, Registry
from web.errors import ContradictedError, FieldError, invalid
from web.services import services

LONGEST_WHY = 2000

WHY = {"type": "string", "maxLength": LONGEST_WHY}
"""The schema of a reason."""

Act = Callable[[Session, Registry, By], Decision]


def owner() -> str:
    """Return whose registry a request is about; "" where nobody has to say who they are."""
    return caller().owner


def deciding(act: Act, why: str | None, what: str, field: str) -> Decision:
    """Decide in one transaction and return the decision.

    Args:
        act: What to do, the registry being locked.
        why: In the words of who decides.
        what: The act as the audit log names it.
        field: What of the request cannot be used when it is refused.

    Raises:
        ContradictedError: Other decisions say otherwise.
        InvalidRequestError: It cannot be done.
    """
    now = datetime.datetime.now(datetime.UTC)
    by = By(caller().who, now, why)
    with _answered(field), services().sessions.begin() as session:
        locked = registry.lock(session, owner(), now)
        decision = act(session, locked, by)
        registry.changed(locked, now)
        record(session, what, str(decision.id), at=now)
    return decision


@contextmanager
def _answered(field: str) -> Iterator[None]:
    try:
        yield
    except ContradictionError as error:
        wrong = [FieldError("decision_id", str(number)) for number in error.decisions]
        raise ContradictedError(error.why, wrong) from error
    except RefusedError as error:
        raise invalid(field, str(error)) from error


def why_of(asked: dict[str, Any]) -> str | None:
    """Return the reason that a request gives, if any.

    Raises:
        InvalidRequestError: It is too long.
    """
    why: str | None = asked.get("why")
    if why is not None and len(why) > LONGEST_WHY:
        raise invalid("why", f"must be at most {LONGEST_WHY} characters")
    return why


def decision_shape(one: Decision) -> answers.DecisionDocument:
    """Return a decision as answers show it."""
    return {
        "decision_id": one.id,
        "decision": one.what,
        "a": one.a,
        "b": one.b,
        "who": one.who,
        "at": at(one.at),
        "why": one.why,
        "moved": len(one.moves),
        "undone_at": moment(one.undone_at),
        "undone_by": one.undone_by,
    }


def place_shape(one: PersonRecord) -> answers.Place:
    """Return where a record is from."""
    return {
        "row_uid": one.row_uid,
        "person_id": one.person_id,
        "source": one.source,
        "source_file": one.source_file,
        "record_no": one.record_no,
        "source_id": one.source_id,
    }
