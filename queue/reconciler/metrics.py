"""Every series the reconciler exports, in one registry; a test makes its own."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """What happened since the process started."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.lag = Gauge(
            "harmonizer_reconcile_lag_seconds",
            "How old the oldest event of the last batch was when SQL had it; 0 when none waits.",
            registry=self.registry,
        )
        self.batch = Histogram(
            "harmonizer_reconcile_batch_seconds",
            "Time to record one batch of events, from reading to acknowledging.",
            registry=self.registry,
        )
        self.repairs = Counter(
            "harmonizer_repairs_total",
            "Differences between SQL and Redis put right, by kind.",
            ["kind"],
            registry=self.registry,
        )
        self.violations = Gauge(
            "harmonizer_queue_violations",
            "Items in Redis that broke an invariant of the contract when last looked at, hourly.",
            registry=self.registry,
        )
        self.generations = Counter(
            "harmonizer_redis_generation_changes_total",
            "How often Redis had lost its content.",
            registry=self.registry,
        )
