"""The processes of a stack under test, each on its own connections, which can be disturbed."""

import contextlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from chaos.clock import Clock
from chaos.killable import KillablePostgres, KillableRedis
from chaos.proxy import Proxies, Proxy
from harmonizer.guard import guarded, stop_guarded
from harmonizer.ports import free_port
from web.config import ROOT

STOP_SECONDS = 20.0
SPLIT_BYTES = 100_000
"""A file above this is read in ranges."""


@dataclass
class Actor:
    """One process: how it is started, its connections, and what it runs as now."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    log: Path
    redis: Proxy
    sql: Proxy | None = None
    clock: Clock | None = None
    process: "subprocess.Popen[bytes] | None" = None
    stopped: bool = False
    starts: int = 0

    @property
    def lives(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def kind(self) -> str:
        return self.name.rstrip("0123456789")

    def start(self, failpoints: str = "") -> None:
        """Start it, with failpoints if any; what is left of an earlier start is killed."""
        self.stop()
        own = {"HARMONIZER_FAILPOINTS": failpoints} if failpoints else {}
        with self.log.open("ab") as output:
            self.process = guarded(self.command, output, env={**self.environ, **own}, cwd=ROOT)
        self.stopped = False
        self.starts += 1

    def stop(self) -> None:
        """Kill it, and whatever it has started."""
        if self.process is not None:
            stop_guarded([self.process], 0)
            self.process = None
        self.stopped = False

    def pid(self) -> int | None:
        """Return the pid of the process itself; the one that was started guards it."""
        if self.process is None:
            return None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        with contextlib.suppress(OSError, IndexError):
            return int(children.read_text().split()[0])
        return None

    def send(self, number: signal.Signals) -> bool:
        """Send a signal; False when there is no such process now."""
        pid = self.pid()
        if pid is None:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
            self.stopped = number == signal.SIGSTOP or (self.stopped and number != signal.SIGCONT)
            return True
        return False

    def proxies(self) -> list[Proxy]:
        return [self.redis] if self.sql is None else [self.redis, self.sql]


@dataclass
class Cast:
    """Servers, store and processes in one folder. ``clock``: the library for clocks that jump."""

    home: Path
    store: Path
    redis: KillableRedis
    postgres: KillablePostgres
    clock: Path | None
    proxies: Proxies = field(default_factory=Proxies)
    port: int = field(default_factory=free_port)
    actors: list[Actor] = field(default_factory=list)

    def fill(self, workers: int, reconcilers: int, lease: int) -> None:
        """Add the processes; nothing is started."""
        for number in range(workers):
            port = str(free_port())
            own = {"WORKER_PORT": port, "WORKER_CONCURRENCY": "4", "LEASE_SECONDS": str(lease)}
            self._add(f"worker{number}", [str(ROOT / "go-worker" / "worker")], own, sql=False)
        for number in range(reconcilers):
            self._add(f"reconciler{number}", [sys.executable, "-m", "reconciler"], {})
        self._add("tasks", [sys.executable, "-m", "web.tasks"], {})
        gunicorn = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "app:app"]
        own = {"PORT": str(self.port), "WEB_PROCESSES": "2", "SPLIT_BYTES": str(SPLIT_BYTES)}
        self._add("web", gunicorn, own)

    def _add(
        self, name: str, command: Sequence[str], own: Mapping[str, str], *, sql: bool = True
    ) -> None:
        redis = self.proxies.open(self.redis.port)
        postgres = self.proxies.open(self.postgres.port) if sql else None
        clock = Clock(self.clock, self.home / f"{name}.clock") if sql and self.clock else None
        inherited = {key: text for key, text in os.environ.items() if "HARMONIZER_" not in key}
        settings = {
            "TEST_MODE": "1",
            "HOME": str(self.home),
            "REDIS_URL": f"redis://127.0.0.1:{redis.port}/0",
            "STORE_URL": f"file://{self.store}",
            "GRACE_SECONDS": "5",
        }
        if postgres:
            settings["DATABASE_URL"] = self.postgres.url(postgres.port)
        environ = inherited | {
            f"HARMONIZER_{key}": text for key, text in {**settings, **own}.items()
        }
        if clock:
            clock.set_off(0)
            environ |= clock.environ()
        log = self.home / f"{name}.log"
        self.actors.append(Actor(name, command, environ, log, redis, postgres, clock))

    def of(self, kind: str) -> list[Actor]:
        return [actor for actor in self.actors if actor.kind == kind]

    def stop(self) -> None:
        """Stop everything; what does not is killed."""
        for actor in self.actors:
            if actor.stopped:
                actor.send(signal.SIGCONT)
        running = [actor.process for actor in self.actors if actor.process is not None]
        stop_guarded(running, STOP_SECONDS)


def failpoints(actor: Actor, dice: random.Random, log: Path, much: float, seconds: float) -> str:
    """Return the failpoints of one start: a kill or a hold at each point, not often."""
    points = {
        "worker": ("fetched", "claimed", "handling", "written", "unnamed", "handled", "settled"),
        "reconciler": ("read", "recorded", "acknowledged", "relayed", "joined", "changed"),
        "web": ("stored", "committed", "pushed"),
    }.get(actor.kind, ())
    entries = [f"seed={dice.getrandbits(32)}", f"log={log}"]
    for point in points:
        if dice.random() < 0.7:
            entries.append(f"{point}=kill:{much:g}")
        else:
            entries.append(f"{point}=hold:{much:g}:{dice.choice([1, 3, 8])}")
    # A worker is started anew when healing begins, and a poison stays one all the time.
    return ",".join([*entries, POISON if actor.kind == "worker" else f"for={seconds:.1f}"])


POISON = "handling@poison=kill:1"
"""A file of this source kills every worker that begins it, also when all other faults are over."""
