"""What the demo prints about a job's results: counts, scores, some repairs, reasons for rejects."""

import collections
import csv
import gzip
import hashlib
import json
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from harmonizer.text_table import text_table
from web.config import ROOT

Say = Callable[[str], None]

RECORDS_SHOWN = 3
CELLS_SHOWN = 6
REASONS_SHOWN = 6
RULES = ROOT / "queue" / "contract" / "tables" / "rules.csv"


def report(folder: Path, say: Say) -> None:
    """Tell about the outputs of a job that lie in a folder, with their manifest."""
    manifest = json.loads((folder / "manifest.json").read_text())
    for lines in (
        _files(manifest),
        _repairs(folder, manifest),
        _reasons(folder, manifest),
    ):
        for line in lines:
            say(line)
        say("")


def _files(manifest: Mapping[str, Any]) -> Iterator[str]:
    yield "What arrived, and what became of its rows:"
    rows = [
        [one["name"], one["table"] or "-", *_counts(one["counts"]), one["reason"] or ""]
        for one in manifest["files"]
    ]
    rows.append(["all", "", *_counts(manifest["counts"]), ""])
    heads = ["file", "read as", "rows", "clean", "set aside", "duplicate", "dropped", "remark"]
    yield from text_table(heads, rows)


def _counts(counts: Mapping[str, int]) -> list[int]:
    dropped = sum(number for name, number in counts.items() if name.startswith("dropped_"))
    kept = [counts[name] for name in ("rows_in", "rows_out", "quarantined", "duplicates_removed")]
    return [*kept, dropped]


def _repairs(folder: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    """Show, for some tables, the clean record that needed the most different repairs."""
    titles = {row["id"]: row["title"] for row in _read_csv(RULES)}
    places = _places(folder, manifest)
    yield "Some records, before and after:"
    for table, row_uid, cells in _most_repaired(_changes(folder, manifest), places)[:RECORDS_SHOWN]:
        yield ""
        yield f"  {places[row_uid]}, read as {table}"
        rows = [
            [
                field,
                raw,
                value or "(empty)",
                ", ".join(titles.get(rule, rule) for rule in rules),
            ]
            for field, raw, value, *rules in cells[:CELLS_SHOWN]
        ]
        for line in text_table(["field", "before", "after", "why"], rows):
            yield f"  {line}"


def _most_repaired(
    changes: Iterable[dict[str, Any]], clean: Container[str]
) -> list[tuple[str, str, list[list[str]]]]:
    """Return for each table its clean record with the most kinds of repairs: table, id, cells."""
    chosen: dict[str, tuple[int, str, list[list[str]]]] = {}
    for row in changes:
        kinds = len({tuple(rules) for _, _, _, *rules in row["changes"]})
        most = chosen.get(row["table"])
        if row["row_uid"] in clean and (most is None or kinds > most[0]):
            chosen[row["table"]] = kinds, row["row_uid"], row["changes"]
    return [(table, row_uid, cells) for table, (_, row_uid, cells) in chosen.items()]


def _changes(folder: Path, manifest: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield rows with changed cells: table, id, and of each cell field, raw, value, rules."""
    for output in manifest["outputs"]:
        if output["kind"] == "changes":
            with gzip.open(folder / output["name"], "rt", encoding="utf-8") as lines:
                for line in map(json.loads, lines):
                    yield from _changed_rows(line)


def _changed_rows(line: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a line of the change log (schema ``change.json``)."""
    told = [[c["field"], *pair, *c["rules"]] for c in line["changes"] for pair in c["values"]]
    for record, _, *rest in line["rows"]:
        column = "/" + rest.pop(0) if isinstance(rest[0], str) else ""
        digest = hashlib.sha256(f"{line['origin']}{record}{column}".encode()).hexdigest()
        cells = [told[number] for number in rest]
        yield {"table": line["table"], "row_uid": digest[:32], "changes": cells}


def _places(folder: Path, manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return file and record number of every row of the clean tables, by its id."""
    return {
        row["row_uid"]: f"{row['source_file']}, record {row['record_no']}"
        for output in manifest["outputs"]
        if output["kind"] == "clean"
        for row in _read_csv(folder / output["name"])
    }


def _reasons(folder: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    found: collections.Counter[str] = collections.Counter()
    for output in manifest["outputs"]:
        if output["kind"] == "quarantine":
            found.update(row["reasons"] for row in _read_csv(folder / output["name"]))
    yield "Why rows were set aside, whole and unchanged, for somebody to repair:"
    for reason, number in found.most_common(REASONS_SHOWN):
        yield f"  {number:>4}  {reason}"


def _read_csv(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
