"""How many instructions Redis runs for an item, counted by callgrind: the same on a busy machine.

    python bench/queue/instructions.py [--items 400] [--slots 50] [--together 100]

One process calls the scripts as producer, worker and reconciler would; nothing runs beside it. What
the kernel does for Redis is not counted. With ``--together 1`` a twentieth depends on the machine
after all: items that come within 20 ms have ``ready`` filled for 16 instead of 2. Needs valgrind.
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
        # What Redis does by the clock, ten times a second, would count more the slower all is.
        self.redis.client.config_set("hz", 1)
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
    """Fetch, claim and complete all items, as a worker whose slots are all used.

    Half of the slots are used by others when some items end, and are followed in the same call.
    """
    claims = iter(range(items))
    running: list[tuple[str, str, str]] = []
    while free := min(together, slots - len(running), items - len(running)):
        ids = scripts.run(queue.client, queue.prefix, "take", (), (WORKER, free))
        fetched = [(item_id.decode(), f"{next(claims):022d}") for item_id in ids]
        queue.claim(fetched, WORKER, LEASE_MS)
        running += [(*claim, RESULT) for claim in fetched]
    ends, left = min(together, max(1, slots // 2)), items - len(running)
    while running:
        ended, running = running[:ends], running[ends:]
        offered = [f"{next(claims):022d}" for _ in range(min(len(ended), left))]
        if offered:
            arguments = [WORKER, LEASE_MS, *(part for one in ended for part in one[1:]), *offered]
            told = scripts.run(
                queue.client, queue.prefix, "proceed", [one[0] for one in ended], arguments
            )
            begun = [one[-1].decode() for one in told[len(ended) :]]
            left -= len(begun)
            running += [(*one, RESULT) for one in zip(begun, offered, strict=True)]
        else:
            queue.complete(ended)


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
