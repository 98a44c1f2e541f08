"""What a page costs with many jobs: `PYTHONPATH=tests python bench/console_million.py`.

Fills a database of each kind, unless `--folder` has it from the time before, and asks the
application for each page. Prints the processor time of an answer, once the page has been asked for:
that of this process, which is all there is of SQLite, and of PostgreSQL's.
"""

import argparse
import datetime
import logging
import os
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Engine, insert, text

from an_api import AnApi, an_api
from harmonizer.services import RedisServer
from postgres_server import PostgresServer
from web.config import Settings
from web.db.models import AuditEntry, Base, Item, ItemState, Job, JobFile, JobStatus
from web.db.person_models import Person, PersonRecord, Registry
from web.db.schema import migrate
from web.db.session import engine_for
from web.db.webhook_models import Webhook, WebhookDelivery
from web.db.words import DeliveryState

RUNS = 5
AT_ONCE = 5_000
ALIVE = 1_000
OPERATIONS = ("harmonize", "clean", "standardize", "validate")
REASONS = ("timeout", "poison", "stalled", "panic")

PAGES = {
    "overview": "/",
    "jobs": "/jobs",
    "jobs of one status": "/jobs?status=failed",
    "jobs, three filters that never meet": "/jobs?status=cancelled&operation=link&profile=ours",
    "jobs, a text that is nowhere": "/jobs?text=nowhere",
    "job": "/jobs/{id}",
    "item": "/items/{id}",
    "cancel all: how many": "/jobs/all/cancel",
    "run all again: how many": "/jobs/all/retry",
    "the same of an operation": "/jobs/all/retry?operation=link",
    "the same with a text": "/jobs/all/retry?text=file-7",
    "queues": "/operations",
    "workers": "/operations/workers",
    "failures": "/operations/failures",
    "dismiss: a cause": "/operations/failures/dismiss?kind=file&reason=timeout",
    "consistency": "/operations/consistency",
    "webhooks": "/webhooks",
    "a webhook and its deliveries": "/webhooks/{id}",
    "audit": "/audit",
    "audit, further back": "/audit?cursor=500000",
    "persons": "/persons",
    "a person": "/persons/P000000000000077",
    "review": "/review",
    "profiles": "/profiles",
    "keys": "/keys",
}


def an_id(number: int, at: datetime.datetime) -> str:
    """Return an identifier that sorts by its time."""
    ms = f"{int(at.timestamp() * 1000):012x}"
    return f"{ms[:8]}-{ms[8:]}-7000-8000-{number:012x}"


def rows(count: int, days: float) -> Iterator[dict[type[Base], dict[str, Any]]]:
    """Return the rows of each job, the oldest first: a tenth failed, the newest have not ended."""
    now = datetime.datetime.now(datetime.UTC)
    step = datetime.timedelta(days=days) / count
    webhook = None
    for n in range(count):
        at = now - step * (count - n)
        ended = at + datetime.timedelta(seconds=3) if n < count - ALIVE else None
        status, state = _stands(n) if ended else (JobStatus.QUEUED, ItemState.WAITING)
        one = an_id(n, at)
        webhook = webhook or one
        of = {"job_id": one}
        reason = REASONS[n // 10 % len(REASONS)] if state is ItemState.DEAD else None
        counts = {"rows_in": n, "rows_out": n, "quarantined": 0, "duplicates_removed": 0}
        yield {
            Job: {
                "id": one,
                "operation": "link" if n % 100 == 1 else OPERATIONS[n % len(OPERATIONS)],
                "profile": "ours" if n % 50 == 7 else "us-core",
                "priority": "normal",
                "today": at.date(),
                "options": {},
                "created_at": at,
                "status": status,
                "started_at": at,
                "finished_at": ended,
                "counts": counts if ended else None,
            },
            JobFile: of
            | {"file_no": 1, "name": f"file-{n}.csv", "source": "ward", "uri": f"jobs/{one}/in"}
            | {"sha256": f"{n:064x}", "bytes": n, "media": "text/csv"},
            Item: of
            | {"id": one, "kind": "file", "file_no": 1, "priority": "normal", "message": {}}
            | {"created_at": at, "state": state, "ended_at": ended, "reason": reason},
            AuditEntry: {
                "at": at,
                "who": "ward",
                "what": "job.submit",
                "target": one,
                "detail": {},
            },
            WebhookDelivery: of
            | {"id": one, "webhook_id": webhook, "event": "job.succeeded", "body": "{}"}
            | {"created_at": at, "state": DeliveryState.DELIVERED, "tries": 1},
            Person: {"owner": "", "id": f"P{n:015}", "number": n, "founded_at": at},
            PersonRecord: of
            | {"owner": "", "row_uid": f"{n:032x}", "person_id": f"P{n:015}"}
            | {"first_person_id": f"P{n:015}", "source": "ward", "source_file": "file.csv"}
            | {"file_sha256": "0" * 64, "record_no": n, "linked_at": at}
            | {"compared": {"name_family": f"N{n}"}, "others": {}},
        }


def _stands(n: int) -> tuple[JobStatus, ItemState]:
    if n % 10 == 7:
        return JobStatus.FAILED, ItemState.DEAD
    if n % 100 == 3:
        return JobStatus.CANCELLED, ItemState.CANCELLED
    return JobStatus.SUCCEEDED, ItemState.SUCCEEDED


def fill(engine: Engine, count: int, days: float) -> str:
    """Write what ``rows`` returns, and return the id of the first job, which much has in common."""
    made, first = rows(count, days), ""
    while some := list(islice(made, AT_ONCE)):
        with engine.begin() as connection:
            if not first:
                first = some[0][Job]["id"]
                at = some[0][Job]["created_at"]
                webhook = {"id": first, "owner": "", "url": "https://ward.example/"}
                webhook |= {"events": [], "created_at": at, "secret": "whsec_"}
                connection.execute(insert(Webhook), webhook)
                registry = {"owner": "", "version": 1, "founded": count, "changed_at": at}
                connection.execute(insert(Registry), registry)
            for table in some[0]:
                connection.execute(insert(table), [one[table] for one in some])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return first


def measure(api: AnApi, spent: Callable[[], float], first: str) -> dict[str, float]:
    """Return the milliseconds of a processor that an answer takes, but for the first one."""
    client, found = api.client, {}
    for name, path in PAGES.items():
        for again in range(RUNS + 1):
            if again == 1:
                before = spent()
            answer = client.get(path.format(id=first), headers={"Accept": "text/html"})
            assert answer.status_code == 200, (path, answer.status, answer.text[:300])
        found[name] = 1000 * (spent() - before) / RUNS
    return found


def of_children(pid: int) -> float:
    """Return the seconds of a processor that the processes which a process started have taken."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        fields = stat.read_text().rpartition(")")[2].split()
        if int(fields[1]) == pid:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Fill and measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("var/console-million"))
    parser.add_argument("--jobs", type=int, default=1_000_000)
    parser.add_argument("--days", type=float, default=90, help="that the jobs are spread over")
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    folder = asked.folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    redis = RedisServer(folder / "redis").start()
    postgres = PostgresServer(folder).start()
    server = int(postgres.pid_file.read_text().split()[0])
    sides: dict[str, tuple[str, Callable[[], float]]] = {
        "sqlite": (f"sqlite:///{folder}/harmonizer.db", time.process_time),
        "postgresql": (postgres.url(), lambda: of_children(server) + time.process_time()),
    }
    found = {}
    for kind, (url, spent) in sides.items():
        known, engine = folder / f"{kind}.first", engine_for(url)
        migrate(engine)
        if not known.exists():
            known.write_text(fill(engine, asked.jobs, asked.days))
        settings = Settings.from_environ(
            {
                "HARMONIZER_HOME": str(folder),
                "HARMONIZER_DATABASE_URL": url,
                "HARMONIZER_REDIS_URL": redis.url,
                "HARMONIZER_STORE_URL": f"file://{folder}",
            }
        )
        with an_api(settings) as api:
            found[kind] = measure(api, spent, known.read_text())
    print(f"| of {asked.jobs:,} jobs in {asked.days:g} days, ms | SQLite | PostgreSQL |")
    print("|---|---|---|")
    for name in PAGES:
        print(f"| {name} | {found['sqlite'][name]:.0f} | {found['postgresql'][name]:.0f} |")
    postgres.stop()
    redis.stop()


if __name__ == "__main__":
    main()
