"""The whole system as a user meets it: README commands, sample files, files nobody here wrote.

Runs with the others, and alone: ``python tests/integration/test_pipeline.py``.
"""

import csv
import gzip
import io
import json
import re
import shlex
import subprocess
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from harmonizer.demo import sample_files
from running_stack import RunningStack, eventually, running_stack
from web.config import ROOT

JOB_SECONDS = 120

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00"
GOOD = b"mrn,last name,first name,dob\n1,Garcia,Ana,1985-05-04\n2,Okafor,Ben,1990-04-13\n"

pytestmark = pytest.mark.usefixtures("binaries")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, binaries: Path) -> Iterator[RunningStack]:
    with running_stack(tmp_path_factory.mktemp("pipeline")) as running:
        yield running


def finished(stack: RunningStack, job_id: str) -> dict[str, Any]:
    eventually(lambda: stack.ended(job_id), f"job {job_id} ended", JOB_SECONDS)
    return stack.api.status(job_id)


def accounted_for(counts: dict[str, int]) -> bool:
    """Whether rows in = rows out + quarantined + duplicates + dropped."""
    gone = sum(
        counts[name]
        for name in counts
        if name in ("rows_out", "quarantined", "duplicates_removed") or name.startswith("dropped_")
    )
    return counts["rows_in"] + counts.get("rows_unpivoted", 0) == gone


def readme_block(beginning: str) -> list[str]:
    """Return the lines of the README's code block whose first line begins so."""
    readme = (ROOT / "README.md").read_text()
    for block in re.findall(r"^```\w*\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE):
        if block.startswith(beginning):
            return [line.split("  #")[0].strip() for line in block.splitlines()]
    raise AssertionError(f"the README has no block that begins with {beginning}")


def test_the_curl_lines_of_the_readme(stack: RunningStack, tmp_path: Path) -> None:
    submit, status, result = (
        line.replace("http://localhost:8080", stack.api.address)
        for line in readme_block("curl -X POST")
    )
    accepted = json.loads(run(submit))
    job_id = accepted["job_id"]
    assert accepted["status"] == "accepted"
    finished(stack, job_id)
    assert json.loads(run(status.replace("{job_id}", job_id)))["status"] == "succeeded"
    run(result.replace("{job_id}", job_id).replace("result.csv", str(tmp_path / "result.csv")))
    with (tmp_path / "result.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) > 100
    assert {"mrn", "name_family", "birth_date", "phone_home"} <= rows[0].keys()
    assert all(re.fullmatch(r"(\d{4}-\d{2}-\d{2})?", row["birth_date"]) for row in rows)


def run(command: str) -> str:
    return subprocess.run(
        [*shlex.split(command), "-sS"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout


def test_the_redis_cli_lines_of_the_readme(stack: RunningStack) -> None:
    port = int((stack.home / "redis.port").read_text())
    eventually(
        lambda: stack.api.status(stack.api.submit([ROOT / "sample_data" / "vitals.csv"], {})),
        "a job is accepted",
        JOB_SECONDS,
    )
    with redis.Redis(port=port, decode_responses=True) as client:
        for line in readme_block("redis-cli"):
            command = shlex.split(line)
            assert command[:3] == ["redis-cli", "-p", "6390"]
            answer = client.execute_command(*command[3:])
            if command[3] in ("ZCARD", "LLEN"):
                assert isinstance(answer, int)
            else:
                assert isinstance(answer, list)
        eventually(lambda: client.zcard("harmonizer:workers") == 1, "a worker is there", 60)


def test_the_sample_files_as_one_job(stack: RunningStack) -> None:
    files = sample_files()
    job_id = stack.api.submit(files, {})
    assert finished(stack, job_id)["status"] == "succeeded"
    manifest = stack.api.outputs(job_id)
    assert accounted_for(manifest["counts"])
    assert [one["name"] for one in manifest["files"]] == [file.name for file in files]
    tables = {one["name"]: one["table"] for one in manifest["files"]}
    for file, table in tables.items():
        expected = file.removeprefix("lakeside_").partition(".")[0].rstrip("s")
        expected = {"lab_result": "observation", "vital": "observation"}.get(expected, expected)
        assert table == expected
    clean = [one for one in manifest["outputs"] if one["kind"] == "clean"]
    assert {one["table"] for one in clean} == set(tables.values())
    assert sum(one["rows"] for one in clean) == manifest["counts"]["rows_out"]
    assert manifest["counts"]["duplicates_removed"] > 0
    assert manifest["counts"]["quarantined"] > 0
    assert sorted(zipped(stack, job_id)) == sorted(one["name"] for one in clean)


def zipped(stack: RunningStack, job_id: str) -> list[str]:
    """Return the names in the ZIP that ``/result`` answers for several tables."""
    with urllib.request.urlopen(f"{stack.api.address}/api/jobs/{job_id}/result") as answer:
        archive = zipfile.ZipFile(io.BytesIO(answer.read()))
    assert archive.testzip() is None
    return archive.namelist()


@pytest.mark.parametrize(
    ("format", "media", "begins"),
    [
        ("fhir", "application/fhir+ndjson", b'{"resourceType":"Patient","id":"'),
        ("parquet", "application/vnd.apache.parquet", b"PAR1"),
    ],
)
def test_other_formats(stack: RunningStack, format: str, media: str, begins: bytes) -> None:
    options = json.dumps({"format": format})
    job_id = stack.api.submit([ROOT / "sample_data" / "patients.csv"], {"options": options})
    assert finished(stack, job_id)["status"] == "succeeded"
    [clean] = [one for one in stack.api.outputs(job_id)["outputs"] if one["kind"] == "clean"]
    assert (clean["format"], clean["media"]) == (format, media)
    with urllib.request.urlopen(f"{stack.api.address}/api/jobs/{job_id}/result") as answer:
        assert answer.headers["Content-Type"] == media
        content = answer.read()
    assert content.startswith(begins)
    assert len(content) == clean["bytes"]


def test_bad_files_fail_alone_with_a_reason(stack: RunningStack, tmp_path: Path) -> None:
    contents = {
        "good.csv": GOOD,
        "empty.csv": b"",
        "header.csv": b"mrn,last name,first name,dob\n",
        "picture.csv": PNG,
        "cut.csv.gz": gzip.compress(GOOD * 1000)[:-200],
    }
    files = []
    for name, content in contents.items():
        files.append(tmp_path / name)
        files[-1].write_bytes(content)
    job_id = stack.api.submit(files, {})
    assert finished(stack, job_id)["status"] == "partial"
    became = {one["name"]: one for one in stack.api.outputs(job_id)["files"]}
    assert became["good.csv"]["status"] == "ok"
    assert {name: one["reason"] for name, one in became.items() if one["status"] == "failed"} == {
        "empty.csv": "FILE-001",
        "header.csv": "FILE-001",
        "picture.csv": "FILE-005",
        "cut.csv.gz": "FILE-006",
    }
    again = stack.api.submit([files[0]], {})
    assert finished(stack, again)["status"] == "succeeded", "the worker lives"


@pytest.mark.parametrize("name", ["header.csv", "picture.csv"])
def test_a_job_of_one_bad_file_fails_with_its_reason(
    stack: RunningStack, tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    file.write_bytes(PNG if name == "picture.csv" else b"mrn,dob\n")
    job_id = stack.api.submit([file], {})
    status = finished(stack, job_id)
    assert status["status"] == "failed"
    assert status["errors"]


@pytest.mark.parametrize("operation", ["standardize", "clean", "validate"])
def test_every_operation_keeps_its_promise_about_rows(stack: RunningStack, operation: str) -> None:
    job_id = stack.api.submit([ROOT / "sample_data" / "patients.csv"], {"operation": operation})
    assert finished(stack, job_id)["status"] == "succeeded"
    manifest = stack.api.outputs(job_id)
    counts, kinds = manifest["counts"], {one["kind"] for one in manifest["outputs"]}
    assert accounted_for(counts)
    assert counts["duplicates_removed"] == 0
    assert (counts["quarantined"] > 0) == (operation == "clean")
    assert ("clean" in kinds) == (operation != "validate")


def test_synthea_files_as_one_job(stack: RunningStack, suites: Path) -> None:
    files = sorted((suites / "synthea-csv").glob("*.csv"))
    job_id = stack.api.submit(files, {})
    assert finished(stack, job_id)["status"] == "succeeded"
    manifest = stack.api.outputs(job_id)
    assert accounted_for(manifest["counts"])
    tables = {one["name"]: one["table"] for one in manifest["files"]}
    for stem in ("patient", "encounter", "observation", "condition", "medication", "immunization"):
        assert tables[f"{stem}s.csv"] == stem
    assert tables["allergies.csv"] == "allergy"
    assert manifest["counts"]["quarantined"] < 0.01 * manifest["counts"]["rows_in"]


def test_reportstream_files_each_as_a_job(stack: RunningStack, suites: Path) -> None:
    jobs = {
        file.name: stack.api.submit([file], {})
        for file in sorted((suites / "cdc-reportstream-csv" / "input").glob("*.csv"))
        if file.stat().st_size  # the suite's empty file is refused at once, as the API's tests say
    }
    assert jobs
    for name, job_id in jobs.items():
        assert finished(stack, job_id)["status"] in ("succeeded", "failed"), name
        manifest = stack.api.outputs(job_id)
        if manifest["files"][0]["status"] == "ok":
            assert accounted_for(manifest["counts"]), name
        else:
            assert manifest["files"][0]["reason"], name


def test_the_last_delivery_once_more_is_skipped(stack: RunningStack, tmp_path: Path) -> None:
    files = [tmp_path / "patients.csv", tmp_path / "others.csv"]
    files[0].write_bytes(GOOD)
    files[1].write_bytes(GOOD.replace(b"Garcia", b"Novak"))
    last = stack.api.submit(files, {})
    assert finished(stack, last)["status"] == "succeeded"
    plan = tmp_path / "plan.yaml"
    plan.write_bytes(stack.api.output(last, "plan.yaml"))

    def again(*more: str) -> list[str]:
        parts = [f"-Ffile=@{file}" for file in files]
        command = [f"{stack.api.address}/api/jobs", *parts, f"-Fplan=@{plan}", *more]
        job_id = json.loads(run(shlex.join(["curl", *command])))["job_id"]
        assert finished(stack, job_id)["status"] == "succeeded"
        return [file["status"] for file in stack.api.outputs(job_id)["files"]]

    assert again() == ["skipped", "skipped"]
    assert again('-Foptions={"again":true}') == ["ok", "ok"]
    files[0].write_bytes(GOOD + b"3,Roe,Eve,1970-01-02\n")
    assert again() == ["ok", "ok"]


PREVIEWED = b"MRN;dob\nA17;13/04/1985\n"


def preview(stack: RunningStack, content: bytes, name: str, *more: str) -> Any:
    """Return the answer to curl, as a user would ask."""
    asked = subprocess.run(
        [
            "curl",
            "-sS",
            f"{stack.api.address}/api/preview",
            "-F",
            f"file=@-;filename={name}",
            *more,
        ],
        input=content,
        check=True,
        capture_output=True,
    )
    return json.loads(asked.stdout)


def test_a_preview_says_where_a_plan_is_wrong(stack: RunningStack, tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    shown = preview(stack, PREVIEWED, "visits.csv")["plan"]
    for old, new, says in (
        (
            "value: day_first",
            "value: Hopper",
            "file 1: column 2: decision date_order: is not one of",
        ),
        ("field: mrn", "field: mrn\n        fild: x", "there is no key"),
    ):
        assert old in shown
        plan.write_text(shown.replace(old, new, 1))
        [wrong] = preview(stack, PREVIEWED, "visits.csv", "-F", f"plan=@{plan}")["errors"]
        assert wrong["field"] == "plan"
        assert says in wrong["reason"]
        assert "Hopper" not in wrong["reason"]


def test_a_preview_has_the_shape_that_is_documented(stack: RunningStack) -> None:
    section = (ROOT / "API.md").read_text().split("### `POST /api/preview`")[1]
    example = json.loads(section.split("```json")[1].split("```")[0])
    shown = preview(stack, PREVIEWED, "visits.csv")
    assert "plan_id" in shown.pop("plan")
    assert example.pop("plan")
    assert shown == example


def test_a_preview_stores_nothing_and_says_what_is_wrong(stack: RunningStack) -> None:
    before = sorted(stack.home.glob("store/**/*"))
    assert preview(stack, PREVIEWED, "v.csv", "-F", "table=observation")["tables"][0]["reason"]
    assert preview(stack, b"", "v.csv")["errors"] == [{"field": "file", "reason": "is empty"}]
    problem = preview(stack, PREVIEWED, "v.csv", "-F", "plan=none;filename=plan.yaml")
    assert problem["status"] == 400
    large = PREVIEWED + b"B1;01/02/1999\n" * 700_000
    shown = preview(stack, large, "large.csv")
    assert not shown["whole"]
    assert len(shown["tables"][0]["rows"]) == 50
    assert preview(stack, b"PK\x03\x04" + large, "large.zip")["status"] == 413
    assert sorted(stack.home.glob("store/**/*")) == before
    logs = b"".join(log.read_bytes() for log in (stack.home / "logs").glob("*.log"))
    assert b"13/04/1985" not in logs
    assert b"A17" not in logs


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__, "-v"]))
