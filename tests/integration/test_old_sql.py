"""A backup of SQL is restored while Redis and the store went on: everything in it ends."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url, select, text

from harmonizer_queue.check import check
from queue_world import World
from web.db import retry
from web.db.models import Item, ItemState, JobStatus
from web.ids import new_id

Restore = Callable[[], None]


def backup(world: World, folder: Path) -> Restore:
    """Copy the database as it is; return what puts the copy in its place."""
    url = make_url(world.settings.database_url)
    if url.get_backend_name() == "sqlite":
        return _copy_file(world, Path(url.database or ""), folder / "backup.db")
    return _copy_database(world, url, f"backup_{new_id().replace('-', '')}")


def _copy_file(world: World, file: Path, copy: Path) -> Restore:
    def put(source: Path, target: Path) -> None:
        world.engine.dispose()
        with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
            one.backup(other)

    put(file, copy)
    return lambda: put(copy, file)


def _copy_database(world: World, url: URL, copy: str) -> Restore:
    def put(source: str, target: str) -> None:
        world.engine.dispose()
        admin = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)'))
            connection.execute(text(f'CREATE DATABASE "{target}" TEMPLATE "{source}"'))
        admin.dispose()

    name = str(url.database)
    put(name, copy)
    return lambda: put(copy, name)


def go_on(world: World) -> None:
    """Let reconciler and worker work, and the sweeper make a whole pass, until nothing is left."""
    for _ in range(20):
        world.reconcile()
        world.reconciler.canceller.step()
        world.sweep()
        world.queue.promote()
        world.queue.bury("gone")
        world.queue.hello("w1", {"slots": 50, "draining": 0})
        while (item_id := world.queue.take("w1")) is not None:
            if (held := world.try_to_claim(item_id)) is not None:
                world.complete(held)
        if not (world.queue.results() or world.outbox() or world.queue.delayed()):
            return
    raise AssertionError("it never comes to an end")


def fail(world: World, job_id: str) -> None:
    """Let the first item of a job die."""
    held = world.claim(world.items(job_id)[0].id)
    assert world.queue.fail(held.item_id, held.claim, "handler_error", -1) == "dead"


def submit_and_push(world: World) -> str:
    job_id = world.submit()
    world.relay()
    return job_id


def try_again(world: World, job_id: str) -> None:
    with world.parts.writing.begin() as session:
        assert retry.retry(session, job_id, world.items(job_id)[0].created_at) == 1


def test_everything_in_an_old_backup_ends(world: World, tmp_path: Path) -> None:
    world.watch()
    names = ("waits", "runs", "is put off", "has ended", "died", "is divided", "is cancelled later")
    jobs = {name: world.submit(large=[1] if name == "is divided" else []) for name in names}
    world.relay()
    of = {name: world.items(job_id)[0].id for name, job_id in jobs.items()}
    running = world.claim(of["runs"])
    later = world.claim(of["is put off"])
    assert world.queue.fail(later.item_id, later.claim, "handler_error", 1) == "retry"
    ended = world.complete(world.claim(of["has ended"]))
    fail(world, jobs["died"])
    plan = world.claim(of["is divided"])
    world.record()
    world.reconciler.settler.step()
    jobs["is not pushed"] = world.submit()
    world.queue.pause("low")

    restore = backup(world, tmp_path)

    world.complete(running)
    world.divide(plan, 3)
    try_again(world, jobs["died"])
    world.want_cancel(jobs["is cancelled later"])
    world.reconcile()
    fail(world, submit_and_push(world))
    lost = submit_and_push(world)
    world.claim(world.items(lost)[0].id, "gone")
    go_on(world)
    assert world.job(jobs["died"]).status is JobStatus.SUCCEEDED

    restore()

    assert world.job(jobs["died"]).status is JobStatus.FAILED
    go_on(world)
    with world.parts.reading() as session:
        assert set(session.scalars(select(Item.state))) == {ItemState.SUCCEEDED, ItemState.DEAD}
    found = {name: world.job(job_id).status for name, job_id in jobs.items()}
    assert found.pop("died") is JobStatus.FAILED, "as the backup says, and it can be retried"
    assert set(found.values()) == {JobStatus.SUCCEEDED}
    assert world.job(jobs["has ended"]).manifest_uri == ended
    try_again(world, jobs["died"])
    go_on(world)
    assert world.job(jobs["died"]).status is JobStatus.SUCCEEDED
    assert check(world.queue) == []
    quiet = (world.queue.running(), world.queue.delayed(), world.queue.ready(), world.queue.fed())
    assert quiet == (0, 0, 0, 0)
    assert world.queue.results_bad() == 0
    assert all(world.queue.client.pttl(f"harmonizer:item:{i}") > 0 for i in world.queue.item_ids())
