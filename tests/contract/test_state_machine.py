"""Random histories of the queue: after every step the invariants of the contract hold.

Two or three workers fetch, claim, forget, die and answer twice; items are dispatched again with
higher epochs, cancelled and paused; time passes by moving every time stored in Redis, because a
script's clock cannot be turned. The oracle here knows the epochs (as SQL does), the terminal
states, and the budgets as the events tell them.

``HARMONIZER_LONG=1`` runs more and longer histories.
"""

import json
import os
import random
from collections import Counter, defaultdict
from typing import Any

import pytest
import redis

from harmonizer_queue import Entry, Event, Queue, State
from harmonizer_queue.check import check
from redis_content import PREFIX, dump

LONG = os.environ.get("HARMONIZER_LONG") == "1"
SEEDS = range(20 if LONG else 4)
STEPS = 2000 if LONG else 300

LEASE = 15_000
MAX_FAILURES, MAX_LOSSES = 3, 4
TIMES = ("waiting:high", "waiting:normal", "waiting:low", "fed", "leases", "delayed")
AWAY = ("lease_expired", "worker_gone", "poison")


class History:
    """One random history, with what must be true of it."""

    def __init__(self, client: redis.Redis, seed: int, prefix: str = PREFIX) -> None:
        self.queue = Queue(client, prefix)
        self.client = client
        self.random = random.Random(seed)
        self.epochs: dict[str, int] = {}
        self.priorities: dict[str, str] = {}
        self.held: dict[str, dict[str, str]] = {}
        self.claims: list[tuple[str, str]] = []
        self.ended: dict[tuple[str, int], str] = {}
        self.failures: Counter[tuple[str, int]] = Counter()
        self.losses: Counter[tuple[str, int]] = Counter()
        self.eids: set[str] = set()
        self.acked = 0
        self.numbers = 0
        # Half of the histories have few items and many dead workers, so that budgets are spent.
        self.deadly = seed % 2 == 1
        self.most_items = 8 if self.deadly else 40

    def fresh(self, letter: str) -> str:
        self.numbers += 1
        return f"{letter}{self.numbers}"

    # Steps. Each is chosen at random, and leaves the oracle in step with Redis.

    def step(self) -> None:
        while len(self.held) < 2:
            self.join()
        steps = {
            self.submit: 10,
            self.dispatch_again: 1 if self.deadly else 3,
            self.join: 1,
            self.fetch: 30,
            self.fetch_and_forget: 3,
            self.adopt: 3,
            self.settle: 6 if self.deadly else 20,
            self.write_with_an_old_claim: 5,
            self.renew: 8,
            self.die: 10 if self.deadly else 1,
            self.say_bye: 1,
            self.cancel: 1 if self.deadly else 4,
            self.pause: 1,
            self.resume: 6,
            self.maintain: 12,
            self.let_time_pass: 5,
            self.acknowledge: 2,
        }
        self.random.choices(list(steps), list(steps.values()))[0]()

    def submit(self) -> None:
        if sum(self.queue.depth().values()) >= self.most_items:
            return
        ids = [self.fresh("i") for _ in range(self.random.choice([1, 1, 3]))]
        for item_id in ids:
            self.epochs[item_id] = 1
            self.priorities[item_id] = self.random.choice(["high", "normal", "low"])
        entries = [self.entry(i, 1, self.random.choice([0, 0, 20_000])) for i in ids]
        assert self.queue.enqueue(entries) == ["ok"] * len(ids)
        self.unchanged_by(lambda: self.queue.enqueue(entries), ["exists"] * len(ids))

    def dispatch_again(self) -> None:
        if not self.epochs:
            return
        item_id = self.random.choice(list(self.epochs))
        epoch = self.epochs[item_id]
        lower = self.entry(item_id, self.random.randint(0, epoch), 0)
        if self.queue.item(item_id) is not None:
            self.unchanged_by(lambda: self.queue.enqueue([lower]), ["exists"])
        self.epochs[item_id] = epoch + 1
        self.priorities[item_id] = self.random.choice(["high", "normal", "low"])
        assert self.queue.enqueue([self.entry(item_id, epoch + 1, 0)]) == ["ok"]

    def entry(self, item_id: str, epoch: int, delay_ms: int) -> Entry:
        message = {
            "v": 1,
            "item_id": item_id,
            "job_id": "j1",
            "priority": self.priorities[item_id],
            "max_failures": MAX_FAILURES,
            "max_losses": MAX_LOSSES,
        }
        return Entry(item_id, epoch, message, delay_ms)

    def join(self) -> None:
        if len(self.held) < 3:
            worker = self.fresh("w")
            self.held[worker] = {}
            self.queue.hello(worker, {"slots": self.random.randint(1, 4), "draining": 0})

    def worker(self) -> str | None:
        return self.random.choice(list(self.held)) if self.held else None

    def fetch(self) -> None:
        if (worker := self.worker()) and (item_id := self.queue.take(worker)):
            self.claim(worker, item_id)

    def fetch_and_forget(self) -> None:
        """The process crashed, or a reply was lost, between the fetch and the claim."""
        if worker := self.worker():
            self.queue.take(worker)
            if self.random.random() < 0.5:
                del self.held[worker]

    def adopt(self) -> None:
        """A worker lists what it holds and claims what it does not know."""
        if worker := self.worker():
            for item_id in reversed(self.queue.members(f"processing:{worker}")):
                if item_id not in self.held[worker]:
                    self.claim(worker, item_id)

    def claim(self, worker: str, item_id: str) -> None:
        claim, alone = self.fresh("c"), not self.held[worker]
        before = self.queue.item(item_id)
        [answer] = self.queue.claim([(item_id, claim)], worker, LEASE, alone)
        if answer.answer == "ok":
            assert before is not None
            assert before["state"] == State.WAITING
            assert answer.losses < 2 or alone
            assert answer.epoch == self.epochs[item_id]
            self.held[worker][item_id] = claim
            self.claims.append((item_id, claim))
        elif answer.answer == "alone":
            assert before is not None
            assert before["losses"] >= 2
        if answer.answer != "unknown":
            self.unchanged_by(
                lambda: self.queue.claim([(item_id, claim)], worker, LEASE, alone), [answer]
            )

    def holding(self) -> tuple[str, str, str] | None:
        pairs = [(w, i, c) for w, items in self.held.items() for i, c in items.items()]
        return self.random.choice(pairs) if pairs else None

    def settle(self) -> None:
        found = self.holding()
        if found is None:
            return
        worker, item_id, claim = found
        current = self.is_current(item_id, claim)
        flagged = current and "cancel" in (self.queue.item(item_id) or {})
        name, write = self.random.choice(self.writes(item_id, claim))
        answer = write()
        if not current:
            assert answer == "stale", (name, answer)
        elif name in ("fail", "permanent", "defer", "release") and flagged:
            assert answer == "cancelled"
        elif name == "cancelled" and not flagged:
            assert answer == "stale"
            return
        elif name == "progress":
            assert answer == "ok"
            return
        else:
            assert answer in ("ok", "retry", "dead"), (name, answer)
        del self.held[worker][item_id]
        if current and name in ("fail", "permanent"):
            self.failures[item_id, self.epochs[item_id]] += 1
        again = "again" if name == "complete" and answer == "ok" else "stale"
        self.unchanged_by(write, again)

    def write_with_an_old_claim(self) -> None:
        """I3: a claim that is not the current one changes nothing and is told so."""
        old = [pair for pair in self.claims if not self.is_current(*pair)]
        if not old:
            return
        item_id, claim = self.random.choice(old)
        name, write = self.random.choice(self.writes(item_id, claim))
        item = self.queue.item(item_id) or {}
        done = name == "complete" and item.get("state") == State.SUCCEEDED
        self.unchanged_by(write, "again" if done and item.get("claim") == claim else "stale")

    def writes(self, item_id: str, claim: str) -> list[tuple[str, Any]]:
        queue, result = self.queue, '{"manifest":"m"}'
        return [
            ("complete", lambda: queue.complete([(item_id, claim, result)])[0]),
            ("fail", lambda: queue.fail(item_id, claim, "boom", 5_000)),
            ("permanent", lambda: queue.fail(item_id, claim, "boom", -1)),
            ("defer", lambda: queue.defer(item_id, claim, 5_000, "store_away")),
            ("release", lambda: queue.release(item_id, claim)),
            ("cancelled", lambda: queue.cancelled(item_id, claim)),
            ("progress", lambda: queue.progress(item_id, claim, "{}")),
        ]

    def is_current(self, item_id: str, claim: str) -> bool:
        item = self.queue.item(item_id) or {}
        return item.get("state") == State.RUNNING and item.get("claim") == claim

    def renew(self) -> None:
        if worker := self.worker():
            self.queue.renew(worker, LEASE)
            pairs = list(self.held[worker].items())
            answers = self.queue.renew(worker, LEASE, pairs) if pairs else []
            for (item_id, claim), answer in zip(pairs, answers, strict=True):
                assert (answer == "lost") == (not self.is_current(item_id, claim))
                if answer == "lost":
                    del self.held[worker][item_id]
                elif answer == "cancel" and self.random.random() < 0.7:
                    assert self.queue.cancelled(item_id, claim) == "ok"
                    del self.held[worker][item_id]

    def die(self) -> None:
        if worker := self.worker():
            del self.held[worker]
            if self.random.random() < 0.5:
                self.queue.bury(worker)
                self.unchanged_by(lambda: self.queue.bury(worker), 0, but="workers:gone")

    def say_bye(self) -> None:
        if worker := self.worker():
            for item_id, claim in self.held.pop(worker).items():
                self.queue.release(item_id, claim)
            self.queue.bye(worker)

    def cancel(self) -> None:
        if self.epochs:
            found = self.holding() if self.random.random() < 0.7 else None
            item_id = found[1] if found else self.random.choice(list(self.epochs))
            epoch = self.epochs[item_id]
            if self.queue.item(item_id):
                self.unchanged_by(lambda: self.queue.cancel(item_id, epoch - 1), "ended")
            answer = self.queue.cancel(item_id, epoch)
            second = "ended" if answer == "cancelled" else answer
            self.unchanged_by(lambda: self.queue.cancel(item_id, epoch), second)

    def pause(self) -> None:
        self.queue.pause(self.random.choice(["*", "high", "low"]))

    def resume(self) -> None:
        for scope in self.queue.paused():
            self.queue.resume(scope)

    def maintain(self) -> None:
        self.random.choice([self.queue.promote, self.queue.reap, self.queue.audit])()

    def let_time_pass(self) -> None:
        """Move every time in Redis back; those who live have sent their heartbeats meanwhile."""
        milliseconds = self.random.choice([1_000, 6_000, 20_000])
        for name in (*TIMES, "workers", "workers:gone"):
            for member in self.queue.indexed(name):
                self.client.zincrby(self.queue.key(name), -milliseconds, member)
        if self.client.hexists(self.queue.key("conf"), "reap_from"):
            self.client.hincrby(self.queue.key("conf"), "reap_from", -milliseconds)
        for worker in self.held:
            if self.random.random() < 0.8:
                self.queue.renew(worker, LEASE)

    def acknowledge(self) -> None:
        """The reconciler: SQL has committed the oldest events."""
        self.read_events()
        events = self.queue.read_results(self.random.choice([1, 5, 50]))
        if not events:
            return
        ends = [json.loads(event) for event in events]
        pairs = [(e["item_id"], e["epoch"]) for e in ends if Event(e["event"]).terminal]
        assert self.queue.ack(len(events), events[-1], events[0], pairs) == "ok"
        self.acked -= len(events)

    # What must be true.

    def unchanged_by(self, call: Any, answer: Any, but: str | None = None) -> None:
        """A call that must change nothing, and its answer."""
        before = self.content(but)
        assert call() == answer
        assert self.content(but) == before

    def content(self, but: str | None) -> dict[str, Any]:
        found = dump(self.client, self.queue.prefix)
        return {key: value for key, value in found.items() if not but or not key.endswith(but)}

    def read_events(self) -> None:
        """Follow the events, and so the ends and losses they tell."""
        new = self.queue.results() - self.acked
        for raw in reversed(
            self.client.lrange(self.queue.key("results"), 0, new - 1) if new else []
        ):
            event = json.loads(raw)
            assert event["eid"] not in self.eids or event["event"] == Event.UNKNOWN, event
            self.eids.add(event["eid"])
            key = (event["item_id"], event["epoch"])
            if event["event"] == Event.LOST or event["reason"] in AWAY:
                self.losses[key] += 1
            if Event(event["event"]).terminal:
                assert key not in self.ended, f"{key} ended twice"
                self.ended[key] = event["event"]
        self.acked += new

    def verify(self) -> None:
        self.read_events()
        assert check(self.queue) == []
        for item_id, item in self.queue.items():
            key = (item_id, item["epoch"])
            assert self.ended.get(key) == (item["state"] if State(item["state"]).terminal else None)
            if "msg" in item:
                assert item["epoch"] == self.epochs[item_id]
                assert item["failures"] == self.failures[key], "only fail burns a failure"
                assert item["losses"] == self.losses[key], "only reap and bury burn a loss"

    def heal(self) -> None:
        """Without further faults, everything ends."""
        self.resume()
        self.held = {"last": {}}
        self.queue.hello("last", {"slots": 4, "draining": 0})
        for _ in range(4000):
            self.queue.renew("last", LEASE)
            self.adopt()
            self.fetch()
            for item_id, claim in list(self.held["last"].items()):
                self.queue.complete([(item_id, claim, "{}")])
                del self.held["last"][item_id]
            self.let_time_pass()
            self.queue.reap()
            self.queue.promote()
            self.queue.audit()
            left = sum(self.queue.depth().values()) + self.queue.running() + self.queue.delayed()
            if not left:
                break
        self.verify()
        ended = defaultdict(set)
        for item_id, epoch in self.ended:
            ended[item_id].add(epoch)
        for item_id, epoch in self.epochs.items():
            assert epoch in ended[item_id], f"{item_id} never ended"


@pytest.mark.parametrize("seed", SEEDS)
def test_random_history(seed: int, redis_client: redis.Redis) -> None:
    history = History(redis_client, seed)
    for _ in range(STEPS):
        history.step()
        history.verify()
    history.heal()
