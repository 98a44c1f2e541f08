"""The systems that are measured: how each is started, and how to see what it has not done yet."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from servers import Postgres, Redis

PEERS = Path(__file__).parent / "peers"
OURS = "harmonizer"

Left = Callable[[Redis, Postgres | None], int]


@dataclass(frozen=True)
class System:
    """One system in one configuration. ``items`` is how many a drain begins with."""

    name: str
    version: str
    produce: Sequence[str]
    work: Sequence[str]  # with {redis}, {slots} and {out}
    left: Left
    items: int
    batches: bool = True
    tuned: bool = False
    needs: str = ""

    @property
    def label(self) -> str:
        """Return the name for a table."""
        return f"{self.name} {self.version}" + (", tuned" if self.tuned else "")

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of its processes."""
        return {**base, "BENCH_TUNED": "1" if self.tuned else ""}

    def run(self, base: Mapping[str, str], *arguments: object) -> str:
        """Run its producer to the end and return what it printed."""
        done = subprocess.run(
            [*self.produce, *map(str, arguments)],
            env=self.environment(base),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=True,
            timeout=600,
        )
        return done.stdout

    def start(self, base: Mapping[str, str], slots: int) -> subprocess.Popen[bytes]:
        """Start its worker, in a process group of its own."""
        told = {"slots": slots, "out": base["BENCH_OUT"], "redis": base["BENCH_REDIS_URL"]}
        command = [part.format(**told) for part in self.work]
        return subprocess.Popen(
            command,
            env=self.environment(base),
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def stop(worker: subprocess.Popen[bytes]) -> None:
    """Stop a worker and all it started, in time."""
    for kind in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(worker.pid, kind)
            worker.wait(5)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue
    worker.wait()


def _lengths(*keys: str) -> Left:
    commands = {"list": "LLEN", "zset": "ZCARD", "hash": "HLEN"}
    pairs = [(commands[kind], key) for kind, key in (key.split(" ", 1) for key in keys)]
    return lambda server, _: sum(int(server.client.execute_command(*pair)) for pair in pairs)


def _taskiq(server: Redis, _: Postgres | None) -> int:
    """Count a list; tuned it is a stream, of which what was done stays."""
    if server.client.type("taskiq") != b"stream":
        return int(server.client.llen("taskiq"))
    groups = server.client.xinfo_groups("taskiq")
    return sum(int(one["lag"] or 0) + int(one["pending"]) for one in groups)


def _river_jobs(_: Redis, postgres: Postgres | None) -> int:
    assert postgres is not None
    return postgres.unfinished_jobs()


def all_systems(peers: Path) -> dict[str, System]:
    """Return them by name; those whose ``needs`` is not there were not installed."""

    def python(name: str, version: str, items: int, left: Left, **more: bool) -> list[System]:
        program = [str(peers / name / "bin" / "python"), str(PEERS / f"{name}_peer.py")]
        needs = str(peers / name / "installed")
        return both(
            System(
                name,
                version,
                program,
                [*program, "work", "{slots}"],
                left,
                items,
                needs=needs,
                **more,
            )
        )

    def go(name: str, version: str, items: int, left: Left, **more: bool) -> list[System]:
        program = [str(peers / "go-peers"), name]
        return both(
            System(
                name,
                version,
                program,
                [*program, "work", "{slots}"],
                left,
                items,
                needs=program[0],
                **more,
            )
        )

    def both(usual: System) -> list[System]:
        return [usual, System(**{**vars(usual), "tuned": True})]

    ours = [sys.executable, str(PEERS / "ours.py")]
    worker = str(peers / "queuebench")
    bullmq = ["node", str(PEERS / "bullmq.cjs")]
    index = [f"zset harmonizer:{name}" for name in ("waiting:normal", "leases", "delayed")]
    systems = [
        System(
            OURS,
            "batched",
            ours,
            [worker, "{redis}", "{slots}", "100", "{out}"],
            _lengths(*index),
            20_000,
        ),
        System(
            OURS,
            "one at a time",
            ours,
            [worker, "{redis}", "{slots}", "1", "{out}"],
            _lengths(*index),
            20_000,
        ),
        *go(
            "asynq",
            "0.26.0",
            10_000,
            _lengths("list asynq:{default}:pending", "list asynq:{default}:active"),
            batches=False,
        ),
        *both(
            System(
                "bullmq",
                "6.7.0",
                bullmq,
                [*bullmq, "work", "{slots}"],
                _lengths("list bull:bench:wait", "list bull:bench:active"),
                10_000,
                needs=str(peers / "node" / "node_modules" / "bullmq"),
            )
        ),
        *go("river", "0.51.1", 5_000, _river_jobs),
        *python("dramatiq", "2.2.1", 4_000, _lengths("hash dramatiq:default.msgs"), batches=False),
        *python("taskiq", "0.11.20", 4_000, _taskiq),
        *python("celery", "5.7.0", 2_000, _lengths("list celery", "hash unacked"), batches=False),
        *python("rq", "3.0.0", 1_000, _lengths("list rq:queue:default", "zset rq:wip:default")),
    ]
    return {system.label: system for system in systems}
