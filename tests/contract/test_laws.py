"""Laws of the queue that one vector cannot show, against a real Redis."""

import itertools
import json
import random
from collections.abc import Callable, Iterator

import pytest
import redis

from harmonizer_queue import Entry, MessageRefusedError, Priority, Queue, QueueFullError
from harmonizer_queue.check import check

LEASE = 15_000
RESULT = '{"manifest":"m"}'


def entry(item_id: str, priority: str = "normal", max_losses: int = 4) -> Entry:
    message = {"item_id": item_id, "job_id": "j1", "priority": priority}
    return Entry(item_id, 1, message | {"max_failures": 3, "max_losses": max_losses})


def age(queue: Queue, name: str, milliseconds: int) -> None:
    """Move the times of an index back, as if so much time had passed."""
    for member in queue.indexed(name):
        queue.client.zincrby(queue.key(name), -milliseconds, member)


def by_bury(queue: Queue) -> None:
    queue.bury("w1")


def by_reap(queue: Queue) -> None:
    queue.reap()
    queue.client.hdel(queue.key("conf"), "reap_from")
    age(queue, "workers", 6_000)
    queue.reap()


def by_bye(queue: Queue) -> None:
    queue.bye("w1")


def by_audit(queue: Queue) -> None:
    queue.client.zrem(queue.key("workers"), "w1")
    age(queue, "fed", 16_000)
    queue.audit()


@pytest.mark.parametrize("layer", [by_bury, by_reap, by_bye, by_audit])
def test_each_layer_alone_finds_what_a_crash_before_the_claim_left(
    layer: Callable[[Queue], None], redis_client: redis.Redis
) -> None:
    queue = Queue(redis_client)
    queue.hello("w1", {"slots": 2})
    queue.enqueue([entry("i1")])
    assert queue.take("w1") == "i1"
    assert queue.members("ready") == []

    layer(queue)

    assert queue.members("ready") == ["i1"]
    assert queue.item("i1") == {
        "state": "waiting",
        "epoch": 1,
        "failures": 0,
        "losses": 0,
        "msg": entry("i1").message,
    }
    assert check(queue) == []


def test_a_poison_file_takes_no_neighbour_to_the_dead_letter(redis_client: redis.Redis) -> None:
    """Whoever starts the poison dies at once, with everything it runs."""
    queue = Queue(redis_client)
    good = [f"i{n}" for n in range(12)]
    queue.enqueue([entry(item_id) for item_id in [*good[:6], "poison", *good[6:]]])
    numbers = itertools.count()
    for _ in range(20):
        worker, running = f"w{next(numbers)}", list[tuple[str, str]]()
        queue.hello(worker, {"slots": 4})
        while len(running) < 4 and (item_id := queue.take(worker)):
            claim = f"c{next(numbers)}"
            [answer] = queue.claim([(item_id, claim)], worker, LEASE, alone=False)
            if answer.answer == "alone":
                queue.complete([(held, its, RESULT) for held, its in running])
                running = []
                [answer] = queue.claim([(item_id, claim)], worker, LEASE, alone=True)
            assert answer.answer == "ok"
            running.append((item_id, claim))
            if item_id == "poison":
                break
        if running and running[-1][0] == "poison":
            queue.bury(worker)
        else:
            queue.complete([(held, its, RESULT) for held, its in running])
            queue.bye(worker)

    poison = queue.item("poison")
    assert poison is not None
    assert (poison["state"], poison["reason"], poison["losses"]) == ("dead", "poison", 4)
    for item_id in good:
        neighbour = queue.item(item_id)
        assert neighbour is not None
        assert neighbour["state"] == "succeeded"
        assert neighbour["losses"] <= 2, "only until the poison is a suspect"


@pytest.mark.parametrize("seed", range(5))
def test_no_priority_that_waits_is_passed_over_for_ten_turns(
    seed: int, redis_client: redis.Redis
) -> None:
    queue, draw = Queue(redis_client), random.Random(seed)
    numbers = itertools.count()
    passed = dict.fromkeys(Priority, 0)
    for _ in range(150):
        priority = draw.choice(list(Priority))
        ids = [f"{priority}/{next(numbers)}" for _ in range(draw.randint(0, 6))]
        queue.enqueue([entry(item_id, priority) for item_id in ids])
        for _ in range(draw.randint(0, 6)):
            before = {p: len(queue.members(f"queue:{p}")) for p in Priority}
            if not (item_id := queue.take("w1")):
                break
            queue.claim([(item_id, "c")], "w1", LEASE, alone=True)
            queue.complete([(item_id, "c", RESULT)])
            after = {p: len(queue.members(f"queue:{p}")) for p in Priority}
            for p in Priority:
                served = before[p] - after[p]
                passed[p] = 0 if served or not after[p] else passed[p] + 1
                assert passed[p] < 10, f"{p} waits for ever"


@pytest.fixture
def full(redis_client: redis.Redis) -> Iterator[Callable[[], None]]:
    """Return what makes the server full."""

    def fill() -> None:
        redis_client.config_set("maxmemory", 1)

    yield fill
    redis_client.config_set("maxmemory", 0)


def test_a_full_redis_takes_nothing_new_and_finishes_what_it_has(
    redis_client: redis.Redis, full: Callable[[], None]
) -> None:
    queue = Queue(redis_client)
    queue.hello("w1", {"slots": 4})
    queue.enqueue([entry(f"i{n}") for n in range(6)])
    full()
    redis_client.script_flush()

    with pytest.raises(QueueFullError):
        queue.enqueue([entry("late")])
    assert queue.item("late") is None
    with pytest.raises(redis.exceptions.OutOfMemoryError):
        redis_client.brpoplpush(queue.key("ready"), queue.key("processing:w1"), 1)

    claims = []
    while item_id := queue.take("w1"):
        claims.append((item_id, f"c{item_id}"))
        assert queue.claim(claims[-1:], "w1", LEASE)[0].answer == "ok"
        assert queue.renew("w1", LEASE, claims[-1:]) == ["ok"]
    assert len(claims) == 6
    (a, of_a), (b, of_b), (c, of_c), (d, of_d), *rest = claims
    assert queue.fail(a, of_a, "boom", -1) == "dead"
    assert queue.release(b, of_b) == "ok"
    assert queue.cancel(b, 1) == "cancelled"
    assert queue.defer(c, of_c, 0, "store_away") == "ok"
    assert queue.promote() == 1
    assert queue.cancel(d, 1) == "requested"
    assert queue.cancelled(d, of_d) == "ok"
    assert queue.complete([(i, claim, RESULT) for i, claim in rest]) == ["ok", "ok"]
    assert queue.cancel("missing", 1) == "cancelled"
    assert queue.generation("", "g1") == "ok"
    queue.pause("*")
    queue.resume("*")
    assert queue.audit() == queue.reap() == 0
    events = queue.read_results()
    ends = [(e["item_id"], e["epoch"]) for e in map(json.loads, events)]
    assert queue.ack(len(events), events[-1], events[0], ends) == "ok"
    queue.bury("w1")
    assert check(queue) == []


def test_enqueue_cuts_many_items_into_hundreds(redis_client: redis.Redis) -> None:
    queue = Queue(redis_client)
    entries = [entry(f"i{n}") for n in range(250)]
    assert queue.enqueue(entries) == ["ok"] * 250
    assert queue.enqueue(entries[:1]) == ["exists"]
    assert queue.depth() == {"high": 0, "normal": 250, "low": 0}


def test_hundreds_keep_their_order_when_the_server_has_forgotten_the_script(
    redis_client: redis.Redis,
) -> None:
    queue = Queue(redis_client)
    queue.enqueue([entry("i0")])
    redis_client.script_flush()
    ids = [f"i{n}" for n in range(350)]
    assert queue.enqueue(entry(one) for one in ids) == ["exists"] + ["ok"] * 349
    assert sorted(queue.item_ids()) == sorted(ids)
    newest_first = [*queue.members("queue:normal"), *queue.members("ready")]
    assert newest_first == ids[::-1]


def test_hundreds_that_fail_leave_nothing_unread_behind(redis_client: redis.Redis) -> None:
    queue = Queue(redis_client)
    entries = [entry(f"i{n}") for n in range(350)]
    bad = [*entries[:150], Entry("bad", 1, "{}"), *entries[150:]]

    def made() -> Iterator[Entry]:
        yield from entries[:150]
        raise ValueError("the producer fails")

    with pytest.raises(MessageRefusedError):
        queue.enqueue(bad)
    assert queue.item("bad") is None
    assert queue.enqueue(entries[:100]) == ["exists"] * 100
    with pytest.raises(ValueError, match="the producer"):
        queue.enqueue(made())
    assert set(queue.enqueue(entries)) == {"ok", "exists"}
    assert queue.depth()["normal"] == 350
    assert check(queue) == []


def test_peeking_waits_for_an_event_and_leaves_the_list_as_it_is(redis_client: redis.Redis) -> None:
    queue = Queue(redis_client)
    assert queue.peek_results(0.05) is False
    redis_client.rpush(queue.key("results"), "e3", "e2", "e1")
    assert queue.peek_results(0.05) is True
    assert queue.read_results(2) == [b"e1", b"e2"]
    assert queue.members("results") == ["e3", "e2", "e1"]


def test_events_are_read_behind_those_that_were_read_before(redis_client: redis.Redis) -> None:
    queue = Queue(redis_client)
    redis_client.rpush(queue.key("results"), "e5", "e4", "e3", "e2", "e1")
    first = queue.read_results(2)
    assert queue.read_results(2, first) == [b"e3", b"e4"]
    assert queue.read_results(9, first) == [b"e3", b"e4", b"e5"]
    assert queue.read_results(9, queue.read_results(9)) == []
    redis_client.rpop(queue.key("results"))
    assert queue.read_results(2, first) == [], "somebody else has acknowledged"
    redis_client.delete(queue.key("results"))
    assert queue.read_results(2, first) == []
