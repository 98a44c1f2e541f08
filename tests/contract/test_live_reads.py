"""How far items are: many in one look, and one's place in its queue."""

import json

import redis

from harmonizer_queue import Entry, Input, Kind, Live, Message, Priority, Queue, State
from web.ids import new_id


def enqueue(queue: Queue, priority: Priority = Priority.NORMAL) -> str:
    item_id = new_id()
    message = Message(
        item_id=item_id,
        job_id=new_id(),
        kind=Kind.FILE,
        priority=priority,
        created_at=0,
        input=Input("jobs/1/input/1", "0" * 64, 1, "text/csv"),
        params={},
    )
    assert queue.enqueue([Entry(item_id, 3, message)]) == ["ok"]
    return item_id


def test_many_items_in_order_with_their_progress(redis_client: redis.Redis) -> None:
    queue = Queue(redis_client)
    running, waiting = enqueue(queue), enqueue(queue)
    queue.claim([(running, "c1")], "w1", 60_000)
    queue.progress(running, "c1", json.dumps({"stage": "plan", "rows": 7}))
    assert queue.live([waiting, new_id(), running]) == [
        Live(State.WAITING, 3, {}),
        None,
        Live(State.RUNNING, 3, {"stage": "plan", "rows": 7}),
    ]
    assert queue.live([]) == []


def test_the_place_in_a_queue_is_among_the_same_priority(redis_client: redis.Redis) -> None:
    queue = Queue(redis_client)
    first = enqueue(queue)
    redis_client.zadd("harmonizer:waiting:normal", {first: 1})
    second, high = enqueue(queue), enqueue(queue, Priority.HIGH)
    assert queue.position("normal", first) == 0
    assert queue.position("normal", second) == 1
    assert queue.position("high", high) == 0
    queue.cancel(first, 3)
    assert queue.position("normal", first) is None
    assert queue.position("normal", second) == 0
