"""Records compared in shards: items of kind link that follow the files, and one that joins them."""

import dataclasses
import datetime
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from queue_world import COUNTS, Held, World, fetched, manifest, parts_of
from reconciler import settler
from web.config import Settings
from web.db import retry
from web.db.models import ItemKind, ItemState, JobStatus

ROWS = COUNTS["rows_out"]
"""That each file of a test has."""


@pytest.fixture
def world(settings: Settings) -> Iterator[World]:
    """Return a reconciler that lets each item compare half of what a file has."""
    world = World(dataclasses.replace(settings, link_shard_rows=ROWS // 2))
    yield world
    world.close()


def sharded(world: World, count: int = 2) -> tuple[str, list[Held]]:
    """Return a job whose file is done, and the items that compare its shards, claimed."""
    job_id = world.submit(operation="link")
    world.relay()
    world.complete(world.fetch())
    world.reconcile()
    return job_id, shards_of(world, count)


def half_sharded(world: World) -> tuple[str, list[Held]]:
    """Return a job one of whose two files died, and the items that compare the other's shards."""
    job_id = world.submit(files=2, operation="link")
    world.relay()
    one, two = fetched(world, 2)["file"]
    world.complete(one)
    assert world.queue.fail(two.item_id, two.claim, "boom", -1) == "dead"
    world.reconcile()
    return job_id, shards_of(world, 2)


def run_the_dead_file_again(world: World, job_id: str) -> list[Held]:
    """Run it again when the job has ended in part; return the items that compare all shards."""
    world.link(world.fetch(), files=[(1, "ok", None), (2, "failed", "boom")])
    world.reconcile()
    assert world.job(job_id).status is JobStatus.PARTIAL
    assert run_again(world, job_id) == 1
    world.complete(world.fetch())
    world.reconcile()
    return shards_of(world, 4)


def shards_of(world: World, count: int) -> list[Held]:
    held = fetched(world, count)["link"]
    return sorted(held, key=lambda one: one.message["params"]["shard"]["no"])


def compared(world: World, shards: list[Held]) -> list[str]:
    """Complete shards; return where they left what they found."""
    made = [world.complete(one, manifest([])) for one in shards]
    world.reconcile()
    return made


def run_again(world: World, job_id: str) -> int | None:
    with world.parts.writing.begin() as session:
        again = retry.retry(session, job_id, datetime.datetime.now(datetime.UTC))
    world.reconcile()
    return again


def left(world: World, held: Held) -> list[str]:
    """Return what an item has in the store."""
    return list(world.parts.store.list(f"jobs/{held.message['job_id']}/{held.item_id}"))


def test_shards_follow_the_files_and_one_more_item_joins_them(world: World) -> None:
    job_id, shards = sharded(world)
    assert [one.message["params"]["shard"] for one in shards] == [
        {"no": 1, "of": 2},
        {"no": 2, "of": 2},
    ]
    assert {one.message["item_id"] for one in shards} == {one.item_id for one in shards}
    made = compared(world, shards[:1])
    assert world.job(job_id).settle_at is None
    made += compared(world, shards[1:])
    join = world.fetch()
    params = join.message["params"]
    assert (params["compared"], "shard" in params) == (made, False)
    assert params["registry"] == shards[0].message["params"]["registry"]
    assert parts_of(world, join) == parts_of(world, shards[0])
    assert all(left(world, one) for one in shards)
    world.link(join)
    world.reconcile()
    assert world.job(job_id).status is JobStatus.SUCCEEDED
    assert not any(left(world, one) for one in shards)
    places = [(item.kind, item.shard_no) for item in world.items(job_id)]
    assert sorted(places) == [(ItemKind.FILE, 0), *((ItemKind.LINK, no) for no in range(3))]


def test_few_rows_are_one_item(settings: Settings) -> None:
    world = World(dataclasses.replace(settings, link_shard_rows=ROWS))
    job_id = world.submit(operation="link")
    world.relay()
    world.complete(world.fetch())
    world.reconcile()
    assert "shard" not in world.fetch().message["params"]
    assert len(world.items(job_id)) == 2
    world.close()


def test_rows_of_all_files_count_and_there_are_sixteen_at_most(settings: Settings) -> None:
    world = World(dataclasses.replace(settings, link_shard_rows=1))
    world.submit(files=3, operation="deduplicate")
    world.relay()
    for held in fetched(world, 3)["file"]:
        world.complete(held)
    world.reconcile()
    assert [one.message["params"]["shard"]["of"] for one in shards_of(world, 16)] == [16] * 16
    world.close()


def test_a_lost_worker_in_a_shard_costs_that_shard_alone(world: World) -> None:
    job_id, [one, two] = sharded(world)
    world.queue.client.zadd(world.queue.key("leases"), {two.item_id: 1})
    world.queue.reap()
    world.queue.client.hdel(world.queue.key("conf"), "reap_from")  # it was not away
    assert world.queue.reap() == 1
    made = compared(world, [one])
    again = world.fetch("w2")
    assert (again.item_id, again.epoch, again.losses) == (two.item_id, two.epoch, 1)
    made += compared(world, [again])
    assert world.fetch().message["params"]["compared"] == made
    assert len(world.attempts(one.item_id)) == 1
    assert world.job(job_id).status is JobStatus.RUNNING


def test_a_dead_shard_ends_the_job_and_a_retry_runs_it_alone(world: World) -> None:
    job_id, [one, two] = sharded(world)
    assert world.queue.fail(two.item_id, two.claim, "boom", -1) == "dead"
    [first] = compared(world, [one])
    job = world.job(job_id)
    assert (job.status, job.reason) == (JobStatus.FAILED, "boom")
    assert left(world, one)
    assert run_again(world, job_id) == 1
    [again] = shards_of(world, 1)
    assert (again.item_id, again.epoch) == (two.item_id, 2)
    assert world.snapshot(again)
    [second] = compared(world, [again])
    join = world.fetch()
    assert join.message["params"]["compared"] == [first, second]
    world.link(join)
    world.reconcile()
    assert world.job(job_id).status is JobStatus.SUCCEEDED
    runs = [(item.shard_no, item.range_no, item.epoch) for item in world.items(job_id)]
    assert sorted(runs) == [(0, 0, 1), (0, 1, 1), (1, 1, 1), (2, 1, 2)]


def test_a_join_that_died_is_run_again_alone(world: World) -> None:
    job_id, shards = sharded(world)
    made = compared(world, shards)
    join = world.fetch()
    assert world.queue.fail(join.item_id, join.claim, "boom", -1) == "dead"
    world.reconcile()
    assert world.job(job_id).status is JobStatus.FAILED
    assert run_again(world, job_id) == 0
    again = world.fetch()
    assert again.message["params"]["compared"] == made
    assert again.item_id != join.item_id


def test_a_file_that_runs_again_has_all_shards_compared_again(world: World) -> None:
    job_id, shards = half_sharded(world)
    compared(world, shards)
    again = run_the_dead_file_again(world, job_id)
    assert not {one.item_id for one in again} & {one.item_id for one in shards}
    compared(world, again)
    assert len(world.fetch().message["params"]["compared"]) == 4


def test_who_forgets_what_a_run_needed_takes_nothing_of_the_next_run(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reconciler may stand still behind the commit that ends a job, and its job be run again."""
    late: list[Callable[[], None]] = []
    for name in ("forget_snapshots", "forget_shards"):
        forget = getattr(settler, name)
        monkeypatch.setattr(settler, name, lambda *of, do=forget: late.append(partial(do, *of)))
    job_id, before = half_sharded(world)
    compared(world, before)
    again = run_the_dead_file_again(world, job_id)
    compared(world, again)
    for forget in late:
        forget()
    assert not any(left(world, shard) for shard in before)
    assert all(left(world, shard) for shard in again)
    assert world.snapshot(world.fetch())


def test_a_cancel_reaches_every_shard_and_leaves_nothing_to_join(world: World) -> None:
    job_id, [one, two] = sharded(world)
    compared(world, [one])
    world.want_cancel(job_id)
    world.reconciler.canceller.step()
    assert world.queue.renew("w1", 1000, [(two.item_id, two.claim)]) == ["cancel"]
    assert world.queue.cancelled(two.item_id, two.claim) == "ok"
    world.reconcile()
    assert world.job(job_id).status is JobStatus.CANCELLED
    states = {item.shard_no: item.state for item in world.items(job_id) if item.shard_no}
    assert states == {1: ItemState.SUCCEEDED, 2: ItemState.CANCELLED}
    assert len(world.items(job_id)) == 3
    assert run_again(world, job_id) == 1
    [again] = shards_of(world, 1)
    assert again.item_id == two.item_id


def test_a_cancel_between_shards_and_join_ends_the_job(world: World) -> None:
    job_id, shards = sharded(world)
    world.want_cancel(job_id)
    compared(world, shards)
    assert world.job(job_id).status is JobStatus.CANCELLED
    assert len(world.items(job_id)) == 3


def other_job(world: World) -> None:
    """Let another job of the same owner change the registry."""
    job_id, shards = sharded(world)
    compared(world, shards)
    record = {"uid": f"{1:032x}", "person": "A", "no": 1, "match": {"ssn": "1"}}
    delivery = {"delivery": {"source": "east", "file": "1.csv", "sha256": "0" * 64}}
    more = {"more": {"race": "x"}, "method": "exact", "score": 1.0}
    world.link(world.fetch(), delivery, {"record": record | more})
    world.reconcile()
    assert world.job(job_id).status is JobStatus.SUCCEEDED


def test_a_registry_that_moved_before_the_join_has_the_shards_compared_again(world: World) -> None:
    job_id, shards = sharded(world)
    other_job(world)
    compared(world, shards)
    again = shards_of(world, 2)
    assert [(one.item_id, one.epoch) for one in again] == [(one.item_id, 2) for one in shards]
    assert len(world.snapshot(again[0])) == 3
    compared(world, again)
    world.link(world.fetch())
    world.reconcile()
    assert world.job(job_id).status is JobStatus.SUCCEEDED


def test_a_registry_that_moved_after_it_has_shards_and_join_run_again(world: World) -> None:
    job_id, shards = sharded(world)
    compared(world, shards)
    join = world.fetch()
    other_job(world)
    world.link(join)
    world.reconcile()
    again = shards_of(world, 2)
    assert {one.epoch for one in again} == {2}
    made = compared(world, again)
    world.reconcile()
    joined = world.fetch()
    assert (joined.item_id, joined.epoch) == (join.item_id, 2)
    assert joined.message["params"]["compared"] == made
    assert joined.message["params"]["registry"] == again[0].message["params"]["registry"]
    world.link(joined)
    world.reconcile()
    assert world.job(job_id).status is JobStatus.SUCCEEDED
    files = [item.epoch for item in world.items(job_id) if item.kind is ItemKind.FILE]
    assert files == [1]


def test_steps_that_come_twice_make_the_shards_once(world: World) -> None:
    job_id = world.submit(operation="link")
    world.relay()
    world.complete(world.fetch())
    events = world.queue.read_results(10)
    world.reconcile()
    for raw in events[::-1]:
        world.queue.client.lpush(world.queue.key("results"), raw)
    world.reconcile()
    assert [(item.shard_no, item.epoch) for item in world.items(job_id)] == [(0, 1), (1, 1), (2, 1)]
