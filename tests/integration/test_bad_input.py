"""What a person or a faulty program puts into Redis is set aside, and work beside it goes on."""

import datetime
import json
from typing import Any

import pytest
import redis
from redis.exceptions import ResponseError
from sqlalchemy import update

from harmonizer_queue import Entry, MessageRefusedError, Queue, State
from harmonizer_queue.check import check
from queue_world import LEASE_MS, Held, World
from web.db.events import EVENT_REFUSED
from web.db.models import Item, ItemState, JobStatus
from web.ids import new_id

LONG = "x" * 10_000
BIG = 10**30


def refused(world: World) -> list[dict[str, Any]]:
    """Return what stands in ``results:bad``, the oldest first."""
    found: Any = world.queue.client.lrange(world.queue.key("results:bad"), 0, -1)
    return [json.loads(one.decode(errors="replace")) for one in reversed(found)]


def do_all(world: World) -> None:
    """Let a worker and a reconciler go on until nothing waits; a bad message is a failure."""
    for _ in range(100):
        world.reconcile()
        world.reconciler.sweeper.step()
        world.queue.hello("w1", {"slots": 50, "draining": 0})
        world.queue.reap()
        world.queue.audit()
        item_id = world.queue.take("w1")
        if item_id is None and not world.queue.results() and not world.outbox():
            return
        if item_id is not None:
            work(world, item_id)
    raise AssertionError("it never comes to an end")


def work(world: World, item_id: str) -> None:
    """Claim and complete one item, or let it die of its message as a worker does."""
    claim = new_id()[:22]
    [claimed] = world.queue.claim([(item_id, claim)], "w1", LEASE_MS, alone=True)
    if claimed.answer != "ok":
        return
    try:
        message = json.loads(claimed.message)
        held = Held(item_id, claim, message, claimed.epoch, claimed.losses)
        world.complete(held)
    except (ValueError, KeyError, TypeError, RecursionError):
        assert world.queue.fail(item_id, claim, "bad_message", -1) == "dead"


EVENT: dict[str, Any] = {
    "v": 1,
    "eid": "e",
    "item_id": "i",
    "job_id": "j",
    "event": "succeeded",
    "epoch": 1,
    "delivery": 1,
    "claim": "c",
    "worker": "w",
    "at": 1_700_000_000_000,
    "reason": None,
    "result": {"manifest": "m", "counts": {}},
}


def event(**change: Any) -> bytes:
    return json.dumps(EVENT | change).encode()


GARBAGE = {
    "no JSON": b"hello",
    "nothing": b"",
    "no UTF-8": b'{"event":"\xff"}',
    "a list": b"[1,2]",
    "a number": b"7",
    "nested deeply": b'{"event":' + b"[" * 100_000,
    "a result nested deeply": event(result=None).replace(
        b'"result": null', b'"result": ' + b"[" * 99_999
    ),
    "an unknown event": event(event="exploded"),
    "an event that is a list": event(event=["dead"]),
    "an id of 10 kB": event(item_id=LONG),
    "an id that is a list": event(item_id=["i"]),
    "an eid of 10 kB": event(eid=LONG),
    "a reason of 10 kB": event(event="dead", reason=LONG),
    "an epoch too large": event(epoch=BIG),
    "an epoch below 0": event(epoch=-1),
    "an epoch that is none": event(epoch=float("inf")),
    "a delivery too large": event(delivery=BIG),
    "half of a surrogate pair": event(item_id="\ud800"),
    "half of one in a result": event(result={"manifest": "m", "counts": {}, "x": "\udfff"}),
    "a NUL": event(item_id="i\0"),
    "a NUL in a result": event(result={"manifest": "m", "counts": {"\0": 1}}),
    "no ranges": event(result={"manifest": "m", "ranges": "three"}),
    "too many ranges": event(result={"manifest": "m", "ranges": BIG}),
    "fewer than no ranges": event(result={"manifest": "m", "ranges": -1}),
    "counts that are a list": event(result={"manifest": "m", "counts": [1]}),
    "no time": event(at="yesterday"),
    "a time too large": event(at=BIG),
    "a time that is an object": event(at={}),
}


def test_garbage_among_events_is_set_aside_and_those_beside_it_are_recorded(world: World) -> None:
    world.watch()
    job_id = world.submit(files=2)
    world.relay()
    results = world.queue.key("results")
    for garbage in GARBAGE.values():
        world.queue.client.lpush(results, garbage)
    world.reconciler.sweeper.step()  # looks through the events too
    first, second = world.fetch(), world.fetch()
    world.complete(first)
    world.queue.client.lpush(results, *GARBAGE.values())
    world.complete(second)
    do_all(world)
    assert world.job(job_id).status is JobStatus.SUCCEEDED
    found = refused(world)
    assert [one["event"] for one in found[: len(GARBAGE)]] == [
        text.decode(errors="replace") for text in GARBAGE.values()
    ]
    assert {one["error"] for one in found} == {"EventError"}
    assert len(found) == 2 * len(GARBAGE)


ENDS: dict[str, dict[str, Any]] = {
    "epoch": {"epoch": BIG},
    "worker": {"worker": LONG},
    "time": {"at": BIG},
    "counts": {"result": {"manifest": "m", "counts": []}},
    "NUL": {"result": {"manifest": "m", "counts": {"\0": 1}}},
}


def test_an_item_whose_end_cannot_be_recorded_ends_dead_and_its_hash_shrinks(world: World) -> None:
    world.watch()
    jobs = {what: world.submit() for what in ENDS}
    beside = world.submit()
    world.relay()
    for what, change in ENDS.items():
        [item] = world.items(jobs[what])
        held = world.claim(item.id)
        world.complete(held)
        world.queue.client.lpop(world.queue.key("results"))  # its end, which is faulty instead
        end = {"eid": f"{held.item_id}/1/{held.claim}/succeeded", "item_id": held.item_id}
        world.queue.client.lpush(world.queue.key("results"), event(**end | change))
    do_all(world)
    do_all(world)
    for what, job_id in jobs.items():
        [item] = world.items(job_id)
        assert world.queue.client.pttl(world.queue.key(f"item:{item.id}")) > 0
        if what == "epoch":
            # Which dispatch has ended is not known: the end is taken for lost.
            assert (item.state, item.epoch) == (ItemState.SUCCEEDED, 2)
        else:
            assert (item.state, item.reason) == (ItemState.DEAD, EVENT_REFUSED)
    assert len(refused(world)) == len(ENDS)
    assert world.items(beside)[0].state is ItemState.SUCCEEDED


def test_an_id_without_a_hash_goes_and_costs_nothing(world: World) -> None:
    world.watch()
    job_id = world.submit()
    world.relay()
    ids = [b"hello", LONG.encode(), "\ud7ff \0".encode(), b"a/b:c", b"\xff\xfe"]
    for name in ("ready", "queue:high", "processing:w1"):
        world.queue.client.lpush(world.queue.key(name), *ids)
    for item_id in world.queue.members("processing:w1"):  # a worker lists what it holds
        work(world, item_id)
    do_all(world)
    assert world.items(job_id)[0].state is ItemState.SUCCEEDED
    assert world.queue.results() == world.queue.ready() == world.queue.fed() == 0
    assert check(world.queue) == []


def test_a_lost_list_entry_is_found_and_a_lost_hash_made_again(world: World) -> None:
    world.watch()
    jobs = [world.submit() for _ in range(3)]
    world.relay()
    world.queue.client.delete(world.queue.key("ready"), world.queue.key("queue:normal"))
    for item_id in world.queue.indexed("fed"):
        world.queue.client.zincrby(world.queue.key("fed"), -20_000, item_id)
    world.queue.client.delete(world.queue.key(f"item:{world.items(jobs[0])[0].id}"))
    do_all(world)
    assert {world.items(job_id)[0].state for job_id in jobs} == {ItemState.SUCCEEDED}


HASHES: dict[str, dict[Any, Any]] = {
    "only a state": {"state": "waiting"},
    "a message that is none": {"state": "waiting", "epoch": "1", "msg": "hello"},
    "a message nested deeply": {"state": "waiting", "epoch": "1", "msg": "[" * 20_000},
    "a message that says nothing": {"state": "waiting", "epoch": "1", "msg": "{}"},
    "an unknown state": {"state": "sleeping", "epoch": "1"},
    "an epoch too large": {"state": "waiting", "epoch": str(BIG), "msg": "{}"},
    "an epoch that is none": {"state": "running", "epoch": "soon", "claim": "c", "worker": "w9"},
    "bytes": {"state": b"\xff", "epoch": b"\xff", "msg": b"\xff"},
}


def test_a_hash_that_a_person_wrote_over_does_not_stop_the_others(world: World) -> None:
    world.watch()
    jobs = [world.submit() for _ in HASHES]
    beside = world.submit()
    world.relay()
    for job_id, fields in zip(jobs, HASHES.values(), strict=True):
        [item] = world.items(job_id)
        key = world.queue.key(f"item:{item.id}")
        world.queue.client.delete(key)
        world.queue.client.hset(key, mapping=fields)
    for _ in range(4):  # a pass sees what is astray, the next one sees it again and repairs it
        do_all(world)
    assert world.items(beside)[0].state is ItemState.SUCCEEDED
    for job_id, what in zip(jobs, HASHES, strict=True):
        [item] = world.items(job_id)
        assert item.state.terminal, what
        assert item.state is ItemState.SUCCEEDED or item.reason == "bad_message", what


def test_a_hash_that_nobody_knows_is_worked_off_or_left_alone(world: World) -> None:
    world.watch()
    job_id = world.submit()
    world.relay()
    for number, fields in enumerate(HASHES.values()):
        world.queue.client.hset(world.queue.key(f"item:x{number}"), mapping=fields)
        world.queue.client.lpush(world.queue.key("ready"), f"x{number}")
    do_all(world)
    assert world.items(job_id)[0].state is ItemState.SUCCEEDED
    assert (world.queue.ready(), world.queue.running(), world.queue.delayed()) == (0, 0, 0)


def test_a_message_that_says_nothing_of_its_budgets_spends_them(redis_client: redis.Redis) -> None:
    """Otherwise the script that takes items back from the dead fails for all of them, for ever."""
    queue = Queue(redis_client)
    queue.enqueue([Entry("i1", 1, '{"priority":"high"}'), Entry("i2", 1, '{"priority":"low"}')])
    for item_id, claim in (("i1", "c1"), ("i2", "c2")):
        [claimed] = queue.claim([(item_id, claim)], "gone", LEASE_MS)
        assert claimed.answer == "ok"
    assert queue.fail("i1", "c1", "bad_message", 1_000) == "dead"
    assert queue.bury("gone") == 1
    ended = queue.live(["i1", "i2"])
    assert [one.state for one in ended if one] == [State.DEAD, State.DEAD]


def test_what_is_no_message_is_not_enqueued(redis_client: redis.Redis) -> None:
    queue = Queue(redis_client)
    good = Entry("i1", 1, '{"priority":"high"}')
    for message in ("hello", "[]", "{}", '{"priority":"urgent"}', "[" * 20_000, "\ud800"):
        with pytest.raises(MessageRefusedError):
            queue.enqueue([good, Entry("i2", 1, message)])
    assert queue.item_ids() == []


def test_an_item_whose_message_is_none_ends_dead_and_others_are_dispatched(world: World) -> None:
    job_id, beside = world.submit(files=2), world.submit()
    [bad, good] = world.items(job_id)
    with world.parts.writing.begin() as session:
        session.execute(
            update(Item).where(Item.id == bad.id).values(message={"priority": "urgent"})
        )
    do_all(world)
    [bad, good, *_] = world.items(job_id)
    assert (bad.state, bad.reason) == (ItemState.DEAD, "bad_message")
    assert good.state is ItemState.SUCCEEDED
    assert world.items(beside)[0].state is ItemState.SUCCEEDED
    assert world.outbox() == []


def test_a_result_that_is_too_large_or_none_is_refused_whole(redis_client: redis.Redis) -> None:
    queue = Queue(redis_client)
    queue.enqueue([Entry(name, 1, '{"priority":"high"}') for name in ("i1", "i2")])
    queue.claim([("i1", "c1"), ("i2", "c2")], "w1", LEASE_MS)
    for result in ('{"manifest":"' + 17_000 * "m" + '"}', "hello", "[" * 2_000):
        with pytest.raises(ResponseError, match="BADRESULT"):
            queue.complete([("i1", "c1", "{}"), ("i2", "c2", result)])
        assert queue.running() == 2
    largest = '{"manifest":"' + (16 * 1024 - 15) * "m" + '"}'
    assert queue.complete([("i1", "c1", "{}"), ("i2", "c2", largest)]) == ["ok", "ok"]


def test_times_of_garbage_do_not_stop_the_repairs(world: World) -> None:
    """A member that nobody knows in each index: it goes, or is left, and nothing fails."""
    world.watch()
    job_id = world.submit()
    world.relay()
    long_ago = (datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)).timestamp()
    for index in ("leases", "delayed", "fed", "waiting:high", "workers"):
        members: dict[Any, float] = {b"\xff hello": long_ago, LONG: long_ago}
        world.queue.client.zadd(world.queue.key(index), members)
    world.queue.promote()
    do_all(world)
    assert world.items(job_id)[0].state is ItemState.SUCCEEDED
