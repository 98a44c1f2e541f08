"""What is told about a plan before a worker sees it."""

import json
from pathlib import Path

import pytest

from web.api.plan_check import FILE_KEYS, MAX_BYTES, PLAN_KEYS, check_plan, faults
from web.api.upload import StoredFile
from web.config import ROOT
from web.errors import InvalidRequestError
from web.store import open_store

PLAN = """\
version: 1
plan_id: "0"
profile: {name: us-core, version: "1", hash: "0"}
today: "2026-11-26"
files:
  - name: a.csv
    source: a
    table:
      name: patient
    columns:
      - header: MRN
        field: mrn
"""


def test_a_plan_is_one() -> None:
    assert faults(PLAN.encode()) == []
    assert faults(PLAN.encode("utf-8-sig")) == []
    assert faults(PLAN.encode("utf-16")) == ["is not YAML in UTF-8"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("version: 1", "version: 2", "line 1: version must be 1"),
        ("version: 1\n", "", "line 1: version must be 1"),
        ('"2026-11-26"', "tomorrow", "line 4: today must be"),
        ("files:", "fils:", "line 5: a plan has only"),
        ("    source:", "    sauce:", "line 7: file 1 has only"),
        ("      name: patient", "      nom: patient", "line 9: file 1 has no table"),
        ("    columns:", "    columns: x\n    rows:", "line 10: file 1 has no list of columns"),
        ("        field: mrn", "        feld: mrn", "line 11: file 1, column 1 has no field"),
        ("  - name: a.csv", "  - a.csv\n  - name: a.csv", "line 6: file 1 must be a mapping"),
        ("today:", "today: [", "is not YAML"),
        ("files:", "version: 1\nfiles:", "line 5: a plan has a key twice"),
        ("    table:", "    name: b.csv\n    table:", "line 8: file 1 has a key twice"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old: str, new: str, says: str) -> None:
    assert old in PLAN
    assert any(says in one for one in faults(PLAN.replace(old, new, 1).encode()))


@pytest.mark.parametrize(
    "document",
    [
        b"MRN,Name\n00100237,Hopper\n",
        b"Hopper: 1\n",
        b'{"Hopper": [',
        b"\tHopper\n",
        b"\xff\xfe\x00Hopper\xd8",
        b"Hopper\x00",
        b"",
        b"a: &a [x]\nb: [*a, *a]\n",
        b"[" * 100_000,
        b"version: 1\n---\nversion: 1\n",
    ],
)
def test_what_is_no_plan_is_not_quoted(document: bytes) -> None:
    wrong = faults(document)
    assert wrong
    assert "Hopper" not in str(wrong)


def test_the_keys_are_those_of_the_contract() -> None:
    schema = json.loads((ROOT / "queue/contract/schemas/plan.json").read_text())
    assert set(schema["properties"]) == PLAN_KEYS
    assert set(schema["$defs"]["file"]["properties"]) == FILE_KEYS


def test_a_file_that_is_much_too_large_is_not_read(tmp_path: Path) -> None:
    huge = StoredFile("plan.yaml", "text/yaml", "jobs/j/plan", "0" * 64, MAX_BYTES + 1)
    with pytest.raises(InvalidRequestError) as caught:
        check_plan(open_store(f"file://{tmp_path}"), huge)
    assert "larger than" in caught.value.errors[0].reason
