"""Looking at jobs: lists, one job, its status, and cancelling it."""

import json
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from an_api import CSV, AnApi
from harmonizer_queue import State
from web.db.models import (
    Attempt,
    AuditEntry,
    FileStatus,
    Item,
    ItemState,
    JobFile,
    JobStatus,
    Outcome,
)
from web.ids import new_id

NOBODY = "01a2156c-ab26-7f2f-9d9d-b53979e1e18d"


def claim(api: AnApi, item_id: str, claim_id: str = "claim1") -> None:
    """Let a worker take the item, as the Go worker does."""
    api.queue.hello("w1", {"host": "h", "pid": 1, "version": "1", "slots": 9, "draining": 0})
    while (fetched := api.queue.take("w1")) is not None:
        if fetched == item_id:
            [answer] = api.queue.claim([(item_id, claim_id)], "w1", 60_000)
            assert answer.answer == "ok"
            return
    raise AssertionError("the item was not handed out")


def test_a_list_in_pages_the_newest_first(api: AnApi) -> None:
    made = [api.submit() for _ in range(5)]
    made.sort(reverse=True)
    first = api.get("/api/jobs?limit=2")
    assert [job["job_id"] for job in first["jobs"]] == made[:2]
    assert (first["count"], first["count_is_exact"]) == (5, True)
    newer = api.submit()
    second = api.get(f"/api/jobs?limit=2&cursor={first['next_cursor']}")
    assert [job["job_id"] for job in second["jobs"]] == made[2:4]
    last = api.get(f"/api/jobs?limit=2&cursor={second['next_cursor']}")
    assert [job["job_id"] for job in last["jobs"]] == made[4:]
    assert last["next_cursor"] is None
    assert api.get("/api/jobs?limit=6")["next_cursor"] is None
    assert newer in [job["job_id"] for job in api.get("/api/jobs")["jobs"]]


def test_a_cursor_stays_good_among_jobs_of_the_same_moment(
    api: AnApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time_ns()
    monkeypatch.setattr("web.ids.time.time_ns", lambda: now)
    made = [api.submit() for _ in range(4)]
    page = api.get("/api/jobs?limit=1")
    seen = [job["job_id"] for job in page["jobs"]]
    while page["next_cursor"] is not None and len(seen) < 10:
        page = api.get(f"/api/jobs?limit=1&cursor={page['next_cursor']}")
        seen += [job["job_id"] for job in page["jobs"]]
    assert seen == sorted(made, reverse=True)


def test_filters(api: AnApi) -> None:
    clean, validate = api.submit(operation="clean"), api.submit(operation="validate")
    api.end(clean)
    found = api.get("/api/jobs?status=succeeded")
    assert [job["job_id"] for job in found["jobs"]] == [clean]
    assert found["count"] == 1
    found = api.get("/api/jobs?operation=validate&status=accepted")
    assert [job["job_id"] for job in found["jobs"]] == [validate]
    assert api.get("/api/jobs?operation=validate&status=failed")["jobs"] == []


def test_a_list_that_cannot_be_asked_for(api: AnApi) -> None:
    for query, field in (
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=ten", "limit"),
        ("limit=%00", "limit"),
        ("cursor=1", "cursor"),
        ("cursor=%00", "cursor"),
        ("status=done", "status"),
        ("operation=Smith", "operation"),
    ):
        answer = api.client.get(f"/api/jobs?{query}")
        assert answer.status_code == 400, query
        assert json.loads(answer.data)["errors"][0]["field"] == field
        assert "Smith" not in json.loads(answer.data)["detail"]


def test_a_job_that_does_not_exist(api: AnApi) -> None:
    for job_id in (NOBODY, new_id(), "1", "%00", "x" * 500, "..%2f..", NOBODY.upper()):
        for path in ("", "/status", "/result", "/outputs", "/outputs/x", "/issues", "/logs"):
            answer = api.client.get(f"/api/jobs/{job_id}{path}")
            assert answer.status_code == 404, (job_id, path)
            assert answer.headers["Content-Type"] == "application/problem+json"
        assert api.client.post(f"/api/jobs/{job_id}/cancel").status_code == 404


def test_one_job_with_its_files_items_and_attempts(api: AnApi) -> None:
    job_id = api.submit(("a.csv", CSV), ("b.csv", CSV), source=["east"])
    first = next(item for item in api.items(job_id) if item.file_no == 1)
    moment = datetime(2026, 1, 2, 3, 4, 5, 678000, UTC)
    with api.of.sessions.begin() as session:
        for delivery, outcome in ((1, Outcome.LOST), (2, None)):
            session.add(
                Attempt(
                    item_id=first.id,
                    epoch=1,
                    claim=f"c{delivery}",
                    delivery=delivery,
                    worker="w1",
                    started_at=moment,
                    outcome=outcome,
                )
            )
    found = api.get(f"/api/jobs/{job_id}")
    assert [file["source"] for file in found["files"]] == ["east", "b"]
    assert [item["file_no"] for item in found["items"]] == [1, 2]
    assert found["items"][0]["attempts"] == [
        {
            "worker_id": "w1",
            "started_at": "2026-01-02T03:04:05.678Z",
            "ended_at": None,
            "outcome": outcome,
            "reason": None,
        }
        for outcome in ("lost", None)
    ]
    assert found["timings"] == {"waited_s": None, "ran_s": None}
    assert found["links"]["self"] == f"/api/jobs/{job_id}"


def test_what_did_not_change_is_not_sent_again(api: AnApi) -> None:
    job_id = api.submit()
    tag = api.client.get(f"/api/jobs/{job_id}").headers["ETag"]
    again = api.client.get(f"/api/jobs/{job_id}", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    api.end(job_id)
    changed = api.client.get(f"/api/jobs/{job_id}", headers={"If-None-Match": tag})
    assert changed.status_code == 200


def test_the_status_follows_the_work(api: AnApi) -> None:
    ahead = api.submit()
    job_id = api.submit(("a.csv", CSV), ("b.csv", CSV))
    found = api.get(f"/api/jobs/{job_id}/status")
    assert (found["job_id"], found["status"]) == (job_id, "accepted")
    nothing = {"stage": "waiting", "rows": 0, "bytes": 0, "percent": 0.0, "files": []}
    assert found["progress"] == nothing
    assert found["queue_position"] == 2
    assert api.get(f"/api/jobs/{ahead}/status")["queue_position"] == 1

    item = api.items(job_id)[0]
    claim(api, item.id)
    half = json.dumps(
        {"stage": "transform", "rows": 1, "bytes": len(CSV) // 2, "total_bytes": len(CSV)}
    )
    assert api.queue.progress(item.id, "claim1", half) == "ok"
    running = api.get(f"/api/jobs/{job_id}/status")
    assert running["progress"]["stage"] == "transform"
    assert (running["progress"]["rows"], running["progress"]["bytes"]) == (1, len(CSV) // 2)
    assert 30 < running["progress"]["percent"] < 35
    [file] = running["progress"]["files"]
    assert (file["file_no"], file["stage"], file["rows"]) == (1, "transform", 1)
    assert 60 < file["percent"] < 70

    api.queue.complete([(item.id, "claim1", '{"manifest":"x","counts":{}}')])
    settled = api.get(f"/api/jobs/{job_id}/status")
    assert settled["progress"]["percent"] == 50
    with api.of.sessions.begin() as session:
        session.execute(
            update(Item)
            .where(Item.id == item.id)
            .values(
                state=ItemState.SUCCEEDED,
                ended_at=datetime.now(UTC),
                result={"counts": {"rows_in": 2}},
            )
        )
    recorded = api.get(f"/api/jobs/{job_id}/status")["progress"]
    assert (recorded["rows"], recorded["bytes"], recorded["percent"]) == (2, len(CSV), 50)


def test_what_redis_says_is_believed_only_until_sql_says_the_job_ended(api: AnApi) -> None:
    job_id = api.submit()
    [item] = api.items(job_id)
    claim(api, item.id)
    api.queue.complete([(item.id, "claim1", '{"manifest":"x","counts":{}}')])
    before = api.client.get(f"/api/jobs/{job_id}/status")
    assert (before.get_json()["status"], before.get_json()["progress"]["percent"]) == (
        "accepted",
        99,
    )
    assert before.headers["Retry-After"] == "1"
    api.end(job_id, counts={"rows_in": 2})
    after = api.client.get(f"/api/jobs/{job_id}/status")
    assert (after.get_json()["status"], after.get_json()["progress"]["percent"]) == (
        "succeeded",
        100,
    )
    assert after.get_json()["counts"] == {"rows_in": 2}
    assert "Retry-After" not in after.headers


def test_an_older_dispatch_counts_for_nothing(api: AnApi) -> None:
    job_id = api.submit()
    [item] = api.items(job_id)
    claim(api, item.id)
    api.queue.progress(item.id, "claim1", '{"stage":"transform","bytes":2,"total_bytes":3}')
    with api.of.sessions.begin() as session:
        session.execute(update(Item).values(epoch=2))
    assert api.get(f"/api/jobs/{job_id}/status")["progress"]["percent"] == 0


def test_a_failure_is_data_with_reasons_for_a_person(api: AnApi) -> None:
    job_id = api.submit(("a.csv", b"x"), ("b.csv", CSV))
    with api.of.sessions.begin() as session:
        session.execute(
            update(JobFile)
            .where(JobFile.file_no == 1)
            .values(status=FileStatus.FAILED, reason="FILE-001")
        )
    api.end(job_id, JobStatus.PARTIAL)
    [error] = api.get(f"/api/jobs/{job_id}/status")["errors"]
    assert (error["file_no"], error["file"], error["reason"]) == (1, "a.csv", "FILE-001")
    assert error["message"] == (
        "The file is empty or holds only a header, so there is nothing to process."
    )
    dead = api.submit()
    api.end(dead, JobStatus.FAILED, reason="poison")
    [error] = api.get(f"/api/jobs/{dead}/status")["errors"]
    assert (error["file"], error["reason"]) == (None, "poison")
    assert "died" in error["message"]


def test_cancelling_a_waiting_job(api: AnApi) -> None:
    job_id = api.submit(("a.csv", CSV), ("b.csv", CSV))
    answer = api.client.post(f"/api/jobs/{job_id}/cancel")
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/api/jobs/{job_id}/status"
    assert api.get(f"/api/jobs/{job_id}")["cancel_wanted"] is True
    for item in api.items(job_id):
        seen = api.queue.item(item.id)
        assert seen is not None
        assert seen["state"] == State.CANCELLED
    assert api.client.post(f"/api/jobs/{job_id}/cancel").status_code == 202
    with api.of.reading() as session:
        acts = list(session.scalars(select(AuditEntry.what).order_by(AuditEntry.id)))
    assert acts == ["job.submit", "job.cancel", "job.cancel"]


def test_cancelling_a_running_job_tells_its_worker(api: AnApi) -> None:
    job_id = api.submit()
    [item] = api.items(job_id)
    claim(api, item.id)
    assert api.client.post(f"/api/jobs/{job_id}/cancel").status_code == 202
    assert api.queue.renew("w1", 60_000, [(item.id, "claim1")]) == ["cancel"]


def test_cancelling_what_has_ended_is_409(api: AnApi) -> None:
    job_id = api.submit()
    api.end(job_id)
    answer = api.client.post(f"/api/jobs/{job_id}/cancel")
    assert answer.status_code == 409
    assert json.loads(answer.data)["type"] == "/problems/job-ended"
    assert api.get(f"/api/jobs/{job_id}")["cancel_wanted"] is False
