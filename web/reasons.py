"""What a reason code means, in a sentence for a person."""

import csv
import json
from collections.abc import Mapping, Sequence
from functools import cache

from harmonizer_queue import CONTRACT

_OTHER = "handler_error"


def message(reason: str) -> str:
    """Return the sentence for a rule id or a reason code of the contract."""
    known = _sentences()
    return known.get(reason) or known[_OTHER]


def title(rule: str) -> str:
    """Return what a rule is called; one of a profile is called by its id."""
    row = _rules().get(rule)
    return row["title"] if row else rule


@cache
def words(of: str) -> Sequence[str]:
    """Return what ``severity`` or ``disposition`` of a finding may be, the gravest first."""
    schema = json.loads((CONTRACT / "schemas" / "issue.json").read_text(encoding="utf-8"))
    found: Sequence[str] = schema["properties"][of]["enum"]
    return found


@cache
def _rules() -> Mapping[str, Mapping[str, str]]:
    with (CONTRACT / "tables" / "rules.csv").open(encoding="utf-8", newline="") as lines:
        return {row["id"]: row for row in csv.DictReader(lines)}


@cache
def _sentences() -> Mapping[str, str]:
    rules = {rule: row["message"] for rule, row in _rules().items()}
    codes = json.loads((CONTRACT / "schemas" / "reasons.json").read_text(encoding="utf-8"))
    return rules | {code["const"]: code["description"] for code in codes["oneOf"]}
