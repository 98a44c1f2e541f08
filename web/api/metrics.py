"""``/metrics``: the requests of all processes, and the queue as it is when asked."""

import datetime
import os
from collections.abc import Iterator, Mapping

import structlog
from flask import Blueprint, Flask, Request, Response, current_app, request
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from prometheus_flask_exporter import PrometheusMetrics
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from harmonizer_queue import Priority, Queue, Scope
from web.api.access import open_to_probes
from web.api.describe import described
from web.db import backlog, tasks
from web.services import Services, services

log = structlog.get_logger(__name__)

bp = Blueprint("metrics", __name__)

_KEY = "harmonizer-metrics"
_NO_ROUTE = "none"


def register(app: Flask) -> CollectorRegistry:
    """Count and time the requests of an application; return the registry, its own."""
    registry = CollectorRegistry()
    PrometheusMetrics(
        app,
        path=None,
        registry=registry,
        defaults_prefix="harmonizer",
        group_by=route,
        excluded_paths=["^/metrics$", "^/health"],
    )
    app.extensions[_KEY] = registry
    return registry


def route(asked: Request) -> str:
    """Return the label of a request: its rule, never its path, which may hold anything."""
    return asked.url_rule.rule if asked.url_rule else _NO_ROUTE


@bp.get("/metrics")
@open_to_probes
@described(("text/plain", "application/openmetrics-text"))
def metrics() -> Response:
    """Return every series in the text format of Prometheus."""
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(current_app.extensions[_KEY])
    registry.register(_Backlog(services()))
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return Response(encode(registry), content_type=content_type)


class _Backlog(Collector):
    """What waits and runs, read from Redis and SQL; a part that does not answer has no series."""

    def __init__(self, of: Services) -> None:
        self._of = of

    def collect(self) -> Iterator[Metric]:
        try:
            yield from _of_queue(self._of.link.queue())
            up = 1
        except RedisError as error:
            log.warning("metrics of the queue not read", exc_info=error)
            up = 0
        yield _gauge("redis_up", "Whether Redis answered this scrape.", up)
        try:
            yield from _of_sql(self._of)
            up = 1
        except SQLAlchemyError as error:
            log.warning("metrics of the database not read", exc_info=error)
            up = 0
        yield _gauge("sql_up", "Whether the database answered this scrape.", up)


def _of_queue(queue: Queue) -> list[Metric]:
    ages = {p.value: (queue.oldest_age_ms(p) or 0) / 1000 for p in Priority}
    paused = queue.paused()
    workers = queue.workers()
    draining = sum(one["draining"] for one in workers)
    slots = sum(one["slots"] for one in workers)
    busy = sum(one["busy"] for one in workers)
    return [
        _labelled("queue_depth", "Items that wait, by priority.", "priority", queue.depth()),
        _labelled(
            "queue_oldest_age_seconds",
            "For how long the oldest waiting item waits, 0 when none does.",
            "priority",
            ages,
        ),
        _gauge("items_running", "Items that run.", queue.running()),
        _gauge("items_delayed", "Items that wait for a time.", queue.delayed()),
        _gauge("results_depth", "Events the reconciler has not recorded.", queue.results()),
        _gauge("results_bad", "Events the database refused.", queue.results_bad()),
        _labelled(
            "workers",
            "Registered workers.",
            "state",
            {"active": len(workers) - draining, "draining": draining},
        ),
        _labelled(
            "worker_slots",
            "Slots of all registered workers.",
            "state",
            {"busy": busy, "free": max(0, slots - busy)},
        ),
        _labelled(
            "paused",
            "1 for what is paused: a priority, or * for all.",
            "scope",
            {scope.value: int(scope in paused) for scope in Scope},
        ),
    ]


def _of_sql(of: Services) -> list[Metric]:
    with of.reading() as session:
        waits, dead = backlog.waiting(session), backlog.dead(session)
        now = datetime.datetime.now(datetime.UTC)
        stands = tasks.stands(session, now)
    age = _age(waits.outbox_oldest, now)
    late = {kind.value: _age(stand.due_since, now) for kind, stand in stands.items()}
    return [
        _gauge("outbox_depth", "Dispatches the queue has not confirmed.", waits.outbox),
        _gauge("outbox_oldest_age_seconds", "Age of the oldest of these.", age),
        _gauge("items_dead", "Items that ended in the dead letter.", dead),
        _labelled(
            "tasks_waiting",
            "Background work that is not done, also what is not due yet.",
            "kind",
            {kind.value: stand.waiting for kind, stand in stands.items()},
        ),
        _labelled(
            "tasks_failing",
            "Background work that did not go well when it was last tried.",
            "kind",
            {kind.value: stand.failing for kind, stand in stands.items()},
        ),
        _labelled("tasks_late_seconds", "For how long the longest due of it is due.", "kind", late),
    ]


def _age(since: datetime.datetime | None, now: datetime.datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(f"harmonizer_{name}", about, value)


def _labelled(name: str, about: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"harmonizer_{name}", about, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
