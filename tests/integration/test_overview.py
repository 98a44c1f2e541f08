"""The overview over HTTP: what waits, how jobs ended by the hour, and what is wrong."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from an_api import AnApi, an_api
from harmonizer.ports import free_port
from web.api import alerts
from web.config import ROOT, Settings
from web.db import tasks
from web.db.models import JobStatus
from web.db.words import TaskKind

WELL = alerts.Seen(
    queue={
        "waiting": 3,
        "oldest_age_s": 1.0,
        "running": 1,
        "delayed": 0,
        "paused": [],
        "results": 0,
        "results_age_s": None,
        "results_refused": 0,
        "workers": 2,
        "draining": 0,
        "slots": 4,
        "busy": 1,
        "redis": {
            "version": "8.0.2",
            "used_bytes": 10,
            "most_bytes": 100,
            "policy": "noeviction",
            "appendonly": True,
            "uptime_s": 1,
            "clients": 1,
        },
    },
    outbox_age_s=None,
    tasks_late_s=0,
    tasks_failing=0,
    dead=0,
    ephemeral=False,
)


def test_jobs_that_ended_are_counted_in_their_hours(api: AnApi) -> None:
    now = datetime.now(UTC)
    for passed, status in (
        (timedelta(minutes=1), JobStatus.SUCCEEDED),
        (timedelta(minutes=2), JobStatus.FAILED),
        (timedelta(hours=3), JobStatus.PARTIAL),
        (timedelta(hours=25), JobStatus.SUCCEEDED),
    ):
        api.end(api.submit(), status, at=now - passed)
    found = api.get("/api/overview")
    none = dict.fromkeys(("succeeded", "partial", "failed", "cancelled"), 0)
    assert found["last_hour"] == none | {"succeeded": 1, "failed": 1}
    assert found["last_day"] == none | {"succeeded": 1, "failed": 1, "partial": 1}
    assert len(found["hours"]) in (24, 25, 26)
    starts = [one["from"] for one in found["hours"]]
    assert starts == sorted(starts)
    then = (now - timedelta(hours=3)).strftime("%Y-%m-%dT%H:00:00.000Z")
    [hour] = [one for one in found["hours"] if one["from"] == then]
    assert hour["ended"]["partial"] == 1
    assert sum(sum(one["ended"].values()) for one in found["hours"]) == 3


def test_what_waits_and_who_works(api: AnApi) -> None:
    api.submit()
    api.queue.hello("w1", {"host": "h", "pid": 1, "version": "1", "slots": 2, "draining": 1})
    queue = api.get("/api/overview")["queue"]
    assert (queue["waiting"], queue["workers"], queue["draining"], queue["slots"]) == (1, 1, 1, 2)
    assert queue["oldest_age_s"] >= 0
    assert queue["redis"]["used_bytes"] > 0


def test_without_redis_it_says_so(settings: Settings) -> None:
    with an_api(replace(settings, redis_url=f"redis://127.0.0.1:{free_port()}/0")) as api:
        found = api.get("/api/overview")
    assert found["queue"] is None
    assert [one["alert"] for one in found["alerts"]] == ["HarmonizerPartAway"]


def test_background_work_that_fails_is_told(api: AnApi) -> None:
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    with api.of.sessions.begin() as session:
        tasks.add(session, TaskKind.SWEEP, "", long_ago)
    names = [one["alert"] for one in api.get("/api/overview")["alerts"]]
    assert "HarmonizerTasksLate" in names


def test_all_is_well() -> None:
    assert alerts.of(WELL) == []


@pytest.mark.parametrize(
    ("queue", "seen", "alert"),
    [
        ({"workers": 0}, {}, "HarmonizerNoWorkers"),
        ({"draining": 2}, {}, "HarmonizerNoWorkers"),
        ({"oldest_age_s": 901.0}, {}, "HarmonizerItemsWaitLong"),
        ({"results_age_s": 61.0}, {}, "HarmonizerNotRecorded"),
        ({"results_refused": 1}, {}, "HarmonizerEventsRefused"),
        ({"redis": {"used_bytes": 81}}, {}, "HarmonizerNotDispatched"),
        ({"redis": {"policy": "allkeys-lru"}}, {}, "HarmonizerPartAway"),
        ({"redis": {"appendonly": False}}, {}, "HarmonizerRepairs"),
        ({}, {"outbox_age_s": 61.0}, "HarmonizerNotDispatched"),
        ({}, {"tasks_late_s": 901.0}, "HarmonizerTasksLate"),
        ({}, {"tasks_failing": 2}, "HarmonizerTasksFail"),
        ({}, {"dead": 1}, "HarmonizerDeadItems"),
    ],
)
def test_each_thing_that_is_wrong_is_one_sentence(
    queue: dict[str, Any], seen: dict[str, Any], alert: str
) -> None:
    well: Any = WELL.queue
    redis = well["redis"] | queue.pop("redis", {})
    [found] = alerts.of(replace(WELL, queue=well | queue | {"redis": redis}, **seen))
    assert found["alert"] == alert
    assert found["message"].endswith((".", "?"))


def test_alerts_are_those_of_the_rules_for_prometheus() -> None:
    rules = set(re.findall(r"alert: (\w+)", (ROOT / "docs" / "alerts.yml").read_text()))
    source = Path(alerts.__file__).read_text()
    assert set(re.findall(r'"(Harmonizer\w+)"', source)) <= rules
