"""The engine against the truth of the sample data: every damage that can be repaired, is.

What nobody can know any more must come out empty, never as a guess.
"""

import csv
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from harmonizer.demo import sample_files
from web.config import ROOT

SAMPLES = ROOT / "sample_data"
WIDE = {"weight": "29463-7", "height": "8302-2", "temperature": "8310-5", "heart_rate": "8867-4"}
KEPT = ("typo", "check digit")
"""Damage that stays as written, flagged at most: a wrong letter, a digit that does not fit."""

Record = dict[str, str]


def records(path: Path) -> Iterator[Record]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def harmonized(binaries: Path, out: Path, operation: str) -> None:
    options = ["--operation", operation, "--provenance", "--today", "2026-11-23"]
    done = subprocess.run(
        [binaries / "harmonize", *options, "-o", out, *sample_files()],
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, 1), done.stderr


@pytest.fixture(scope="module")
def rows(
    binaries: Path, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[tuple[str, str], list[Record]]:
    """Return the standardized rows by file and record; a wide record has several."""
    out = tmp_path_factory.mktemp("standardized")
    harmonized(binaries, out, "standardize")
    found: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for path in out.glob("*.clean.csv"):
        for row in records(path):
            found[row["source_file"], row["record_no"]].append(row)
    return found


def value(of: list[Record], field: str) -> str:
    """Return what a field of a record became."""
    row = of[0]
    if field == "name_full":
        middle = f" {row['name_middle']}" if row["name_middle"] else ""
        return f"{row['name_family']}, {row['name_given']}{middle}"
    if field == "address_line1":
        return row["address_line1_std"]
    if len(of) > 1 and field in WIDE:
        return next((one["value"] for one in of if one["code"] == WIDE[field]), "")
    return row[field]


def test_every_damaged_cell_is_repaired_or_empty(
    rows: Mapping[tuple[str, str], list[Record]],
) -> None:
    damage = [one for one in records(SAMPLES / "truth" / "damage.csv") if one["kind"] not in KEPT]
    wrong = [
        (one["file"], one["record_no"], one["field"], one["kind"])
        for one in damage
        if value(rows[one["file"], one["record_no"]], one["field"]) != one["truth"]
    ]
    assert len(damage) > 500
    assert wrong == []


def test_rows_end_where_the_truth_puts_them(binaries: Path, tmp_path: Path) -> None:
    out = tmp_path / "harmonized"
    harmonized(binaries, out, "harmonize")
    kinds = defaultdict(set)
    persons = {}
    for one in records(SAMPLES / "truth" / "persons.csv"):
        persons[one["file"], one["record_no"]] = one["person"]
        if one["file"] == "patients.csv":
            kinds[one["kind"]].add(one["record_no"])
    kept = {row["record_no"] for row in records(out / "patient.clean.csv")} - {""}
    apart = {row["record_no"]: row["rule_ids"] for row in records(out / "patient.quarantine.csv")}
    doubles = list(records(out / "patient.duplicates.csv"))
    exact = {row["record_no"] for row in doubles if row["method"] == "exact"}
    assert kinds["unidentified"]
    assert set(apart) == kinds["unidentified"]
    assert all("PAT-001" in rules for rules in apart.values())
    assert kinds["copy"]
    assert exact == kinds["copy"]
    assert len(doubles) > len(exact), "some people are in both hospitals"
    for row in doubles:
        kept_as = persons[row["kept_source_file"], row["kept_record_no"]]
        assert persons[row["source_file"], row["record_no"]] == kept_as
    assert kinds["corrected later"] <= kept
