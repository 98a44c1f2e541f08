"""What every system carries and does here, so that only the systems differ.

The payload is 300 bytes of JSON. Its kind says what the handler does: nothing (``none``), a line
with the time since it was made (``time``), or five seconds of sleep between two lines (``sleep``).
The Go and Node programs do the same.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence

PAD = "x" * 240
NAP = 5.0
BATCH = 500
REDIS_URL = os.environ.get("BENCH_REDIS_URL", "redis://127.0.0.1:6379/0")
TUNED = os.environ.get("BENCH_TUNED") == "1"
OUT = os.environ.get("BENCH_OUT", os.devnull)

Put = Callable[[str], object]
PutMany = Callable[[Sequence[str]], object]


def payload(kind: str, number: int) -> str:
    """Return the payload, made now."""
    return json.dumps({"k": kind, "id": number, "t": time.time_ns(), "pad": PAD})


def say(line: str) -> None:
    """Append a line in one write, so that lines of several processes do not mix."""
    out = os.open(OUT, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.write(out, f"{line}\n".encode())
    os.close(out)


def begin(text: str) -> float:
    """Do what is to be done at the start, and return for how long the handler sleeps."""
    now, told = time.time_ns(), json.loads(text)
    if told["k"] == "time":
        say(f"L {now - told['t']}")
    elif told["k"] == "sleep":
        say(f"S {told['id']} {now}")
        return NAP
    return 0.0


def end(text: str) -> None:
    """Do what is to be done at the end."""
    told = json.loads(text)
    if told["k"] == "sleep":
        say(f"E {told['id']} {time.time_ns()}")


def handle(text: str) -> str:
    """Be the whole handler of a system that runs plain functions."""
    nap = begin(text)
    if nap:
        time.sleep(nap)
    end(text)
    return "ok"


def produce(put: Put, put_many: PutMany | None, arguments: Sequence[str]) -> None:
    """Be a producer: ``enqueue N one|batch``, ``steady RATE SECONDS`` or ``sleepers N``.

    ``enqueue`` prints how many seconds it took; payloads for a batch are made before.
    """
    what, number = arguments[0], int(arguments[1])
    if what == "enqueue":
        print(_enqueue(put, put_many if arguments[2] == "batch" else None, number), flush=True)
    elif what == "steady":
        began = time.perf_counter()
        for i in range(number * int(arguments[2])):
            time.sleep(max(0.0, began + i / number - time.perf_counter()))
            put(payload("time", i))
    elif what == "sleepers":
        for i in range(number):
            put(payload("sleep", i))
    else:
        sys.exit(f"unknown: {what}")


def _enqueue(put: Put, put_many: PutMany | None, number: int) -> float:
    put(payload("none", -1))  # connects
    if put_many is None:
        began = time.perf_counter()
        for i in range(number - 1):
            put(payload("none", i))
        return time.perf_counter() - began
    batches = [
        [payload("none", i) for i in range(start, min(start + BATCH, number - 1))]
        for start in range(0, number - 1, BATCH)
    ]
    began = time.perf_counter()
    for batch in batches:
        put_many(batch)
    return time.perf_counter() - began
