"""A registry of persons as a job leaves it behind, for tests."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from web.db import registry
from web.db.delta import prepared
from web.ids import new_id

Line = Mapping[str, Any]


def uid(number: int) -> str:
    """Return the row_uid of a record."""
    return f"{number:032x}"


def known(session: Session, owner: str, *lines: Line) -> None:
    """Apply a delta of these lines to what the registry is now."""
    now = datetime.datetime.now(datetime.UTC)
    version = registry.version(session, owner)
    head = {"v": 1, "version": version, "profile": "us-core", "profile_version": "1"}
    with prepared(iter([head, *lines])) as delta:
        registry.apply(session, owner, new_id(), version, delta, now)


def records(persons: Mapping[int, str]) -> Sequence[Line]:
    """Return the lines of records, given with their persons."""
    delivery = {"source": "east", "file": "east.csv", "sha256": "0" * 64}
    told = [
        {
            "uid": uid(number),
            "person": person,
            "no": number,
            "id": f"M{number}",
            "method": "deterministic:mrn",
            "score": 0.9999,
            "match": {"name_family": "Lovelace", "birth_date": "1985-04-05"},
            "more": {"race": "2106-3"},
        }
        for number, person in persons.items()
    ]
    return [{"delivery": delivery}, *({"record": one} for one in told)]


def pair(a: int, b: int, score: float = 0.75) -> Line:
    """Return the line of a pair to review."""
    fields = [["name_given", "differs"], ["birth_date", "equal"]]
    told = {"a": uid(a), "b": uid(b), "score": score, "reason": "twins", "fields": fields}
    return {"review": told | {"why": "They may be twins. Equal: birth date."}}
