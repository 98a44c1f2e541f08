"""Each repair puts its own fault right while the others are switched off.

Together they mask one another: most faults are found by two or three of them. Every scene has a
queue of its own in one Redis, and all are played at the same time, since most of them wait.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import redis

from harmonizer.guard import guarded, stop_guarded
from harmonizer.ports import free_port
from harmonizer_queue import Entry, Input, Kind, Message, Priority, Queue
from queue_world import World
from running_stack import eventually
from web.config import ROOT, Settings
from web.ids import new_id

SECONDS = 90.0
WORKERS = ("reap", "audit", "own-list", "bury")
RECONCILERS = ("relay", "sweeper", "watcher", "undertaker")
QUIET = ("canceller", "settler")


@dataclass
class Scene:
    """A queue of its own, and the processes that a scene has started."""

    name: str
    home: Path
    redis_url: str
    client: redis.Redis
    processes: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    @property
    def queue(self) -> Queue:
        return Queue(self.client, self.name)

    def settings(self) -> Settings:
        return Settings.from_environ(self.environ())

    def environ(self) -> dict[str, str]:
        return {
            "HARMONIZER_HOME": str(self.home),
            "HARMONIZER_REDIS_URL": self.redis_url,
            "HARMONIZER_QUEUE_PREFIX": self.name,
        }

    def start(self, command: Sequence[str], off: Sequence[str], points: str = "") -> None:
        inherited = {name: value for name, value in os.environ.items() if "HARMONIZER_" not in name}
        own = {
            "HARMONIZER_TEST_MODE": "1",
            "HARMONIZER_REPAIRS_OFF": ",".join(off),
            "HARMONIZER_FAILPOINTS": points,
            "HARMONIZER_LEASE_SECONDS": "3",
            "HARMONIZER_WORKER_PORT": str(free_port()),
        }
        with (self.home / "log").open("ab") as log:
            environ = inherited | self.environ() | own
            self.processes.append(guarded(command, log, env=environ, cwd=ROOT))

    def worker(self, *on: str, points: str = "") -> None:
        """Start a worker with only some repairs."""
        off = [name for name in WORKERS if name not in on]
        self.start([str(ROOT / "go-worker" / "worker")], off, points)

    def reconciler(self, *on: str) -> None:
        off = [*QUIET, *(name for name in RECONCILERS if name not in on)]
        self.start([sys.executable, "-m", "reconciler"], off)

    def item(self) -> str:
        """Dispatch an item whose input is nowhere: it fails, which shows that a worker had it."""
        message = Message(
            item_id=new_id(),
            job_id=new_id(),
            kind=Kind.FILE,
            priority=Priority.NORMAL,
            created_at=1,
            input=Input("jobs/none/input/1", "0" * 64, 1, "text/csv"),
            params={
                "operation": "clean",
                "profile": "us-core",
                "today": "2026-01-15",
                "options": {},
                "plan": None,
                "source": "a",
                "table": None,
                "name": "a.csv",
                "file_no": 1,
                "files": 1,
            },
        )
        self.queue.enqueue([Entry(message.item_id, 1, message)])
        return message.item_id

    def killed_at(self, point: str, item_id: str) -> None:
        """Let a worker take the item and be killed at a point."""
        self.worker(points=f"{point}=kill:1")
        process = self.processes[-1]
        eventually(lambda: process.poll() is not None, f"{self.name}: killed", SECONDS)
        if point == "fetched":
            assert self.field(item_id, "state") == "waiting"
        else:
            assert self.field(item_id, "state") == "running"

    def field(self, item_id: str, name: str) -> str:
        return str((self.queue.item(item_id) or {}).get(name, ""))

    def was_handled(self, item_id: str) -> bool:
        """Whether a worker has had the item to its end, after all."""
        return int(self.field(item_id, "failures") or 0) > 0

    def stop(self) -> None:
        stop_guarded(self.processes, 10)


Done = Callable[[], bool]


def nobody(scene: Scene) -> Done:
    """With all repairs off nothing is put right: the scenes below show what they are to show."""
    item_id = scene.item()
    scene.killed_at("fetched", item_id)
    scene.worker()
    return lambda: not scene.was_handled(item_id)


def drain_of_the_dead(scene: Scene) -> Done:
    """Fetched, not claimed: the list of a worker that is silent is given back."""
    item_id = scene.item()
    scene.killed_at("fetched", item_id)
    scene.worker("reap")
    return lambda: scene.was_handled(item_id)


def lease(scene: Scene) -> Done:
    """Running, and nobody knows of its worker: its lease ends."""
    item_id = scene.item()
    scene.killed_at("claimed", item_id)
    scene.client.delete(scene.queue.key("workers"))
    scene.worker("reap")
    return lambda: scene.was_handled(item_id)


def audit(scene: Scene) -> Done:
    """Fetched, not claimed, and nobody knows of the worker: it was fed long ago."""
    item_id = scene.item()
    scene.killed_at("fetched", item_id)
    scene.client.delete(scene.queue.key("workers"))
    scene.worker("audit")
    return lambda: scene.was_handled(item_id)


def own_list(scene: Scene) -> Done:
    """Redis has moved an id, and its reply never came: the worker looks at its own list."""
    scene.worker("own-list")
    eventually(scene.queue.worker_ids, f"{scene.name}: a worker is there", SECONDS)
    [worker] = scene.queue.worker_ids()
    scene.client.sadd(scene.queue.key("paused"), "*")
    item_id = scene.item()
    moved = scene.client.pipeline(transaction=True)
    moved.lpush(scene.queue.key(f"processing:{worker}"), item_id)
    moved.delete(scene.queue.key("queue:normal"), scene.queue.key("paused"))
    moved.execute()
    return lambda: scene.was_handled(item_id)


def bury(scene: Scene) -> Done:
    """Running: a worker that starts on the same host takes over at once."""
    item_id = scene.item()
    scene.killed_at("claimed", item_id)
    scene.worker("bury")
    return lambda: scene.was_handled(item_id)


def dispatched(scene: Scene) -> tuple[World, str]:
    """Let SQL have a job, and Redis its item; return the world and the item."""
    world = World(scene.settings())
    world.watch()
    job_id = world.submit()
    world.relay()
    [item] = world.items(job_id)
    return world, item.id


def relay(scene: Scene) -> Done:
    """Committed, not pushed: the relay pushes what web did not."""
    world = World(scene.settings())
    [item] = world.items(world.submit())
    scene.reconciler("relay")
    return lambda: scene.field(item.id, "state") == "waiting"


def sweeper(scene: Scene) -> Done:
    """A hash is gone: SQL and Redis are compared, and the item is dispatched again."""
    world, item_id = dispatched(scene)
    scene.client.delete(scene.queue.key(f"item:{item_id}"))
    scene.reconciler("sweeper")
    return lambda: (item_id, 2) in world.outbox()


def watcher(scene: Scene) -> Done:
    """Everything is gone: the generation tells, and all is dispatched again."""
    world, item_id = dispatched(scene)
    scene.client.delete(*scene.client.keys(f"{scene.name}:*"))
    scene.reconciler("watcher")
    return lambda: (item_id, 2) in world.outbox()


def undertaker(scene: Scene) -> Done:
    """Fetched, not claimed, and nobody knows of the worker: its list is found all the same."""
    item_id = scene.item()
    scene.killed_at("fetched", item_id)
    scene.client.delete(scene.queue.key("workers"))
    scene.worker()
    scene.reconciler("undertaker")
    return lambda: scene.was_handled(item_id) and not scene.queue.list_owners()


SCENES = (drain_of_the_dead, lease, audit, own_list, bury, relay, sweeper, watcher, undertaker)


@contextmanager
def played(
    play: Callable[[Scene], Done], folder: Path, database: Path, url: str, client: redis.Redis
) -> Iterator[Done]:
    home = folder / play.__name__
    home.mkdir()
    shutil.copy(database, home / "harmonizer.db")
    scene = Scene(play.__name__, home, url, client)
    try:
        yield play(scene)
    finally:
        scene.stop()


@pytest.mark.timeout(600)
def test_each_repair_alone_puts_its_fault_right(
    tmp_path: Path,
    migrated_file: Path,
    binaries: Path,
    redis_url: str,
    redis_client: redis.Redis,
) -> None:
    with ExitStack() as stack:
        done = {
            play.__name__: stack.enter_context(
                played(play, tmp_path, migrated_file, redis_url, redis_client)
            )
            for play in (nobody, *SCENES)
        }
        unrepaired = done.pop("nobody")
        for name, happened in done.items():
            eventually(happened, f"{name} alone", SECONDS)
        assert unrepaired(), "something else than the repairs puts this right"
