"""Jobs in flight and bytes stored: counted, shown, refused beyond, also for two at once."""

import dataclasses
import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from an_api import CSV, AnApi, an_api
from api_md import example, shape
from web.config import Settings
from web.db import keys, results, retry, usage
from web.db.manifest import Manifest
from web.db.models import Job, JobStatus, Role
from web.services import open_services

SIZE = len(CSV)


@pytest.fixture
def api(settings: Settings) -> Iterator[AnApi]:
    with an_api(dataclasses.replace(settings, auth="keys")) as api:
        yield api


def key(api: AnApi, owner: str = "north", role: Role = Role.OPERATOR, **limits: int) -> str:
    now = datetime.now(UTC)
    with api.of.sessions.begin() as session:
        of = keys.Limits(**limits)
        return keys.make(session, name="k", owner=owner, role=role, now=now, limits=of)[1]


def post(api: AnApi, secret: str, **headers: str) -> TestResponse:
    sent = {"Authorization": f"Bearer {secret}", **headers}
    return api.post(("patients.csv", CSV), headers=sent)


def problem(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json(force=True)["type"]


def stored(api: AnApi, owner: str = "north") -> int:
    with api.of.reading() as session:
        return usage.stored(session, owner)


def test_jobs_in_flight_have_an_end(api: AnApi) -> None:
    secret = key(api, max_jobs_in_flight=2)
    first = post(api, secret).get_json()["job_id"]
    kept = post(api, secret, **{"Idempotency-Key": "monday"}).get_json()["job_id"]
    refused = post(api, secret)
    assert problem(refused) == (429, "/problems/too-many-jobs")
    assert refused.headers["Retry-After"]
    assert post(api, secret, **{"Idempotency-Key": "monday"}).get_json()["job_id"] == kept
    assert post(api, key(api)).status_code == 202, "another key of the owner has no limit"
    assert problem(post(api, secret)) == (429, "/problems/too-many-jobs"), "its jobs count"
    assert post(api, key(api, "south", max_jobs_in_flight=1)).status_code == 202
    for job_id in (first, kept):
        api.end(job_id, JobStatus.SUCCEEDED)
    assert post(api, secret).status_code == 202


def test_bytes_stored_have_an_end_and_leave_with_the_files(api: AnApi) -> None:
    secret = key(api, max_bytes_stored=2 * SIZE)
    job_id = post(api, secret).get_json()["job_id"]
    assert post(api, secret).status_code == 202
    assert problem(post(api, secret)) == (507, "/problems/quota-exceeded")
    assert stored(api) == 2 * SIZE
    api.end(job_id, JobStatus.SUCCEEDED)
    asked = {"Authorization": f"Bearer {secret}"}
    assert api.client.delete(f"/api/jobs/{job_id}", headers=asked).status_code == 202
    assert stored(api) == SIZE
    assert post(api, secret).status_code == 202


def test_the_limits_of_a_key_are_changed_and_hold_at_once(api: AnApi) -> None:
    secret = key(api, max_bytes_stored=SIZE, max_jobs_in_flight=1)
    with api.of.reading() as session:
        [made] = keys.listed(session)
    at = f"/api/keys/{made.id}/limits"
    admin = {"Authorization": f"Bearer {key(api, 'head', Role.ADMIN)}"}
    assert post(api, secret).status_code == 202
    assert problem(post(api, secret)) == (507, "/problems/quota-exceeded")
    answer = api.client.put(at, json={"max_bytes_stored": 3 * SIZE}, headers=admin)
    assert answer.status_code == 200, answer.text
    assert answer.get_json()["max_jobs_in_flight"] is None, "what is not given is as the setting"
    assert answer.get_json()["in_force"]["max_bytes_stored"] == 3 * SIZE
    assert post(api, secret).status_code == 202
    for wrong in ({"max_bytes_stored": -1}, {"max_bytes": 1}):
        assert api.client.put(at, json=wrong, headers=admin).status_code == 400
    own = {"Authorization": f"Bearer {secret}"}
    assert api.client.put(at, json={}, headers=own).status_code == 403
    told = api.client.get("/api/audit", headers=admin).get_json()["entries"]
    [entry] = [one for one in told if one["what"] == "key.limit"]
    assert (entry["target"], entry["detail"]) == (made.id, {"max_bytes_stored": 3 * SIZE})


def test_what_does_not_fit_leaves_nothing(api: AnApi) -> None:
    secret = key(api, max_bytes_stored=SIZE - 1)
    assert problem(post(api, secret)) == (507, "/problems/quota-exceeded")
    assert stored(api) == 0
    with api.of.reading() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 0
    assert list(api.of.store.list("jobs")) == []


def test_outputs_are_counted_once_however_often_they_are_made(api: AnApi) -> None:
    job_id = post(api, key(api)).get_json()["job_id"]
    with api.of.sessions.begin() as session:
        for size in (100, 40):
            results.record(session, job_id, "jobs/x/manifest.json", _manifest(size))
    assert stored(api) == SIZE + 40
    api.end(job_id, JobStatus.FAILED)
    with api.of.sessions.begin() as session:
        retry.retry(session, job_id, datetime.now(UTC))
    assert stored(api) == SIZE


def _manifest(size: int) -> Manifest:
    output = {"name": "a.csv", "kind": "clean", "table": "patient", "rows": 1}
    document: dict[str, Any] = {
        "version": 1,
        "operation": "harmonize",
        "profile": "us-core",
        "plan_id": "0" * 64,
        "counts": {"rows_in": 1},
        "files": [],
        "outputs": [output | {"bytes": size, "sha256": "0" * 64}],
        "issues": [],
    }
    return Manifest.from_json(json.dumps(document).encode())


def test_of_two_submissions_at_once_one_gets_the_last_place(api: AnApi) -> None:
    """Over processes: each has an engine of its own. Nobody looks first, so the commit decides."""
    secret = key(api, max_jobs_in_flight=3)
    together = threading.Barrier(6)
    answers: list[int] = []

    def submit(other: AnApi) -> None:
        together.wait()
        answers.append(post(other, secret).status_code)

    with ExitStack() as stack:
        # One after the other: two threads of Python 3.11 break when both compile routes.
        others = [stack.enter_context(an_api(api.of.settings)) for _ in range(6)]
        threads = [threading.Thread(target=submit, args=(other,)) for other in others]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(answers) == [202] * 3 + [429] * 3
    assert stored(api) == 3 * SIZE


def test_whoever_counts_waits_for_whoever_counted_before(api: AnApi) -> None:
    if api.of.engine.dialect.name == "sqlite":
        pytest.skip("there is one writer")
    job = post(api, key(api)).get_json()["job_id"]
    with closing(open_services(api.of.settings)) as other, other.sessions() as second:
        with api.of.sessions.begin() as first:
            usage.add(first, "north", 1)
            second.execute(select(1))
            waiting = threading.Thread(target=lambda: usage.add(second, "north", 1))
            waiting.start()
            first.get_one(Job, job).finished_at = datetime.now(UTC)
        waiting.join()
        assert usage.in_flight(second, "north") == 0
        assert usage.stored(second, "north") == SIZE + 2


def test_a_key_shows_what_holds_and_what_is_used(api: AnApi) -> None:
    admin = {"Authorization": f"Bearer {key(api, role=Role.ADMIN)}"}
    wanted = {"name": "k", "owner": "north", "max_jobs_in_flight": 7, "max_bytes_stored": 0}
    made = api.client.post("/api/keys", json=wanted, headers=admin)
    assert made.status_code == 201
    post(api, made.get_json()["secret"])
    shown = api.client.get(made.headers["Location"], headers=admin).get_json()
    assert (shown["max_jobs_in_flight"], shown["max_bytes_stored"]) == (7, 0)
    assert shown["in_force"] == {
        "requests_per_minute": 1200,
        "max_jobs_in_flight": 7,
        "max_bytes_stored": 0,
    }
    base = "/api/keys"
    assert shape(shown) == shape(example(f"GET {base}/<key_id>"))
    assert shape(made.get_json()) == shape(example(f"POST {base}"))
    listed = api.client.get(base, headers=admin).get_json()
    assert shape(listed) == shape(example(f"GET {base}"))
    assert shown["used"] == {"jobs_in_flight": 1, "bytes_stored": SIZE}
    for wrong in ({"max_bytes_stored": -1}, {"max_jobs_in_flight": 10**7}):
        answer = api.client.post("/api/keys", json=wanted | wrong, headers=admin)
        assert [e["field"] for e in answer.get_json(force=True)["errors"]] == list(wrong)


def test_the_settings_hold_where_a_key_says_nothing(settings: Settings) -> None:
    limited = dataclasses.replace(settings, auth="keys", max_jobs_in_flight=1)
    with an_api(limited) as api:
        secret = key(api)
        assert post(api, secret).status_code == 202
        assert problem(post(api, secret)) == (429, "/problems/too-many-jobs")
        assert post(api, key(api, max_jobs_in_flight=0)).status_code == 202


def test_without_keys_nothing_is_counted(settings: Settings) -> None:
    with an_api(dataclasses.replace(settings, max_jobs_in_flight=1)) as api:
        assert [api.post(("a.csv", CSV)).status_code for _ in range(2)] == [202, 202]
        assert stored(api, "") == 0
