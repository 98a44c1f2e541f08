"""From an accepted job to its end, over everything that may become of its items."""

import dataclasses
import datetime
import json
from typing import Any

import pytest
from sqlalchemy import select, update

from harmonizer_queue import Priority
from queue_world import COUNTS, World, digest, manifest
from web.config import Settings
from web.db.models import (
    FileStatus,
    IssueCount,
    Item,
    ItemKind,
    ItemState,
    Job,
    JobStatus,
    Outcome,
    Output,
)


def test_a_job_of_one_file_ends_with_its_manifest(world: World) -> None:
    job_id = world.submit()
    assert world.job(job_id).status is JobStatus.ACCEPTED
    world.relay()
    assert world.job(job_id).status is JobStatus.QUEUED
    assert world.outbox() == []
    held = world.fetch()
    world.record()
    job = world.job(job_id)
    assert job.status is JobStatus.RUNNING
    assert job.started_at is not None
    uri = world.complete(held)
    world.reconcile()

    job = world.job(job_id)
    assert (job.status, job.manifest_uri, job.counts) == (JobStatus.SUCCEEDED, uri, COUNTS)
    assert (job.settle_at, job.reason) == (None, None)
    assert job.finished_at is not None
    [file] = world.files(job_id)
    assert (file.status, file.table, file.counts) == (FileStatus.OK, "patient", COUNTS)
    [item] = world.items(job_id)
    assert (item.state, item.manifest_uri) == (ItemState.SUCCEEDED, uri)
    [attempt] = world.attempts(item.id)
    assert (attempt.claim, attempt.worker) == (held.claim, "w1")
    assert attempt.outcome is Outcome.SUCCEEDED
    with world.parts.reading() as session:
        output = session.scalars(select(Output)).one()
        assert (output.name, output.kind, output.rows) == ("patient.clean.csv", "clean", 8)
        assert output.uri == f"{uri.rpartition('/')[0]}/patient.clean.csv"
        issue = session.scalars(select(IssueCount)).one()
        assert (issue.job_id, issue.rule_id, issue.count) == (job_id, "DATE-003", 1)
    assert world.queue.results() == 0


def test_a_job_whose_only_file_failed_has_failed(world: World) -> None:
    job_id = world.submit()
    world.relay()
    world.complete(world.fetch(), manifest([(1, "failed", "FILE-001")]))
    world.reconcile()
    assert world.job(job_id).status is JobStatus.FAILED
    assert world.job(job_id).reason == "FILE-001"
    [file] = world.files(job_id)
    assert (file.status, file.reason) == (FileStatus.FAILED, "FILE-001")


def test_a_job_whose_only_item_died_has_failed(world: World) -> None:
    job_id = world.submit()
    world.relay()
    held = world.fetch()
    assert world.queue.fail(held.item_id, held.claim, "out_of_memory", -1) == "dead"
    world.reconcile()
    job = world.job(job_id)
    assert (job.status, job.reason) == (JobStatus.FAILED, "out_of_memory")
    [file] = world.files(job_id)
    assert (file.status, file.reason) == (FileStatus.FAILED, "out_of_memory")


def test_a_retry_counts_a_failure_and_runs_again(world: World) -> None:
    job_id = world.submit()
    world.relay()
    first = world.fetch()
    assert world.queue.fail(first.item_id, first.claim, "boom", 0) == "retry"
    world.record()
    [item] = world.items(job_id)
    assert (item.state, item.failures, item.reason) == (ItemState.DELAYED, 1, "boom")
    world.queue.promote()
    second = world.fetch()
    world.record()
    [item] = world.items(job_id)
    assert (item.state, item.delivery, item.claim) == (ItemState.RUNNING, 2, second.claim)
    world.complete(second)
    world.reconcile()
    assert world.job(job_id).status is JobStatus.SUCCEEDED
    outcomes = [attempt.outcome for attempt in world.attempts(first.item_id)]
    assert outcomes == [Outcome.RETRY, Outcome.SUCCEEDED]


def test_several_files_are_put_together_by_one_more_item(world: World) -> None:
    job_id = world.submit(files=3)
    world.relay()
    manifests: dict[int, str] = {}
    for _ in range(3):
        held = world.fetch()
        number = held.message["params"]["file_no"]
        if number == 2:
            world.queue.fail(held.item_id, held.claim, "boom", -1)
        else:
            manifests[number] = world.complete(held)
    world.reconcile()

    assert world.job(job_id).status is JobStatus.RUNNING
    held = world.fetch()
    message = held.message
    params = message["params"]
    assert (message["kind"], message["job_id"]) == ("finish", job_id)
    assert message["input"]["uri"] == f"jobs/{job_id}/job.json"
    assert message["input"]["bytes"] == world.parts.store.size(message["input"]["uri"])
    assert message["trace"] == {"traceparent": "00-1-1-00"}
    assert params["options"] == {"provenance": True}
    assert params["parts"] == f"jobs/{job_id}/{held.item_id}.json"
    assert json.loads(world.parts.store.read(params["parts"], 10_000)) == {
        "v": 1,
        "parts": [
            {"file_no": 1, "manifest": manifests[1], "ranges": [], "reason": None},
            {"file_no": 2, "manifest": None, "ranges": [], "reason": "boom"},
            {"file_no": 3, "manifest": manifests[3], "ranges": [], "reason": None},
        ],
    }
    files: list[tuple[int, str, str | None]] = [
        (1, "ok", None),
        (2, "failed", "boom"),
        (3, "ok", None),
    ]
    uri = world.complete(held, manifest(files))
    world.reconcile()

    job = world.job(job_id)
    assert (job.status, job.manifest_uri, job.reason) == (JobStatus.PARTIAL, uri, None)
    statuses = [(file.status, file.reason) for file in world.files(job_id)]
    assert statuses == [(FileStatus.OK, None), (FileStatus.FAILED, "boom"), (FileStatus.OK, None)]


def test_without_any_part_there_is_nothing_to_put_together(world: World) -> None:
    job_id = world.submit(files=2)
    world.relay()
    for _ in range(2):
        held = world.fetch()
        world.queue.fail(held.item_id, held.claim, "boom", -1)
    world.reconcile()
    assert (world.job(job_id).status, world.job(job_id).reason) == (JobStatus.FAILED, "boom")
    assert [item.kind for item in world.items(job_id)] == [ItemKind.FILE] * 2
    assert [file.status for file in world.files(job_id)] == [FileStatus.FAILED] * 2


def test_a_job_whose_finish_died_has_failed(world: World) -> None:
    job_id = world.submit(files=2)
    world.relay()
    for _ in range(2):
        world.complete(world.fetch())
    world.reconcile()
    held = world.fetch()
    world.queue.fail(held.item_id, held.claim, "disk_full", -1)
    world.reconcile()
    assert (world.job(job_id).status, world.job(job_id).reason) == (JobStatus.FAILED, "disk_full")


def test_files_of_equal_bytes_and_archives_of_several_tables(world: World) -> None:
    job_id = world.submit(files=3)
    with world.parts.writing.begin() as session:
        for file in world.files(job_id)[:2]:
            session.merge(file).sha256 = digest(1)
    world.relay()
    for _ in range(3):
        world.complete(world.fetch())
    world.reconcile()
    files = [(1, "ok", None), (1, "failed", "FILE-009"), (3, "ok", None), (3, "ok", None)]
    document = manifest(files)
    document["files"][3]["table"] = "encounter"
    world.complete(world.fetch(), document)
    world.reconcile()
    first, second, archive = world.files(job_id)
    assert (first.status, first.table) == (FileStatus.OK, "patient")
    assert (second.status, second.reason) == (FileStatus.FAILED, "FILE-009")
    assert (archive.status, archive.table) == (FileStatus.OK, None)
    assert archive.counts is not None
    assert archive.counts["rows_in"] == 2 * COUNTS["rows_in"]


def test_cancel_reaches_items_wherever_they_are(world: World) -> None:
    job_id = world.submit(files=3)
    waiting_id = sorted(item.id for item in world.items(job_id))[0]
    world.relay()
    held = world.fetch()
    assert held.item_id == waiting_id
    late_id = world.submit(files=2, late=30)
    world.want_cancel(job_id)
    world.want_cancel(late_id)
    world.reconciler.canceller.step()
    world.reconcile()
    assert world.job(late_id).status is JobStatus.CANCELLED
    assert world.outbox() == []
    states = {item.id: item.state for item in world.items(job_id)}
    assert states.pop(held.item_id) is ItemState.RUNNING
    assert set(states.values()) == {ItemState.CANCELLED}

    assert world.queue.renew("w1", 15_000, [(held.item_id, held.claim)]) == ["cancel"]
    assert world.queue.cancelled(held.item_id, held.claim) == "ok"
    world.reconcile()
    assert world.job(job_id).status is JobStatus.CANCELLED
    assert world.job(job_id).settle_at is None


def test_nothing_is_dispatched_for_a_job_to_be_cancelled(world: World) -> None:
    job_id = world.submit(files=2)
    world.want_cancel(job_id)
    world.relay()
    assert sum(world.queue.depth().values()) == 0


def test_a_job_cancelled_before_its_finish_ends_without_it(world: World) -> None:
    job_id = world.submit(files=2)
    world.relay()
    for _ in range(2):
        world.complete(world.fetch())
    world.want_cancel(job_id)
    world.reconcile()
    assert world.job(job_id).status is JobStatus.CANCELLED
    assert len(world.items(job_id)) == 2


def test_a_result_that_is_there_wins_over_a_late_cancel(world: World) -> None:
    job_id = world.submit()
    world.relay()
    world.complete(world.fetch())
    world.want_cancel(job_id)
    world.reconciler.canceller.step()
    world.reconcile()
    assert world.job(job_id).status is JobStatus.SUCCEEDED


def _due_again(world: World) -> None:
    """Pass the time until the next look."""
    with world.parts.writing.begin() as session:
        due = Job.settle_at.is_not(None)
        past = datetime.datetime.now(datetime.UTC)
        session.execute(update(Job).where(due).values(settle_at=past))


def test_a_manifest_that_cannot_be_read_now_is_read_later(world: World) -> None:
    job_id = world.submit()
    world.relay()
    world.complete(world.fetch())
    store = world.settings.store_url.removeprefix("file://")
    away = world.settings.home / "away"
    world.record()
    (world.settings.home / "store").rename(away)
    world.reconcile()
    job = world.job(job_id)
    assert job.status is JobStatus.RUNNING
    assert job.settle_at is not None
    assert job.settle_at > datetime.datetime.now(datetime.UTC)
    away.rename(store)
    world.reconciler.settler.step()
    assert world.job(job_id).status is JobStatus.RUNNING, "not due yet"
    _due_again(world)
    world.reconciler.settler.step()
    assert world.job(job_id).status is JobStatus.SUCCEEDED


def _after_an_hour(world: World) -> None:
    with world.parts.writing.begin() as session:
        long_ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
        session.execute(update(Item).values(ended_at=long_ago))
    _due_again(world)
    world.reconciler.settler.step()


def test_a_manifest_that_never_appears_fails_the_job(world: World) -> None:
    job_id = world.submit()
    world.relay()
    held = world.fetch()
    world.complete(held)
    world.parts.store.delete(f"jobs/{job_id}/{held.item_id}")
    world.reconcile()
    assert world.job(job_id).status is JobStatus.RUNNING
    _after_an_hour(world)
    job = world.job(job_id)
    assert (job.status, job.reason) == (JobStatus.FAILED, "manifest_missing")


def test_a_job_whose_description_is_lost_fails_when_it_is_needed(world: World) -> None:
    job_id = world.submit(files=2)
    world.relay()
    for _ in range(2):
        world.complete(world.fetch())
    world.parts.store.delete(f"jobs/{job_id}")
    world.reconcile()
    assert world.job(job_id).status is JobStatus.RUNNING
    _after_an_hour(world)
    job = world.job(job_id)
    assert (job.status, job.reason) == (JobStatus.FAILED, "input_missing")


@pytest.mark.parametrize(
    "wrong",
    [
        {"files": None, "counts": "none"},
        {"files": [{"name": "1.csv"}]},
        {"outputs": manifest([])["outputs"] * 2},
        {"outputs": [manifest([])["outputs"][0] | {"name": "\ud800"}]},
        {"issues": [{"rule_id": 7}]},
    ],
)
def test_a_manifest_that_is_none_fails_the_job(world: World, wrong: dict[str, Any]) -> None:
    job_id = world.submit()
    world.relay()
    world.complete(world.fetch(), manifest([(1, "ok", None)]) | wrong)
    world.reconcile()
    job = world.job(job_id)
    assert (job.status, job.reason) == (JobStatus.FAILED, "manifest_invalid")


def test_the_relay_serves_priorities_and_keeps_its_window(settings: Settings) -> None:
    world = World(dataclasses.replace(settings, window=3))
    world.submit(files=2, priority=Priority.LOW)
    world.submit(files=2, priority=Priority.HIGH)
    world.submit(files=2, late=30)
    world.relay()
    assert world.queue.depth() == {"high": 2, "normal": 0, "low": 1}
    assert len(world.outbox()) == 3
    world.complete(world.fetch())
    world.relay()
    assert world.queue.depth() == {"high": 1, "normal": 0, "low": 2}
    assert len(world.outbox()) == 2
    world.close()
