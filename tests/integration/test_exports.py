"""Results in other formats: asked for, made by the tasks, sent; and all outputs as a ZIP."""

import base64
import csv
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from sqlalchemy import select, update

from an_api import CSV, AnApi
from web.db import exports, usage
from web.db.models import AuditEntry, JobStatus
from web.db.task_models import Export, Task
from web.db.words import TaskKind
from web.tasks import export
from web.tasks.attempt import WORK, run

PATIENTS = b"patient_id,name_given\n1,Ada\n2,Grace\n"
LABS = b"patient_id,value\n1,2\n"
TABLES = {"patient.clean.csv": ("clean", "patient", PATIENTS)}

pytestmark = pytest.mark.usefixtures("binaries")  # the tasks convert with `harmonize`


def ended(api: AnApi, outputs: Any = TABLES, **more: Any) -> str:
    job_id = api.submit()
    api.end(job_id, outputs=outputs, **more)
    return job_id


def work(api: AnApi) -> int:
    """Do what is due; return how much that was."""
    with api.of.reading() as session:
        found = list(session.scalars(select(Task).where(Task.kind == TaskKind.EXPORT)))
    for one in found:
        run(api.of, one.id, one.tries)
    return len(found)


def ask(api: AnApi, job_id: str, query: str, **headers: str) -> Any:
    return api.client.get(f"/api/jobs/{job_id}/result?{query}", headers=headers, buffered=True)


def test_its_bytes_are_counted_once_and_leave_with_the_job(api: AnApi) -> None:
    job_id = ended(api, owner="north")

    def stored() -> int:
        with api.of.reading() as session:
            return usage.stored(session, "north")

    ask(api, job_id, "format=ndjson")
    work(api)
    made = len(ask(api, job_id, "format=ndjson").data)
    assert made > 0
    assert stored() == made
    with api.of.reading() as session:
        [one] = session.scalars(select(Export))
        again = dict(one.made or {})
        assert usage.of_job(session, job_id) == len(CSV) + made
    with api.of.sessions.begin() as session:
        exports.made(session, one, again, datetime.now(UTC))
        usage.add(session, "north", len(CSV))
    assert stored() == len(CSV) + made
    assert api.client.delete(f"/api/jobs/{job_id}").status_code == 202
    assert stored() == 0


def test_a_format_is_made_when_it_is_asked_for_first(api: AnApi) -> None:
    job_id = ended(api)
    for _ in range(2):
        answer = ask(api, job_id, "format=ndjson")
        assert answer.status_code == 202
        assert answer.headers["Location"] == f"/api/jobs/{job_id}/result?format=ndjson"
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.get_json() == {"job_id": job_id, "format": "ndjson", "status": "exporting"}
    assert work(api) == 1
    answer = ask(api, job_id, "format=ndjson")
    assert answer.status_code == 200
    rows = [json.loads(line) for line in answer.data.splitlines()]
    assert rows == list(csv.DictReader(io.StringIO(PATIENTS.decode())))
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert f'filename="{job_id}-patient.clean.ndjson"' in answer.headers["Content-Disposition"]
    digest = sha256(answer.data)
    assert answer.headers["ETag"] == f'"{digest.hexdigest()}"'
    encoded = base64.b64encode(digest.digest()).decode()
    assert answer.headers["Repr-Digest"] == f"sha-256=:{encoded}:"
    part = ask(api, job_id, "format=ndjson", Range="bytes=0-9")
    assert (part.status_code, part.data) == (206, answer.data[:10])
    known = ask(api, job_id, "format=ndjson", **{"If-None-Match": answer.headers["ETag"]})
    assert known.status_code == 304
    with api.of.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.what == "job.export"))
        assert [one.detail for one in entries] == [{"format": "ndjson", "tables": 1}]


def test_the_format_of_the_job_is_there_already(api: AnApi) -> None:
    job_id = ended(api)
    assert ask(api, job_id, "format=csv").data == PATIENTS
    assert work(api) == 0


def test_several_tables_are_a_zip_of_them_and_what_is_no_table_stays(api: AnApi) -> None:
    job_id = ended(api, {**TABLES, "observation.clean.csv": ("clean", "observation", LABS)})
    assert ask(api, job_id, "format=parquet&table=observation").status_code == 202
    assert work(api) == 1
    one = ask(api, job_id, "format=parquet&table=observation")
    assert pyarrow.parquet.read_table(io.BytesIO(one.data)).num_rows == 1
    assert ask(api, job_id, "format=parquet").status_code == 202
    assert work(api) == 1, "the other one is there"
    both = ask(api, job_id, "format=parquet")
    with zipfile.ZipFile(io.BytesIO(both.data)) as archive:
        assert archive.namelist() == ["patient.clean.parquet", "observation.clean.parquet"]
        assert archive.read("observation.clean.parquet") == one.data


@pytest.mark.parametrize("query", ["format=xml", "format=", "format=fhir&table=none"])
def test_what_cannot_be_asked_for(api: AnApi, query: str) -> None:
    assert ask(api, ended(api), query).status_code == 400


def test_findings_have_no_other_format(api: AnApi) -> None:
    job_id = ended(api, {"issues.ndjson": ("issues", None, b"{}\n")})
    assert ask(api, job_id, "format=csv").status_code == 409
    api.end(job_id, outputs={"patient.clean.ndjson": ("clean", "patient", b"{}\n")})
    assert ask(api, job_id, "format=ndjson").data == b"{}\n"
    assert ask(api, job_id, "format=csv").status_code == 400


def test_a_failure_is_said_and_tried_anew_an_hour_later(api: AnApi) -> None:
    job_id = ended(api, {"patient.clean.csv": ("clean", "patient", b"a,a\n1,2\n")})
    ask(api, job_id, "format=json")
    assert work(api) == 1
    assert work(api) == 0, "another try would change nothing"
    for _ in range(2):
        answer = ask(api, job_id, "format=json")
        assert (answer.status_code, answer.get_json(force=True)["type"]) == (
            409,
            "/problems/export-failed",
        )
        assert "cannot be read back" in answer.get_json(force=True)["detail"]
    assert ask(api, job_id, "").status_code == 200
    with api.of.sessions.begin() as session:
        session.execute(update(Export).values(ended_at=datetime.now(UTC) - timedelta(hours=2)))
    assert ask(api, job_id, "format=json").status_code == 202
    assert work(api) == 1


def test_a_program_that_is_not_there_is_tried_some_times(
    api: AnApi, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    job_id = ended(api)
    ask(api, job_id, "format=json")
    monkeypatch.setattr(export, "PROGRAM", tmp_path / "harmonize")
    tries = 0
    while work(api):
        tries += 1
        assert tries < 10
        status = ask(api, job_id, "format=json").status_code
        assert status == (202 if tries < 4 else 409)
    assert tries == WORK[TaskKind.EXPORT].most


def test_tries_that_kill_the_process_come_to_an_end(api: AnApi) -> None:
    job_id = ended(api)
    ask(api, job_id, "format=json")
    with api.of.sessions.begin() as session:
        session.execute(update(Task).where(Task.kind == TaskKind.EXPORT).values(tries=4))
    work(api)
    answer = ask(api, job_id, "format=json")
    assert answer.status_code == 409
    assert "died" in answer.get_json(force=True)["detail"]


def test_what_a_retry_made_is_exported_anew(api: AnApi) -> None:
    job_id = ended(api)
    ask(api, job_id, "format=json")
    work(api)
    api.end(job_id, JobStatus.PARTIAL, {"patient.clean.csv": ("clean", "patient", LABS)})
    assert ask(api, job_id, "format=json").status_code == 202
    work(api)
    assert ask(api, job_id, "format=json").get_json() == [{"patient_id": "1", "value": "2"}]


def test_a_purge_takes_exports_with_it_also_those_that_come_late(
    api: AnApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = ended(api, at=datetime.now(UTC) - timedelta(days=40))
    ask(api, job_id, "format=json")
    convert = export._convert

    def late(*arguments: Any) -> Any:
        told = convert(*arguments)
        WORK[TaskKind.PURGE].run(api.of, job_id, datetime.now(UTC))
        (arguments[3] / "out").mkdir(parents=True, exist_ok=True)
        (arguments[3] / "out" / told["name"]).write_bytes(b"[]")
        return told

    monkeypatch.setattr(export, "_convert", late)
    assert work(api) == 1
    assert list(api.of.store.list(f"jobs/{job_id}")) == []
    assert ask(api, job_id, "format=json").status_code == 410
    assert work(api) == 0


def test_everything_goes_into_one_zip(api: AnApi) -> None:
    job_id = ended(api, {**TABLES, "report.html": ("report", None, b"<p>")})
    answers = [api.client.get(f"/api/jobs/{job_id}/archive", buffered=True) for _ in range(2)]
    assert answers[0].data == answers[1].data
    with zipfile.ZipFile(io.BytesIO(answers[0].data)) as archive:
        assert archive.namelist() == ["patient.clean.csv", "report.html", "manifest.json"]
        assert json.loads(archive.read("manifest.json"))["operation"] == "harmonize"
        assert archive.read("patient.clean.csv") == PATIENTS
    known = {"If-None-Match": answers[0].headers["ETag"]}
    again = api.client.get(f"/api/jobs/{job_id}/archive", headers=known, buffered=True)
    assert again.status_code == 304
