"""One run: a stack at work, faults at random, then healing, then the oracle."""

import contextlib
import datetime
import json
import random
import shutil
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import structlog
from redis.exceptions import RedisError
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from chaos import clock
from chaos.cast import POISON, Actor, Cast, failpoints
from chaos.disk import small_disk
from chaos.injections import Done, Injections, Undo
from chaos.killable import KillablePostgres, KillableRedis
from chaos.load import KINDS, TODAY, Kind, Load, Promise, answers
from chaos.oracle import Oracle, Witness, digest
from harmonizer_queue import Queue
from web.config import ROOT, Settings
from web.db.models import Job
from web.db.schema import migrate
from web.db.session import engine_for, reading_sessions
from web.services import open_services
from web.tasks import retention

START_SECONDS = 120.0
RESTART_SECONDS = 1.0
"""After how long what was killed is started again, at most."""
MORE_SECONDS = 60.0
"""How much longer faults go on where a slow machine has not seen the least number of them."""
CHANGING = ("report", "scorecard", "log")
"""Outputs that hold a time, and so differ from run to run."""


@dataclass(frozen=True)
class Plan:
    """What a run is to be.

    ``pace``: seconds between two faults, on average; ``least``: so many faults are done and so many
    jobs promised before it heals.
    """

    seed: int
    seconds: float
    pace: float = 0.6
    workers: int = 3
    reconcilers: int = 2
    clients: int = 3
    lease: int = 4
    points: float = 0.01
    heal_seconds: float = 240.0
    least: int = 0


@dataclass
class Report:
    """What happened. ``faults`` counts by kind, ``violations`` is what it is all about."""

    seed: int
    seconds: float
    faults: Counter[str] = field(default_factory=Counter)
    skipped: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    jobs: Counter[str] = field(default_factory=Counter)
    answers: dict[str, int] = field(default_factory=dict)
    promised: int = 0
    retried: int = 0
    repairs: Counter[str] = field(default_factory=Counter)
    healed_in: float = 0.0

    def text(self) -> str:
        """Return the report for a person."""
        lines = [f"seed {self.seed}, {self.seconds:.0f} s, {sum(self.faults.values())} faults"]
        lines += [f"{count:6}  {name}" for name, count in sorted(self.faults.items())]
        lines += [f"skipped: {one}" for one in self.skipped]
        lines.append(f"answers of the API: {self.answers}")
        lines.append(f"jobs by how they ended: {dict(self.jobs)}, {self.promised} were promised")
        lines.append(f"jobs run again by their clients: {self.retried}")
        lines += [f"{count:6}  repairs: {name}" for name, count in sorted(self.repairs.items())]
        lines.append(f"healed in {self.healed_in:.0f} s; {len(self.violations)} violations")
        return "\n".join(lines + self.violations[:50])

    def write(self, folder: Path) -> Path:
        """Write the report as JSON into a folder; return the file."""
        folder.mkdir(parents=True, exist_ok=True)
        now = datetime.datetime.now(datetime.UTC)
        file = folder / f"{now:%Y%m%dT%H%M%S}-seed{self.seed}.json"
        file.write_text(json.dumps(vars(self), indent=1))
        return file


class Run:
    """A stack and everything that happens to it."""

    def __init__(self, plan: Plan, home: Path, store: Path, disk: bool) -> None:
        self.plan = plan
        self.report = Report(plan.seed, plan.seconds)
        self.dice = random.Random(plan.seed)
        self.home = home
        self.log = home / "failpoints.log"
        redis, postgres = KillableRedis(home / "redis"), KillablePostgres(home)
        self.cast = Cast(home, store, redis, postgres, clock.build(home))
        self.injections = Injections(self.cast, self.dice, plan.lease, disk)
        self.undo: list[tuple[float, str, Undo]] = []
        self.restarts: dict[str, float] = {}
        self.open_jobs = 0
        self.load = Load(self.cast.port, plan.seed, lambda: self.open_jobs)

    def go(self) -> Report:
        """Do all of it; the servers and processes are gone afterwards."""
        try:
            self._start()
            self._rage()
            self._heal()
            self._judge()
        finally:
            self._end()
        return self.report

    # The stack, at first without faults.

    def _start(self) -> None:
        self.cast.redis.start()
        self.cast.postgres.start()
        with self.cast.postgres.connect("postgres") as connection:
            connection.execute("CREATE DATABASE harmonizer")
        self.engine: Engine = engine_for(self.cast.postgres.url(self.cast.postgres.port))
        migrate(self.engine)
        self.witness = Witness(self.engine)
        self.cast.fill(self.plan.workers, self.plan.reconcilers, self.plan.lease)
        self.sound = {kind.name: self._sound(kind) for kind in KINDS if kind.name != "poison"}
        self.points_until = time.monotonic() + self.plan.seconds + 5
        for actor in self.cast.actors:
            self._replace(actor)
        until(lambda: answers(self.cast.port), "the API answers", START_SECONDS)

    def _sound(self, kind: Kind) -> dict[str, str]:
        """Return the digests of what the program makes of the same files, where nothing fails."""
        folder = self.home / "sound" / kind.name
        folder.mkdir(parents=True)
        for name, content in kind.files:
            (folder / name).write_bytes(content)
        files = [str(folder / name) for name, _ in kind.files]
        program = str(ROOT / "go-worker" / "harmonize")
        made = folder / "made"
        command = [program, "--today", TODAY, "-o", str(made), *files]
        subprocess.run(command, capture_output=True, check=False)
        return digests(made / "manifest.json")

    # Faults.

    def _rage(self) -> None:
        self.load.start(self.plan.clients)
        with self._watching():
            next_fault = time.monotonic()
            end = next_fault + self.plan.seconds
            while time.monotonic() < (end if self._enough() else end + MORE_SECONDS):
                self._undo_what_is_over()
                self._restart_the_dead()
                if time.monotonic() >= next_fault:
                    next_fault = time.monotonic() + self.dice.expovariate(1 / self.plan.pace)
                    self._note(self.injections.any() if self._servers_run() else None)
                time.sleep(0.02)

    def _enough(self) -> bool:
        done = min(sum(self.report.faults.values()), len(self.load.promises))
        return done >= self.plan.least

    def _replace(self, actor: Actor) -> None:
        """Start a process again, with failpoints."""
        left = max(0, self.points_until - time.monotonic())
        actor.start(failpoints(actor, self.dice, self.log, self.plan.points, left))

    def _servers_run(self) -> bool:
        """Whether no server is away: one at a time is enough, or nothing else ever happens."""
        return not any(name in SERVERS_AWAY for _, name, _ in self.undo)

    def _note(self, done: Done | None) -> None:
        if done is None:
            return
        name, seconds, undo = done
        self.report.faults[name] += 1
        if undo is not None:
            self.undo.append((time.monotonic() + seconds, name, undo))

    def _undo_what_is_over(self, *, everything: bool = False) -> None:
        over = [one for one in self.undo if everything or one[0] <= time.monotonic()]
        self.undo = [one for one in self.undo if one not in over]
        for when, name, undo in over:
            try:
                undo()
            except (OSError, RedisError):
                self.undo.append((when + 0.5, name, undo))

    def _restart_the_dead(self) -> None:
        for actor in self.cast.actors:
            if actor.lives:
                continue
            late = self.dice.uniform(0, RESTART_SECONDS)
            if time.monotonic() > self.restarts.setdefault(actor.name, time.monotonic() + late):
                del self.restarts[actor.name]
                self._replace(actor)

    @contextlib.contextmanager
    def _watching(self) -> Iterator[None]:
        """Let the witness look, again and again."""
        enough = threading.Event()

        def look() -> None:
            while not enough.wait(0.5):
                with contextlib.suppress(SQLAlchemyError, psycopg.Error):
                    self.open_jobs = self.witness.look()

        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        try:
            yield
        finally:
            enough.set()
            thread.join(30)

    # Healing.

    def _heal(self) -> None:
        began = time.monotonic()
        while self.undo:
            self._undo_what_is_over(everything=True)
            self._restart_the_dead()  # a pause ends by the API
            time.sleep(0.1)
        for actor in self.cast.actors:
            for proxy in actor.proxies():
                proxy.heal()
            if actor.kind == "worker":
                actor.stop()  # its failpoints do not end by themselves: a poison stays one
        until(self._answers_again, "the API answers again", START_SECONDS)
        # A pause that nobody waited for may come after what resumed it.
        until(self.injections.resume_all, "nothing is paused", START_SECONDS)
        self.load.stop()
        self.queue = Queue(self.cast.redis.client, "harmonizer")
        try:
            until(self._is_quiet, "everything that was accepted ends", self.plan.heal_seconds)
        except TimeoutError as error:
            self.report.violations.append(f"I1 {error}")
        self.report.healed_in = time.monotonic() - began

    def _answers_again(self) -> bool:
        self._revive()
        return answers(self.cast.port)

    def _revive(self) -> None:
        for actor in self.cast.actors:
            if not actor.lives:
                actor.start(POISON if actor.kind == "worker" else "")

    def _is_quiet(self) -> bool:
        self._revive()
        if self.witness.look():
            return False
        oracle = self._oracle()
        # Ended as they are for the clients; Redis and the repairs still have to come to rest.
        return not any(v.startswith(("I3", "I4", "I5", "I1")) for v in oracle.settled())

    def _oracle(self) -> Oracle:
        return Oracle(self.engine, self.queue, self.cast.store)

    # The oracle.

    def _judge(self) -> None:
        self._sweep_up()
        self.report.violations += self.witness.violations + self._oracle().settled()
        for promise in self.load.promises:
            self.report.violations += self._broken(promise)
        for key, job_ids in self.load.keys.items():
            if len(job_ids) > 1:
                self.report.violations.append(f"I1 the key {key} made {len(job_ids)} jobs")
        with reading_sessions(self.engine)() as session:
            self.report.jobs = Counter(job.status.value for job in session.query(Job))
        self.report.promised = len(self.load.promises)
        self.report.retried = self.load.retried
        self.report.answers = dict(self.load.said)
        self.report.repairs = self._repairs()
        if self.log.exists():
            told = Counter(self.log.read_text().splitlines())
            told.pop(POISON.replace("=kill:1", " kill"), None)
            self.report.faults += Counter({f"point {name}": n for name, n in told.items()})
        if self.cast.clock is None:
            self.report.skipped.append("clock jumps: there is no C compiler")
        if not self.injections.disk:
            self.report.skipped.append("a full disk: a small file system cannot be mounted here")

    def _repairs(self) -> Counter[str]:
        """Count what the logs of workers and reconcilers say that they put right."""
        found: Counter[str] = Counter()
        for actor in (*self.cast.of("worker"), *self.cast.of("reconciler")):
            for line in actor.log.read_bytes().splitlines():
                with contextlib.suppress(ValueError):
                    said = json.loads(line)
                    if isinstance(said, dict) and said.get("msg") in REPAIRS:
                        why = said.get("reason")
                        found[f"{said['msg']}, {why}" if why else said["msg"]] += 1
        return found

    def _sweep_up(self) -> None:
        """Let retention delete what crashes left, as it would in the next days."""
        url = self.cast.postgres.url(self.cast.postgres.port)
        settings = Settings.from_environ(
            {
                "HARMONIZER_HOME": str(self.home),
                "HARMONIZER_DATABASE_URL": url,
                "HARMONIZER_STORE_URL": f"file://{self.cast.store}",
            }
        )
        later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=36)
        with contextlib.closing(open_services(settings)) as of:
            retention.sweep_parts(of, later)
            retention.sweep_attempts(of, later)
            retention.sweep_strays(of, later)
            retention.sweep_folders(of, later)

    def _broken(self, promise: Promise) -> Iterator[str]:
        """Yield how a job is not as its client may expect (I1, I9)."""
        with reading_sessions(self.engine)() as session:
            job = session.get(Job, promise.job_id)
        name = f"job {promise.job_id} ({promise.kind.name})"
        if job is None:
            yield f"I1 {name} was promised and is not there"
            return
        if job.status == "cancelled":
            if not promise.kind.cancelled:
                yield f"I1 {name} was cancelled by nobody"
        elif job.status != promise.kind.ends:
            # A file that many killed workers held may have spent its budget: that is a promise too.
            if job.reason != "poison" and not self._spent(promise.job_id):
                yield f"I1 {name} ended {job.status.value} ({job.reason})"
        elif promise.kind.name == "poison":
            if job.reason != "poison":
                yield f"I6 {name} ended for the reason {job.reason}"
        elif job.status == "succeeded" and self._made(job) != self.sound[promise.kind.name]:
            yield f"I9 {name} has other outputs than without faults"

    def _made(self, job: Job) -> dict[str, str]:
        return digests(self.cast.store / job.manifest_uri) if job.manifest_uri else {}

    def _spent(self, job_id: str) -> bool:
        """Whether an item of a job lost as many processes as it may."""
        with self.cast.postgres.connect() as connection:
            found = connection.execute(
                "SELECT 1 FROM item JOIN attempt ON item_id = item.id "
                "WHERE job_id = %s AND item.reason = 'poison' AND outcome IN ('lost', 'dead') "
                "GROUP BY item.id HAVING count(*) >= 4",
                (job_id,),
            )
            return found.fetchone() is not None

    def _end(self) -> None:
        self.cast.stop()
        self.cast.proxies.close()
        if hasattr(self, "engine"):
            self.engine.dispose()  # PostgreSQL waits for its clients
        self.cast.redis.client.close()
        self.cast.redis.stop()
        self.cast.postgres.stop()


REPAIRS = (
    "put items back",
    "took over from a worker that is gone",
    "found an item whose fetch was not answered",
    "difference between SQL and redis put right",
    "redis has lost its content, items are dispatched again",
)
"""What a log says when something was put right."""
SERVERS_AWAY = (
    "kill redis",
    "truncate the file of redis",
    "an old file of redis",
    "stop redis",
    "kill postgresql",
)


def digests(manifest: Path) -> dict[str, str]:
    """Return the digests of the outputs beside a manifest that are the same in every run."""
    try:
        outputs = json.loads(manifest.read_bytes())["outputs"]
    except OSError:
        return {}
    names = [one["name"] for one in outputs if one["kind"] not in CHANGING]
    return {name: digest(manifest.parent / name) for name in names}


def run(plan: Plan, keep: Path | None = None) -> Report:
    """Do one run in a folder of its own; return what happened.

    ``keep``: where the logs go when there are violations.
    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos-")))
        home.chmod(0o755)
        store = home / "store"
        disk = stack.enter_context(small_disk(store, 200 + 4 * int(plan.seconds)))
        sound = False
        try:
            report = Run(plan, home, store, disk).go()
            sound = not report.violations
        finally:
            if keep is not None and not sound:
                _keep_logs(home, keep)
    return report


def _keep_logs(home: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for log in [*home.glob("*.log"), *home.glob("redis/redis.log")]:
        shutil.copy(log, folder / log.name)


def until(happened: Callable[[], Any], what: str, seconds: float) -> None:
    """Wait until something holds.

    Raises:
        TimeoutError: It does not in time.
    """
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.2)
