"""What is wrong now, in sentences, by the limits of ``docs/alerts.yml``."""

from collections.abc import Iterator
from dataclasses import dataclass

from web.api.answers.queue import Alert, OverviewQueue

WAITS_S = 900
NOT_DISPATCHED_S = 60
NOT_RECORDED_S = 60
TASKS_LATE_S = 900
MEMORY = 0.8


@dataclass(frozen=True)
class Seen:
    """What one look found; ``queue`` is None when Redis does not answer. Ages are seconds."""

    queue: OverviewQueue | None
    outbox_age_s: float | None
    tasks_late_s: float
    tasks_failing: int
    dead: int
    ephemeral: bool


def of(seen: Seen) -> list[Alert]:
    """Return what is wrong, the worst first."""
    found = [*_of_sql(seen)]
    if seen.queue is None:
        message = "Redis does not answer. What was accepted is kept, and goes on when it is back."
        found.append(_bad("HarmonizerPartAway", message))
    else:
        found += [*_of_work(seen.queue), *_of_redis(seen.queue, seen.ephemeral)]
    return sorted(found, key=lambda one: one["level"] != "bad")


def _of_work(queue: OverviewQueue) -> Iterator[Alert]:
    waits = bool(queue["waiting"])
    if not queue["workers"]:
        message = "No worker is running" + (", so what waits stays where it is." if waits else ".")
        yield (_bad if waits else _warn)("HarmonizerNoWorkers", message)
    elif queue["draining"] == queue["workers"] and waits:
        yield _bad("HarmonizerNoWorkers", "All workers are draining: none of them takes new work.")
    if (queue["oldest_age_s"] or 0) > WAITS_S and not queue["paused"]:
        message = "The oldest item has waited for more than 15 minutes: more workers would help."
        yield _warn("HarmonizerItemsWaitLong", message)
    if (queue["results_age_s"] or 0) > NOT_RECORDED_S:
        message = "What workers did does not reach the database: look at the reconciler."
        yield _bad("HarmonizerNotRecorded", message)
    if queue["results_refused"]:
        message = "The database refused events; the items that they belong to ended dead."
        yield _bad("HarmonizerEventsRefused", message)


def _of_redis(queue: OverviewQueue, ephemeral: bool) -> Iterator[Alert]:
    redis = queue["redis"]
    if redis["policy"] != "noeviction":
        message = f"Redis has the policy {redis['policy']}: set maxmemory-policy to noeviction."
        yield _bad("HarmonizerPartAway", message)
    if redis["most_bytes"] and redis["used_bytes"] > MEMORY * redis["most_bytes"]:
        message = "Redis uses more than 80 % of its memory: new items wait in the database."
        yield _warn("HarmonizerNotDispatched", message)
    if not redis["appendonly"] and not ephemeral:
        message = "Redis keeps nothing on disk (appendonly is off): a restart costs time, no work."
        yield _warn("HarmonizerRepairs", message)


def _of_sql(seen: Seen) -> Iterator[Alert]:
    if (seen.outbox_age_s or 0) > NOT_DISPATCHED_S:
        message = "What was accepted does not reach the queue: look at the reconciler and at Redis."
        yield _bad("HarmonizerNotDispatched", message)
    if seen.tasks_late_s > TASKS_LATE_S:
        message = "Background work has been due for more than 15 minutes: do the tasks run?"
        yield _warn("HarmonizerTasksLate", message)
    if seen.tasks_failing:
        one = seen.tasks_failing == 1
        message = f"{seen.tasks_failing} {'piece' if one else 'pieces'} of background work did not"
        yield _warn(
            "HarmonizerTasksFail",
            f"{message} go well; {'it is' if one else 'they are'} tried again.",
        )

    if seen.dead:
        message = (
            "Some work is not tried again by itself: run it again under Failures, or dismiss it."
        )
        yield _warn("HarmonizerDeadItems", message)


def _bad(alert: str, message: str) -> Alert:
    return {"alert": alert, "level": "bad", "message": message}


def _warn(alert: str, message: str) -> Alert:
    return {"alert": alert, "level": "warning", "message": message}
