"""How many instructions Redis runs for an item, counted by callgrind: the same on a busy machine.

    python bench/queue/instructions.py [--items 400] [--slots 50] [--together 100]

One process calls the scripts as producer, worker and reconciler would; nothing runs beside it. What
the kernel does for Redis is not counted. Needs valgrind.
"""

import argparse
import json
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import payload
from servers import Redis

from harmonizer_queue import Entry, Input, Kind, Message, Priority, Queue, connect, scripts
from harmonizer_queue.transitions import BATCH
from web.ids import new_id

WORKER = f"node-1/{new_id()}/4026531836/4242/12345678/{'r' * 22}"
LEASE_MS = 15_000
RESULT = json.dumps({"manifest": "none", "counts": {}}, separators=(",", ":"))
EVENTS = 500


class Counted:
    """A Redis under callgrind."""

    def __init__(self, folder: Path) -> None:
        self._out = folder / "callgrind.out"
        tool = ("valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={self._out}")
        self.redis = Redis(folder / "redis", tool)
        self.counts: dict[str, int] = {}

    def _control(self, what: str) -> None:
        subprocess.run(
            ["callgrind_control", what, str(self.redis.pid)],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    @contextmanager
    def counting(self, name: str) -> Iterator[None]:
        """Count what runs meanwhile."""
        self._control("-z")
        yield
        seen = set(self._out.parent.glob("callgrind.out.*"))
        self._control("-d")
        while not (new := set(self._out.parent.glob("callgrind.out.*")) - seen):
            time.sleep(0.05)
        found = re.search(r"^(?:totals|summary): (\d+)", new.pop().read_text(), re.MULTILINE)
        assert found is not None
        self.counts[name] = int(found[1])


def entry(job_id: str) -> Entry:
    """Return a dispatch with the usual payload."""
    item_id = new_id()
    message = Message(
        item_id=item_id,
        job_id=job_id,
        kind=Kind.FILE,
        priority=Priority.NORMAL,
        created_at=int(time.time() * 1000),
        input=Input("jobs/bench/input/1", "0" * 64, 100, "text/csv"),
        params=json.loads(payload.payload("none", 1)),
    )
    return Entry(item_id, 1, message)


def drain(queue: Queue, items: int, slots: int, together: int) -> None:
    """Fetch, claim and complete all items; of the slots, half are used when some items end."""
    running: list[tuple[str, str, str]] = []
    ends, left = min(together, max(1, slots // 2)), items
    while left or running:
        free = min(together, slots - len(running), left)
        ids = scripts.run(queue.client, queue.prefix, "take", (), (WORKER, free)) if free else []
        claims = [(item_id.decode(), f"{left - n:022d}") for n, item_id in enumerate(ids)]
        if claims:
            queue.claim(claims, WORKER, LEASE_MS)
            running += [(*claim, RESULT) for claim in claims]
            left -= len(claims)
        if len(running) > slots - ends or not left:
            queue.complete(running[:ends])
            running = running[ends:]


def acknowledge(queue: Queue) -> None:
    """Read all events and acknowledge them."""
    while raw := queue.read_results(EVENTS):
        told = [json.loads(one) for one in raw]
        ended = [(one["item_id"], one["epoch"]) for one in told if one["event"] == "succeeded"]
        queue.ack(len(raw), raw[-1], raw[0], ended)


def main() -> None:
    """Read the arguments, count, print instructions for an item."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=400)
    parser.add_argument("--slots", type=int, default=50)
    parser.add_argument("--together", type=int, default=100, help="items in a call at most")
    chosen = parser.parse_args()
    together = min(chosen.together, BATCH)
    with tempfile.TemporaryDirectory(prefix="harmonizer-bench-") as name:
        counted = Counted(Path(name))
        queue = Queue(connect(counted.redis.url))
        queue.hello(WORKER, {"slots": chosen.slots, "draining": 0})
        job_id = new_id()
        try:
            for _ in range(2):  # the first time scripts are loaded
                entries = [entry(job_id) for _ in range(chosen.items)]
                with counted.counting("enqueue"):
                    for start in range(0, chosen.items, together):
                        queue.enqueue(entries[start : start + together])
                with counted.counting("fetch, claim, complete"):
                    drain(queue, chosen.items, chosen.slots, together)
                with counted.counting("acknowledge"):
                    acknowledge(queue)
        finally:
            counted.redis.stop()
    for what, count in counted.counts.items():
        print(f"{what}: {count / chosen.items:,.0f}")


if __name__ == "__main__":
    main()
