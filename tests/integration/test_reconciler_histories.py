"""Random histories of SQL, queue, store and reconciler together, with faults; then they heal.

Whatever was lost in between, every accepted job ends exactly once, and with the output of an
attempt that was told so. ``HARMONIZER_LONG=1`` runs more and longer histories.
"""

import json
import os
import random
from typing import Any

import pytest
from sqlalchemy import select

from harmonizer_queue import Priority
from harmonizer_queue.check import check
from queue_world import COUNTS, LEASE_MS, Held, World, manifest
from reconciler import recorder
from reconciler.recorder import Recorder
from web.db.events import Applied
from web.db.models import Item, ItemState, Job, JobStatus
from web.ids import new_id

LONG = os.environ.get("HARMONIZER_LONG") == "1"
SEEDS = range(30 if LONG else 3)
STEPS = 1500 if LONG else 250
MOST_JOBS = 60 if LONG else 15

TIMES = ("waiting:high", "waiting:normal", "waiting:low", "fed", "leases", "delayed", "workers")
LOST = (*TIMES, "queue:high", "queue:normal", "queue:low", "ready", "results", "conf", "generation")


class CrashError(Exception):
    """The process ends here."""


class History:
    """One random history, with what must be true of it."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.queue = world.queue
        self.random = random.Random(seed)
        self.jobs: list[str] = []
        self.cancelled: set[str] = set()
        self.held: dict[str, list[Held]] = {}
        self.told: list[bytes] = []
        self.completed: set[str] = set()
        self.ended: dict[str, tuple[JobStatus, str | None]] = {}

    def step(self) -> None:
        reconciler = self.world.reconciler
        steps: dict[Any, float] = {
            self.submit: 6,
            self.fetch: 25,
            self.settle: 20,
            self.die: 2,
            self.want_cancel: 1,
            self.let_time_pass: 5,
            self.maintain: 6,
            self.record: 10,
            self.crash_before_ack: 2,
            self.tell_again: 3,
            reconciler.relay.step: 12,
            reconciler.settler.step: 8,
            reconciler.canceller.step: 3,
            reconciler.watcher.step: 4,
            reconciler.sweeper.step: 4,
            self.lose_a_key: 2,
            self.lose_a_hash: 2,
            self.lose_everything: 0.5,
        }
        self.random.choices(list(steps), list(steps.values()))[0]()

    def submit(self) -> None:
        if len(self.jobs) < MOST_JOBS:
            priority = self.random.choice(list(Priority))
            self.jobs.append(self.world.submit(self.random.choice([1, 1, 2, 3]), priority))

    # The workers.

    def fetch(self) -> None:
        worker = self.random.choice(["w1", "w2"])
        self.queue.hello(worker, {"slots": 4, "draining": 0})
        item_id = self.queue.take(worker)
        if item_id is None:
            return
        claim = f"c{new_id()}"[:22]
        held = self.held.setdefault(worker, [])
        [answer] = self.queue.claim([(item_id, claim)], worker, LEASE_MS, not held)
        if answer.answer == "ok":
            message = json.loads(answer.message)
            held.append(Held(item_id, claim, message, answer.epoch, answer.losses))

    def settle(self) -> None:
        worker = self.random.choice(["w1", "w2"])
        if not self.held.get(worker):
            return
        one = self.held[worker].pop(self.random.randrange(len(self.held[worker])))
        ways = [self.complete] * 6 + [self.fail, self.fail, self.kill, self.put_off, self.release]
        self.random.choice(ways)(one)

    def complete(self, one: Held) -> None:
        number = one.message["params"].get("file_no", 1)
        uri = f"jobs/{one.message['job_id']}/{one.item_id}/{one.claim}/manifest.json"
        with self.world.parts.store.create(uri) as out:
            out.write(json.dumps(manifest([(number, "ok", None)])).encode())
        result = json.dumps({"manifest": uri, "counts": COUNTS})
        if self.queue.complete([(one.item_id, one.claim, result)]) == ["ok"]:
            self.completed.add(uri)

    def fail(self, one: Held) -> None:
        self.queue.fail(one.item_id, one.claim, "boom", 1_000)

    def kill(self, one: Held) -> None:
        self.queue.fail(one.item_id, one.claim, "boom", -1)

    def put_off(self, one: Held) -> None:
        self.queue.defer(one.item_id, one.claim, 1_000, "store_away")

    def release(self, one: Held) -> None:
        self.queue.release(one.item_id, one.claim)

    def die(self) -> None:
        worker = self.random.choice(["w1", "w2"])
        self.held.pop(worker, None)
        self.queue.bury(worker)

    def want_cancel(self) -> None:
        if self.jobs:
            job_id = self.random.choice(self.jobs)
            self.cancelled.add(job_id)
            self.world.want_cancel(job_id)

    def let_time_pass(self) -> None:
        """Move every time in Redis back, as a script's clock cannot be turned."""
        for name in TIMES:
            for member in self.queue.indexed(name):
                self.queue.client.zincrby(self.queue.key(name), -20_000, member)
        if self.queue.client.hexists(self.queue.key("conf"), "reap_from"):
            self.queue.client.hincrby(self.queue.key("conf"), "reap_from", -20_000)

    def maintain(self) -> None:
        self.random.choice([self.queue.promote, self.queue.reap, self.queue.audit])()

    # The reconciler, and what may happen to it.

    def record(self) -> None:
        self.told += self.queue.read_results(5)
        if self.queue.results():
            self.world.reconciler.recorder.step()

    def crash_before_ack(self) -> None:
        def crash(applied: Applied) -> None:
            raise CrashError

        if self.queue.results():
            with pytest.raises(CrashError):
                Recorder(self.world.parts, crash).step()

    def tell_again(self) -> None:
        """Events come back, as from an older state of Redis."""
        if self.told:
            self.queue.client.lpush(self.queue.key("results"), self.random.choice(self.told))

    # Losses.

    def lose_a_key(self) -> None:
        self.queue.client.delete(self.queue.key(self.random.choice(LOST)))

    def lose_a_hash(self) -> None:
        ids = self.queue.item_ids()
        if ids:
            self.queue.client.delete(self.queue.key(f"item:{self.random.choice(ids)}"))

    def lose_everything(self) -> None:
        self.queue.client.flushall()

    # What must be true.

    def verify(self) -> None:
        """A job that has ended stays as it is."""
        with self.world.parts.reading() as session:
            for job in session.scalars(select(Job).where(Job.finished_at.is_not(None))):
                end = (job.status, job.manifest_uri)
                assert self.ended.setdefault(job.id, end) == end

    def heal(self) -> None:
        """Without further faults, everything ends."""
        for _ in range(60):
            self.let_time_pass()
            self.world.watch()
            self.world.sweep()
            self.world.reconciler.canceller.step()
            self.world.reconcile()
            self.queue.hello("healer", {"slots": 50, "draining": 0})
            self.queue.promote()
            self.queue.reap()
            self.queue.audit()
            while (item_id := self.queue.take("healer")) is not None:
                claim = f"c{new_id()}"[:22]
                [answer] = self.queue.claim([(item_id, claim)], "healer", LEASE_MS, True)
                if answer.answer == "ok":
                    self.complete(Held(item_id, claim, json.loads(answer.message), 0, 0))
            for worker in ("w1", "w2"):
                self.held.pop(worker, None)
                self.queue.bury(worker)
            self.world.reconcile()
            ended = all(self.world.job(job_id).status.terminal for job_id in self.jobs)
            if ended and not self.queue.results() and not check(self.queue):
                return

    def verify_end(self) -> None:
        self.verify()
        assert set(self.ended) == set(self.jobs), "every job has ended"
        with self.world.parts.reading() as session:
            items = session.scalars(select(Item)).all()
        for item in items:
            assert item.state.terminal
            if item.state is ItemState.SUCCEEDED:
                assert item.manifest_uri in self.completed
                assert item.manifest_uri.split("/")[3] == item.claim
            if item.state is ItemState.CANCELLED:
                assert item.job_id in self.cancelled
        for job_id, (status, uri) in self.ended.items():
            assert status is not JobStatus.CANCELLED or job_id in self.cancelled
            assert (uri in self.completed) == (status is JobStatus.SUCCEEDED)
        assert self.world.outbox() == []
        assert self.queue.results_bad() == 0
        assert check(self.queue) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_random_history(seed: int, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    if seed % 2:  # every list is a long one
        monkeypatch.setattr(recorder, "BATCH", 2)
    history = History(world, seed)
    for _ in range(STEPS):
        history.step()
        history.verify()
    history.heal()
    history.verify_end()
