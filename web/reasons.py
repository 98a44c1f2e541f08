"""What a reason code means, in a sentence for a person."""

import csv
from collections.abc import Mapping
from functools import cache

from harmonizer_queue import CONTRACT

_CODES = {
    "poison": "The worker died with this file several times, so it is not tried again.",
    "lease_expired": "The worker stopped answering while it had this file.",
    "worker_gone": "The worker went away while it had this file.",
    "unsupported": "No worker of the right version took this work within a day.",
    "event_refused": "What the worker reported could not be recorded.",
    "manifest_missing": "What the worker wrote cannot be found in the store.",
    "manifest_invalid": "What the worker wrote about its result cannot be read.",
    "cancelled": "The job was cancelled.",
}
_OTHER = "The work failed; the log of the worker says why."


def message(reason: str) -> str:
    """Return the sentence for a rule id or a code of a worker."""
    return _rules().get(reason) or _CODES.get(reason, _OTHER)


@cache
def _rules() -> Mapping[str, str]:
    with (CONTRACT / "tables" / "rules.csv").open(encoding="utf-8", newline="") as lines:
        return {row["id"]: row["message"] for row in csv.DictReader(lines)}
