"""What a job made: one table or several, ranges, every output, issues counted."""

import io
import json
import zipfile
from datetime import UTC, datetime

from an_api import AnApi
from web.db.models import IssueCount, JobStatus

PATIENTS = b"patient_id\n1\n2\n"
LABS = b"patient_id,value\n1,2\n"


def problem(api: AnApi, path: str) -> tuple[int, str]:
    answer = api.client.get(path, buffered=True)
    return answer.status_code, json.loads(answer.data)["type"]


def test_one_table_is_the_file_itself(api: AnApi) -> None:
    job_id = api.submit()
    api.end(job_id, outputs={"patient.clean.csv": ("clean", "patient", PATIENTS)})
    answer = api.client.get(f"/api/jobs/{job_id}/result", buffered=True)
    assert (answer.status_code, answer.data) == (200, PATIENTS)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert f'filename="{job_id}-patient.clean.csv"' in answer.headers["Content-Disposition"]
    part = api.client.get(
        f"/api/jobs/{job_id}/result", headers={"Range": "bytes=0-9"}, buffered=True
    )
    assert (part.status_code, part.data) == (206, PATIENTS[:10])
    known = {"If-None-Match": answer.headers["ETag"]}
    again = api.client.get(f"/api/jobs/{job_id}/result", headers=known, buffered=True)
    assert (again.status_code, again.data) == (304, b"")


def test_several_tables_are_a_zip_or_one_by_name(api: AnApi) -> None:
    job_id = api.submit()
    api.end(
        job_id,
        JobStatus.PARTIAL,
        outputs={
            "patient.clean.csv": ("clean", "patient", PATIENTS),
            "observation.clean.csv": ("clean", "observation", LABS),
            "patient.quarantine.csv": ("quarantine", "patient", b"x\n"),
        },
    )
    answer = api.client.get(f"/api/jobs/{job_id}/result", buffered=True)
    assert answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.namelist() == ["patient.clean.csv", "observation.clean.csv"]
        assert archive.read("observation.clean.csv") == LABS
    one = api.client.get(f"/api/jobs/{job_id}/result?table=observation", buffered=True)
    assert one.data == LABS
    assert problem(api, f"/api/jobs/{job_id}/result?table=x") == (400, "/problems/invalid-request")


def test_there_is_no_result(api: AnApi) -> None:
    waiting, failed, cancelled, empty = (api.submit() for _ in range(4))
    api.end(failed, JobStatus.FAILED, outputs={"report.html": ("report", None, b"<p>")})
    api.end(cancelled, JobStatus.CANCELLED)
    api.end(empty, JobStatus.SUCCEEDED, outputs={})
    for job_id in (waiting, failed, cancelled, empty):
        assert problem(api, f"/api/jobs/{job_id}/result") == (409, "/problems/no-result")
    assert api.get(f"/api/jobs/{cancelled}/result", 409)["detail"] == (
        "The job was cancelled and made nothing."
    )
    for job_id in (waiting, cancelled):
        assert problem(api, f"/api/jobs/{job_id}/outputs") == (409, "/problems/no-result")
    assert problem(api, f"/api/jobs/{waiting}/issues") == (409, "/problems/no-result")
    report = api.client.get(f"/api/jobs/{failed}/outputs/report.html", buffered=True)
    assert report.status_code == 200


def test_what_was_purged_is_gone(api: AnApi) -> None:
    job_id = api.submit()
    api.end(
        job_id,
        outputs={"patient.clean.csv": ("clean", "patient", PATIENTS)},
        purged_at=datetime.now(UTC),
    )
    for path in ("result", "outputs", "outputs/patient.clean.csv"):
        assert problem(api, f"/api/jobs/{job_id}/{path}") == (410, "/problems/purged")
    assert api.get(f"/api/jobs/{job_id}/status")["status"] == "succeeded"


def test_outputs_are_the_manifest_with_links(api: AnApi) -> None:
    job_id = api.submit()
    api.end(
        job_id,
        outputs={
            "patient.clean.csv": ("clean", "patient", PATIENTS),
            "report.html": ("report", None, b"<p>report</p>"),
        },
    )
    found = api.get(f"/api/jobs/{job_id}/outputs")
    assert (found["job_id"], found["operation"], found["counts"]) == (
        job_id,
        "harmonize",
        {"rows_in": 2},
    )
    for output in found["outputs"]:
        answer = api.client.get(output["href"], buffered=True)
        assert answer.status_code == 200
        assert len(answer.data) == output["bytes"]
        assert answer.headers["Content-Type"] == output["media"]
        assert answer.headers["Content-Disposition"].startswith("attachment")
    for name in ("none.csv", "manifest.json", "..%2fmanifest.json", "%00"):
        assert problem(api, f"/api/jobs/{job_id}/outputs/{name}") == (404, "/problems/not-found")


def test_outputs_that_the_store_lost_are_503(api: AnApi) -> None:
    job_id = api.submit()
    folder = api.end(job_id, outputs={"patient.clean.csv": ("clean", "patient", PATIENTS)})
    api.of.store.delete(folder)
    assert problem(api, f"/api/jobs/{job_id}/result") == (503, "/problems/unavailable")


def test_issues_are_counted_exactly_and_narrowed(api: AnApi) -> None:
    job_id, other = api.submit(), api.submit()
    api.end(job_id)
    with api.of.sessions.begin() as session:
        for owner, rule, field, count in (
            (job_id, "DATE-001", "birth_date", 3),
            (job_id, "DATE-001", "death_date", 4),
            (job_id, "ZIP-002", "zip", 5),
            (other, "ZIP-002", "zip", 100),
        ):
            session.add(
                IssueCount(
                    job_id=owner,
                    file="a.csv",
                    table="patient",
                    field=field,
                    rule_id=rule,
                    severity="error",
                    disposition="quarantine",
                    count=count,
                )
            )
    base = f"/api/jobs/{job_id}/issues"
    everything = api.get(base)
    assert everything["count"] == 12
    assert everything["issues"][0] == {
        "file": "a.csv",
        "table": "patient",
        "field": "birth_date",
        "rule_id": "DATE-001",
        "severity": "error",
        "disposition": "quarantine",
        "count": 3,
    }
    assert everything["next_cursor"] is None
    assert api.get(f"{base}?rule_id=DATE-001")["count"] == 7
    assert api.get(f"{base}?rule_id=DATE-001&field=death_date")["count"] == 4
    assert api.get(f"{base}?severity=info") == {
        "job_id": job_id,
        "count": 0,
        "issues": [],
        "next_cursor": None,
    }
    first = api.get(f"{base}?limit=2")
    rest = api.get(f"{base}?limit=2&cursor={first['next_cursor']}")
    assert [one["count"] for one in first["issues"] + rest["issues"]] == [3, 4, 5]
    for misspelt in ("severity=errors", "disposition=fixed"):
        assert problem(api, f"{base}?{misspelt}") == (400, "/problems/invalid-request")
    assert problem(api, f"{base}?field=%00") == (400, "/problems/invalid-request")
    assert problem(api, f"{base}?cursor=x") == (400, "/problems/invalid-request")


def test_samples_of_issues_say_where_and_how_cells_look(api: AnApi) -> None:
    counted = {
        "file": "a.csv",
        "table": "patient",
        "field": "zip",
        "rule_id": "ZIP-002",
        "severity": "error",
        "disposition": "keep_flag",
    }
    whole = {**counted, "rule_id": "FILE-004", "table": None, "field": None}
    lines: list[dict[str, object]] = [
        {**counted, "raw_masked": ["99", "A9"], "raw_masked_of": [1, 0], "rows": [[1, 2], [3, 5]]},
        {**counted, "rule_id": "ZIP-001", "raw_masked": ["9"], "rows": [[2, 3]]},
        {**counted, "raw_masked": ["9999"], "rows": [[8, 9], [9, 10]]},
        {"file": "a.csv", "rule_id": "FILE-004", "severity": "error", "disposition": "keep_flag"},
    ]
    listed = b"".join(json.dumps(one).encode() + b"\n" for one in lines)
    job_id = api.submit()
    api.end(job_id, outputs={"issues.ndjson": ("issues", None, listed)})
    with api.of.sessions.begin() as session:
        session.add_all(IssueCount(job_id=job_id, count=4, **one) for one in (counted, whole))
    base = f"/api/jobs/{job_id}/issues"
    told, none = (one["samples"] for one in api.get(f"{base}?samples=3")["issues"])
    assert told == [
        {"record_no": 1, "source_line": 2, "raw_masked": "A9"},
        {"record_no": 3, "source_line": 5, "raw_masked": "99"},
        {"record_no": 8, "source_line": 9, "raw_masked": "9999"},
    ]
    assert none == []
    assert "samples" not in api.get(base)["issues"][0]
    assert problem(api, f"{base}?samples=11") == (400, "/problems/invalid-request")
    api.client.delete(f"/api/jobs/{job_id}")
    assert problem(api, f"{base}?samples=1") == (410, "/problems/purged")
    assert api.get(base)["count"] == 8


LOG = b"".join(
    b'{"level":"%s","msg":"line","rows":%d}\n' % (level, number)
    for number, level in enumerate([b"info", b"error", b"warning", b"info"])
)


def test_the_log_is_paged_and_narrowed_by_level(api: AnApi) -> None:
    job_id = api.submit()
    base = f"/api/jobs/{job_id}/logs"
    assert problem(api, base) == (409, "/problems/no-result")
    api.end(job_id, JobStatus.FAILED, outputs={"log.ndjson": ("log", None, LOG)})
    lines = api.get(base)["lines"]
    assert [one["fields"] for one in lines] == [{"rows": number} for number in range(4)]
    assert [one["line"] for one in api.get(f"{base}?level=warning")["lines"]] == [2, 3]
    first = api.get(f"{base}?level=info&limit=3")
    assert first["next_cursor"] == "3"
    assert api.get(f"{base}?limit=3&cursor=3")["lines"] == lines[3:]
    assert api.get(f"{base}?level=error&limit=1")["next_cursor"] is None
    assert problem(api, f"{base}?level=grave") == (400, "/problems/invalid-request")


def test_a_job_without_a_log_has_no_lines(api: AnApi) -> None:
    job_id = api.submit()
    api.end(job_id, outputs={"patient.clean.csv": ("clean", "patient", PATIENTS)})
    assert api.get(f"/api/jobs/{job_id}/logs")["lines"] == []
