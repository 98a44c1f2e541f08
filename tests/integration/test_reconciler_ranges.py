"""A large file: its plan, then its ranges, then one more item over everything, all from rows."""

import pytest
from sqlalchemy import update

from queue_world import World, fetched, manifest, parts_of
from web.db.models import FileStatus, Item, ItemKind, ItemState, JobStatus


def test_ranges_follow_their_plan_while_other_files_are_at_work(world: World) -> None:
    job_id = world.submit(files=2, large=[2])
    world.relay()
    first = fetched(world, 2)
    [small], [plan] = first["file"], first["plan"]
    planned = world.divide(plan, 3)
    world.reconcile()
    assert world.job(job_id).settle_at is None
    ranges = fetched(world, 3)["transform"]
    for number, held in enumerate(ranges, 1):
        message = held.message
        assert message["params"] == {"file_no": 2, "planned": planned, "range_no": number}
        assert message["input"]["uri"] == f"jobs/{job_id}/input/2"
        assert message["input"]["range"] == {
            "start": (0, 33, 66)[number - 1],
            "end": (33, 66, 100)[number - 1],
        }
        assert message["trace"] == plan.message["trace"]
    made = [world.complete(held) for held in ranges]
    world.reconcile()
    assert world.job(job_id).status is JobStatus.RUNNING
    whole = world.complete(small)
    world.reconcile()

    [finish] = fetched(world, 1)["finish"]
    assert parts_of(world, finish) == [
        {"file_no": 1, "manifest": whole, "ranges": [], "reason": None},
        {"file_no": 2, "manifest": planned, "ranges": made, "reason": None},
    ]
    uri = world.complete(finish, manifest([(1, "ok", None), (2, "ok", None)]))
    world.reconcile()
    assert world.job(job_id).status is JobStatus.SUCCEEDED
    assert world.job(job_id).manifest_uri == uri


def test_a_large_file_that_its_plan_did_whole_is_the_result(world: World) -> None:
    job_id = world.submit(large=[1])
    world.relay()
    uri = world.complete(world.fetch())
    world.reconcile()
    assert world.job(job_id).status is JobStatus.SUCCEEDED
    assert world.job(job_id).manifest_uri == uri
    assert [item.kind for item in world.items(job_id)] == [ItemKind.PLAN]


def test_a_range_that_fails_is_tried_again_alone(world: World) -> None:
    job_id = world.submit(large=[1])
    world.relay()
    planned = world.divide(world.fetch(), 3)
    world.reconcile()
    one, two, three = fetched(world, 3)["transform"]
    made = [world.complete(one), "", world.complete(three)]
    assert world.queue.fail(two.item_id, two.claim, "boom", 0) == "retry"
    world.queue.promote()
    world.reconcile()
    again = world.fetch()
    assert (again.item_id, again.epoch) == (two.item_id, two.epoch)
    made[1] = world.complete(again)
    world.reconcile()
    [part] = parts_of(world, world.fetch())
    assert part == {"file_no": 1, "manifest": planned, "ranges": made, "reason": None}
    attempts = [len(world.attempts(held.item_id)) for held in (one, two, three)]
    assert attempts == [1, 2, 1]
    assert world.job(job_id).status is JobStatus.RUNNING


def test_a_dead_range_fails_its_file_and_no_other(world: World) -> None:
    job_id = world.submit(files=2, large=[1])
    world.relay()
    first = fetched(world, 2)
    world.divide(first["plan"][0], 2)
    whole = world.complete(first["file"][0])
    world.reconcile()
    one, two = fetched(world, 2)["transform"]
    assert world.queue.fail(one.item_id, one.claim, "poison", -1) == "dead"
    world.complete(two)
    world.reconcile()
    finish = world.fetch()
    assert parts_of(world, finish) == [
        {"file_no": 1, "manifest": None, "ranges": [], "reason": "poison"},
        {"file_no": 2, "manifest": whole, "ranges": [], "reason": None},
    ]
    world.complete(finish, manifest([(1, "failed", "poison"), (2, "ok", None)]))
    world.reconcile()
    assert world.job(job_id).status is JobStatus.PARTIAL
    assert [file.reason for file in world.files(job_id)] == ["poison", None]


def test_a_large_file_alone_with_a_dead_range_has_failed(world: World) -> None:
    job_id = world.submit(large=[1])
    world.relay()
    world.divide(world.fetch(), 2)
    world.reconcile()
    one, two = fetched(world, 2)["transform"]
    world.complete(one)
    assert world.queue.fail(two.item_id, two.claim, "poison", -1) == "dead"
    world.reconcile()
    job = world.job(job_id)
    assert (job.status, job.reason) == (JobStatus.FAILED, "poison")
    [file] = world.files(job_id)
    assert (file.status, file.reason) == (FileStatus.FAILED, "poison")


def test_events_and_steps_that_come_twice_make_the_ranges_once(world: World) -> None:
    job_id = world.submit(large=[1])
    world.relay()
    plan = world.fetch()
    world.divide(plan, 2)
    events = world.queue.read_results(10)
    world.reconcile()
    for raw in events[::-1]:
        world.queue.client.lpush(world.queue.key("results"), raw)
    world.reconcile()
    with world.parts.writing.begin() as session:
        session.execute(update(Item).where(Item.id == plan.item_id).values(to_divide=True))
    world.reconcile()
    epochs = [(item.kind, item.epoch) for item in world.items(job_id)]
    assert epochs == [(ItemKind.PLAN, 1), (ItemKind.TRANSFORM, 1), (ItemKind.TRANSFORM, 1)]


def test_a_job_cancelled_before_its_file_is_divided_makes_no_ranges(world: World) -> None:
    job_id = world.submit(large=[1])
    world.relay()
    world.divide(world.fetch(), 2)
    world.want_cancel(job_id)
    world.reconcile()
    assert world.job(job_id).status is JobStatus.CANCELLED
    assert [item.kind for item in world.items(job_id)] == [ItemKind.PLAN]


def test_cancel_reaches_every_range(world: World) -> None:
    job_id = world.submit(large=[1])
    world.relay()
    world.divide(world.fetch(), 3)
    world.reconcile()
    running = world.fetch()
    world.want_cancel(job_id)
    world.reconciler.canceller.step()
    assert world.queue.renew("w1", 1000, [(running.item_id, running.claim)]) == ["cancel"]
    assert world.queue.cancelled(running.item_id, running.claim) == "ok"
    world.reconcile()
    assert world.job(job_id).status is JobStatus.CANCELLED
    states = [item.state for item in world.items(job_id) if item.kind is ItemKind.TRANSFORM]
    assert states == [ItemState.CANCELLED] * 3


@pytest.mark.parametrize("division", [None, {}, {"ranges": "many"}])
def test_a_plan_that_says_nothing_about_ranges_fails_its_file_only(
    world: World, division: object
) -> None:
    job_id = world.submit(files=2, large=[1])
    world.relay()
    first = fetched(world, 2)
    world.complete(first["plan"][0], manifest([], division=division), ranges=2)
    world.reconcile()
    world.complete(first["file"][0])
    world.reconcile()
    [failed, _] = parts_of(world, world.fetch())
    assert failed["reason"] == "manifest_invalid"
    assert world.job(job_id).status is JobStatus.RUNNING
