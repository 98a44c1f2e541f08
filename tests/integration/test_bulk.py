"""Lists of jobs by every filter, and acts on all jobs of a filter."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from an_api import CSV, AnApi
from web.db import bulk_acts, job_lists
from web.db.bulk_models import BulkAct
from web.db.locks import lock_jobs
from web.db.models import AuditEntry, Item, ItemState, Job, JobStatus
from web.db.task_models import Task
from web.db.words import TaskKind
from web.tasks import bulk

ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def ids(api: AnApi, query: str) -> list[str]:
    return [one["job_id"] for one in api.get(f"/api/jobs?{query}")["jobs"]]


def ask(api: AnApi, expected: int = 202, **body: object) -> dict[str, object]:
    answer = api.client.post("/api/bulk", json=body)
    assert answer.status_code == expected, answer.text
    found: dict[str, object] = answer.get_json(force=True)
    return found


def work(api: AnApi) -> None:
    """Do what is due of the acts, as the tasks process does."""
    with api.of.reading() as session:
        due = session.scalars(select(Task.target).where(Task.kind == TaskKind.BULK)).all()
    for one in due:
        bulk.run(api.of, one, datetime.now(UTC))


def fail(api: AnApi, job_id: str) -> str:
    with api.of.sessions.begin() as session:
        dead = {"state": ItemState.DEAD, "ended_at": datetime.now(UTC), "reason": "poison"}
        session.execute(update(Item).where(Item.job_id == job_id).values(dead))
        ended = {"status": JobStatus.FAILED, "finished_at": datetime.now(UTC)}
        session.execute(update(Job).where(Job.id == job_id).values(ended))
    return job_id


def test_jobs_are_found_by_names_ids_profiles_and_times(api: AnApi) -> None:
    first = api.submit(("north_2026.csv", CSV))
    other = api.submit(("a.csv", CSV), ("South 100%.csv", CSV))
    with api.of.sessions.begin() as session:
        session.execute(update(Job).where(Job.id == other).values(profile="own@2"))
    assert ids(api, "text=NORTH_2") == [first]
    assert ids(api, "text=100%25") == [other]
    assert ids(api, "text=h1") == []
    assert ids(api, "text=_") == [first], "no sign stands for others"
    assert ids(api, f"text={other}") == [other]
    assert ids(api, "profile=own@2") == [other]
    today = date.fromisoformat(api.get(f"/api/jobs/{first}")["created_at"][:10])
    assert ids(api, f"from={today}") == [other, first]
    assert ids(api, f"to={today}") == []
    assert ids(api, f"from={today + timedelta(days=1)}T00:00&status=accepted") == []
    midnight = f"{today}T14:00%2B14:00"
    assert ids(api, f"from={midnight}") == [other, first]
    assert ids(api, f"to={midnight}") == []
    assert ids(api, f"from={today + timedelta(days=1)}T00:00-00:30") == []
    assert api.get("/api/jobs?text=north")["count"] == 1


def test_a_text_is_looked_for_so_many_jobs_at_a_time(
    api: AnApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = api.submit(("needle.csv", CSV))
    for _ in range(4):
        api.submit()
    monkeypatch.setattr(job_lists, "LOOKED_THROUGH", 2)
    page = api.get("/api/jobs?text=needle")
    assert (page["jobs"], page["count"], page["count_is_exact"]) == ([], 0, False)
    page = api.get(f"/api/jobs?text=needle&cursor={page['next_cursor']}")
    assert page["jobs"] == []
    page = api.get(f"/api/jobs?text=needle&cursor={page['next_cursor']}")
    assert [one["job_id"] for one in page["jobs"]] == [wanted]
    assert page["next_cursor"] is None


@pytest.mark.parametrize(
    "query",
    [
        "from=yesterday",
        "to=2026-02-30",
        "text=",
        "profile=",
        "from=2026-01-01T25:00",
        "from=2026-01-01T10:00%2B25:00",
        "from=0001-01-01T00:00%2B02:00",
        "to=2026-01-01%2B02:00",
    ],
)
def test_a_filter_that_cannot_be_used_says_so(api: AnApi, query: str) -> None:
    assert api.get(f"/api/jobs?{query}", 400)["errors"][0]["field"] == query.partition("=")[0]


def test_all_that_match_are_cancelled_when_their_number_is_right(api: AnApi) -> None:
    wanted = [api.submit(("old.csv", CSV)) for _ in range(3)]
    other = api.submit(("new.csv", CSV))
    assert api.get("/api/bulk/count?act=cancel&text=old") == {"act": "cancel", "count": 3}
    refused = ask(api, 409, act="cancel", text="old", count=2)
    assert refused["type"] == "/problems/count-changed"
    assert refused["detail"] == "There are 3 such jobs now. Nothing was done."
    asked = ask(api, act="cancel", text="old", count=3)
    assert (asked["count"], asked["done"], asked["ended_at"]) == (3, 0, None)
    work(api)
    found = api.get(f"/api/bulk/{asked['bulk_id']}")
    assert found["done"] == 3
    assert found["ended_at"] is not None
    assert api.get("/api/bulk")["acts"] == [found]
    assert [api.get(f"/api/jobs/{one}")["cancel_wanted"] for one in [*wanted, other]] == [
        True,
        True,
        True,
        False,
    ]
    with api.of.reading() as session:
        noted = session.scalars(select(AuditEntry).where(AuditEntry.what == "job.cancel")).all()
    assert {one.target for one in noted} == set(wanted)
    assert {one.detail["bulk_id"] for one in noted} == {asked["bulk_id"]}
    assert api.get("/api/bulk/count?act=cancel&text=old")["count"] == 0


def test_an_act_goes_on_where_it_broke_off_and_leaves_later_jobs_alone(
    api: AnApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = [fail(api, api.submit()) for _ in range(3)]
    asked = ask(api, act="retry", status="failed", count=3)
    later = fail(api, api.submit())
    monkeypatch.setattr(bulk_acts, "AT_A_TIME", 1)
    with api.of.sessions.begin() as session:
        wish = session.get_one(BulkAct, asked["bulk_id"])
        assert bulk_acts.step(session, wish, datetime.now(UTC))
    work(api)
    assert api.get(f"/api/bulk/{asked['bulk_id']}")["done"] == 3
    stands = [api.get(f"/api/jobs/{one}")["status"] for one in [*failed, later]]
    assert stands == ["accepted", "accepted", "accepted", "failed"]


def begin(api: AnApi, job_id: str) -> None:
    with api.of.sessions.begin() as session:
        runs = {"status": JobStatus.RUNNING, "started_at": datetime.now(UTC)}
        session.execute(update(Job).where(Job.id == job_id).values(runs))


def run_again(api: AnApi, job_id: str) -> None:
    assert api.client.post(f"/api/jobs/{job_id}/retry").status_code == 202


def wanted(api: AnApi, *job_ids: str) -> list[bool]:
    return [api.get(f"/api/jobs/{one}")["cancel_wanted"] for one in job_ids]


def test_a_cancel_that_comes_late_leaves_alone_what_was_run_again_since(api: AnApi) -> None:
    ended, lives, again = (api.submit() for _ in range(3))
    fail(api, ended)
    fail(api, again)
    run_again(api, again)
    asked = ask(api, act="cancel", count=2)
    run_again(api, ended)
    work(api)
    assert wanted(api, ended, lives, again) == [False, True, True]
    assert api.get(f"/api/bulk/{asked['bulk_id']}")["done"] == 2


def test_of_jobs_that_run_those_are_cancelled_that_ran_already(api: AnApi) -> None:
    waits, runs = (api.submit() for _ in range(2))
    begin(api, runs)
    ask(api, act="cancel", status="running", count=1)
    begin(api, waits)
    work(api)
    assert wanted(api, waits, runs) == [False, True]


def test_a_retry_that_comes_late_leaves_alone_what_ended_since(api: AnApi) -> None:
    failed, lives, other = (api.submit() for _ in range(3))
    fail(api, failed)
    fail(api, other)
    asked = ask(api, act="retry", count=2)
    fail(api, lives)
    run_again(api, other)
    fail(api, other)
    work(api)
    stands = [api.get(f"/api/jobs/{one}")["status"] for one in (failed, lives, other)]
    assert stands == ["accepted", "failed", "failed"]
    assert api.get(f"/api/bulk/{asked['bulk_id']}")["done"] == 1


@ON_POSTGRESQL
def test_an_act_and_who_locks_jobs_in_order_do_not_wait_for_each_other(api: AnApi) -> None:
    jobs = sorted(api.submit() for _ in range(3))
    ask(api, act="cancel", count=3)
    with ThreadPoolExecutor(1) as beside, api.of.sessions.begin() as session:
        lock_jobs(session, jobs[:1])
        acting = beside.submit(work, api)
        api.until_somebody_waits()
        assert [job.id for job in lock_jobs(session, jobs[1:])] == jobs[1:]
        session.commit()
        acting.result()
    assert wanted(api, *jobs) == [True] * 3


@ON_POSTGRESQL
def test_two_that_are_at_an_act_do_it_once(api: AnApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_acts, "AT_A_TIME", 2)
    for _ in range(5):
        api.submit()
    asked = ask(api, act="cancel", count=5)
    with ThreadPoolExecutor(1) as beside, api.of.sessions.begin() as session:
        wish = bulk_acts.begun(session, str(asked["bulk_id"]))
        assert wish is not None
        other = beside.submit(work, api)
        api.until_somebody_waits()
        assert bulk_acts.step(session, wish, datetime.now(UTC))
        session.commit()
        other.result()
    assert api.get(f"/api/bulk/{asked['bulk_id']}")["done"] == 5
    with api.of.reading() as session:
        noted = session.scalars(select(AuditEntry).where(AuditEntry.what == "job.cancel")).all()
    assert len(noted) == 5


def test_what_is_asked_must_be_said(api: AnApi) -> None:
    for body, field in (
        ({"act": "purge", "count": 1}, "act"),
        ({"act": "cancel"}, "count"),
        ({"act": "cancel", "count": 1, "status": "odd"}, "status"),
        ({"act": "cancel", "count": 1, "limit": 3}, "limit"),
    ):
        assert ask(api, 400, **body)["errors"][0]["field"] == field  # type: ignore[index]
    assert api.get("/api/bulk/none", 404)["type"] == "/problems/not-found"
