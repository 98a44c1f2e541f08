"""What the demo tells about results, from a folder of outputs."""

import gzip
import hashlib
import json
from pathlib import Path

import pytest

from harmonizer.demo_report import report

COUNTS = {
    "rows_in": 1204,
    "rows_out": 1190,
    "quarantined": 2,
    "duplicates_removed": 10,
    "dropped_blank": 1,
    "dropped_repeated_header": 0,
    "dropped_footer": 1,
}


def changes(origin: str, row: list[int | str], *cells: list[str]) -> str:
    told = [{"field": f, "rules": [rule], "values": [[raw, now]]} for f, raw, now, rule in cells]
    row += range(len(cells))
    return json.dumps({"table": "patient", "origin": origin, "changes": told, "rows": [row]})


def row_uid(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@pytest.fixture
def told(tmp_path: Path) -> str:
    outputs = [
        {"name": "patient.clean.csv", "kind": "clean", "table": "patient"},
        {"name": "patient.quarantine.csv", "kind": "quarantine", "table": "patient"},
        {"name": "changes.ndjson.gz", "kind": "changes", "table": None},
    ]
    nothing = dict.fromkeys(COUNTS, 0)
    files = [
        {"name": "north.csv", "table": "patient", "reason": None, "counts": COUNTS},
        {"name": "broken.csv", "table": None, "reason": "The file is empty.", "counts": nothing},
    ]
    manifest = {"files": files, "counts": COUNTS, "outputs": outputs}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "patient.clean.csv").write_text(
        "birth_date,source_file,record_no,row_uid\n"
        f"1980-03-04,north.csv,7,{row_uid('north7/born')}\n"
        f"1981-01-01,north.csv,8,{row_uid('north8')}\n"
    )
    (tmp_path / "patient.quarantine.csv").write_text(
        "dob,source_line,record_no,rule_ids,reasons\n"
        "?,2,1,REQ-001,The birth date is missing.\n?,9,8,REQ-001,The birth date is missing.\n"
    )
    with gzip.open(tmp_path / "changes.ndjson.gz", "wt") as lines:
        gone = [["a", "1", "2", "FILE-001"], ["b", "1", "2", "FILE-002"]]
        print(changes("gone", [1, 2], *gone, ["c", "1", "2", "FILE-005"]), file=lines)
        print(changes("north", [8, 9], ["zip", "2139", "02139", "FILE-001"]), file=lines)
        born = ["birth_date", "03/04/1980", "1980-03-04", "CSV-006"]
        print(changes("north", [7, 8, "born"], born, ["email", "none", "", "NEW-999"]), file=lines)
    lines_told: list[str] = []
    report(tmp_path, lines_told.append)
    return "\n".join(lines_told)


def test_every_file_has_its_line_and_all_are_added_up(told: str) -> None:
    assert "north.csv   patient  1,204  1,190          2         10        2" in told
    assert "The file is empty." in told
    assert "all                  1,204  1,190          2         10        2" in told


def test_the_most_repaired_clean_record_is_shown_with_reasons(told: str) -> None:
    assert "north.csv, record 7, read as patient" in told
    assert "birth_date  03/04/1980  1980-03-04  repeated header dropped" in told
    assert "email       none        (empty)     NEW-999" in told
    assert "2139" not in told, "one record of a table is enough"


def test_reasons_for_setting_rows_aside_are_counted(told: str) -> None:
    assert "     2  The birth date is missing." in told
