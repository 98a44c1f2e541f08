"""Health, metrics, pages, headers, errors, and that no patient value leaks."""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import redis
import structlog

from an_api import CSV, AnApi, an_api
from web.config import Settings
from web.db.schema import migrate
from web.logs import configure

MARKER = "Zzyzxmarker"


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Return everything that is logged, as in production."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure("web", "debug", stream)
    yield stream
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def samples(text: str) -> dict[str, float]:
    lines = [line.rsplit(" ", 1) for line in text.splitlines() if line and line[0] != "#"]
    return {name: float(value) for name, value in lines}


def test_health_and_readiness(api: AnApi) -> None:
    assert api.get("/health") == {"status": "ok"}
    found = api.get("/health/ready")
    assert found["status"] == "ready"
    assert set(found["checks"].values()) == {"ok"}
    assert set(found["checks"]) == {"redis", "redis_settings", "sql", "schema", "store"}
    assert found["warnings"] == []


def test_what_is_not_ready_is_named(
    api: AnApi, settings: Settings, redis_client: redis.Redis
) -> None:
    redis_client.config_set("maxmemory-policy", "allkeys-lru")
    redis_client.config_set("appendonly", "no")
    try:
        found = api.get("/health/ready", 503)
    finally:
        redis_client.config_set("appendonly", "yes")
        redis_client.config_set("maxmemory-policy", "noeviction")
    assert "noeviction" in found["checks"]["redis_settings"]
    assert "appendonly" in found["warnings"][0]
    migrate(api.of.engine, "base")
    assert api.get("/health/ready", 503)["checks"]["schema"] == (
        "not at head: run scripts/init_db.py"
    )
    with an_api(replace(settings, redis_url="redis://127.0.0.1:1/0")) as without:
        found = without.get("/health/ready", 503)
    assert found["checks"]["redis"] == "does not answer"
    assert found["checks"]["sql"] == "ok"


def test_a_store_that_is_gone_is_named(api: AnApi, settings: Settings) -> None:
    folder = settings.store_url.removeprefix("file://")
    api.of.store.delete("jobs")
    Path(folder).rmdir()
    assert api.get("/health/ready", 503)["checks"]["store"] == "does not answer"


def test_metrics_of_queue_and_outbox(api: AnApi) -> None:
    for _ in range(3):
        api.submit(priority="high")
    api.queue.hello("w1", {"host": "h", "pid": 1, "version": "1", "slots": 4, "draining": 0})
    api.queue.pause("low")
    found = samples(api.client.get("/metrics").text)
    assert found['harmonizer_queue_depth{priority="high"}'] == 3
    assert found['harmonizer_queue_depth{priority="normal"}'] == 0
    assert found['harmonizer_queue_oldest_age_seconds{priority="high"}'] >= 0
    assert found["harmonizer_items_running"] == 0
    assert found["harmonizer_outbox_depth"] == 3
    assert found["harmonizer_outbox_oldest_age_seconds"] > 0
    assert found['harmonizer_workers{state="active"}'] == 1
    assert found['harmonizer_worker_slots{state="free"}'] == 4
    assert found['harmonizer_paused{scope="low"}'] == 1
    assert found['harmonizer_http_request_total{method="POST",status="202"}'] == 3
    assert found["harmonizer_redis_up"] == found["harmonizer_sql_up"] == 1


def test_metrics_without_redis_still_tell_the_rest(settings: Settings) -> None:
    with an_api(replace(settings, redis_url="redis://127.0.0.1:1/0")) as api:
        found = samples(api.client.get("/metrics").text)
    assert found["harmonizer_redis_up"] == 0
    assert found["harmonizer_outbox_depth"] == 0
    assert not [name for name in found if name.startswith("harmonizer_queue")]


def test_labels_of_requests_are_routes(api: AnApi) -> None:
    for path in (f"/{MARKER}", f"/api/jobs/{MARKER}", f"/api/jobs?status={MARKER}"):
        api.client.get(path)
    text = api.client.get("/metrics").text
    assert MARKER not in text
    assert 'route="/api/jobs/<job_id>"' in text
    assert 'route="none"' in text


def test_every_problem_has_its_page(api: AnApi) -> None:
    problem = json.loads(api.client.get("/none").data)
    page = api.client.get(problem["type"])
    assert page.status_code == 200
    assert "No such path" in page.text
    assert api.client.get("/problems/none").status_code == 404


@pytest.mark.parametrize("path", ["/", "/api/jobs", "/health", "/metrics", "/none"])
def test_headers_that_protect(api: AnApi, path: str) -> None:
    headers = api.client.get(path).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_pages_of_other_sites_cannot_post(api: AnApi) -> None:
    answer = api.post(("a.csv", CSV), headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert list(api.of.store.folders("jobs")) == []
    answer = api.post(("a.csv", CSV), headers={"Origin": "http://elsewhere.example"})
    assert answer.status_code == 403
    for own in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}):
        assert api.post(("a.csv", CSV), headers=own).status_code == 202


def test_errors_are_problems(api: AnApi) -> None:
    for method, path, status in (
        ("GET", "/none", 404),
        ("DELETE", "/api/jobs", 405),
        ("PUT", "/health", 405),
        ("GET", "/api/jobs/", 404),
        ("GET", "/static/none.css", 404),
    ):
        answer = api.client.open(path, method=method)
        assert answer.status_code == status, path
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert "GET" in api.client.delete("/api/jobs").headers["Allow"]


def test_no_value_that_was_sent_gets_into_a_log_or_an_error(
    api: AnApi, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = f"name\n{MARKER}\n".encode()
    api.post((f"{MARKER}.csv", content), source=MARKER)
    for name in ("operation", "profile", "priority", "table", "options", "plan"):
        fields: dict[str, Any] = {name: MARKER}
        answer = api.post(("a.csv", content), **fields)
        assert answer.status_code == 400
        assert MARKER not in answer.text
    api.post(("a.csv", content), headers={"Idempotency-Key": f"{MARKER} x"})
    for path in (f"/{MARKER}", f"/api/jobs/{MARKER}", f"/api/jobs?status={MARKER}"):
        answer = api.client.get(path)
        assert MARKER not in json.loads(answer.data)["detail"]

    def fail(*_: object) -> None:
        raise ValueError(MARKER)

    monkeypatch.setattr("web.api.jobs.receive", fail)
    answer = api.post(("a.csv", content))
    assert answer.status_code == 500
    assert MARKER not in answer.text
    assert "request failed" in logged.getvalue()
    assert MARKER not in logged.getvalue()


def test_a_parameter_that_nobody_looks_at_is_refused(api: AnApi) -> None:
    for path in ("/api/jobs?statu=failed", "/api/queue?x=1", "/api/jobs?status=failed&limits=1"):
        [error] = api.get(path, 400)["errors"]
        assert error["field"] == "query"
    detail = api.get("/api/jobs?statu=failed", 400)["detail"]
    assert "a parameter is none of status, operation, " in detail
