"""How fast the reconciler records events: into SQLite and PostgreSQL, both durable.

Each item brings two events, as from fifty slots at a time; the recorder reads, records and
acknowledges them as ever. Every job has one item, the most costly case, or a thousand.
"""

import argparse
import datetime
import json
import statistics
import tempfile
import time
import uuid
from pathlib import Path

from servers import Postgres, Redis

from queue_world import COUNTS, World
from reconciler.process import spare_collector
from web.config import Settings
from web.db.models import Item, ItemKind, Job, JobStatus, Priority
from web.db.schema import migrate
from web.ids import new_id

TOGETHER = 50
WORKER = f"node-1/{uuid.UUID(int=1)}/4026531836/4242/123456/{'r' * 22}"

Pair = tuple[str, str]


def world(folder: Path, redis: Redis, database_url: str) -> World:
    """Return an empty database with its reconciler, on an empty Redis."""
    redis.client.flushall()
    folder.mkdir()
    settings = {
        "HARMONIZER_HOME": str(folder),
        "HARMONIZER_DATABASE_URL": database_url,
        "HARMONIZER_REDIS_URL": redis.url,
        "HARMONIZER_STORE_URL": f"file://{folder}/store",
    }
    (folder / "store").mkdir()
    of = World(Settings.from_environ(settings))
    migrate(of.engine)
    return of


def submit(of: World, items: int, per_job: int) -> list[Pair]:
    """Insert jobs whose items wait; return (item, job) of each."""
    now = datetime.datetime.now(datetime.UTC)
    jobs = [new_id() for _ in range(-(-items // per_job))]
    pairs = [(new_id(), jobs[i // per_job]) for i in range(items)]
    with of.parts.writing.begin() as session:
        session.add_all(
            Job(
                id=job_id,
                operation="harmonize",
                profile="us-core",
                priority=Priority.NORMAL,
                today=now.date(),
                options={},
                status=JobStatus.QUEUED,
                created_at=now,
            )
            for job_id in jobs
        )
        session.flush()
        session.add_all(
            Item(
                id=item_id,
                job_id=job_id,
                kind=ItemKind.FILE,
                file_no=number,
                priority=Priority.NORMAL,
                message={},
                created_at=now,
            )
            for number, (item_id, job_id) in enumerate(pairs)
        )
    return pairs


def tell(of: World, pairs: list[Pair]) -> int:
    """Put the events of these items into ``results``, and ended hashes; return how many events."""
    events = []
    for start in range(0, len(pairs), TOGETHER):
        some = [(*pair, uuid.uuid4().hex[:22]) for pair in pairs[start : start + TOGETHER]]
        events += [_event(item, job, claim, "started", None) for item, job, claim in some]
        events += [
            _event(item, job, claim, "succeeded", _result(item, job, claim))
            for item, job, claim in some
        ]
    pipeline = of.queue.client.pipeline(transaction=False)
    for item_id, _ in pairs:
        ended = {"state": "succeeded", "epoch": 1, "claim": "c", "msg": "m" * 700}
        pipeline.hset(of.queue.key(f"item:{item_id}"), mapping=ended)
    pipeline.lpush(of.queue.key("results"), *events)
    pipeline.execute()
    return len(events)


def _result(item_id: str, job_id: str, claim: str) -> dict[str, object]:
    return {"manifest": f"jobs/{job_id}/{item_id}/{claim}/manifest.json", "counts": COUNTS}


def _event(
    item_id: str, job_id: str, claim: str, what: str, result: dict[str, object] | None
) -> str:
    return json.dumps(
        {
            "v": 1,
            "eid": f"{item_id}/1/{claim}/{what}",
            "item_id": item_id,
            "job_id": job_id,
            "event": what,
            "epoch": 1,
            "delivery": 1,
            "claim": claim,
            "worker": WORKER,
            "at": int(time.time() * 1000),
            "reason": None,
            "result": result,
        },
        separators=(",", ":"),
    )


def rate(of: World, pairs: list[Pair]) -> float:
    """Return how many events a second are recorded."""
    events = tell(of, pairs)
    spare_collector()
    began = time.perf_counter()
    while of.queue.results():
        of.reconciler.recorder.step()
    return events / (time.perf_counter() - began)


def main() -> None:
    """Read the arguments, measure, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--items", type=int, default=5_000)
    chosen = parser.parse_args()
    print("\n### events\n\n| | one item a job | a thousand |\n|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="harmonizer-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        redis, postgres = Redis(folder / "redis"), Postgres(folder)
        try:
            for kind in ("SQLite", "PostgreSQL"):
                cells = []
                for per_job in (1, 1_000):
                    found = []
                    for _ in range(chosen.runs):
                        home = folder / uuid.uuid4().hex
                        url = f"sqlite:///{home}/harmonizer.db"
                        if kind == "PostgreSQL":
                            url = postgres.new_database()
                        of = world(home, redis, url)
                        found.append(rate(of, submit(of, chosen.items, per_job)))
                        of.engine.dispose()
                    cells.append(f"{statistics.median(found):,.0f}")
                print(f"| {kind} | {' | '.join(cells)} |", flush=True)
        finally:
            redis.stop()
            postgres.stop()


if __name__ == "__main__":
    main()
