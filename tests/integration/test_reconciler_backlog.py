"""A long list of events: read ahead and forgotten while SQL works, and as safe as a short one."""

import threading
from collections.abc import Callable

import pytest

from harmonizer_queue.check import check
from queue_world import World
from reconciler import recorder
from reconciler.process import Reconciler
from web.db.events import Applied
from web.db.models import ItemState

FILES = 6


class CrashError(Exception):
    """The process ends here."""


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "BATCH", 2)


def complete(world: World, files: int = FILES) -> str:
    """Submit a job and do all of its work; nothing of it is recorded."""
    job_id = world.submit(files=files)
    world.relay()
    for _ in range(files):
        world.complete(world.fetch())
    return job_id


def at_batch(
    world: World, patch: pytest.MonkeyPatch, number: int, act: Callable[[], object]
) -> None:
    """Do something between the commit of a batch and what follows it."""
    told = world.reconciler.recorder._recorded
    seen = []

    def recorded(applied: Applied) -> None:
        seen.append(applied)
        if len(seen) == number:
            act()
        told(applied)

    patch.setattr(world.reconciler.recorder, "_recorded", recorded)


def all_is_well(world: World, job_id: str) -> None:
    """Assert that each item ended once, by one attempt, and the queue has forgotten it."""
    world.record()
    items = world.items(job_id)
    assert {item.state for item in items} == {ItemState.SUCCEEDED}
    for item in items:
        assert [one.outcome for one in world.attempts(item.id)] == ["succeeded"]
        left = world.queue.client.hkeys(world.queue.key(f"item:{item.id}"))
        assert sorted(left) == [b"claim", b"epoch", b"state"]
    assert check(world.queue) == []


def test_one_step_records_all_of_it(world: World) -> None:
    job_id = complete(world)
    world.reconciler.recorder.step()
    assert world.queue.results() == 0
    all_is_well(world, job_id)


def test_a_step_ends_although_there_is_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "MOST_BATCHES", 2)
    job_id = complete(world)
    world.reconciler.recorder.step()
    assert world.queue.results() == 2 * FILES - 4
    all_is_well(world, job_id)


@pytest.mark.parametrize("place", [0, 3, 2 * FILES])
def test_what_is_no_event_is_put_aside_wherever_it_stands(world: World, place: int) -> None:
    job_id = complete(world)
    results = world.queue.key("results")
    told = world.queue.client.lrange(results, 0, -1)
    world.queue.client.delete(results)
    world.queue.client.rpush(results, *told[:place], b"no event", *told[place:])
    world.record()
    assert world.queue.results_bad() == 1
    all_is_well(world, job_id)


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_another_one_records_and_forgets_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    job_id = complete(world)
    other = Reconciler(world.parts)
    at_batch(world, monkeypatch, batch, lambda: other.recorder.step())
    world.reconciler.recorder.step()
    all_is_well(world, job_id)


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_a_crash_after_any_commit_changes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    job_id = complete(world)

    def crash() -> None:
        raise CrashError

    with monkeypatch.context() as patch:
        at_batch(world, patch, batch, crash)
        with pytest.raises(CrashError):
            world.reconciler.recorder.step()
    assert world.queue.results() >= 2 * FILES - 2 * (batch - 1), "only what SQL has was forgotten"
    all_is_well(world, job_id)


def test_nothing_is_forgotten_before_its_commit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whenever a batch is acknowledged, all of its ends are in SQL."""
    job_id = complete(world)
    acknowledge = world.reconciler.recorder._acknowledge
    threads = set()

    def looked_at(queue: object, raw: object, applied: Applied) -> bool:
        threads.add(threading.current_thread().name)
        ended = {item.id for item in world.items(job_id) if item.state.terminal}
        assert {item_id for item_id, _ in applied.ended} <= ended
        return bool(acknowledge(queue, raw, applied))  # type: ignore[arg-type]

    monkeypatch.setattr(world.reconciler.recorder, "_acknowledge", looked_at)
    world.reconciler.recorder.step()
    assert threading.current_thread().name not in threads, "beside SQL, not between two batches"
    all_is_well(world, job_id)
