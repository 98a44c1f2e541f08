"""A job that has ended is run again: what failed, and nothing else."""

import datetime

from sqlalchemy import select, update

from queue_world import World, fetched, manifest, parts_of
from web.db import retry
from web.db.models import Attempt, FileStatus, ItemKind, ItemState, JobStatus, Output


def run_again(world: World, job_id: str) -> int | None:
    """Retry a job as web does."""
    with world.parts.writing.begin() as session:
        return retry.retry(session, job_id, datetime.datetime.now(datetime.UTC))


def epochs(world: World, job_id: str) -> list[tuple[ItemKind, int, int, int]]:
    return [(item.kind, item.file_no, item.range_no, item.epoch) for item in world.items(job_id)]


def test_only_the_item_that_died_runs_again_with_fresh_budgets(world: World) -> None:
    job_id = world.submit(files=3)
    world.relay()
    made: dict[int, str] = {}
    for held in fetched(world, 3)["file"]:
        number = held.message["params"]["file_no"]
        if number == 2:
            assert world.queue.fail(held.item_id, held.claim, "boom", -1) == "dead"
        else:
            made[number] = world.complete(held)
    world.reconcile()
    world.complete(
        world.fetch(), manifest([(1, "ok", None), (2, "failed", "boom"), (3, "ok", None)])
    )
    world.reconcile()
    assert world.job(job_id).status is JobStatus.PARTIAL

    assert run_again(world, job_id) == 1
    job = world.job(job_id)
    assert (job.retries, job.finished_at, job.manifest_uri) == (1, None, None)
    assert [file.status for file in world.files(job_id)] == [None] * 3
    with world.parts.reading() as session:
        assert session.scalars(select(Output)).all() == []
    world.relay()
    again = world.fetch()
    assert (again.message["params"]["file_no"], again.epoch) == (2, 2)
    made[2] = world.complete(again)
    world.reconcile()
    finish = world.fetch()
    assert [part["manifest"] for part in parts_of(world, finish)] == [made[1], made[2], made[3]]
    uri = world.complete(finish, manifest([(number, "ok", None) for number in (1, 2, 3)]))
    world.reconcile()
    job = world.job(job_id)
    assert (job.status, job.manifest_uri) == (JobStatus.SUCCEEDED, uri)
    assert epochs(world, job_id) == [
        (ItemKind.FILE, 1, 0, 1),
        (ItemKind.FILE, 2, 0, 2),
        (ItemKind.FILE, 3, 0, 1),
        (ItemKind.FINISH, 0, 0, 1),
        (ItemKind.FINISH, 0, 1, 1),
    ]


def test_a_file_that_could_not_be_read_runs_again(world: World) -> None:
    job_id = world.submit()
    world.relay()
    world.complete(world.fetch(), manifest([(1, "failed", "FILE-001")]))
    world.reconcile()
    assert world.job(job_id).status is JobStatus.FAILED
    assert run_again(world, job_id) == 1
    world.relay()
    world.complete(world.fetch())
    world.reconcile()
    assert world.job(job_id).status is JobStatus.SUCCEEDED
    assert world.job(job_id).reason is None
    assert [file.status for file in world.files(job_id)] == [FileStatus.OK]


def test_of_a_divided_file_only_the_dead_range_runs_again(world: World) -> None:
    job_id = world.submit(large=[1])
    world.relay()
    planned = world.divide(world.fetch(), 3)
    world.reconcile()
    one, two, three = fetched(world, 3)["transform"]
    made = [world.complete(one), "", world.complete(three)]
    assert world.queue.fail(two.item_id, two.claim, "poison", -1) == "dead"
    world.reconcile()
    assert world.job(job_id).status is JobStatus.FAILED
    assert run_again(world, job_id) == 1
    world.relay()
    again = world.fetch()
    assert (again.item_id, again.epoch) == (two.item_id, 2)
    made[1] = world.complete(again)
    world.reconcile()
    [part] = parts_of(world, world.fetch())
    assert part == {"file_no": 1, "manifest": planned, "ranges": made, "reason": None}


def test_what_was_swept_since_is_made_again(world: World) -> None:
    job_id = world.submit(large=[1])
    world.relay()
    world.divide(world.fetch(), 2)
    world.reconcile()
    for held in fetched(world, 2)["transform"]:
        world.complete(held)
    world.reconcile()
    finish = world.fetch()
    assert world.queue.fail(finish.item_id, finish.claim, "boom", -1) == "dead"
    world.reconcile()
    with world.parts.writing.begin() as session:
        session.execute(update(Attempt).values(swept_at=datetime.datetime.now(datetime.UTC)))
    assert run_again(world, job_id) == 1
    world.relay()
    planned = world.divide(world.fetch(), 2)
    world.reconcile()
    again = fetched(world, 2)["transform"]
    assert [held.message["params"]["planned"] for held in again] == [planned] * 2
    assert [held.epoch for held in again] == [2, 2]
    made = [world.complete(held) for held in again]
    world.reconcile()
    [part] = parts_of(world, world.fetch())
    assert part == {"file_no": 1, "manifest": planned, "ranges": made, "reason": None}


def test_a_cancelled_job_goes_on_where_it_was(world: World) -> None:
    job_id = world.submit(files=2)
    world.relay()
    done = world.fetch()
    made = world.complete(done)
    world.want_cancel(job_id)
    world.reconciler.canceller.step()
    world.reconcile()
    assert world.job(job_id).status is JobStatus.CANCELLED
    assert run_again(world, job_id) == 1
    assert not world.job(job_id).cancel_wanted
    world.relay()
    other = world.fetch()
    assert other.item_id != done.item_id
    assert other.epoch == 2
    world.complete(other)
    world.reconcile()
    assert made in [part["manifest"] for part in parts_of(world, world.fetch())]


def test_a_cancel_that_comes_behind_a_retry_leaves_what_runs_again_alone(world: World) -> None:
    job_id = world.submit()
    world.relay()
    world.want_cancel(job_id)
    world.reconciler.canceller.step()
    world.reconcile()
    assert run_again(world, job_id) == 1
    world.relay()
    [item] = world.items(job_id)
    assert world.queue.cancel(item.id, item.epoch - 1) == "ended"
    world.complete(world.fetch(), manifest([(1, "ok", None)]))
    world.reconcile()
    assert world.job(job_id).status is JobStatus.SUCCEEDED


def test_when_only_the_last_item_died_only_a_new_one_runs(world: World) -> None:
    job_id = world.submit(files=2)
    world.relay()
    for held in fetched(world, 2)["file"]:
        world.complete(held)
    world.reconcile()
    finish = world.fetch()
    assert world.queue.fail(finish.item_id, finish.claim, "boom", -1) == "dead"
    world.reconcile()
    assert (world.job(job_id).status, world.job(job_id).reason) == (JobStatus.FAILED, "boom")
    assert run_again(world, job_id) == 0
    world.reconcile()
    again = world.fetch()
    assert again.item_id != finish.item_id
    world.complete(again, manifest([(1, "ok", None), (2, "ok", None)]))
    world.reconcile()
    assert world.job(job_id).status is JobStatus.SUCCEEDED


def test_a_late_event_of_the_earlier_run_changes_nothing(world: World) -> None:
    job_id = world.submit()
    world.relay()
    held = world.fetch()
    assert world.queue.fail(held.item_id, held.claim, "boom", -1) == "dead"
    late = world.queue.read_results(10)
    world.reconcile()
    run_again(world, job_id)
    world.relay()
    for raw in late[::-1]:
        # As one that another reconciler has read and not acknowledged.
        other = raw.replace(held.claim.encode(), b"another-claim")
        world.queue.client.lpush(world.queue.key("results"), other)
    world.record()
    [item] = world.items(job_id)
    assert (item.state, item.epoch, item.failures) == (ItemState.WAITING, 2, 0)


def test_what_cannot_be_run_again_is_left_alone(world: World) -> None:
    job_id = world.submit()
    assert run_again(world, job_id) is None
    world.relay()
    world.complete(world.fetch())
    world.reconcile()
    assert run_again(world, job_id) is None
    job = world.job(job_id)
    assert (job.status, job.retries) == (JobStatus.SUCCEEDED, 0)
