"""``python -m chaos.reaction``: how long a real stack takes to react to each of four things (I13).

Figures, no test: they depend on the machine. Leases and stalls are those a user has by default.
"""

import contextlib
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chaos.cast import Actor, Cast
from chaos.killable import KillablePostgres, KillableRedis
from chaos.load import Kind, Load, answers, people
from chaos.run import until
from web.db.schema import migrate
from web.db.session import engine_for

LEASE, STALL, GRACE = 15, 60, 5
TIMES = 5
PATIENCE = 300.0
HELD = Kind("held", (("held.csv", people(3, 1)),), "succeeded", 1)
LONG = Kind("long", (("long.csv", people(2_000_000, 1)),), "succeeded", 1)


@dataclass
class Stage:
    """Two workers and what they need. A file called ``held`` holds whoever begins it."""

    cast: Cast
    load: Load

    def submit(self, kind: Kind) -> str:
        job_id = self.load.once(kind, None, "normal")
        assert job_id is not None
        return job_id

    def starts(self, job_id: str) -> list[tuple[str, float]]:
        """Return worker and time, in seconds since 1970, of each attempt that began."""
        with self.cast.postgres.connect() as connection:
            rows = connection.execute(
                "SELECT attempt.worker, extract(epoch from attempt.started_at) FROM attempt "
                "JOIN item ON item.id = item_id "
                "WHERE job_id = %s AND attempt.started_at IS NOT NULL "
                "ORDER BY attempt.started_at",
                (job_id,),
            ).fetchall()
        return [(worker, float(at)) for worker, at in rows]

    def begun(self, kind: Kind) -> tuple[str, Actor]:
        """Submit a job and return it, and the worker that has begun it."""
        job_id = self.submit(kind)
        until(lambda: self.starts(job_id), "it begins", PATIENCE)
        [(worker, _)] = self.starts(job_id)
        [actor] = [a for a in self.cast.of("worker") if str(a.pid()) == worker.split("/")[3]]
        return job_id, actor

    def begins_again(self, job_id: str) -> float:
        """Return when its second attempt began."""
        until(lambda: len(self.starts(job_id)) > 1, "it begins again", PATIENCE)
        return self.starts(job_id)[1][1]

    def fresh(self) -> None:
        """Start the workers anew, and forget every job."""
        for actor in self.cast.of("worker"):
            actor.stop()
        with self.cast.postgres.connect() as connection:
            connection.execute("TRUNCATE job CASCADE")
        self.cast.redis.client.flushall()
        for actor in self.cast.of("worker"):
            actor.start(f"handling@held=hold:1:{PATIENCE:.0f}")
        until(lambda: self.cast.redis.client.zcard("harmonizer:workers") == 2, "both are there", 60)
        time.sleep(8)  # reap takes nothing in the first seconds of an empty Redis

    # What is measured.

    def crash(self) -> float:
        """Kill -9 of the only worker that has an item, another one is there."""
        job_id, actor = self.begun(HELD)
        killed = time.time()
        actor.send(signal.SIGKILL)
        return self.begins_again(job_id) - killed

    def crash_and_restart(self) -> float:
        """The same, and it is started again at once."""
        job_id, actor = self.begun(HELD)
        killed = time.time()
        actor.send(signal.SIGKILL)
        actor.start()
        return self.begins_again(job_id) - killed

    def hang(self) -> float:
        """A handler that neither makes progress nor listens; until it runs elsewhere."""
        job_id, _ = self.begun(HELD)
        return self.begins_again(job_id) - self.starts(job_id)[0][1]

    def cancel(self) -> float:
        """A job that runs is cancelled, until it has ended."""
        job_id, _ = self.begun(LONG)
        asked = time.time()
        assert self.load.cancel(job_id)
        with self.cast.postgres.connect() as connection:

            def ended() -> bool:
                row = connection.execute("SELECT status FROM job WHERE id = %s", (job_id,))
                return row.fetchone() == ("cancelled",)

            until(ended, "it has ended", PATIENCE)
        return time.time() - asked

    def drain(self) -> float:
        """SIGTERM to a worker whose handler does not listen, until its process has ended."""
        _, actor = self.begun(HELD)
        told = time.time()
        actor.send(signal.SIGTERM)
        until(lambda: not actor.lives, "it has ended", PATIENCE)
        return time.time() - told


@contextlib.contextmanager
def stage() -> Iterator[Stage]:
    with tempfile.TemporaryDirectory(prefix="reaction-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        cast = Cast(
            home, home / "store", KillableRedis(home / "redis"), KillablePostgres(home), None
        )
        try:
            cast.redis.start()
            cast.postgres.start()
            with cast.postgres.connect("postgres") as connection:
                connection.execute("CREATE DATABASE harmonizer")
            engine = engine_for(cast.postgres.url(cast.postgres.port))
            migrate(engine)
            engine.dispose()
            cast.fill(2, 1, LEASE)
            for actor in cast.actors:
                if actor.kind != "worker":
                    actor.start()
            until(lambda: answers(cast.port), "the API answers", PATIENCE)
            yield Stage(cast, Load(cast.port, 1, lambda: 0))
        finally:
            cast.stop()
            cast.redis.stop()
            cast.postgres.stop()


def main() -> int:
    """Measure, and print the worst of each beside what is promised."""
    with stage() as on:
        for measure, times, promised in (
            (on.crash, TIMES, 8.0),
            (on.crash_and_restart, TIMES, 8.0),
            (on.cancel, TIMES, 12.0),
            (on.drain, 2, GRACE + 5.0),
            (on.hang, 1, STALL + LEASE + 5.0),
        ):
            found = []
            for _ in range(times):
                on.fresh()
                found.append(measure())
            worst, rest = max(found), " ".join(f"{one:.1f}" for one in sorted(found))
            print(f"{measure.__name__:18} worst {worst:.1f} s of {rest}; promised {promised:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
