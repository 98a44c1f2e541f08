"""What the queue is doing now, as a document and as a table."""

from typing_extensions import TypedDict

from harmonizer_queue.reads import Reads, Worker
from harmonizer_queue.words import SHARES, Priority

_ID_WIDTH = 24


class Waiting(TypedDict):
    """The items of one priority that wait; the age is None when there are none.

    ``share``: how many of ten turns are its own.
    """

    depth: int
    oldest_age_ms: int | None
    share: int


class Load(TypedDict):
    """What waits and runs."""

    waiting: dict[str, Waiting]
    ready: int
    fed: int
    running: int
    delayed: int
    results: int
    results_bad: int
    paused: list[str]


class Snapshot(Load):
    """One look at the queue, and at who works."""

    workers: list[Worker]


def load(queue: Reads) -> Load:
    """Return what the queue holds; each number is exact, they are read one after the other."""
    depth = queue.depth()
    return Load(
        waiting={
            p.value: Waiting(depth=depth[p], oldest_age_ms=queue.oldest_age_ms(p), share=SHARES[p])
            for p in Priority
        },
        ready=queue.ready(),
        fed=queue.fed(),
        running=queue.running(),
        delayed=queue.delayed(),
        results=queue.results(),
        results_bad=queue.results_bad(),
        paused=queue.paused(),
    )


def snapshot(queue: Reads) -> Snapshot:
    """Return what the queue holds, and who works."""
    return Snapshot(**load(queue), workers=queue.workers())


def table(seen: Snapshot) -> str:
    """Return a snapshot as plain text for a terminal."""
    waiting = [
        [priority, str(one["depth"]), _age(one["oldest_age_ms"])]
        for priority, one in seen["waiting"].items()
    ]
    counts = [
        [name, str(count)]
        for name, count in (
            ("ready", seen["ready"]),
            ("fed", seen["fed"]),
            ("running", seen["running"]),
            ("delayed", seen["delayed"]),
            ("results", seen["results"]),
            ("results refused", seen["results_bad"]),
        )
    ]
    counts.append(["paused", " ".join(seen["paused"]) or "-"])
    workers = [
        [
            w["worker_id"][:_ID_WIDTH],
            w["host"],
            str(w["slots"]),
            str(w["busy"]),
            "yes" if w["draining"] else "no",
            _age(w["heartbeat_age_ms"]),
        ]
        for w in seen["workers"]
    ]
    return "\n\n".join(
        (
            _columns(["waiting", "items", "oldest"], waiting),
            _columns(["", "count"], counts),
            _columns(["worker", "host", "slots", "busy", "draining", "heartbeat"], workers),
        )
    )


def _columns(heads: list[str], rows: list[list[str]]) -> str:
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [heads, *rows]
    )


def _age(milliseconds: int | None) -> str:
    if milliseconds is None:
        return "-"
    seconds = milliseconds / 1000
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
