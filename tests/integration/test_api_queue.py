"""Running again what failed, and steering the queue, over HTTP and by the command."""

import dataclasses
import json
import subprocess
import sys
import threading
from datetime import UTC, datetime
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from sqlalchemy import delete, select, update

from an_api import CSV, AnApi, an_api
from served_api import served_api
from web.config import Settings
from web.db import keys, pauses
from web.db.models import AuditEntry, Item, ItemKind, ItemState, Job, JobStatus, Outbox, Role


def die(api: AnApi, job_id: str, reason: str = "poison", ended: bool = True) -> None:
    """Let the first item of a job be dead, and the job ended with it."""
    now = datetime.now(UTC)
    [item, *_] = api.items(job_id)
    with api.of.sessions.begin() as session:
        session.execute(
            update(Item)
            .where(Item.id == item.id)
            .values(state=ItemState.DEAD, ended_at=now, reason=reason, failures=3, losses=4)
        )
        if ended:
            session.execute(
                update(Job)
                .where(Job.id == job_id)
                .values(status=JobStatus.FAILED, finished_at=now, reason=reason)
            )
        session.execute(delete(Outbox).where(Outbox.item_id == item.id))


def test_a_failed_job_is_run_again(api: AnApi) -> None:
    job_id = api.submit()
    die(api, job_id)
    answer = api.client.post(f"/api/jobs/{job_id}/retry")
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/api/jobs/{job_id}/status"
    assert answer.get_json()["items"] == 1
    assert api.get(f"/api/jobs/{job_id}/status")["status"] == "accepted"
    [item] = api.items(job_id)
    assert (item.epoch, item.state, item.failures, item.losses) == (2, ItemState.WAITING, 0, 0)
    with api.of.reading() as session:
        assert session.scalars(select(Outbox.epoch)).all() == [2]
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.what == "job.retry"))
        assert (entry.target, entry.detail) == (job_id, {"items": 1})
    assert api.client.post(f"/api/jobs/{job_id}/retry").status_code == 409


def test_what_died_with_files_that_are_deleted_waits_for_nobody(api: AnApi) -> None:
    kept, deleted = api.submit(), api.submit()
    die(api, kept)
    die(api, deleted)
    assert api.get("/api/failures")["failures"][0]["count"] == 2
    assert api.client.delete(f"/api/jobs/{deleted}").status_code == 202
    [group] = api.get("/api/failures")["failures"]
    assert (group["count"], group["sample_item_id"]) == (1, api.items(kept)[0].id)
    assert api.items(deleted)[0].state is ItemState.DEAD


def test_what_cannot_be_run_again_says_why(api: AnApi) -> None:
    job_id = api.submit()
    refused = api.client.post(f"/api/jobs/{job_id}/retry")
    assert (refused.status_code, refused.get_json(force=True)["type"]) == (
        409,
        "/problems/not-retryable",
    )
    api.end(job_id, JobStatus.SUCCEEDED)
    assert api.client.post(f"/api/jobs/{job_id}/retry").status_code == 409
    other = api.submit()
    api.end(other, JobStatus.FAILED, purged_at=datetime.now(UTC))
    assert api.client.post(f"/api/jobs/{other}/retry").status_code == 410
    assert api.client.post("/api/jobs/none/retry").status_code == 404


def test_files_larger_than_the_limit_begin_with_a_plan(settings: Settings) -> None:
    settings = Settings.from_environ(
        {
            f"HARMONIZER_{name}": value
            for name, value in (
                ("HOME", str(settings.home)),
                ("DATABASE_URL", settings.database_url),
                ("REDIS_URL", settings.redis_url),
                ("STORE_URL", settings.store_url),
                ("SPLIT_BYTES", str(len(CSV))),
            )
        }
    )
    with an_api(settings) as api:
        job_id = api.submit(("small.csv", CSV), ("large.csv", CSV + b"3,Ann\n"))
        small, large = api.items(job_id)
        assert (small.kind, large.kind) == (ItemKind.FILE, ItemKind.PLAN)
        assert "range_bytes" not in small.message["params"]
        assert large.message["params"]["range_bytes"] == -(-len(CSV) // 4)


def test_dead_items_are_grouped_and_run_again_by_reason(api: AnApi) -> None:
    ended, other, alive = api.submit(), api.submit(), api.submit(("a.csv", CSV), ("b.csv", CSV))
    die(api, ended)
    die(api, other, "stalled")
    die(api, alive, ended=False)
    groups = api.get("/api/failures")["failures"]
    assert [(one["kind"], one["reason"], one["count"]) for one in groups] == [
        ("file", "poison", 2),
        ("file", "stalled", 1),
    ]
    assert groups[0]["message"].startswith("The worker died with this file")
    answer = api.client.post("/api/failures/requeue", json={"reason": "poison"})
    assert (answer.status_code, answer.get_json()) == (
        202,
        {"jobs": 2, "items": 2, "more": False},
    )
    assert [item.epoch for job_id in (ended, other) for item in api.items(job_id)] == [2, 1]
    assert [item.epoch for item in api.items(alive)] == [2, 1]
    assert [one["reason"] for one in api.get("/api/failures")["failures"]] == ["stalled"]
    again = api.client.post("/api/failures/requeue", json={"job_id": ended, "kind": "file"})
    assert again.get_json() == {"jobs": 0, "items": 0, "more": False}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"reason": 1}, 400),
        ({"kind": "dance"}, 400),
        ({"job_id": "x"}, 400),
        ({"owner": "me"}, 400),
        (["poison"], 400),
    ],
)
def test_a_requeue_that_cannot_be_read_is_refused(api: AnApi, body: object, status: int) -> None:
    assert api.client.post("/api/failures/requeue", json=body).status_code == status
    assert api.client.post("/api/failures/requeue", data="reason=x").status_code == 415


def test_the_queue_is_paused_and_goes_on(api: AnApi) -> None:
    assert api.client.post("/api/queue/pause", json={"scope": "low"}).get_json() == {
        "paused": ["low"]
    }
    assert api.client.post("/api/queue/pause").get_json() == {"paused": ["*", "low"]}
    with api.of.reading() as session:
        assert pauses.remembered(session) == {"*", "low"}
    job_id = api.submit()
    assert api.get("/api/queue")["paused"] == ["*", "low"]
    assert api.get("/api/queue")["ready"] == 0
    assert api.client.post("/api/queue/resume").get_json() == {"paused": ["low"]}
    [item] = api.items(job_id)
    assert api.queue.take("w1") == item.id
    assert api.client.post("/api/queue/pause", json={"scope": "some"}).status_code == 400
    with api.of.reading() as session:
        done = session.scalars(select(AuditEntry.what).order_by(AuditEntry.id)).all()
    assert [what for what in done if what.startswith("queue.")] == [
        "queue.pause",
        "queue.pause",
        "queue.resume",
    ]


def test_a_worker_is_told_to_drain_and_to_go_on(api: AnApi) -> None:
    name = "host/boot/4026/17/99/r"
    assert api.client.post(f"/api/workers/{name}/drain").status_code == 404
    api.queue.hello(name, {"host": "host", "pid": 17, "version": "1", "slots": 4, "draining": 0})
    api.client.post("/api/workers/" + name.replace("/", "%2F") + "/drain")
    assert api.queue.renew(name, 0) == ["drain"]
    assert [one["draining"] for one in api.get("/api/workers")["workers"]] == [True]
    told = api.client.post(f"/api/workers/{name}/resume").get_json()
    assert (told["worker_id"], told["draining"], api.queue.renew(name, 0)) == (name, False, [])
    api.queue.bye(name)
    assert api.client.post(f"/api/workers/{name}/resume").status_code == 404
    with api.of.reading() as session:
        wanted = AuditEntry.what.startswith("worker.")
        done = session.execute(
            select(AuditEntry.what, AuditEntry.target).where(wanted).order_by(AuditEntry.id)
        ).all()
    assert done == [("worker.drain", name), ("worker.resume", name)]


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


def command(environ: dict[str, str], *arguments: str) -> tuple[int, str]:
    process = subprocess.run(
        [sys.executable, "-m", "harmonizer_queue", *arguments],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    return process.returncode, process.stdout + process.stderr


def test_the_command_steers_the_queue_too(api: AnApi) -> None:
    job_id = api.submit()
    die(api, job_id)
    environ = {"HARMONIZER_REDIS_URL": api.of.settings.redis_url, "HARMONIZER_HOST": "127.0.0.1"}
    assert command(environ, "pause", "high") == (0, "paused: high\n")
    assert json.loads(command(environ, "top", "--json")[1])["paused"] == ["high"]
    assert command(environ, "resume", "high") == (0, "paused: -\n")
    assert command(environ, "drain", "nobody") == (1, "There is no worker with this id.\n")
    api.queue.hello("here-1", {"slots": 1})
    assert command(environ, "drain", "here-1") == (0, "drains\n")
    assert command(environ, "drain", "here-1", "--off") == (0, "takes work\n")
    with make_server("127.0.0.1", 0, api.app, handler_class=Quiet) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        environ["HARMONIZER_PORT"] = str(server.server_port)
        assert command(environ, "requeue", "--reason", "stalled") == (
            0,
            "0 items of 0 jobs run again\n",
        )
        assert command(environ, "requeue") == (0, "1 items of 1 jobs run again\n")
        status, said = command(environ, "requeue", "--kind", "tea")
        assert (status, said[:42]) == (2, "the API refused: kind: must be one of file")
        server.shutdown()
        serving.join()
    assert [item.epoch for item in api.items(job_id)] == [2]
    status, said = command(environ, "requeue")
    assert (status, "did not answer" in said) == (2, True)


def test_the_command_shows_its_key_where_one_is_asked_for(settings: Settings) -> None:
    with served_api(dataclasses.replace(settings, auth="keys")) as served:
        with served.api.of.sessions.begin() as session:
            _, secret = keys.make(
                session, name="nights", owner="lab", role=Role.OPERATOR, now=datetime.now(UTC)
            )
        asked = ("requeue", "--api", served.address)
        status, said = command({}, *asked)
        assert (status, said.startswith("the API refused: "), "401" in said) == (2, True, False)
        assert command({"HARMONIZER_API_KEY": secret}, *asked) == (
            0,
            "0 items of 0 jobs run again\n",
        )
