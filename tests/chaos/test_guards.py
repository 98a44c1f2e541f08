"""Each guard of the contract, taken out, makes the oracle see a violation; with it there is none.

Every history here is one that the guard is there for. The repairs are not called: they would put
much of it right, and hide that the guard is gone.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chaos.mutants import mutate_function, mutate_script
from chaos.oracle import Oracle, Witness
from harmonizer_queue import Entry
from queue_world import COUNTS, LEASE_MS, Held, World, manifest
from reconciler.recorder import Recorder
from web.config import Settings
from web.db import dispatch, events
from web.db.event import read_events
from web.db.event_rows import ItemRow
from web.db.events import Applied
from web.services import Services
from web.tasks import retention

Patch = pytest.MonkeyPatch


@pytest.fixture
def world(settings: Settings) -> Iterator[World]:
    world = World(settings)
    world.watch()
    yield world
    world.close()


class CrashError(Exception):
    """The process ends here."""


def submit(world: World) -> tuple[str, str]:
    """Submit a job of one file, its input in the store; return the job and its item."""
    job_id = world.submit()
    with world.parts.store.create(f"jobs/{job_id}/input/1") as out:
        out.write(b"input")
    return job_id, world.items(job_id)[0].id


def finish(world: World, held: Held) -> str:
    """Write what an attempt makes, and complete it; return what the queue says to that."""
    folder = f"jobs/{held.message['job_id']}/{held.item_id}/{held.claim}"
    content = f"made by {held.claim}".encode()
    with world.parts.store.create(f"{folder}/patient.clean.csv") as out:
        out.write(content)
    made = manifest([(1, "ok", None)])
    [output] = made["outputs"]
    output["bytes"], output["sha256"] = len(content), hashlib.sha256(content).hexdigest()
    with world.parts.store.create(f"{folder}/manifest.json") as out:
        out.write(json.dumps(made).encode())
    result = json.dumps({"manifest": f"{folder}/manifest.json", "counts": COUNTS})
    return world.queue.complete([(held.item_id, held.claim, result)])[0]


def take(world: World, worker: str) -> Held | None:
    """Fetch and claim what is ready; None when that is nothing, or is no work for anybody."""
    world.queue.hello(worker, {"slots": 50, "draining": 0})
    item_id = world.queue.take(worker)
    if item_id is None:
        return None
    claim = f"{worker}-claim"
    [answer] = world.queue.claim([(item_id, claim)], worker, LEASE_MS, alone=True)
    if answer.answer != "ok":
        return None
    return Held(item_id, claim, json.loads(answer.message), answer.epoch, answer.losses)


def go_on(world: World) -> None:
    """Let healthy workers and the reconciler do what is left to do."""
    for number in range(10):
        world.reconcile()
        if (held := take(world, f"healer{number}")) is not None:
            finish(world, held)
    world.reconcile()


def stale_claim(world: World, _: Patch) -> None:
    """A worker that was taken for dead comes back with its result."""
    submit(world)
    world.relay()
    late = world.fetch("w1")
    world.queue.bury("w1")
    current = world.fetch("w2")
    finish(world, late)
    finish(world, current)


def stale_copy(world: World, _: Patch) -> None:
    """A second copy of an id is fetched when its item has ended."""
    item_id = submit(world)[1]
    world.relay()
    finish(world, world.fetch("w1"))
    world.queue.client.lpush(world.queue.key("ready"), item_id)
    if (again := take(world, "w2")) is not None:
        finish(world, again)


def stale_lease(world: World, _: Patch) -> None:
    """A lease is left of an item that has ended."""
    item_id = submit(world)[1]
    world.relay()
    finish(world, world.fetch("w1"))
    client, queue = world.queue.client, world.queue
    client.zadd(queue.key("leases"), {item_id: 1})
    client.hset(queue.key("conf"), "reaped_at", queue.now_ms())
    queue.reap()


def pushed_twice(world: World, _: Patch) -> None:
    """The reply to a push was lost, and it is repeated when the work is done already."""
    job_id, item_id = submit(world)
    world.relay()
    finish(world, world.fetch("w1"))
    world.queue.enqueue([Entry(item_id, 1, world.items(job_id)[0].message)])


def poison(world: World, _: Patch) -> None:
    """A file kills every worker that touches it."""
    submit(world)
    world.relay()
    for number in range(6):
        if take(world, f"w{number}") is not None:
            world.queue.bury(f"w{number}")


def crash_after_first(world: World, patch: Patch) -> None:
    """The reconciler dies between the two halves of recording: commit, and then trim."""
    submit(world)
    world.relay()
    finish(world, world.fetch("w1"))

    def crash(applied: Applied) -> None:
        raise CrashError

    with patch.context() as crashing, suppress(CrashError):
        crashing.setattr(world.reconciler.recorder, "_recorded", crash)
        world.reconciler.recorder.step()


def told_twice(world: World, patch: Patch) -> None:
    """Events are read again, after a crash between commit and trim."""
    item_id = submit(world)[1]
    world.relay()
    held = world.fetch("w1")
    world.queue.fail(item_id, held.claim, "handler_error", 0)
    raw = world.queue.client.lrange(world.queue.key("results"), 0, -1)
    world.record()
    world.queue.client.rpush(world.queue.key("results"), *raw)
    world.queue.promote()


def trimmed_by_another(world: World, _: Patch) -> None:
    """Another reconciler has recorded and trimmed what this one read, and there is more now."""
    submit(world)
    world.relay()
    held = world.fetch("w1")
    raw = world.queue.read_results(10)
    world.record()
    finish(world, held)
    world.queue.ack(len(raw), raw[-1], raw[0], [])


def late_event(world: World, _: Patch) -> None:
    """An end is read when its item has been dispatched anew."""
    submit(world)
    world.relay()
    finish(world, world.fetch("w1"))
    world.queue.client.delete(world.queue.key("generation"))
    world.watch()


def forgotten_end(world: World, _: Patch) -> None:
    """Redis forgets an end that SQL has, and the item runs once more."""
    job_id, item_id = submit(world)
    world.relay()
    finish(world, world.fetch("w1"))
    world.reconcile()
    world.queue.client.delete(world.queue.key(f"item:{item_id}"))
    world.queue.enqueue([Entry(item_id, 1, world.items(job_id)[0].message)])


def nothing_pushed(world: World, _: Patch) -> None:
    """Web dies between its commit and its push."""
    submit(world)


def trim_first(patch: Patch) -> None:
    def record(self: Recorder, queue: object, raw: list[bytes]) -> bool:
        told = read_events(raw)
        ended = [(one.item_id, one.epoch) for one in told if one.event.terminal]
        self._parts.link.queue().ack(len(raw), raw[-1], raw[0], ended)
        self._recorded(Applied(ended, set()))
        self._apply(raw)
        return True

    patch.setattr(Recorder, "record", record)


def no_outbox(patch: Patch) -> None:
    patch.setattr(dispatch, "add", lambda session, item, now: session.add(item))


def in_script(name: str, old: str, new: str) -> Callable[[Patch], None]:
    return lambda patch: mutate_script(patch, name, old, new)


def in_events(name: str, old: str, new: str) -> Callable[[Patch], None]:
    owner = events if hasattr(events, name) else ItemRow
    return lambda patch: mutate_function(patch, owner, name, old, new)


@dataclass(frozen=True)
class Guard:
    """What is taken out, the history that it is there for, and what the oracle then says.

    ``kept``: Redis forgets nothing in this history, so an epoch has one end.
    """

    name: str
    take_out: Callable[[Patch], None]
    history: Callable[[World, Patch], None]
    says: str
    kept: bool = True


GUARDS = (
    Guard(
        "the claim is asked for",
        in_script("*", " and held_by == claim\nend", "\nend"),
        stale_claim,
        "I9",
    ),
    Guard(
        "claim asks for the state",
        in_script("claim", "elseif v[1] ~= 'waiting' then", "elseif false then"),
        stale_copy,
        "I3",
    ),
    Guard(
        "reap asks for the state",
        in_script("reap", "if item and item.state == 'running' then", "if item then"),
        stale_lease,
        "I3",
    ),
    Guard(
        "enqueue asks for the epoch",
        in_script("enqueue", "tonumber(old.epoch) >= tonumber(epoch)", "false"),
        pushed_twice,
        "I3",
    ),
    Guard(
        "losses are bounded",
        in_script("*", "losses >= most(item, 'losses')", "false"),
        poison,
        "I6",
    ),
    Guard("trim follows commit", trim_first, crash_after_first, "I1"),
    Guard(
        "an event is applied once",
        in_events("apply", "_unseen(session, events, now)", "list(events)"),
        told_twice,
        "I6",
    ),
    Guard(
        "only what was read is trimmed",
        in_script("ack", "return 'moved'", "-- go on"),
        trimmed_by_another,
        "I1",
    ),
    Guard(
        "an event is of the current epoch",
        in_events("tell", "event.epoch != self.epoch or ", ""),
        late_event,
        "I3",
    ),
    Guard(
        "an end is final",
        in_events("tell", " or self.ended_at is not None", ""),
        forgotten_end,
        "I2",
        kept=False,
    ),
    Guard("a job comes with its outbox rows", no_outbox, nothing_pushed, "I1"),
)


def violations(world: World, patch: Patch, guard: Guard, store: Path) -> list[str]:
    """Return what the oracle says after the history, when nothing is left to do."""
    witness = Witness(world.engine)
    guard.history(world, patch)
    witness.look()
    go_on(world)
    witness.look()
    parts = world.parts
    of = Services(
        parts.settings, parts.store, world.engine, parts.writing, parts.reading, parts.link
    )
    retention.sweep_strays(of, datetime.now(UTC) + timedelta(hours=36))
    return witness.violations + Oracle(world.engine, world.queue, store, guard.kept).settled()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name.replace(" ", "-"))
def test_a_guard_that_is_taken_out_is_missed(
    world: World, monkeypatch: Patch, guard: Guard, store_dir: Path
) -> None:
    with monkeypatch.context() as patch:
        assert violations(world, patch, guard, store_dir) == [], "with the guard all is well"
    world.queue.client.flushall()
    world.watch()
    with monkeypatch.context() as patch:
        guard.take_out(patch)
        found = violations(world, patch, guard, store_dir)
    assert [one for one in found if one.startswith(guard.says)], found
