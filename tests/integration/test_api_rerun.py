"""Another job over the files of one."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from an_api import CSV, AnApi, an_api
from web.config import Settings

PLAN = "version: 1\ntoday: 2026-11-26\nfiles: []\n"


@pytest.fixture
def api(settings: Settings) -> Iterator[AnApi]:
    with an_api(settings) as api:
        yield api


@pytest.fixture
def job_id(api: AnApi) -> str:
    options = {"provenance": True, "gold_pairs": "file_a,record_a,file_b,record_b\na,1,b,2\n"}
    files = (("patients.csv", CSV), ("labs.csv", CSV + b"3,Eve\n"))
    form = {"operation": "link", "source": ["east", "west"], "table": ["patient", ""]}
    return api.submit(*files, options=json.dumps(options), priority="low", **form)


def again(api: AnApi, job_id: str, status: int = 202, key: str | None = None, **asked: str) -> str:
    headers = {"Idempotency-Key": key} if key else {}
    answer = api.client.post(f"/api/jobs/{job_id}/rerun", json=asked, headers=headers)
    assert answer.status_code == status, answer.text
    return str(answer.get_json().get("job_id"))


def told(api: AnApi, job_id: str) -> dict[str, object]:
    """Return what a worker is told about a job, places in the store left out."""
    found = json.loads(api.of.store.read(f"jobs/{job_id}/job.json", 10**6))
    del found["job_id"]
    found["options"].pop("gold_pairs", None)
    for one in found["files"]:
        assert one.pop("uri").startswith(f"jobs/{job_id}/")
    return dict(found)


def test_what_is_not_given_is_as_it_was(api: AnApi, job_id: str) -> None:
    new = again(api, job_id)
    assert new != job_id
    assert told(api, new) == told(api, job_id)
    assert api.get(f"/api/jobs/{new}")["priority"] == "low"
    stored = {
        name: api.of.store.read(f"jobs/{new}/{name}", 10**6) for name in ("input/1", "input/2")
    }
    assert stored == {"input/1": CSV, "input/2": CSV + b"3,Eve\n"}
    pairs = api.of.store.read(f"jobs/{new}/gold_pairs.csv", 1000)
    assert pairs == api.of.store.read(f"jobs/{job_id}/gold_pairs.csv", 1000)
    entry = api.get("/api/audit")["entries"][0]
    assert (entry["what"], entry["target"], entry["detail"]["of"]) == ("job.submit", new, job_id)


@pytest.mark.parametrize("name", ["Klinik\u00a0Süd 9:05\u202fAM.csv", "患者\u3000一覧.csv"])
def test_the_day_and_a_source_with_odd_spaces_are_as_they_were(api: AnApi, name: str) -> None:
    job_id = api.submit((name, CSV), options='{"today": "2020-01-31"}')
    new = again(api, job_id)
    assert told(api, new) == told(api, job_id)
    assert told(api, new)["today"] == "2020-01-31"


def test_something_else_is_asked_of_the_files(api: AnApi) -> None:
    job_id = api.submit()
    new = again(api, job_id, operation="validate", priority="high", plan=PLAN)
    found = api.get(f"/api/jobs/{new}")
    assert (found["operation"], found["priority"]) == ("validate", "high")
    assert api.of.store.read(f"jobs/{new}/plan", 1000).decode() == PLAN


def test_a_key_makes_one_job_however_often_it_is_sent(api: AnApi, job_id: str) -> None:
    first = again(api, job_id, key="nightly")
    assert again(api, job_id, key="nightly") == first
    assert len(set(api.of.store.folders("jobs"))) == 2
    again(api, job_id, 422, key="nightly", priority="high")
    again(api, job_id, 422, key="nightly", plan=PLAN)
    again(api, job_id, 400, key="two words")


def test_what_is_deleted_of_the_one_stays_with_the_other(api: AnApi, job_id: str) -> None:
    new = again(api, job_id)
    api.of.store.delete(f"jobs/{job_id}")
    assert api.of.store.read(f"jobs/{new}/input/1", 1000) == CSV


@pytest.mark.parametrize(
    "asked", [{"operation": "x"}, {"profile": "x"}, {"plan": "x: ["}, {"a": "b"}]
)
def test_what_cannot_be_done_leaves_nothing(api: AnApi, job_id: str, asked: dict[str, str]) -> None:
    before = set(api.of.store.folders("jobs"))
    again(api, job_id, 400, **asked)
    assert set(api.of.store.folders("jobs")) == before


def test_there_must_be_files(api: AnApi, job_id: str) -> None:
    again(api, "none", 404)
    api.end(job_id, outputs={}, purged_at=datetime.now(UTC))
    again(api, job_id, 410)
