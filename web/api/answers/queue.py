"""The queue, who works, what fails or waits in the background, what SQL and Redis say of it."""

from typing import Literal

from typing_extensions import TypedDict

from harmonizer_queue.reads import Worker
from web.api.answers.kinds import Counts, Id, Moment
from web.db.models import ItemKind
from web.db.words import TaskKind


class RedisDocument(TypedDict):
    """What Redis says of itself; ``most_bytes`` is null where it has no limit."""

    version: str
    used_bytes: int
    most_bytes: int | None
    policy: str
    appendonly: bool
    uptime_s: int
    clients: int


class OverviewQueue(TypedDict):
    """The queue and who works, now; ages are those of the oldest, null when there is none."""

    waiting: int
    oldest_age_s: float | None
    running: int
    delayed: int
    paused: list[str]
    results: int
    results_age_s: float | None
    results_refused: int
    workers: int
    draining: int
    slots: int
    busy: int
    redis: RedisDocument


class OutboxDocument(TypedDict):
    """Dispatches that the queue has not confirmed."""

    count: int
    oldest_age_s: float | None


class Alert(TypedDict):
    """Something that is wrong now; ``alert`` is its name in the rules for Prometheus."""

    alert: str
    level: Literal["bad", "warning"]
    message: str


class Compared(TypedDict):
    """What the reconciler noted: in which content of Redis SQL believes, what it compared when.

    ``repairs`` are differences put right since the beginning, by kind; ``violations`` items that
    broke an invariant at ``checked_at``.
    """

    generation: str
    generation_since: Moment
    server_compared: bool
    swept_at: Moment | None
    repairs: Counts
    repaired_at: Moment | None
    checked_at: Moment | None
    violations: int | None


class RedisSeen(TypedDict):
    """Redis now: its content's name, how many items wait or run in it, and what it is."""

    generation: str | None
    live: int
    about: RedisDocument


class Consistency(TypedDict):
    """What SQL and Redis say of each other; ``live`` is how many items live in SQL."""

    live: int
    live_is_exact: bool
    compared: Compared | None
    redis: RedisSeen | None
    redis_wrong: str | None


class ViolationDocument(TypedDict):
    """An item that breaks an invariant of the contract."""

    invariant: str
    item_id: str
    problem: str


class Checked(TypedDict):
    """How many items break an invariant of the contract now, and the first of them."""

    count: int
    violations: list[ViolationDocument]


class Repairing(TypedDict):
    """What was put back at once; every item is compared in the background."""

    put_back: int


HourDocument = TypedDict("HourDocument", {"from": Moment, "ended": dict[str, int]})
"""How many jobs ended in an hour by the clock, by status."""


class Lately(TypedDict):
    """How jobs ended in the last 60 minutes and 24 hours, and what is dead now."""

    dead: int
    dead_is_exact: bool
    last_hour: dict[str, int]
    last_day: dict[str, int]
    hours: list[HourDocument]


class Overview(Lately):
    """Everything at a glance; without ``queue`` Redis does not answer."""

    at: Moment
    queue: OverviewQueue | None
    outbox: OutboxDocument
    alerts: list[Alert]


class Workers(TypedDict):
    """The processes that work."""

    workers: list[Worker]


class Paused(TypedDict):
    """What is paused now."""

    paused: list[str]


class Failure(TypedDict):
    """Dead items that have kind and reason in common."""

    kind: ItemKind
    reason: str | None
    message: str
    count: int
    first_at: Moment | None
    last_at: Moment | None
    sample_item_id: Id


class Failures(TypedDict):
    """The dead letter."""

    failures: list[Failure]


class Dismissed(TypedDict):
    """How many dead items nobody is told of any more, and whether there are more like them."""

    items: int
    more: bool


class Requeued(TypedDict):
    """How much runs again, and whether more was asked for than one request does."""

    jobs: int
    items: int
    more: bool


class TaskDocument(TypedDict):
    """A piece of background work that did not go well; it is tried again at ``due_at``."""

    task_id: Id
    kind: TaskKind
    target: str | None
    created_at: Moment
    due_at: Moment
    tries: int
    reason: str


class Tasks(TypedDict):
    """How many tasks of each kind wait, and a page of those that did not go well."""

    waiting: dict[str, int]
    failing: list[TaskDocument]
    next_cursor: Id | None
