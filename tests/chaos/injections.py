"""The faults. Each is done by one call, and undone by what that returns, if anything.

A fault answers the name it is counted by, how many seconds it lasts, and how it is undone; None
when it cannot be done now.
"""

import contextlib
import http.client
import json
import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from redis.exceptions import RedisError

from chaos.cast import Actor, Cast
from chaos.proxy import Proxy

Undo = Callable[[], None]
Done = tuple[str, float, Undo | None]
PREFIX = "harmonizer:"
CLIMATE_SECONDS = 60.0
SWITCH_SECONDS = 2.0
MOST_CUT = 20_000
"""Bytes off the end of the append-only file: some seconds of it."""


@dataclass
class Injections:
    """Chooses a fault and does it. ``lease``: seconds a claim holds; ``disk``: it may be filled."""

    cast: Cast
    dice: random.Random
    lease: int
    disk: bool
    _climate: list[int] = field(default_factory=list)
    _changes_at: float = 0.0

    def any(self) -> Done | None:
        """Do one fault, chosen at random.

        Each minute has a climate of its own, in which some faults are frequent and others do not
        come at all: what a frequent one hides shows when it stays away.
        """
        faults: dict[Callable[[], Done | None], float] = {
            self.kill_worker: 12,
            self.kill_reconciler: 6,
            self.kill_web: 4,
            self.kill_tasks: 1,
            self.stop_process: 8,
            self.kill_redis: 4,
            self.truncate_redis: 3,
            self.put_back_redis: 3,
            self.save_redis: 5,
            self.freeze_redis: 2,
            self.flush_redis: 2,
            self.delete_key: 16,
            self.fill_redis: 4,
            self.end_backends: 8,
            self.kill_postgres: 2,
            self.disturb: 24,
            self.jump_clock: 8,
            self.pause: 4,
            self.fill_disk: 4,
        }
        if time.monotonic() > self._changes_at:
            self._changes_at = time.monotonic() + CLIMATE_SECONDS
            self._climate = [self.dice.choice([0, 1, 1, 1, 3]) for _ in faults]
        weights = [w * c for w, c in zip(faults.values(), self._climate, strict=True)]
        return self.dice.choices(list(faults), weights)[0]()

    # Processes.

    def kill_worker(self) -> Done | None:
        return self._kill(self._one("worker"))

    def kill_reconciler(self) -> Done | None:
        return self._kill(self._one("reconciler"))

    def kill_tasks(self) -> Done | None:
        return self._kill(self._one("tasks"))

    def kill_web(self) -> Done | None:
        """Kill the process that listens, or one of those that serve, in the middle of a request."""
        [web] = self.cast.of("web")
        pid = web.pid()
        if pid is None or self.dice.random() < 0.3:
            return self._kill(web)
        with contextlib.suppress(OSError, IndexError):
            serving = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            os.kill(int(self.dice.choice(serving)), signal.SIGKILL)
            return "kill one process of web", 0, None
        return None

    def stop_process(self) -> Done | None:
        """Stop a process for longer than a lease: it goes on as if nothing had been."""
        actor = self._one(self.dice.choice(["worker", "worker", "reconciler", "web"]))
        if not actor.lives or actor.stopped or not actor.send(signal.SIGSTOP):
            return None

        def undo() -> None:
            actor.send(signal.SIGCONT)

        return f"stop {actor.kind}", self.lease + self.dice.uniform(1, 5), undo

    def _one(self, kind: str) -> Actor:
        return self.dice.choice(self.cast.of(kind))

    def _kill(self, actor: Actor) -> Done | None:
        return (f"kill {actor.kind}", 0, None) if actor.send(signal.SIGKILL) else None

    # Redis.

    def kill_redis(self) -> Done:
        self.cast.redis.kill()
        return "kill redis", self._away(), self.cast.redis.start

    def truncate_redis(self) -> Done:
        self.cast.redis.kill()
        self.cast.redis.truncate(MOST_CUT, self.dice)
        return "truncate the file of redis", self._away(), self.cast.redis.start

    def put_back_redis(self) -> Done | None:
        self.cast.redis.kill()
        name = "an old file of redis" if self.cast.redis.put_back() else "kill redis"
        return name, self._away(), self.cast.redis.start

    def save_redis(self) -> Done | None:
        """Not a fault: what a later one puts back."""
        with contextlib.suppress(OSError):
            self.cast.redis.save()
        return None

    def freeze_redis(self) -> Done:
        pid = self.cast.redis.pid
        os.kill(pid, signal.SIGSTOP)
        return "stop redis", self.dice.uniform(1, 7), lambda: os.kill(pid, signal.SIGCONT)

    def flush_redis(self) -> Done | None:
        with contextlib.suppress(RedisError):
            self.cast.redis.client.flushall()
            return "FLUSHALL", 0, None
        return None

    def delete_key(self) -> Done | None:
        """Delete one key; one of each family is as likely as one of any other."""
        with contextlib.suppress(RedisError):
            keys: dict[str, list[bytes]] = {}
            for key in self.cast.redis.client.scan_iter(f"{PREFIX}*", count=1000):
                family = key.decode().removeprefix(PREFIX).partition(":")[0]
                keys.setdefault(family, []).append(key)
            if keys:
                family = self.dice.choice(sorted(keys))
                self.cast.redis.client.delete(self.dice.choice(sorted(keys[family])))
                return f"DEL {family}", 0, None
        return None

    def fill_redis(self) -> Done | None:
        client = self.cast.redis.client

        def undo() -> None:
            client.config_set("maxmemory", 0)

        with contextlib.suppress(RedisError):
            client.config_set("maxmemory", 1)
            return "redis at maxmemory", self.dice.uniform(1, 6), undo
        return None

    def _away(self) -> float:
        return self.dice.choice([0.1, 1, 4])

    # PostgreSQL.

    def end_backends(self) -> Done | None:
        with contextlib.suppress(psycopg.Error):
            self.cast.postgres.end_backends(self.dice)
            return "end connections of postgresql", 0, None
        return None

    def kill_postgres(self) -> Done:
        self.cast.postgres.kill()
        return "kill postgresql", self._away(), self.cast.postgres.start

    # Connections, clocks, disk.

    def disturb(self) -> Done:
        """Do something to the connections of one process."""
        actor = self.dice.choice(self.cast.actors)
        proxy = self.dice.choice(actor.proxies())
        whose = f"{actor.kind} - {'redis' if proxy is actor.redis else 'postgresql'}"
        how, seconds, do = self._disturbance(proxy)
        do()
        return f"{how}, {whose}", seconds, proxy.heal if seconds else None

    def _disturbance(self, proxy: Proxy) -> tuple[str, float, Callable[[], None]]:
        some = self.dice.uniform(1, 8)
        ways: list[tuple[str, float, Callable[[], None]]] = [
            ("cut", 0, proxy.cut),
            ("refused", some, proxy.refuse),
            ("half open", some, proxy.leave_half_open),
            ("stalled", some, proxy.stall),
            ("slow", some, lambda: proxy.slow(self.dice.uniform(0.05, 0.6))),
            ("deaf", some, proxy.deafen),
        ]
        return self.dice.choice(ways)

    def jump_clock(self) -> Done | None:
        """Set the wall clock of one process hours forward or back, and right again later."""
        timed = [actor for actor in self.cast.actors if actor.clock]
        if not timed:
            return None
        actor = self.dice.choice(timed)
        clock = actor.clock
        assert clock is not None
        clock.set_off(self.dice.choice([-7200, -600, -30, 30, 600, 7200]))
        return f"clock of {actor.kind}", self.dice.uniform(2, 20), lambda: clock.set_off(0)

    def pause(self) -> Done:
        """Hand out nothing more of a priority, or of all, as an operator may for a while."""
        scope = self.dice.choice(["*", "high", "normal", "low"])
        self._switch("pause", scope)  # without an answer it may be paused all the same

        def undo() -> None:
            if not self._switch("resume", scope):
                raise OSError("not resumed")

        return "pause", self.dice.uniform(1, 6), undo

    def resume_all(self) -> bool:
        """Resume every scope; return whether the API said that it did."""
        return all(self._switch("resume", scope) for scope in ("*", "high", "normal", "low"))

    def _switch(self, act: str, scope: str) -> bool:
        """Pause or resume by the API; return whether it answered."""
        connection = http.client.HTTPConnection("127.0.0.1", self.cast.port, timeout=SWITCH_SECONDS)
        body, content = json.dumps({"scope": scope}), {"Content-Type": "application/json"}
        with (
            contextlib.closing(connection),
            contextlib.suppress(OSError, http.client.HTTPException),
        ):
            connection.request("POST", f"/api/queue/{act}", body, content)
            return connection.getresponse().status == 200
        return False

    def fill_disk(self) -> Done | None:
        """Leave no room in the store."""
        if not self.disk:
            return None
        ballast = self.cast.store / ".ballast"
        with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(1 << 20))
        return "disk full", self.dice.uniform(1, 5), lambda: ballast.unlink(missing_ok=True)
