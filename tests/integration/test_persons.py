"""Who is who over HTTP: the bytes of the command line, and the truth of the sample data."""

import csv
import json
import subprocess
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from harmonizer.demo import sample_files
from running_stack import RunningStack, eventually, running_stack
from web.config import ROOT
from web.db.persons import person_id

JOB_SECONDS = 120
TODAY = "2026-11-23"
TIMED = ("report.html", "scorecard.json", "log.ndjson")
"""Outputs that tell when they were made."""
NEEDED = "a name and a birth date"

Row = dict[str, str]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, binaries: Path) -> Iterator[RunningStack]:
    with running_stack(tmp_path_factory.mktemp("persons"), WEB_PROCESSES="1") as running:
        yield running


def submitted(
    stack: RunningStack, operation: str, files: Sequence[Path], **fields: Any
) -> dict[str, Any]:
    """Submit files as a job, wait for its end, and return its manifest."""
    options = json.dumps({"today": TODAY} | fields.pop("options", {}))
    wanted = {"operation": operation, "options": options} | fields
    job_id = stack.api.submit(files, wanted)
    eventually(lambda: stack.ended(job_id), f"job {job_id} ended", JOB_SECONDS)
    assert stack.api.status(job_id)["status"] == "succeeded", stack.api.status(job_id)
    return stack.api.outputs(job_id)


def table(stack: RunningStack, made: dict[str, Any], name: str) -> list[Row]:
    text = stack.api.output(made["job_id"], name).decode()
    return list(csv.DictReader(text.splitlines()))


def source_of(file: Path) -> str:
    return "lakeside" if file.name.startswith("lakeside") else "mercy"


@pytest.mark.parametrize(
    ("operation", "unique"), [("link", None), ("link", "lakeside"), ("deduplicate", None)]
)
def test_the_same_bytes_as_the_command_line(
    stack: RunningStack, binaries: Path, tmp_path: Path, operation: str, unique: str | None
) -> None:
    files = sample_files() if operation == "link" else [ROOT / "sample_data" / "patients.csv"]
    sources = [source_of(file) for file in files]
    named = [word for source in sources for word in ("--source", source)]
    flags = ["--operation", operation, "--today", TODAY, *named]
    options: dict[str, Any] = {"registry": "off"}
    if unique is not None:
        flags += ["--source-unique", unique]
        options["source_unique"] = [unique]
    subprocess.run(
        [binaries / "harmonize", *flags, "-o", tmp_path, *files],
        capture_output=True,
        check=False,  # 1: the samples have rows that are kept out
    )
    made = submitted(stack, operation, files, source=sources, options=options)
    names = {one["name"] for one in made["outputs"]}
    assert names | {"manifest.json"} == {path.name for path in tmp_path.iterdir()}
    for name in sorted(names.difference(TIMED)):
        assert stack.api.output(made["job_id"], name) == (tmp_path / name).read_bytes(), name
    if operation == "link" and unique is None:
        judge(table(stack, made, "crosswalk.csv"))


def judge(crosswalk: Sequence[Row]) -> None:
    """Hold the persons of the sample data against the truth."""
    with (ROOT / "sample_data" / "truth" / "persons.csv").open(newline="") as lines:
        truth = {(one["file"], one["record_no"]): one for one in csv.DictReader(lines)}
    rows = [row for row in crosswalk if row["method"] or row["source_id"]]
    found, true = defaultdict(set), defaultdict(set)
    for row in rows:
        at = row["source_file"], row["record_no"]
        found[row["person_id"]].add(at)
        true[truth[at]["person"]].add(at)
    pairs, right = (
        {pair for group in groups.values() for pair in combinations(sorted(group), 2)}
        for groups in (found, true)
    )
    both = len(pairs & right)
    assert 2 * both >= 0.99 * (len(pairs) + len(right))
    assert pairs <= right, "nobody is taken for another, twins least of all"


def test_files_that_name_nobody_are_refused_with_the_fields_that_are_needed(
    stack: RunningStack, tmp_path: Path
) -> None:
    file = tmp_path / "counts.csv"
    file.write_text("Ward,Beds\nA,12\n")
    job_id = stack.api.submit([file], {"operation": "link"})
    eventually(lambda: stack.ended(job_id), "the job ended", JOB_SECONDS)
    status = stack.api.status(job_id)
    assert (status["status"], status["errors"][0]["reason"]) == ("failed", "FILE-010")
    assert NEEDED in status["errors"][0]["message"]


def persons_of(rows: Sequence[Row]) -> dict[tuple[str, str], str]:
    return {(row["source"], row["source_id"]): row["person_id"] for row in rows}


HEAD = "MRN,Last Name,First Name,DOB,Sex,Address,City,State,Zip,Phone,SSN\n"
ANN = "FEATHERSTONE,ANNELISE,1985-04-05,F,12 Oak St,Salem,MA,01970,617-555-2301,123-45-6780"
OTHERS = (
    "M2,QUIGLEY,OMAR,1971-08-09,M,9 Elm St,Lynn,MA,01901,617-555-2302,\n"
    "M3,LINDQVIST,MARA,2015-06-07,F,3 Hill Rd,Lynn,MA,01901,617-555-2303,\n"
)


def test_ids_stay_from_job_to_job(stack: RunningStack, tmp_path: Path) -> None:
    east, west = tmp_path / "east.csv", tmp_path / "west.csv"
    east.write_text(f"{HEAD}M1,{ANN}\n{OTHERS}")
    west.write_text(f"{HEAD}W7,{ANN}\nW8,OKAFOR,BEN,1990-12-25,M,77 Pine Ave,Salem,MA,01970,,\n")
    first = persons_of(table(stack, submitted(stack, "link", [east]), "crosswalk.csv"))
    again = submitted(stack, "link", [east])
    assert persons_of(table(stack, again, "crosswalk.csv")) == first
    joined = submitted(stack, "deduplicate", [west])
    rows = table(stack, joined, "crosswalk.csv")
    assert persons_of(rows)["west", "W7"] == first["east", "M1"]
    assert [row["method"].partition(":")[0] for row in rows] == ["deterministic", ""]
    both = persons_of(table(stack, submitted(stack, "link", [west, east]), "crosswalk.csv"))
    assert both == first | persons_of(rows)


def asked(stack: RunningStack, path: str, body: dict[str, Any] | None = None) -> Any:
    """Return a JSON answer to GET, or to POST of a body."""
    request = urllib.request.Request(f"{stack.api.address}{path}", method="POST" if body else "GET")
    if body:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def test_what_people_decide_later_jobs_obey(stack: RunningStack, tmp_path: Path) -> None:
    north, south = tmp_path / "north.csv", tmp_path / "south.csv"
    home = "2012-02-29,F,41 Quarry Ln,Rockport,MA,01966,978-555-7707,\n"
    north.write_text(f"{HEAD}N1,NAKAMURA,ANA,{home}N2,OYELARAN,TOBI,1960-01-31,M,,,,,,\n")
    south.write_text(f"{HEAD}S1,NAKAMURA,EVE,{home}")
    made = submitted(stack, "link", [north, south])
    rows = table(stack, made, "patient.clean.csv")
    ids = {row["mrn"]: row["person_id"] for row in rows}
    assert ids["N2"] == person_id(rows[1]["row_uid"]), "Python makes ids as Go does"
    waiting = {one["a"]["source_id"]: one for one in asked(stack, "/api/review")["pairs"]}
    waiting |= {one["b"]["source_id"]: one for one in waiting.values()}
    twins = waiting["S1"]
    assert (twins["reason"], twins["why"].startswith("Birth date, family name")) == ("twins", True)
    decision = asked(stack, f"/api/review/{twins['pair_id']}/decide", {"decision": "match"})
    person = asked(stack, f"/api/persons/{ids['S1']}")
    given = next(one for one in person["golden"] if one["field"] == "name_given")
    assert given["rule"] == "lowest-row-uid"
    assert {given["value"], *given["alternates"]} == {"Ana", "Eve"}
    then = persons_of(table(stack, submitted(stack, "link", [south, north]), "crosswalk.csv"))
    assert then["south", "S1"] == then["north", "N1"] == person["person_id"]
    asked(stack, f"/api/review/decisions/{decision['decision_id']}/undo", {"why": "they are twins"})
    after = persons_of(table(stack, submitted(stack, "link", [south, north]), "crosswalk.csv"))
    assert {number: after[source, number] for source, number in after} == ids
