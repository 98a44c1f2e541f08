"""The queue of this project: the producer. Its worker is go-worker/internal/queuebench."""

import sys
import time
from collections.abc import Sequence

import payload

from harmonizer_queue import Entry, Input, Kind, Message, Priority, Queue, connect
from web.ids import new_id

JOB = new_id()
INPUT = Input("jobs/bench/input/1", "0" * 64, 100, "text/csv")
queue = Queue(connect(payload.REDIS_URL))


def entry(text: str) -> Entry:
    """Return the dispatch of an item whose parameters are the payload."""
    item_id = new_id()
    message = Message(
        item_id=item_id,
        job_id=JOB,
        kind=Kind.FILE,
        priority=Priority.NORMAL,
        created_at=int(time.time() * 1000),
        input=INPUT,
        params={"payload": "PAYLOAD"},
    )
    return Entry(item_id, 1, message.to_json().replace('{"payload":"PAYLOAD"}', text))


def put(text: str) -> None:
    """Dispatch one item."""
    queue.enqueue([entry(text)])


def put_many(entries: Sequence[str]) -> None:
    """Dispatch a batch."""
    queue.enqueue(entry(text) for text in entries)


payload.produce(put, put_many, sys.argv[1:])
