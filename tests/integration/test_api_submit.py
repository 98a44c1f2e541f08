"""POST /api/jobs: what is stored, recorded and queued, and what is refused without a trace."""

import hashlib
import io
import json
import socket
import threading
from dataclasses import replace
from typing import Any

import pytest
import redis
from sqlalchemy import func, select

from an_api import CSV, AnApi, an_api
from harmonizer_queue import State
from web.api import body
from web.config import Settings
from web.db.models import AuditEntry, Base, IdempotencyKey, Item, Job, JobFile, Outbox
from web.store import StoreError

PLAN = b'version: 1\ntoday: "2026-11-26"\nfiles: []\n'


def rows(api: AnApi) -> dict[str, int]:
    """Return how many rows each table has that has any."""
    with api.of.reading() as session:
        counts = {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }
    return {name: count for name, count in counts.items() if count}


def stored(api: AnApi) -> list[str]:
    return list(api.of.store.list("jobs"))


def test_the_answer_says_where_to_look(api: AnApi) -> None:
    answer = api.post(("patients.csv", CSV), operation="clean")
    body = answer.get_json()
    job_id = body["job_id"]
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/api/jobs/{job_id}"
    assert int(answer.headers["Retry-After"]) >= 1
    assert body["status"] == "accepted"
    for name, path in body["links"].items():
        if name not in ("cancel", "retry"):
            assert api.client.get(path).status_code in (200, 409), name


def test_everything_about_a_job_is_in_sql_and_in_the_store(api: AnApi) -> None:
    job_id = api.submit(
        ("a.csv", CSV),
        ("b.json", b"[]"),
        operation="clean",
        priority="high",
        source=["east", "west"],
        table=["patients", ""],
        options='{"today": "2026-02-03", "provenance": true}',
    )
    assert rows(api) == {"job": 1, "job_file": 2, "item": 2, "outbox": 2, "audit_log": 1}
    with api.of.reading() as session:
        job = session.get_one(Job, job_id)
        files = list(session.scalars(select(JobFile).order_by(JobFile.file_no)))
        items = {item.file_no: item for item in session.scalars(select(Item))}
        outbox = {row.item_id: row for row in session.scalars(select(Outbox))}
        audit = session.scalars(select(AuditEntry)).one()
    assert (job.operation, job.priority, str(job.today)) == ("clean", "high", "2026-02-03")
    assert job.options == {"provenance": True}
    assert [(f.name, f.source, f.table, f.bytes) for f in files] == [
        ("a.csv", "east", "patient", len(CSV)),
        ("b.json", "west", None, 2),
    ]
    assert api.of.store.read(files[0].uri, 1000) == CSV
    assert files[0].sha256 == hashlib.sha256(CSV).hexdigest()
    assert (audit.what, audit.target, audit.detail["files"]) == ("job.submit", job_id, 2)
    for number, item in items.items():
        assert outbox[item.id].epoch == item.epoch == 1
        assert outbox[item.id].due_at > job.created_at
        assert item.message["input"]["uri"] == files[number - 1].uri
        assert item.message["params"] == {
            "operation": "clean",
            "profile": "us-core",
            "today": "2026-02-03",
            "options": {"provenance": True},
            "plan": None,
            "source": files[number - 1].source,
            "table": files[number - 1].table,
            "name": files[number - 1].name,
            "file_no": number,
            "files": 2,
        }
    document = json.loads(api.of.store.read(f"jobs/{job_id}/job.json", 10_000))
    assert [one["uri"] for one in document["files"]] == [file.uri for file in files]


def test_items_are_in_the_queue_at_once_with_the_message_of_sql(api: AnApi) -> None:
    job_id = api.submit(("a.csv", CSV), ("b.csv", CSV), priority="low")
    assert api.queue.depth() == {"high": 0, "normal": 0, "low": 2}
    for item in api.items(job_id):
        seen = api.queue.item(item.id)
        assert seen is not None
        assert (seen["state"], seen["epoch"], seen["msg"]) == (State.WAITING, 1, item.message)


def test_a_plan_is_stored_and_named_in_the_message(api: AnApi) -> None:
    answer = api.client.post(
        "/api/jobs",
        data={
            "file": (io.BytesIO(CSV), "a.csv"),
            "plan": (io.BytesIO(PLAN), "plan.yaml"),
        },
    )
    job_id = answer.get_json()["job_id"]
    [item] = api.items(job_id)
    uri = item.message["params"]["plan"]
    assert api.of.store.read(uri, 100) == PLAN
    assert api.get(f"/api/jobs/{job_id}")["plan"] is True


def test_known_pairs_are_stored_and_named_in_the_options(api: AnApi) -> None:
    pairs = "file_a,record_a,file_b,record_b,same\na.csv,1,b.csv,2,yes\n"
    job_id = api.submit(operation="link", options=json.dumps({"gold_pairs": pairs}))
    [item] = api.items(job_id)
    uri = item.message["params"]["options"]["gold_pairs"]
    assert api.of.store.read(uri, 1000).decode() == pairs
    assert api.get(f"/api/jobs/{job_id}")["options"] == {"gold_pairs": uri}


def test_what_is_no_plan_is_refused_with_its_lines(api: AnApi) -> None:
    answer = api.post(("a.csv", CSV), plan=(io.BytesIO(b"version: 1\nMRN: Hopper\n"), "p.yaml"))
    assert answer.status_code == 400
    wrong = answer.get_json()["errors"]
    assert {one["field"] for one in wrong} == {"plan"}
    assert any(one["reason"].startswith("line 2: ") for one in wrong)
    assert "Hopper" not in answer.text
    assert list(api.of.store.folders("jobs")) == []


def test_the_trace_of_the_request_goes_with_the_item(api: AnApi) -> None:
    trace = {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01", "tracestate": "vendor=1"}
    answer = api.post(("a.csv", CSV), headers=trace)
    [item] = api.items(answer.get_json()["job_id"])
    assert item.message["trace"] == trace
    assert answer.headers["traceparent"] == trace["traceparent"]
    answer = api.post(("a.csv", CSV), headers={"traceparent": "00-nonsense"})
    [item] = api.items(answer.get_json()["job_id"])
    assert item.message["trace"] == {}
    assert "traceparent" not in answer.headers


A_FILE = ("a.csv", CSV)
REFUSED: list[tuple[list[tuple[str, bytes]], dict[str, Any], int, str]] = [
    ([], {}, 400, "file"),
    ([("a.csv", b"")], {}, 400, "file"),
    ([("a.csv", b""), ("b.csv", b"")], {}, 400, "file"),
    ([A_FILE], {"operation": "polish"}, 400, "operation"),
    ([A_FILE], {"operation": "link", "options": '{"gold_pairs": "x"}'}, 400, "options.gold_pairs"),
    ([A_FILE], {"profile": "mars"}, 400, "profile"),
    ([A_FILE], {"options": '{"colour": 1}'}, 400, "options.colour"),
    ([A_FILE], {"options": "{"}, 400, "options"),
    ([A_FILE], {"priority": "urgent"}, 400, "priority"),
    ([A_FILE], {"colour": "blue"}, 400, "colour"),
    ([A_FILE], {"source": "x" * 70_000}, 413, "source"),
]


def test_what_is_refused_leaves_nothing(api: AnApi) -> None:
    for files, fields, status, field in REFUSED:
        answer = api.post(*files, **fields)
        assert answer.status_code == status, (field, answer.text)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert [one["field"] for one in json.loads(answer.data)["errors"]] == [field]
        assert list(api.of.store.folders("jobs")) == []
        assert rows(api) == {}
        assert api.queue.item_ids() == []


def test_the_longest_names_fit_into_a_message(api: AnApi) -> None:
    api.submit(("ü" * 255, CSV), source="ü" * 200, options=" " * 20_000)


def test_one_empty_file_among_others_is_accepted(api: AnApi) -> None:
    job_id = api.submit(("a.csv", b""), ("b.csv", CSV))
    assert sorted(item.message["input"]["bytes"] for item in api.items(job_id)) == [0, len(CSV)]


def test_bodies_that_are_no_form(api: AnApi) -> None:
    for content_type, sent, status in (
        ("application/json", b"{}", 400),
        ("text/csv", CSV, 415),
        ("", CSV, 415),
        ("multipart/form-data", b"", 400),
        ("multipart/form-data; boundary=x", b"", 400),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disp", 400),
    ):
        answer = api.client.post("/api/jobs", data=sent, headers={"Content-Type": content_type})
        assert answer.status_code == status
        assert json.loads(answer.data)["status"] == status
    assert stored(api) == []


def test_a_body_over_the_limit_is_413(settings: Settings) -> None:
    with an_api(replace(settings, max_upload_bytes=1000)) as api:
        assert api.post(("a.csv", b"x" * 1001)).status_code == 413
        chunked = api.client.post(
            "/api/jobs",
            input_stream=io.BytesIO(b"--x\r\n" + b"x" * 5000),
            headers={"Content-Type": "multipart/form-data; boundary=x"},
            environ_overrides={"wsgi.input_terminated": True},
        )
        assert chunked.status_code == 413
        assert list(api.of.store.folders("jobs")) == []
        assert api.post(("a.csv", b"x" * 500)).status_code == 202


def test_a_client_that_falls_silent_is_given_up(
    api: AnApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body, "READ_SECONDS", 0.1)
    ours, theirs = socket.socketpair()

    class Silent(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return ours.recv(99)

    with ours, theirs:
        answer = api.client.post(
            "/api/jobs",
            input_stream=Silent(),
            headers={"Content-Type": "multipart/form-data; boundary=x", "Content-Length": "99"},
            environ_overrides={"gunicorn.socket": ours},
        )
    assert answer.status_code == 400
    assert list(api.of.store.folders("jobs")) == []


def test_keys_that_cannot_be_used(api: AnApi) -> None:
    for key in ("", "a b", "x" * 256, "ä"):
        answer = api.post(("a.csv", CSV), headers={"Idempotency-Key": key})
        assert answer.status_code == 400
        assert json.loads(answer.data)["errors"][0]["field"] == "Idempotency-Key"


def test_a_repeated_request_gets_the_first_answer(api: AnApi) -> None:
    key = {"Idempotency-Key": "k1"}
    first = api.post(("a.csv", CSV), operation="clean", headers=key)
    before = rows(api), stored(api)
    again = api.post(("a.csv", CSV), operation="clean", headers=key)
    assert (again.status_code, again.get_json()) == (202, first.get_json())
    assert again.headers["Location"] == first.headers["Location"]
    assert (rows(api), stored(api)) == before


def test_the_key_of_another_request_is_422(api: AnApi) -> None:
    key = {"Idempotency-Key": "k1"}
    assert api.post(("a.csv", CSV), operation="clean", headers=key).status_code == 202
    before = rows(api), stored(api)
    for file, operation in (
        (("a.csv", CSV + b"3,X\n"), "clean"),
        (("b.csv", CSV), "clean"),
        (("a.csv", CSV), "validate"),
    ):
        answer = api.post(file, operation=operation, headers=key)
        assert answer.status_code == 422
        assert json.loads(answer.data)["type"] == "/problems/idempotency-conflict"
        assert (rows(api), stored(api)) == before


def test_the_same_key_at_the_same_moment_makes_one_job(api: AnApi) -> None:
    answers: list[Any] = []
    together = threading.Barrier(6)

    def send() -> None:
        together.wait()
        answers.append(api.post(("a.csv", CSV), headers={"Idempotency-Key": "k1"}))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.status_code for one in answers] == [202] * 6
    assert len({one.get_json()["job_id"] for one in answers}) == 1
    with api.of.reading() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 1
        assert session.scalar(select(func.count()).select_from(IdempotencyKey)) == 1
    assert len(api.queue.item_ids()) == 1
    assert len(list(api.of.store.folders("jobs"))) == 1


def test_a_redis_that_does_not_answer_refuses_nothing(settings: Settings) -> None:
    """The relay pushes what stands in the outbox; a 202 needs SQL and the store only."""
    with an_api(replace(settings, redis_url="redis://127.0.0.1:1/0")) as api:
        job_id = api.submit(("a.csv", CSV))
        status = api.get(f"/api/jobs/{job_id}/status")
        assert (status["status"], status["progress"]["percent"]) == ("accepted", None)
        assert api.client.post(f"/api/jobs/{job_id}/cancel").status_code == 202
        with api.of.reading() as session:
            assert session.scalar(select(func.count()).select_from(Outbox)) == 1


def test_a_full_redis_refuses_nothing(api: AnApi, redis_client: redis.Redis) -> None:
    redis_client.config_set("maxmemory", "1mb")
    try:
        job_id = api.submit(("a.csv", CSV))
    finally:
        redis_client.config_set("maxmemory", "0")
    assert api.queue.item_ids() == []
    assert rows(api)["outbox"] == 1
    assert api.get(f"/api/jobs/{job_id}/status")["status"] == "accepted"


def test_a_database_that_cannot_be_written_is_503_and_leaves_nothing(api: AnApi) -> None:
    with api.of.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE outbox RENAME TO elsewhere")
    answer = api.post(("a.csv", CSV))
    assert answer.status_code in (500, 503)
    assert list(api.of.store.folders("jobs")) == []
    assert api.queue.item_ids() == []


def test_a_store_that_cannot_be_written_is_503(api: AnApi, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreError("full")

    monkeypatch.setattr("web.store.disk.Appender.write", full)
    answer = api.post(("a.csv", CSV))
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert list(api.of.store.folders("jobs")) == []
