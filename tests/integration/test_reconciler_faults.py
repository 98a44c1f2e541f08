"""What goes wrong between SQL, Redis and the store, and that the reconciler puts it right."""

import contextlib
import dataclasses
import datetime
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import redis
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session

from harmonizer.services import RedisServer
from harmonizer_queue import Entry, State
from harmonizer_queue.check import check
from queue_world import World
from reconciler.checker import Checker
from reconciler.process import Reconciler
from running_stack import eventually
from web.config import Settings
from web.db import dispatch, generation, retry
from web.db.advance import end_item
from web.db.events import EVENT_REFUSED, Applied
from web.db.locks import lock_jobs
from web.db.models import Attempt, EventSeen, Item, ItemState, Job, JobStatus, Outcome, RedisState

SECONDS = 60.0


def finish_all(world: World) -> None:
    """Let a healthy worker and the reconciler go on until nothing is left to do."""
    while world.queue.results() or sum(world.queue.depth().values()) or world.outbox():
        world.reconcile()
        while sum(world.queue.depth().values()):
            world.complete(world.fetch("healer"))
    world.reconcile()


class CrashError(Exception):
    """The process ends here."""


def test_a_crash_between_commit_and_ack_changes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = world.submit()
    world.relay()
    held = world.fetch()
    uri = world.complete(held)

    def crash(applied: Applied) -> None:
        raise CrashError

    with monkeypatch.context() as patched:
        patched.setattr(world.reconciler.recorder, "_recorded", crash)
        with pytest.raises(CrashError):
            world.reconciler.recorder.step()
    assert world.queue.results() == 2, "nothing was acknowledged"
    assert world.items(job_id)[0].state is ItemState.SUCCEEDED, "but everything was committed"
    world.reconcile()
    assert world.queue.results() == 0
    assert (world.job(job_id).status, world.job(job_id).manifest_uri) == (
        JobStatus.SUCCEEDED,
        uri,
    )
    assert [attempt.outcome for attempt in world.attempts(held.item_id)] == [Outcome.SUCCEEDED]


def test_an_end_shrinks_although_its_event_was_lost_after_the_commit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.submit()
    world.relay()
    held = world.fetch()
    world.complete(held)

    def lose(applied: Applied) -> None:
        world.queue.client.delete(world.queue.key("results"))

    monkeypatch.setattr(world.reconciler.recorder, "_recorded", lose)
    world.reconciler.recorder.step()
    key = world.queue.key(f"item:{held.item_id}")
    assert sorted(world.queue.client.hkeys(key)) == [b"claim", b"epoch", b"state"]
    assert world.queue.client.pttl(key) > 0


def test_an_end_that_an_older_file_brings_back_shrinks(world: World) -> None:
    world.watch()
    world.submit()
    world.relay()
    held = world.fetch()
    world.complete(held)
    key = world.queue.key(f"item:{held.item_id}")
    whole = world.queue.client.dump(key) or b""
    world.reconcile()
    world.queue.client.restore(key, 0, whole, replace=True)
    world.sweep()
    assert sorted(world.queue.client.hkeys(key)) == [b"claim", b"epoch", b"state"]
    assert world.queue.client.pttl(key) > 0


def test_a_crash_before_the_commit_changes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = world.submit()
    world.relay()
    world.complete(world.fetch())

    def crash(*arguments: object) -> None:
        raise CrashError

    with monkeypatch.context() as patched:
        patched.setattr("web.db.events.recompute", crash)
        with pytest.raises(CrashError):
            world.reconciler.recorder.step()
    with world.parts.reading() as session:
        assert session.scalar(select(func.count()).select_from(EventSeen)) == 0
    world.reconcile()
    assert world.job(job_id).status is JobStatus.SUCCEEDED


def test_an_event_that_is_none_is_put_aside_and_its_neighbours_are_recorded(world: World) -> None:
    job_id = world.submit(files=4)
    world.relay()
    held = [world.fetch() for _ in range(4)]
    for one in held[:2]:
        world.complete(one)
    world.queue.client.lpush(world.queue.key("results"), b"no event")
    for one in held[2:]:
        world.complete(one)
    world.record()
    assert (world.queue.results(), world.queue.results_bad()) == (0, 1)
    assert {item.state for item in world.items(job_id)} == {ItemState.SUCCEEDED}
    [bad] = world.queue.client.lrange(world.queue.key("results:bad"), 0, -1)
    assert json.loads(bad)["event"] == "no event"


def test_an_item_whose_event_is_refused_ends_dead(world: World) -> None:
    job_id = world.submit()
    world.relay()
    held = world.fetch()
    assert world.queue.complete([(held.item_id, held.claim, '{"manifest":7}')]) == ["ok"]
    world.reconcile()
    assert world.queue.results_bad() == 1
    [item] = world.items(job_id)
    assert (item.state, item.reason) == (ItemState.DEAD, EVENT_REFUSED)
    job = world.job(job_id)
    assert (job.status, job.reason) == (JobStatus.FAILED, EVENT_REFUSED)


def test_postgresql_refuses_what_it_cannot_hold(world: World) -> None:
    """SQLite holds any text; the job ends either way."""
    job_id = world.submit()
    world.relay()
    held = world.fetch()
    assert world.queue.fail(held.item_id, held.claim, "x" * 300, -1) == "dead"
    world.reconcile()
    job = world.job(job_id)
    assert job.status is JobStatus.FAILED
    if world.engine.dialect.name == "postgresql":
        assert (job.reason, world.queue.results_bad()) == (EVENT_REFUSED, 1)


def test_an_event_of_an_item_that_sql_does_not_know_is_passed_over(world: World) -> None:
    job_id = world.submit()
    stranger = world.items(job_id)[0].message | {"item_id": "stranger"}
    world.queue.enqueue([Entry("stranger", 1, stranger)])
    world.complete(world.fetch())
    world.record()
    assert (world.queue.results(), world.queue.results_bad()) == (0, 0)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_reconcilers_at_once_do_the_same_as_one(settings: Settings) -> None:
    world, other = World(settings), World(settings)
    jobs = [world.submit(files=3) for _ in range(30)]
    stop = threading.Event()
    errors: list[Exception] = []

    def reconcile(one: World) -> None:
        try:
            while not stop.is_set():
                one.reconciler.relay.step()
                one.reconciler.recorder.step()
                one.reconciler.settler.step()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=reconcile, args=(one,)) for one in (world, other)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(30 * 4):
            eventually(world.queue.ready, "an item is ready", SECONDS)
            world.complete(world.fetch())
        eventually(
            lambda: all(world.job(job_id).status.terminal for job_id in jobs),
            "all jobs have ended",
            SECONDS,
        )
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert errors == []
    assert {world.job(job_id).status for job_id in jobs} == {JobStatus.SUCCEEDED}
    with world.parts.reading() as session:
        assert session.scalar(select(func.count()).select_from(Item)) == 30 * 4
        assert session.scalar(select(func.count()).select_from(Attempt)) == 30 * 4
        assert set(session.scalars(select(Item.epoch))) == {1}
    world.close()
    other.close()


@pytest.fixture
def small_redis(tmp_path: Path) -> Iterator[RedisServer]:
    """Return a Redis of its own that is soon full."""
    server = RedisServer(tmp_path / "redis", settings=["--maxmemory", "5mb"]).start()
    yield server
    server.stop()


def fill(client: redis.Redis) -> None:
    """Write until the server refuses."""
    with contextlib.suppress(redis.exceptions.OutOfMemoryError):
        while True:
            client.rpush("ballast", b"x" * 100_000)


def test_a_full_redis_takes_nothing_new_and_is_drained(
    settings: Settings, small_redis: RedisServer
) -> None:
    world = World(dataclasses.replace(settings, redis_url=small_redis.url))
    job_id = world.submit(files=2)
    world.relay()
    held = world.fetch()
    fill(world.queue.client)
    late_id = world.submit()
    world.relay()
    assert world.job(late_id).status is JobStatus.ACCEPTED
    assert len(world.outbox()) == 1, "accepted work waits in SQL"
    world.complete(held)
    world.record()
    assert world.attempts(held.item_id)[0].outcome is Outcome.SUCCEEDED
    world.queue.client.delete("ballast")
    finish_all(world)
    assert world.job(job_id).status is JobStatus.SUCCEEDED
    assert world.job(late_id).status is JobStatus.SUCCEEDED
    world.close()


def test_all_of_redis_may_be_lost_in_the_middle(world: World) -> None:
    world.watch()
    first_id = world.submit(files=3)
    cancelled_id = world.submit()
    world.relay()
    first = world.fetch()
    world.complete(first)
    world.record()
    running = world.fetch()
    assert world.queue.fail(world.fetch().item_id, running.claim, "boom", 0) == "stale"
    world.want_cancel(cancelled_id)
    world.queue.client.flushall()
    late_id = world.submit(late=30)

    world.watch()
    with world.parts.reading() as session:
        known = session.scalars(select(RedisState)).one()
        assert world.queue.current_generation() == known.generation
    epochs = {item.id: item.epoch for item in world.items(first_id)}
    assert epochs.pop(first.item_id) == 1, "what has ended stays so"
    assert set(epochs.values()) == {2}
    assert world.queue.complete([(running.item_id, running.claim, "{}")]) == ["stale"]
    world.reconciler.canceller.step()
    finish_all(world)
    assert world.job(first_id).status is JobStatus.SUCCEEDED
    assert world.job(cancelled_id).status is JobStatus.CANCELLED
    assert world.job(late_id).status is JobStatus.SUCCEEDED
    assert check(world.queue) == []


def test_a_redis_that_was_named_before_is_believed(world: World) -> None:
    world.queue.generation("", "named")
    job_id = world.submit()
    world.relay()
    world.watch()
    with world.parts.reading() as session:
        assert session.scalars(select(RedisState.generation)).one() == "named"
    assert world.items(job_id)[0].epoch == 1


def test_an_old_file_brings_back_an_ended_item_that_no_index_holds(world: World) -> None:
    world.watch()
    job_id = world.submit()
    world.relay()
    held = world.fetch()
    world.complete(held)
    world.record()
    assert world.items(job_id)[0].state is ItemState.SUCCEEDED
    key = world.queue.key(f"item:{held.item_id}")
    world.queue.client.hset(key, mapping={"state": "delayed", "epoch": 1})
    world.queue.client.persist(key)
    assert check(world.queue), "the file was damaged before it was kept"
    world.sweep()
    world.sweep()
    world.record()
    assert check(world.queue) == []
    assert world.items(job_id)[0].state is ItemState.SUCCEEDED


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_two_that_begin_believe_in_one_name(
    world: World, monkeypatch: pytest.MonkeyPatch, before: bool
) -> None:
    """Another process names Redis just before, or after, one looks into SQL."""
    job_id = world.submit()
    world.relay()
    other, known = Reconciler(world.parts), generation.known

    def slowly(session: Session) -> generation.Known:
        monkeypatch.setattr(generation, "known", known)
        found = generation.NOTHING if before else known(session)
        while other.watcher.step() == 0:
            pass
        return known(session) if before else found

    monkeypatch.setattr(generation, "known", slowly)
    world.watch()
    with world.parts.reading() as session:
        assert known(session).generation == world.queue.current_generation()
    assert [item.epoch for item in world.items(job_id)] == [1]
    assert world.outbox() == []


def test_a_lost_hash_is_dispatched_again_with_its_budgets(world: World) -> None:
    job_id = world.submit()
    world.relay()
    held = world.fetch()
    world.queue.fail(held.item_id, held.claim, "boom", 0)
    world.record()
    world.queue.client.delete(world.queue.key(f"item:{held.item_id}"))
    world.sweep()
    world.sweep()
    assert world.outbox() == [(held.item_id, 2)]
    world.relay()
    item = world.queue.item(held.item_id)
    assert item is not None
    assert (item["epoch"], item["failures"]) == (2, 1)
    finish_all(world)
    assert world.job(job_id).status is JobStatus.SUCCEEDED


def test_an_item_that_a_worker_asked_for_in_vain_is_dispatched_again_at_once(
    world: World,
) -> None:
    job_id = world.submit()
    world.relay()
    item_id = world.queue.take("w1")
    assert item_id is not None
    world.queue.client.delete(world.queue.key(f"item:{item_id}"))
    [answer] = world.queue.claim([(item_id, "c1")], "w1", 15_000)
    assert answer.answer == "unknown"
    world.record()
    assert world.outbox() == [(item_id, 2)]
    finish_all(world)
    assert world.job(job_id).status is JobStatus.SUCCEEDED


def test_a_lost_hash_of_a_job_to_be_cancelled_is_not_dispatched_again(world: World) -> None:
    job_id = world.submit()
    world.relay()
    item_id = world.items(job_id)[0].id
    world.want_cancel(job_id)
    world.queue.client.delete(world.queue.key(f"item:{item_id}"))
    world.sweep()
    assert world.outbox() == []
    world.reconciler.settler.step()
    assert world.job(job_id).status is JobStatus.CANCELLED


def test_an_end_whose_event_was_lost_is_worked_for_again(world: World) -> None:
    job_id = world.submit()
    world.relay()
    world.complete(world.fetch())
    world.sweep()
    assert world.outbox() == [], "its event is on its way"
    world.queue.client.delete(world.queue.key("results"))
    world.sweep()
    finish_all(world)
    assert world.job(job_id).status is JobStatus.SUCCEEDED
    assert world.items(job_id)[0].epoch == 2


@pytest.mark.parametrize("index", ["leases", "waiting:normal"])
def test_an_item_in_no_index_is_dispatched_again_when_seen_twice(world: World, index: str) -> None:
    job_id = world.submit()
    world.relay()
    if index == "leases":
        world.fetch()
        world.record()
    assert world.queue.client.delete(world.queue.key(index)) == 1
    world.sweep()
    assert world.items(job_id)[0].epoch == 1, "it may be between two states"
    world.sweep()
    assert world.items(job_id)[0].epoch == 2
    finish_all(world)
    assert world.job(job_id).status is JobStatus.SUCCEEDED


def test_an_older_sql_catches_up_with_redis(world: World) -> None:
    """SQL was restored from a backup: Redis is an epoch ahead."""
    job_id = world.submit()
    [item] = world.items(job_id)
    world.queue.enqueue([Entry(item.id, 5, item.message)])
    world.relay()
    world.sweep()
    assert world.items(job_id)[0].epoch == 6
    finish_all(world)
    assert world.job(job_id).status is JobStatus.SUCCEEDED


def test_what_ended_in_sql_is_cancelled_in_redis(world: World) -> None:
    job_id = world.submit()
    world.relay()
    [item] = world.items(job_id)
    with world.parts.writing.begin() as session:
        session.execute(update(Item).values(state=ItemState.DEAD, ended_at=item.created_at))
    world.sweep()
    found = world.queue.item(item.id)
    assert found is not None
    assert found["state"] == State.CANCELLED
    world.record()
    assert world.items(job_id)[0].state is ItemState.DEAD


def test_what_a_wrong_clock_put_off_is_due_now(world: World) -> None:
    job_id = world.submit(late=7200)
    world.relay()
    assert world.outbox() == [], "no dispatch is due in two hours"
    world.complete(world.fetch())
    world.record()
    with world.parts.writing.begin() as session:
        later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=2)
        session.execute(update(Job).values(settle_at=later))
    world.reconciler.settler.step()
    assert world.job(job_id).status is JobStatus.SUCCEEDED


def test_a_sweep_finds_nothing_where_nothing_is_wrong(world: World) -> None:
    world.submit(files=4)
    world.submit(files=2, late=30)
    world.relay()
    world.complete(world.fetch())
    world.queue.fail(world.fetch().item_id, "x", "stale", 0)
    before = world.outbox()
    world.sweep()
    world.sweep()
    assert world.outbox() == before
    assert (
        world.parts.metrics.registry.get_sample_value(
            "harmonizer_repairs_total", {"kind": "missing"}
        )
        is None
    )


def test_what_stands_where_it_should_not_is_counted(world: World) -> None:
    checker, metric = Checker(world.parts), world.parts.metrics.violations
    world.submit()
    world.relay()
    checker.step()
    assert metric._value.get() == 0
    held = world.fetch()
    world.queue.client.zrem(world.queue.key("leases"), held.item_id)
    checker.step()
    assert metric._value.get() == 1


def test_a_cancelled_job_ends_whose_unconfirmed_item_ended_and_left_no_event(world: World) -> None:
    """web pushed it, nobody confirmed that, it ran, and then Redis lost what it had said."""
    job_id = world.submit(late=SECONDS)
    [item] = world.items(job_id)
    assert world.queue.enqueue([Entry(item.id, item.epoch, item.message)]) == ["ok"]
    world.complete(world.fetch())
    world.queue.client.delete(world.queue.key("results"))
    world.want_cancel(job_id)
    world.reconciler.canceller.step()
    world.sweep()
    world.reconcile()
    assert world.job(job_id).status is JobStatus.CANCELLED
    assert world.outbox() == []


def test_a_job_that_runs_again_can_be_cancelled_before_the_queue_hears_of_it(world: World) -> None:
    """The queue still has the hash of the epoch before."""
    job_id = world.submit()
    world.relay()
    world.want_cancel(job_id)
    world.reconciler.canceller.step()
    world.reconcile()
    assert world.job(job_id).status is JobStatus.CANCELLED
    with world.parts.writing.begin() as session:
        assert retry.retry(session, job_id, datetime.datetime.now(datetime.UTC)) == 1
    world.want_cancel(job_id)
    world.reconciler.canceller.step()
    world.reconcile()
    assert world.job(job_id).status is JobStatus.CANCELLED
    assert world.outbox() == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_job_that_comes_while_everything_is_dispatched_again_is_locked_too(world: World) -> None:
    """Else its item ends in an epoch that it was not claimed in."""
    world.submit()
    recording = world.parts.writing()
    engine = world.parts.writing.kw["bind"]
    came: list[str] = []

    def come(connection: Any, cursor: Any, statement: str, *of: object) -> None:
        if not came and statement.startswith("SELECT job.id"):
            came.append("")  # not again by what follows
            came[0] = world.submit()
            lock_jobs(recording, came)

    event.listen(engine, "after_cursor_execute", come)
    now = datetime.datetime.now(datetime.UTC)

    def again() -> None:
        with world.parts.writing.begin() as session:
            dispatch.everything_again(session, now)

    with ThreadPoolExecutor(1) as beside:
        dispatching = beside.submit(again)
        time.sleep(2)
        [item] = recording.scalars(select(Item).where(Item.job_id == came[0]))
        end_item(item, ItemState.SUCCEEDED, now, None)
        recording.commit()
        recording.close()
        dispatching.result()
    event.remove(engine, "after_cursor_execute", come)
    [ended] = world.items(came[0])
    assert (ended.epoch, ended.state) == (1, ItemState.SUCCEEDED)
