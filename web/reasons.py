"""What a reason code means, in a sentence for a person."""

import csv
import json
from collections.abc import Mapping
from functools import cache

from harmonizer_queue import CONTRACT

_OTHER = "handler_error"


def message(reason: str) -> str:
    """Return the sentence for a rule id or a reason code of the contract."""
    known = _sentences()
    return known.get(reason) or known[_OTHER]


@cache
def _sentences() -> Mapping[str, str]:
    with (CONTRACT / "tables" / "rules.csv").open(encoding="utf-8", newline="") as lines:
        rules = {row["id"]: row["message"] for row in csv.DictReader(lines)}
    codes = json.loads((CONTRACT / "schemas" / "reasons.json").read_text(encoding="utf-8"))
    return rules | {code["const"]: code["description"] for code in codes["oneOf"]}
