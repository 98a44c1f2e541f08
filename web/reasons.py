"""What a reason code means, in a sentence for a person."""

import csv
import json
from collections.abc import Mapping
from functools import cache

from harmonizer_queue import CONTRACT

_OTHER = "The work failed; the log of the worker says why."


def message(reason: str) -> str:
    """Return the sentence for a rule id or a code of a worker."""
    return _rules().get(reason) or _codes().get(reason, _OTHER)


@cache
def _rules() -> Mapping[str, str]:
    with (CONTRACT / "tables" / "rules.csv").open(encoding="utf-8", newline="") as lines:
        return {row["id"]: row["message"] for row in csv.DictReader(lines)}


@cache
def _codes() -> Mapping[str, str]:
    document = json.loads((CONTRACT / "schemas" / "reasons.json").read_text(encoding="utf-8"))
    return {one["const"]: one["description"] for one in document["oneOf"]}
