"""A small world around the reconciler, for tests: jobs as web submits them, and a worker."""

import datetime
import gzip
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from sqlalchemy import Engine, select, update

from harmonizer_queue import Input, Kind, Message, Priority, Queue
from reconciler.process import Reconciler, parts
from web.config import Settings
from web.db import dispatch, models
from web.db.models import Attempt, Item, ItemKind, Job, JobFile, Outbox
from web.ids import new_id

LEASE_MS = 15_000
PROFILE = {"profile": "us-core", "profile_version": "1"}
COUNTS = {
    "rows_in": 10,
    "rows_out": 8,
    "quarantined": 1,
    "duplicates_removed": 1,
    "dropped_blank": 0,
    "dropped_repeated_header": 0,
    "dropped_footer": 0,
}


def digest(file_no: int) -> str:
    """Return a SHA-256 that differs between the files of a job."""
    return f"{file_no:064x}"


def manifest(files: Sequence[tuple[int, str, str | None]], **more: Any) -> dict[str, Any]:
    """Return a manifest over files, given as (number, status, reason)."""
    return {
        "version": 1,
        "operation": "harmonize",
        "profile": "us-core",
        "plan_id": "p",
        "counts": COUNTS,
        "files": [
            {
                "name": f"{number}.csv",
                "source": "north",
                "sha256": digest(number),
                "bytes": 100,
                "table": "patient",
                "status": status,
                "reason": reason or "",
                "counts": COUNTS,
            }
            for number, status, reason in files
        ],
        "outputs": [
            {
                "name": "patient.clean.csv",
                "kind": "clean",
                "table": "patient",
                "rows": 8,
                "bytes": 640,
                "sha256": digest(0),
            }
        ],
        "issues": [
            {
                "file": "1.csv",
                "table": "patient",
                "field": "birth_date",
                "rule_id": "DATE-003",
                "severity": "error",
                "disposition": "quarantine",
                "count": 1,
            }
        ],
    } | more


@dataclass
class Held:
    """An item that the worker runs."""

    item_id: str
    claim: str
    message: dict[str, Any]
    epoch: int
    losses: int


@dataclass
class World:
    """A database with its tables, a store, a queue, and a reconciler whose steps are called."""

    settings: Settings
    engine: Engine = field(init=False)
    queue: Queue = field(init=False)
    reconciler: Reconciler = field(init=False)

    def __post_init__(self) -> None:
        self.parts = parts(self.settings)
        self.engine = self.parts.writing.kw["bind"]
        self.queue = self.parts.link.queue()
        self.reconciler = Reconciler(self.parts)
        self.workers = 0

    def submit(
        self,
        files: int = 1,
        priority: Priority = Priority.NORMAL,
        late: float = 0,
        large: Collection[int] = (),
        operation: str = "harmonize",
        owner: str | None = None,
    ) -> str:
        """Insert a job as web does; its dispatches are due ``late`` seconds from now.

        ``large`` are the numbers of the files that begin with a plan.
        """
        job_id = new_id()
        now = datetime.datetime.now(datetime.UTC)
        with self.parts.store.create(f"jobs/{job_id}/job.json") as out:
            out.write(json.dumps({"v": 1, "job_id": job_id, "files": []}).encode())
        with self.parts.writing.begin() as session:
            session.add(
                Job(
                    id=job_id,
                    operation=operation,
                    profile="us-core",
                    priority=models.Priority(priority),
                    today=now.date(),
                    options={"provenance": True},
                    owner=owner,
                    created_at=now,
                )
            )
            session.flush()
            for number in range(1, files + 1):
                kind = Kind.PLAN if number in large else Kind.FILE
                self._add_file(session, job_id, number, kind, priority, now, late)
        return job_id

    def _add_file(
        self,
        session: Any,
        job_id: str,
        number: int,
        kind: Kind,
        priority: Priority,
        now: datetime.datetime,
        late: float,
    ) -> None:
        uri = f"jobs/{job_id}/input/{number}"
        session.add(
            JobFile(
                job_id=job_id,
                file_no=number,
                name=f"{number}.csv",
                source="north",
                uri=uri,
                sha256=digest(number),
                bytes=100,
                media="text/csv",
            )
        )
        message = Message(
            item_id=new_id(),
            job_id=job_id,
            kind=kind,
            priority=priority,
            created_at=1,
            input=Input(uri, digest(number), 100, "text/csv"),
            params={"file_no": number},
            trace={"traceparent": "00-1-1-00"},
        )
        item = Item(
            id=message.item_id,
            job_id=job_id,
            kind=ItemKind(kind),
            file_no=number,
            priority=models.Priority(priority),
            message=json.loads(message.to_json()),
            created_at=now,
            epoch=1,
        )
        dispatch.add(session, item, now + datetime.timedelta(seconds=late))

    def want_cancel(self, job_id: str) -> None:
        """Store the wish to cancel a job, as web does."""
        with self.parts.writing.begin() as session:
            session.execute(update(Job).where(Job.id == job_id).values(cancel_wanted=True))

    # The reconciler, step by step.

    def record(self) -> None:
        """Record all events."""
        while self.queue.results():
            self.reconciler.recorder.step()

    def reconcile(self) -> None:
        """Let everything follow that follows now."""
        self.record()
        self.reconciler.settler.step()
        self.relay()

    def relay(self) -> None:
        """Push all that is due and has room."""
        while self.reconciler.relay.step() == 0:
            pass

    def watch(self) -> None:
        """Let SQL and Redis agree about the generation."""
        while self.reconciler.watcher.step() == 0:
            pass

    def sweep(self) -> None:
        """Compare all items, here no more than one page, and then what Redis has too much."""
        self.watch()
        self.reconciler.sweeper.step()
        self.reconciler.sweeper.step()

    # The worker.

    def fetch(self, worker: str = "w1") -> Held:
        """Fetch and claim the next item."""
        self.queue.hello(worker, {"slots": 50, "draining": 0})
        item_id = self.queue.take(worker)
        assert item_id is not None, "nothing is ready"
        return self.claim(item_id, worker)

    def claim(self, item_id: str, worker: str = "w1") -> Held:
        held = self.try_to_claim(item_id, worker)
        assert held is not None
        return held

    def try_to_claim(self, item_id: str, worker: str = "w1") -> Held | None:
        """Claim an item; None when it does not wait any more."""
        claim = f"c{new_id()}"[:22]
        [answer] = self.queue.claim([(item_id, claim)], worker, LEASE_MS, alone=True)
        if answer.answer != "ok":
            return None
        message = json.loads(answer.message)
        return Held(item_id, claim, message, answer.epoch, answer.losses)

    def divide(self, held: Held, ranges: int) -> str:
        """Complete a plan whose file of 100 bytes is to be read in so many ranges."""
        edges = [100 * number // ranges for number in range(ranges + 1)]
        cuts = [
            {"start": start, "end": end, "line": 1, "records": 0} for start, end in pairwise(edges)
        ]
        document = manifest([], division={"ranges": cuts})
        return self.complete(held, document, ranges=ranges)

    def complete(self, held: Held, document: dict[str, Any] | None = None, **result: Any) -> str:
        """Write a manifest and complete an item with it; return the manifest's place."""
        number = held.message["params"].get("file_no", 0)
        folder = f"jobs/{held.message['job_id']}/{held.item_id}/{held.claim}"
        uri = f"{folder}/manifest.json"
        with self.parts.store.create(uri) as out:
            out.write(json.dumps(document or manifest([(number, "ok", None)])).encode())
        told = json.dumps({"manifest": uri, "counts": COUNTS} | result)
        assert self.queue.complete([(held.item_id, held.claim, told)]) == ["ok"]
        return uri

    def link(
        self,
        held: Held,
        *lines: dict[str, Any],
        files: Sequence[tuple[int, str, str | None]] = ((1, "ok", None),),
    ) -> None:
        """Complete an item of kind link, with a delta of these lines behind its head."""
        params = held.message["params"]
        head = {"v": 1, "version": params["registry"]["version"], **PROFILE}
        packed = gzip.compress(b"".join(json.dumps(one).encode() + b"\n" for one in (head, *lines)))
        folder = f"jobs/{held.message['job_id']}/{held.item_id}/{held.claim}"
        with self.parts.store.create(f"{folder}/registry-delta.ndjson.gz") as out:
            out.write(packed)
        self.complete(held, manifest(files))

    def snapshot(self, held: Held) -> list[dict[str, Any]]:
        """Return what an item is told of the registry of persons."""
        uri = held.message["params"]["registry"]["snapshot"]
        lines = gzip.decompress(self.parts.store.read(uri, 100_000)).splitlines()
        return [json.loads(line) for line in lines]

    # What SQL says.

    def job(self, job_id: str) -> Job:
        with self.parts.reading() as session:
            return session.get_one(Job, job_id)

    def items(self, job_id: str) -> list[Item]:
        with self.parts.reading() as session:
            wanted = select(Item).where(Item.job_id == job_id)
            order = (Item.kind, Item.file_no, Item.range_no)
            return list(session.scalars(wanted.order_by(*order)))

    def files(self, job_id: str) -> list[JobFile]:
        with self.parts.reading() as session:
            wanted = select(JobFile).where(JobFile.job_id == job_id).order_by(JobFile.file_no)
            return list(session.scalars(wanted))

    def attempts(self, item_id: str) -> list[Attempt]:
        with self.parts.reading() as session:
            wanted = select(Attempt).where(Attempt.item_id == item_id)
            return list(session.scalars(wanted.order_by(Attempt.epoch, Attempt.delivery)))

    def outbox(self) -> list[tuple[str, int]]:
        with self.parts.reading() as session:
            rows = session.execute(select(Outbox.item_id, Outbox.epoch).order_by(Outbox.item_id))
            return [(item_id, epoch) for item_id, epoch in rows]

    def close(self) -> None:
        self.engine.dispose()
        self.queue.client.close()


def fetched(world: World, count: int) -> dict[str, list[Held]]:
    """Fetch so many items; return them by kind, ranges in their order."""
    found: dict[str, list[Held]] = {}
    for _ in range(count):
        held = world.fetch()
        found.setdefault(held.message["kind"], []).append(held)
    for of_kind in found.values():
        of_kind.sort(key=lambda held: held.message["params"].get("range_no", 0))
    return found


def parts_of(world: World, finish: Held) -> list[dict[str, object]]:
    """Return what the item that puts the parts together is told about them."""
    uri = finish.message["params"]["parts"]
    found: list[dict[str, object]] = json.loads(world.parts.store.read(uri, 100_000))["parts"]
    return found
