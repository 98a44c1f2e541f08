"""What must hold when everything is healed and nothing is left to do.

The numbers are those of the invariants of the queue's contract. ``settled`` looks at one moment;
``Witness`` looks again and again while the faults go on, and sees what changed that must not.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from harmonizer_queue import Priority, Queue, State
from harmonizer_queue.check import confirmed
from web.db.models import (
    Attempt,
    Item,
    ItemKind,
    ItemState,
    Job,
    JobFile,
    JobStatus,
    Outbox,
    Outcome,
    Output,
)
from web.ids import derived_id

LISTS = ("ready", "results", "results:bad", *(f"queue:{p}" for p in Priority))
ENDS = (Outcome.SUCCEEDED, Outcome.DEAD, Outcome.CANCELLED)
INDEXES = ("fed", "leases", "delayed", *(f"waiting:{p}" for p in Priority))


@dataclass
class Witness:
    """Remembers how things ended, and says so when they end another way later (I2)."""

    engine: Engine
    violations: list[str] = field(default_factory=list)
    _jobs: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    _items: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    _epochs: dict[str, int] = field(default_factory=dict)

    def look(self) -> int:
        """Compare with what was seen before; return how many jobs have not ended."""
        with Session(self.engine) as session:
            jobs = session.execute(
                select(Job.id, Job.retries, Job.status, Job.manifest_uri, Job.reason).where(
                    Job.finished_at.is_not(None)
                )
            ).all()
            items = session.execute(
                select(Item.id, Item.epoch, Item.state, Item.claim, Item.manifest_uri)
            ).all()
            open_jobs = session.scalar(
                select(func.count()).select_from(Job).where(Job.finished_at.is_(None))
            )
        for job_id, retries, *end in jobs:
            self._same(self._jobs, f"job {job_id}, run {retries}", tuple(end))
        for item_id, epoch, state, *end in items:
            if epoch < self._epochs.get(item_id, 0):
                self.violations.append(f"I2 item {item_id} went back to epoch {epoch}")
            self._epochs[item_id] = epoch
            if state.terminal:
                self._same(self._items, f"item {item_id}, epoch {epoch}", (state, *end))
        return open_jobs or 0

    def _same(self, seen: dict[str, tuple[Any, ...]], what: str, end: tuple[Any, ...]) -> None:
        if seen.setdefault(what, end) != end:
            self.violations.append(f"I2 {what} ended as {_words(seen[what])}, then {_words(end)}")
            seen[what] = end


def _words(end: tuple[Any, ...]) -> str:
    return "/".join(str(getattr(part, "value", part)) for part in end)


@dataclass(frozen=True)
class Oracle:
    """Looks at SQL, Redis and the store. ``kept``: Redis never lost anything it had answered."""

    engine: Engine
    queue: Queue
    store: Path
    kept: bool = False

    def settled(self) -> list[str]:
        """Return every violation, in a sentence that begins with the invariant's number."""
        with Session(self.engine) as session:
            attempts: dict[tuple[str, int], list[Attempt]] = {}
            for one in session.scalars(select(Attempt)):
                attempts.setdefault((one.item_id, one.epoch), []).append(one)
            items = list(session.scalars(select(Item)))
            jobs = {job.id: job for job in session.scalars(select(Job))}
            files = list(session.scalars(select(JobFile)))
            outputs = list(session.scalars(select(Output)))
            waiting = session.scalar(select(func.count()).select_from(Outbox))
        found = [f"I1 {waiting} rows are left in the outbox"] if waiting else []
        for item in items:
            found += self._item(item, attempts)
        for job in jobs.values():
            found += self._job(job, [item for item in items if item.job_id == job.id])
        found += self._bytes(jobs, outputs)
        found += self._redis()
        return found + self._store(jobs, files)

    def _item(self, item: Item, attempts: dict[tuple[str, int], list[Attempt]]) -> Iterator[str]:
        name = f"item {item.id}"
        if not item.state.terminal or item.ended_at is None:
            yield f"I1 {name} is {item.state.value} for ever"
        for spent, most in (
            (item.failures, item.message["max_failures"]),
            (item.losses, item.message["max_losses"]),
        ):
            if spent > most:
                yield f"I6 {name} has spent {spent} of {most}"
        every = [one for (item_id, _), of in attempts.items() if item_id == item.id for one in of]
        for spent, outcome in ((item.failures, Outcome.RETRY), (item.losses, Outcome.LOST)):
            # Where Redis forgot, the same claim may end twice; its first end is the one recorded.
            if self.kept and spent > sum(one.outcome is outcome for one in every):
                yield f"I6 {name} counts {spent} {outcome.value}, more than its attempts"
        won = [one for one in attempts.get((item.id, item.epoch), []) if one.claim == item.claim]
        if item.state is ItemState.SUCCEEDED:
            if len(won) != 1:
                yield f"I3 {name} succeeded by a claim that is none of epoch {item.epoch}"
            if item.manifest_uri != f"jobs/{item.job_id}/{item.id}/{item.claim}/manifest.json":
                yield f"I9 {name} has the manifest of another claim"
        if self.kept:
            yield from self._kept(item, attempts)

    def _kept(self, item: Item, attempts: dict[tuple[str, int], list[Attempt]]) -> Iterator[str]:
        for (item_id, epoch), of in attempts.items():
            if item_id == item.id:
                ends = [one for one in of if one.outcome in ENDS]
                if len(ends) > 1:
                    yield f"I3 item {item.id} ended {len(ends)} times in epoch {epoch}"
                if any(one.outcome is None for one in of):
                    yield f"I3 item {item.id} has a claim in epoch {epoch} that never ended"

    def _job(self, job: Job, items: list[Item]) -> Iterator[str]:
        if not job.status.terminal or job.finished_at is None:
            yield f"I1 job {job.id} is {job.status.value} for ever"
        elif job.manifest_uri is not None:
            joins = [one for one in items if not one.file_no and one.range_no == job.retries]
            [last] = joins or items
            if job.manifest_uri != last.manifest_uri:
                yield f"I9 job {job.id} published another manifest than its last item's"
        elif job.status in (JobStatus.SUCCEEDED, JobStatus.PARTIAL):
            yield f"I9 job {job.id} is {job.status.value} without a manifest"

    def _bytes(self, jobs: dict[str, Job], outputs: list[Output]) -> Iterator[str]:
        rows = {(one.job_id, one.name): one for one in outputs}
        for job in jobs.values():
            if job.manifest_uri is None:
                continue
            folder = (self.store / job.manifest_uri).parent
            try:
                manifest = json.loads((folder / "manifest.json").read_bytes())
            except (OSError, ValueError):
                yield f"I9 the manifest of job {job.id} cannot be read"
                continue
            for one in manifest["outputs"]:
                row = rows.pop((job.id, one["name"]), None)
                if row is None or (row.sha256, row.bytes) != (one["sha256"], one["bytes"]):
                    yield f"I9 {one['name']} of job {job.id} is another one in SQL"
                if digest(folder / one["name"]) != one["sha256"]:
                    yield f"I9 {one['name']} of job {job.id} is not what its manifest says"
        for job_id, name in rows:
            yield f"I9 {name} of job {job_id} is in no manifest"

    def _redis(self) -> Iterator[str]:
        queue, client = self.queue, self.queue.client
        for violation in confirmed(queue):
            yield str(violation)
        for name in LISTS:
            if client.llen(queue.key(name)):
                yield f"I4 {name} is not empty"
        for name in INDEXES:
            if client.zcard(queue.key(name)):
                yield f"I4 {name} is not empty"
        for key in client.scan_iter(queue.key("processing:*"), count=1000):
            if client.pttl(key) < 0:
                yield f"I5 {key.decode()} holds {client.llen(key)} ids that nobody has, for ever"
        for item_id, item in queue.items():
            if not State(item["state"]).terminal:
                yield f"I4 item {item_id} is {item['state']}"
            elif client.pttl(queue.key(f"item:{item_id}")) < 0:
                yield f"I4 item {item_id} ended and its hash stays for ever"

    def _store(self, jobs: dict[str, Job], files: list[JobFile]) -> list[str]:
        """What sweeping up leaves has an owner."""
        wanted = {f"jobs/{job_id}/job.json" for job_id in jobs} | {one.uri for one in files}
        # A job may be cancelled between the document for its next item and that item.
        wanted |= {
            f"jobs/{job.id}/{derived_id(job.id, f'{kind}/{run}')}.json"
            for job in jobs.values()
            for kind in (ItemKind.FINISH, ItemKind.LINK)
            for run in range(job.retries + 1)
        }
        folders = {str(Path(job.manifest_uri).parent) for job in jobs.values() if job.manifest_uri}
        found = []
        for path in self.store.rglob("*"):
            reference = path.relative_to(self.store)
            owned = str(reference) in wanted or str(reference.parent) in folders
            if path.is_file() and (not owned or path.name.startswith(".")):
                found.append(f"I9 nobody owns the file {reference}")
            wanted.discard(str(reference))
        # Whether a job's document of parts is there depends on how far the job came.
        lost = [one for one in wanted if one.endswith("/job.json") or "/input/" in one]
        return found + [f"I9 {one} is lost" for one in lost]


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, nothing when there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
