"""``python -m harmonizer_queue``: what a person sees of the queue."""

import json

import pytest
import redis

from harmonizer_queue import Entry, Queue
from harmonizer_queue.__main__ import main
from harmonizer_queue.connection import send
from harmonizer_queue.top import snapshot, table


def fill(client: redis.Redis) -> Queue:
    queue = Queue(client)
    queue.hello(
        "node-1/b00t/ns/42/777/abc", {"host": "node-1", "pid": 42, "version": "1", "slots": 4}
    )
    for item_id, priority, delay in (("i1", "high", 0), ("i2", "low", 0), ("i3", "low", 9_000)):
        message = {"item_id": item_id, "job_id": "j1", "priority": priority}
        limits = {"max_failures": 3, "max_losses": 4}
        queue.enqueue([Entry(item_id, 1, message | limits, delay)])
    queue.pause("normal")
    return queue


def environ(url: str) -> dict[str, str]:
    return {"HARMONIZER_REDIS_URL": url}


def test_top(redis_client: redis.Redis, redis_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    fill(redis_client)
    assert main(["top"], environ(redis_url)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["waiting", "items", "oldest"]
    assert [line.split()[:2] for line in lines[1:4]] == [
        ["high", "1"],
        ["normal", "0"],
        ["low", "1"],
    ]
    assert ["delayed", "1"] in [line.split() for line in lines]
    assert ["paused", "normal"] in [line.split() for line in lines]
    worker = lines[-1].split()
    assert worker[:5] == ["node-1/b00t/ns/42/777/ab", "node-1", "4", "0", "no"]


def test_top_as_json(
    redis_client: redis.Redis, redis_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    queue = fill(redis_client)
    assert main(["top", "--json"], environ(redis_url)) == 0
    seen = json.loads(capsys.readouterr().out)
    assert seen.keys() == snapshot(queue).keys()
    assert seen["waiting"]["high"]["oldest_age_ms"] >= 0
    assert seen["waiting"]["normal"] == {"depth": 0, "oldest_age_ms": None, "share": 3}
    assert (seen["ready"], seen["fed"], seen["running"], seen["delayed"]) == (2, 2, 0, 1)


def test_top_of_an_empty_redis(redis_client: redis.Redis) -> None:
    assert "paused           -" in table(snapshot(Queue(redis_client)))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("ZREM", "waiting:high", "i1"), "I4 i1: waiting, and in no index"),
        (("ZADD", "leases", 1, "i1"), "I4 i1: waiting, and in leases, waiting:high"),
        (("ZADD", "leases", 1, "i9"), "I4 i9: in leases without a hash"),
        (("HSET", "item:i1", "state", "running"), "I3 i1: running without a claim or worker"),
        (("HSET", "item:i1", "claim", "c1"), "I3 i1: waiting with a claim"),
        (("HSET", "item:i1", "state", "dead"), "I4 i1: dead, and in fed"),
        (("HSET", "item:i1", "failures", 3), "I6 i1: waiting with 3 failures"),
        (("HSET", "item:i1", "losses", 4), "I6 i1: waiting with 4 losses"),
    ],
)
def test_check_finds_what_is_wrong(
    change: tuple[str, ...],
    problem: str,
    redis_client: redis.Redis,
    redis_url: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    queue = fill(redis_client)
    command, name, *arguments = change
    send(redis_client, command, queue.key(name), *arguments)
    assert main(["check"], environ(redis_url)) == 1
    assert problem in capsys.readouterr().out.splitlines()
    assert main(["check", "--json"], environ(redis_url)) == 1
    found = json.loads(capsys.readouterr().out)
    assert problem in [f"{one['invariant']} {one['item_id']}: {one['problem']}" for one in found]


def test_check_finds_an_item_that_waits_in_no_list(
    redis_client: redis.Redis, redis_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    queue = fill(redis_client)
    assert main(["check"], environ(redis_url)) == 0
    assert capsys.readouterr().out == "no violations\n"
    redis_client.delete(queue.key("ready"), queue.key("fed"))
    redis_client.rpush(queue.key("queue:high"), "another")
    assert main(["check"], environ(redis_url)) == 1
    assert "I5 i1: waiting in no list" in capsys.readouterr().out


def test_a_redis_that_does_not_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["top"], environ("redis://127.0.0.1:1/0")) == 2
    assert "redis did not answer" in capsys.readouterr().err
