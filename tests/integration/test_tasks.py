"""The tasks: SQL knows what is due, RQ is told without being trusted, failures are seen."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from an_api import AnApi
from harmonizer.services import RedisServer
from running_stack import eventually
from web.config import ROOT, Settings
from web.db import tasks
from web.db.models import Job
from web.db.task_models import Task
from web.db.words import TaskKind
from web.ids import new_id
from web.services import Services, open_services
from web.stop import Stop
from web.store import StoreError
from web.tasks import lanes
from web.tasks.attempt import LEASE, WORK, pause, run
from web.tasks.due import enqueue_due, find_due
from web.tasks.errors import HopelessError
from web.tasks.lanes import LANES

NOW = datetime.now(UTC)
OLD = NOW - timedelta(days=31)
OUTPUT = {"patient.clean.csv": ("clean", "patient", b"x\n")}


def known(api: AnApi) -> dict[TaskKind, Task]:
    with api.of.reading() as session:
        return {one.kind: one for one in session.scalars(select(Task))}


def hint(task: Task) -> str:
    """Return what the job of RQ is called that a queue t has for a task."""
    return f"t-{task.id}-{task.due_at.timestamp():.0f}"


def an_old_job(api: AnApi) -> str:
    job_id = api.submit()
    api.end(job_id, outputs=OUTPUT, at=OLD)
    find_due(api.of, NOW)
    return job_id


def test_rq_hears_once_of_what_is_due_and_does_it(
    api: AnApi, redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("home", "database_url", "store_url", "redis_url"):
        monkeypatch.setenv(f"HARMONIZER_{name.upper()}", str(getattr(api.of.settings, name)))
    old = an_old_job(api)
    found = known(api)
    queue = Queue("t", connection=redis_client, serializer=JSONSerializer)
    for _ in range(2):
        find_due(api.of, NOW)
        enqueue_due(api.of, queue, NOW)
    assert sorted(queue.job_ids) == sorted(hint(one) for one in found.values())
    redis_client.flushall()
    enqueue_due(api.of, queue, NOW)
    SimpleWorker([queue], connection=redis_client, serializer=JSONSerializer).work(burst=True)
    with api.of.reading() as session:
        assert session.get_one(Job, old).purged_at is not None
    find_due(api.of, NOW)
    assert enqueue_due(api.of, queue, NOW) == 0
    assert queue.job_ids == [], "a sweep is due an hour later, and nothing is to be purged"
    left = known(api)
    assert set(left) == {TaskKind.SWEEP}
    assert left[TaskKind.SWEEP].due_at > NOW + timedelta(minutes=59)


def test_a_hint_whose_list_was_lost_is_put_back(
    api: AnApi, redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("home", "database_url", "store_url", "redis_url"):
        monkeypatch.setenv(f"HARMONIZER_{name.upper()}", str(getattr(api.of.settings, name)))
    an_old_job(api)
    queue = Queue("t", connection=redis_client, serializer=JSONSerializer)
    enqueue_due(api.of, queue, NOW)
    before = queue.job_ids
    redis_client.delete(queue.key)
    for _ in range(2):
        enqueue_due(api.of, queue, NOW)
        assert queue.job_ids == before
    SimpleWorker([queue], connection=redis_client, serializer=JSONSerializer).work(burst=True)
    assert set(known(api)) == {TaskKind.SWEEP}


def test_what_a_clock_put_off_that_was_ahead_is_due(api: AnApi) -> None:
    ahead = NOW + timedelta(hours=2)
    with api.of.sessions.begin() as session:
        tasks.add(session, TaskKind.DELIVERY, new_id(), ahead)
        tasks.add(session, TaskKind.SWEEP, "", ahead)
        assert [one.kind for one in tasks.due(session, NOW, 10)] == [TaskKind.DELIVERY]


def test_a_try_that_another_one_followed_gives_nothing_up(
    api: AnApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_up: list[str] = []
    with api.of.sessions.begin() as session:
        tasks.add(session, TaskKind.EXPORT, "some", OLD)
    task = known(api)[TaskKind.EXPORT]

    def stands_still(of: Services, target: str, now: datetime) -> None:
        with of.sessions.begin() as session:
            tasks.begin(session, task.id, 1, NOW, NOW + LEASE)
        raise HopelessError("not_clean")

    def give_up(session: Session, target: str, reason: str, now: datetime) -> None:
        given_up.append(reason)

    work = dataclasses.replace(WORK[TaskKind.EXPORT], run=stands_still, give_up=give_up)
    monkeypatch.setitem(WORK, TaskKind.EXPORT, work)
    run(api.of, task.id, 0)
    assert (known(api)[TaskKind.EXPORT].tries, given_up) == (2, [])


def test_a_hint_that_is_old_or_comes_twice_begins_nothing(api: AnApi) -> None:
    an_old_job(api)
    task = known(api)[TaskKind.PURGE]
    with api.of.sessions.begin() as session:
        assert tasks.begin(session, task.id, 0, NOW, NOW + LEASE) is not None
        assert tasks.begin(session, task.id, 0, NOW, NOW + LEASE) is None
    run(api.of, task.id, 0)
    assert known(api)[TaskKind.PURGE].tries == 1, "the other one is at it"
    run(api.of, task.id, 1)
    assert TaskKind.PURGE not in known(api)
    run(api.of, task.id, 1)


def test_what_fails_is_seen_and_tried_again_later(
    api: AnApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = an_old_job(api)
    task = known(api)[TaskKind.PURGE]
    assert api.get("/api/tasks")["failing"] == []
    begun = datetime.now(UTC)
    with monkeypatch.context() as patched:
        patched.setattr(type(api.of.store), "delete", away)
        run(api.of, task.id, 0)
    seen = api.get("/api/tasks")
    assert seen["waiting"] == {kind.value: 1 if kind in known(api) else 0 for kind in TaskKind}
    [failing] = seen["failing"]
    assert (failing["target"], failing["tries"], failing["reason"]) == (old, 1, "StoreError")
    assert 'harmonizer_tasks_failing{kind="purge"} 1.0' in api.client.get("/metrics").text
    with api.of.reading() as session:
        soon, later = begun + timedelta(seconds=7), datetime.now(UTC) + timedelta(seconds=13)
        assert task.id not in [one.task_id for one in tasks.due(session, soon, 10)]
        assert task.id in [one.task_id for one in tasks.due(session, later, 10)]
    assert api.of.store.size(f"jobs/{old}/job.json") is not None
    run(api.of, task.id, 1)
    assert api.of.store.size(f"jobs/{old}/job.json") is None, "what it had left"
    assert api.get("/api/tasks")["failing"] == []


def away(store: object, uri: str) -> None:
    raise StoreError("away")


def test_a_try_that_nobody_heard_of_again_is_lost(api: AnApi) -> None:
    an_old_job(api)
    task = known(api)[TaskKind.PURGE]
    with api.of.sessions.begin() as session:
        tasks.begin(session, task.id, 0, NOW, NOW + LEASE)
        tasks.renew(session, task.id, 1, NOW + 2 * LEASE)
        tasks.renew(session, task.id, 0, NOW + 9 * LEASE)
    with api.of.sessions.begin() as session:
        assert task.id not in [one.task_id for one in tasks.due(session, NOW + LEASE, 10)]
        assert task.id in [one.task_id for one in tasks.due(session, NOW + 2 * LEASE, 10)]
        tasks.begin(session, task.id, 1, NOW, NOW + LEASE)
    assert known(api)[TaskKind.PURGE].reason == "lost"
    with api.of.sessions.begin() as session:
        tasks.failed(session, task.id, 1, "late", NOW)
    assert known(api)[TaskKind.PURGE].reason == "lost", "the first try has nothing to say any more"


def test_pages_of_failures(api: AnApi, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(of: Services, target: str, now: datetime) -> None:
        raise RuntimeError

    for kind in TaskKind:
        monkeypatch.setitem(WORK, kind, dataclasses.replace(WORK[kind], run=fails))
    an_old_job(api)
    for one in known(api).values():
        run(api.of, one.id, 0)
    first = api.get("/api/tasks?limit=1")
    rest = api.get(f"/api/tasks?limit=1&cursor={first['next_cursor']}")
    assert {one["kind"] for one in first["failing"] + rest["failing"]} == {"purge", "sweep"}
    assert rest["next_cursor"] is None
    api.get("/api/tasks?cursor=x", 400)


def test_pauses_grow_and_stay_below_an_hour_and_a_bit() -> None:
    seconds = [pause(tries).total_seconds() for tries in (1, 2, 3, 4, 20, 10_000)]
    assert seconds[:4] == sorted(seconds[:4])
    assert 8 <= seconds[0] <= 12
    assert max(seconds) <= 1.2 * 3600


def swept(of: Services) -> bool:
    """Return whether the sweep was done and is due later."""
    with of.reading() as session:
        due = session.scalars(select(Task.due_at).where(Task.kind == TaskKind.SWEEP)).one_or_none()
    return due is not None and due > datetime.now(UTC) + timedelta(minutes=30)


def test_lanes_do_all_kinds_of_work_and_each_only_its_own(
    api: AnApi, redis_client: redis.Redis
) -> None:
    assert sorted(kind for kinds in LANES.values() for kind in kinds) == sorted(TaskKind)
    with api.of.sessions.begin() as session:
        for _ in range(3):
            tasks.add(session, TaskKind.EXPORT, new_id(), OLD)
        tasks.add(session, TaskKind.DELIVERY, new_id(), NOW)
    queue = Queue("t", connection=redis_client, serializer=JSONSerializer)
    assert enqueue_due(api.of, queue, NOW, LANES["deliveries"]) == 1
    assert queue.job_ids == [hint(known(api)[TaskKind.DELIVERY])]


class Told:
    """A pipe by which processes of lanes tell what they do."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()

    def tell(self, line: str) -> None:
        os.write(self._write, f"{line}\n".encode())

    def hears(self, count: int) -> list[str]:
        heard = b""
        while heard.count(b"\n") < count:
            heard += os.read(self._read, 1)
        return sorted(heard.decode().split())


def test_a_lane_that_is_busy_keeps_no_other_one_waiting_and_one_that_died_begins_again() -> None:
    told, stop = Told(), Stop()

    def work(lane: str) -> None:
        told.tell(f"{lane}:{os.getpid()}")
        signal.signal(signal.SIGTERM, lambda number, frame: stop.set())
        stop.wait()
        told.tell(f"{lane}:ends")

    parent = os.fork()
    if parent == 0:
        lanes.Lanes(work, stop).run()
        os._exit(0)
    begun = dict(line.split(":") for line in told.hears(len(lanes.LANES)))
    assert list(begun) == sorted(lanes.LANES), "all at once"
    os.kill(int(begun["exports"]), signal.SIGKILL)
    [again] = told.hears(1)
    assert again.startswith("exports:")
    os.kill(parent, signal.SIGTERM)
    assert told.hears(len(lanes.LANES)) == [f"{lane}:ends" for lane in sorted(lanes.LANES)]
    assert os.waitstatus_to_exitcode(os.waitpid(parent, 0)[1]) == 0


def test_lanes_end_when_whoever_began_them_is_killed() -> None:
    told, stop = Told(), Stop()

    def work(lane: str) -> None:
        signal.signal(signal.SIGTERM, lambda number, frame: stop.set())
        told.tell("begins")
        stop.wait()
        told.tell("ends")

    parent = os.fork()
    if parent == 0:
        lanes.Lanes(work, stop).run()
        os._exit(0)
    told.hears(len(lanes.LANES))
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    assert told.hears(len(lanes.LANES)) == ["ends"] * len(lanes.LANES)


def test_the_process_goes_on_when_redis_comes_back(tmp_path: Path) -> None:
    server = RedisServer(tmp_path / "redis").start()
    environ = {k: v for k, v in os.environ.items() if "HARMONIZER_" not in k}
    environ |= {"HARMONIZER_HOME": str(tmp_path), "HARMONIZER_REDIS_URL": server.url}
    subprocess.run([sys.executable, "scripts/init_db.py"], cwd=ROOT, env=environ, check=True)
    server.stop()
    log = tmp_path / "tasks.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "web.tasks"], cwd=ROOT, env=environ, stderr=output
        )
    try:
        with closing(open_services(Settings.from_environ(environ))) as of:
            eventually(lambda: "trying again" in log.read_text(), "it notices", 60)
            server.start()
            eventually(lambda: swept(of), "it sweeps", 60)
            server.stop()
            with of.sessions.begin() as session:
                session.execute(update(Task).values(due_at=NOW))
            server.start()
            eventually(lambda: swept(of), "again", 60)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
        server.stop()
    for line in log.read_text().splitlines():
        assert json.loads(line)["process"] == "tasks"
