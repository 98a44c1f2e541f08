"""What a job made: the scorecard, findings by rule, what was set aside, downloads."""

import csv
import io
import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from flask import render_template, request

from web import reasons
from web.api import results
from web.api.access import needs, record
from web.api.outputs import MAX_MANIFEST, Manifest, Output
from web.console.blueprint import bp
from web.console.formats import NO_TABLE, mask
from web.db.models import Role
from web.errors import NotFoundError, invalid
from web.services import services
from web.store import Store

ROWS = 50
FURTHEST_ROW = 10_000
"""Rows are found by reading all before them; whoever wants more downloads the file."""

_CHANGING = ("fix", "fix_flag", "null_cell")
"""What rules do that leaves a cell other than it arrived."""
_ADDED = 4
"""Columns that a quarantine has behind those of its file."""

_HOLDS = {
    "clean": "the rows that are good, in canonical fields and forms",
    "quarantine": "the rows that are not, as they arrived, each with its reasons",
    "duplicates": "which row was left out because which other one says the same",
    "crosswalk": "which person each record is",
    "persons": "one row for each person",
    "review_pairs": "pairs of records that may be one person",
    "changes": "every changed cell: what arrived, what stands there now, by which rules",
    "issues": "every finding, by file, field and rule, without a value",
    "plan": "what was decided about each file and column, on which evidence",
    "scorecard": "before and after, for programs",
    "report": "before and after as one page, to pass on",
    "log": "what the worker said",
}

# A cell may be as long as a whole row; the module's own limit is lower.
csv.field_size_limit(MAX_MANIFEST)


@dataclass(frozen=True)
class Finding:
    """A rule in a field of a table; ``count`` is over all files of the job.

    ``changes``: it rewrote or emptied cells.
    """

    rule_id: str
    severity: str
    table: str
    field: str
    message: str
    count: int
    changes: bool


@dataclass(frozen=True)
class Rows:
    """Some rows of an output: ``first`` is the number of the first one."""

    name: str
    header: list[str]
    rows: list[list[str]]
    first: int
    of: int

    @property
    def next(self) -> int | None:
        """Return where the next page begins, if there is one to be seen."""
        after = self.first + len(self.rows)
        return after if after <= min(self.of, FURTHEST_ROW) else None

    def clusters(self) -> dict[tuple[str, str], list[dict[str, str]]]:
        """Return rows of a list of duplicates by the file and the record that stays of each."""
        found: dict[tuple[str, str], list[dict[str, str]]] = {}
        for row in self.rows:
            one = dict(zip(self.header, row, strict=True))
            found.setdefault((one["kept_source_file"], one["kept_record_no"]), []).append(one)
        return found


@bp.get("/jobs/<job_id>/results")
def job_results(job_id: str) -> str:
    """Return what a job made."""
    job, made = results.made(job_id)
    card = next((one for one in made.outputs if one.kind == "scorecard"), None)
    return render_template(
        "results.html",
        job_id=job_id,
        status=job.status,
        document=made.document,
        outputs=made.outputs,
        by_kind=_by_kind(made),
        unknown=[one["name"] for one in made.document["files"] if one.get("table") == NO_TABLE],
        result=made.results() if job.status in results.WITH_RESULT else [],
        card=json.loads(services().store.read(card.uri, MAX_MANIFEST)) if card else None,
        findings=_findings(made),
        holds=_HOLDS,
    )


@bp.get("/jobs/<job_id>/rows/<name>")
def rows(job_id: str, name: str) -> str:
    """Return rows of a quarantine with every cell masked, or of a list of duplicates."""
    return _page_of_rows(job_id, name, masked=True)


@bp.post("/jobs/<job_id>/rows/<name>/reveal")
@needs(Role.OPERATOR)
def reveal(job_id: str, name: str) -> str:
    """Return rows of a quarantine as they arrived; the audit log says who saw which."""
    return _page_of_rows(job_id, name, masked=False)


def _page_of_rows(job_id: str, name: str, *, masked: bool) -> str:
    _, made = results.made(job_id)
    output = made.named(name)
    if output is None or output.kind not in ("quarantine", "duplicates"):
        raise NotFoundError("The job has no rows of this name.")
    found = _read_rows(services().store, output, _first())
    if output.kind == "quarantine" and masked:
        found = _masked(found)
    elif output.kind == "quarantine":
        seen = {"output": name, "first": found.first, "rows": len(found.rows)}
        with services().sessions.begin() as session:
            record(session, "rows.reveal", job_id, at=datetime.now(UTC), detail=seen)
    return render_template(
        "rows.html", job_id=job_id, output=output, found=found, masked=masked, added=_ADDED
    )


def _first() -> int:
    given = request.args.get("first", "1")
    if not re.fullmatch(r"[1-9][0-9]{0,4}", given) or int(given) > FURTHEST_ROW:
        raise invalid("first", f"must be a number from 1 to {FURTHEST_ROW}")
    return int(given)


def _read_rows(store: Store, output: Output, first: int) -> Rows:
    with store.open(output.uri) as content:
        lines = csv.reader(io.TextIOWrapper(content, encoding="utf-8", newline=""))
        header = next(lines, [])
        shown = list(islice(lines, first - 1, first - 1 + ROWS))
    return Rows(output.name, header, shown, first, output.rows or 0)


def _masked(found: Rows) -> Rows:
    """Return rows with their cells masked; what was added to them (where, and why) is not."""
    width = len(found.header) - _ADDED
    shown = [[*map(mask, row[:width]), *row[width:]] for row in found.rows]
    return Rows(found.name, found.header, shown, found.first, found.of)


def _by_kind(made: Manifest) -> dict[str, list[Output]]:
    found: dict[str, list[Output]] = {}
    for one in made.outputs:
        found.setdefault(one.kind, []).append(one)
    return found


def _findings(made: Manifest) -> list[Finding]:
    """Return the findings of a job, those that cost rows first, then the most frequent."""
    counts: Counter[tuple[str, str, str, str]] = Counter()
    changing = set()
    for one in made.document["issues"]:
        kind = (one["rule_id"], one["severity"], one["table"], one["field"])
        counts[kind] += one["count"]
        if one["field"] and one["disposition"] in _CHANGING:
            changing.add(kind)
    found = [
        Finding(*kind, reasons.message(kind[0]), count, kind in changing)
        for kind, count in counts.items()
    ]
    gravest = reasons.words("severity")
    return sorted(found, key=lambda one: (gravest.index(one.severity), -one.count))
