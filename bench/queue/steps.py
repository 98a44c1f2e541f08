"""What is measured of one system. Each step begins with empty servers and stops what it started."""

import contextlib
import math
import os
import signal
import statistics
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from servers import Postgres, Redis
from systems import System, stop

STEADY_RATE, STEADY_SLOTS = 200, 10
LOOKED_AT = 500
"""Items of which every command is looked at."""

SLEEPERS = 20
START_SECONDS = 60.0


@dataclass(frozen=True)
class Bench:
    """The servers, and what processes are told."""

    redis: Redis
    postgres: Postgres | None
    environment: dict[str, str]
    seconds: int
    patience: float
    share: float

    def items(self, system: System) -> int:
        """Return with how many items a drain begins."""
        return round(self.share * system.items)

    @property
    def out(self) -> Path:
        """Return the file that handlers write to."""
        return Path(self.environment["BENCH_OUT"])

    def clear(self, system: System) -> None:
        """Empty the servers and the file."""
        self.redis.client.flushall()
        if system.name == "river" and self.postgres:
            self.postgres.forget_jobs()
        self.out.write_text("")

    def left(self, system: System) -> int:
        """Return how many items have not ended."""
        return system.left(self.redis, self.postgres)


def until(holds: Callable[[], bool], seconds: float, pause: float = 0.01) -> bool:
    """Wait for a condition; False when it does not hold in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


@contextlib.contextmanager
def working(bench: Bench, system: System, slots: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker."""
    worker = system.start(bench.environment, slots)
    try:
        yield worker
    finally:
        stop(worker)


def enqueue(bench: Bench, system: System, how: str, items: int) -> float:
    """Return how many items a producer enqueued in a second, ``one`` by one or in a ``batch``."""
    bench.clear(system)
    return (items - 1) / float(system.run(bench.environment, "enqueue", items, how))


def size(bench: Bench, system: System) -> float:
    """Return how many bytes of Redis an item takes while it waits."""
    items = bench.items(system)
    bench.clear(system)
    before = bench.redis.client.info("memory")["used_memory"]
    system.run(bench.environment, "enqueue", items, "one")
    return float(bench.redis.client.info("memory")["used_memory"] - before) / items


def drain(bench: Bench, system: System, slots: int) -> float:
    """Return how many items a worker does in a second, of a full queue.

    Counted from the moment when one in fifty is done, so that starting a worker does not count.
    """
    bench.clear(system)
    how = "batch" if system.batches else "one"
    items = bench.items(system)
    system.run(bench.environment, "enqueue", items, how)
    with working(bench, system, slots):
        begun = lambda: bench.left(system) < 0.98 * items  # noqa: E731
        if not until(begun, START_SECONDS, 0.005):
            return 0.0
        began, first = time.perf_counter(), bench.left(system)
        until(lambda: bench.left(system) == 0, bench.patience)
        return (first - bench.left(system)) / (time.perf_counter() - began)


def commands(bench: Bench, system: System) -> tuple[float, float]:
    """Return the commands of an item's life: those on the wire, and all that Redis ran for it.

    The second number counts what scripts call as well.
    """
    bench.clear(system)
    mine = f"{bench.redis.client.client_info()['addr']}]"
    seen = bench.out.with_suffix(".monitor")
    with seen.open("wb") as output:
        monitor = subprocess.Popen(
            ["redis-cli", "-p", str(bench.redis.port), "monitor"], stdout=output
        )
        until(lambda: seen.read_bytes().startswith(b"OK"), 10)
        system.run(bench.environment, "enqueue", LOOKED_AT, "one")
        with working(bench, system, STEADY_SLOTS):
            until(lambda: bench.left(system) == 0, START_SECONDS, 0.1)
        monitor.terminate()
        monitor.wait()
    lines = [line for line in seen.read_text(errors="replace").splitlines()[1:] if mine not in line]
    inside = sum(" lua] " in line for line in lines)
    return (len(lines) - inside) / LOOKED_AT, len(lines) / LOOKED_AT


def latency(bench: Bench, system: System) -> tuple[float, float]:
    """Return p50 and p99 (ms) from enqueueing to the handler's start, at 200 items a second."""
    bench.clear(system)
    with working(bench, system, STEADY_SLOTS):
        _warm(bench, system)
        bench.out.write_text("")
        system.run(bench.environment, "steady", STEADY_RATE, bench.seconds)
        wanted = STEADY_RATE * bench.seconds
        until(lambda: len(_lines(bench, "L")) >= wanted, 10)
    waits = sorted(int(line[1]) / 1e6 for line in _lines(bench, "L"))
    if len(waits) < wanted:
        return float("nan"), float("nan")
    return statistics.median(waits), waits[int(0.99 * len(waits))]


def _warm(bench: Bench, system: System) -> None:
    """Wait until a worker works."""
    system.run(bench.environment, "steady", 10, 1)
    until(lambda: len(_lines(bench, "L")) >= 10, START_SECONDS, 0.05)


@dataclass(frozen=True)
class Recovery:
    """What became of items whose worker was killed."""

    seconds: float | None  # until all ran again, None when they did not; NaN: nothing was seen
    lost: int  # not done in the time that was watched
    twice: int  # done twice


def recovery(bench: Bench, system: System, other: bool) -> Recovery:
    """Kill a worker and all its processes amid 20 items of five seconds.

    It is started again at once, or an ``other`` one on this host has room for them.
    """
    bench.clear(system)
    environment = bench.environment
    with contextlib.ExitStack() as started:
        first = started.enter_context(working(bench, system, SLEEPERS))
        _warm(bench, system)
        bench.out.write_text("")
        system.run(environment, "sleepers", SLEEPERS)
        until(lambda: len(_started(bench)) == SLEEPERS, 10)
        if other:
            started.enter_context(working(bench, system, SLEEPERS))
            time.sleep(2)
        running = set(_started(bench)) - set(_ended(bench))
        if len(running) < SLEEPERS:
            return Recovery(math.nan, 0, 0)
        killed_at = time.time_ns()
        for pid in _tree(first.pid):
            os.kill(pid, signal.SIGKILL)
        first.wait()
        if not other:
            started.enter_context(working(bench, system, SLEEPERS))
        again = lambda: _again(bench, running, killed_at)  # noqa: E731
        until(lambda: len(again()) == len(running), bench.patience, 0.1)
        until(lambda: set(_ended(bench)) >= running, 15 if again() else 0, 0.1)
        ended = _ended(bench)
        all_again = len(again()) == len(running)
        return Recovery(
            (max(again().values()) - killed_at) / 1e9 if all_again else None,
            len(running - set(ended)),
            sum(count > 1 for count in ended.values()),
        )


def _lines(bench: Bench, kind: str) -> list[list[str]]:
    """Return the whole lines of a kind."""
    whole = bench.out.read_text().rpartition("\n")[0]
    return [line.split() for line in whole.splitlines() if line.startswith(kind)]


def _started(bench: Bench) -> Counter[str]:
    return Counter(number for _, number, _ in _lines(bench, "S"))


def _ended(bench: Bench) -> Counter[str]:
    return Counter(number for _, number, _ in _lines(bench, "E"))


def _again(bench: Bench, running: set[str], since: int) -> dict[str, int]:
    """Return when items that ran were started again."""
    found: dict[str, int] = {}
    for _, number, at in _lines(bench, "S"):
        if number in running and int(at) > since:
            found.setdefault(number, int(at))
    return found


def _tree(pid: int) -> list[int]:
    """Return a process and all below it."""
    found = [pid]
    for one in found:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found
