"""How many requests a key or a user may make in a minute, counted in Redis over all processes."""

import time
from dataclasses import dataclass

import structlog
from flask import Flask, Response, current_app, g
from prometheus_client import CollectorRegistry, Counter
from redis.exceptions import RedisError

from web.errors import TooManyRequestsError
from web.services import Services, services

log = structlog.get_logger(__name__)

WINDOW_SECONDS = 60
PAUSE_SECONDS = 5.0
"""For how long nobody counts after Redis did not answer: each request would wait for it anew."""

_KEY = "harmonizer-rate"


@dataclass(frozen=True)
class Rate:
    """What a key has left: ``quota`` in a window, ``left`` of it, ``seconds`` until the next."""

    quota: int
    left: int
    seconds: int


class Counting:
    """Counts requests. One that cannot be counted is served: work goes on without Redis."""

    def __init__(self, of: Services, registry: CollectorRegistry) -> None:
        self._of = of
        self._again_at = 0.0
        self._uncounted = Counter(
            "harmonizer_requests_uncounted_total",
            "Requests served without a limit, since Redis did not answer.",
            registry=registry,
        )

    def count(self, whose: str, quota: int) -> Rate | None:
        """Count one more request of a key or a user; None when nobody knows how many there were."""
        now = time.time()
        if now < self._again_at:
            self._uncounted.inc()
            return None
        window, into = divmod(int(now), WINDOW_SECONDS)
        name = f"rate:{self._of.settings.queue_prefix}:{whose}:{window}"
        try:
            pipeline = self._of.link.queue().client.pipeline(transaction=False)
            pipeline.incr(name)
            pipeline.expire(name, 2 * WINDOW_SECONDS)
            made, _ = pipeline.execute()
        except RedisError as error:
            log.warning("requests not counted", exc_info=error)
            self._again_at = now + PAUSE_SECONDS
            self._uncounted.inc()
            return None
        return Rate(quota, quota - int(made), WINDOW_SECONDS - into)


def register(app: Flask, registry: CollectorRegistry) -> None:
    """Hold the keys of an application to their limits. Comes after who calls is known."""
    with app.app_context():
        app.extensions[_KEY] = Counting(services(), registry)
    app.before_request(_hold)
    app.after_request(_tell)


def _hold() -> None:
    """Count the current request.

    Raises:
        TooManyRequestsError: It is one too many.
    """
    who = g.get("caller")
    if who is None or who.counted_as is None:
        return
    quota = who.limits.requests_per_minute
    if quota is None:
        quota = services().settings.requests_per_minute
    if not quota:
        return
    counting: Counting = current_app.extensions[_KEY]
    g.rate = rate = counting.count(who.counted_as, quota)
    if rate is not None and rate.left < 0:
        raise TooManyRequestsError("As many requests were made as may be in a minute.")


def _tell(answer: Response) -> Response:
    """Say what is left, in the fields of draft-ietf-httpapi-ratelimit-headers."""
    rate: Rate | None = g.get("rate")
    if rate is not None:
        answer.headers["RateLimit-Policy"] = f'"key";q={rate.quota};w={WINDOW_SECONDS}'
        answer.headers["RateLimit"] = f'"key";r={max(0, rate.left)};t={rate.seconds}'
        if answer.status_code == 429:
            answer.headers["Retry-After"] = str(rate.seconds)
    return answer
