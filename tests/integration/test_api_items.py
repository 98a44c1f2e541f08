"""One unit of work over HTTP: where it is, and what can be done with it alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy import select, update

from an_api import CSV, AnApi
from queue_world import World
from web.db import cancel, dead, dispatch, retry
from web.db.dead import Wanted
from web.db.models import (
    AuditEntry,
    Item,
    ItemKind,
    ItemState,
    Job,
    JobStatus,
    Outbox,
    Priority,
)
from web.ids import new_id


def the_item(api: AnApi, job_id: str) -> str:
    return api.items(job_id)[0].id


def tell(api: AnApi, item_id: str, act: str, status: int, **body: str) -> None:
    answer = api.client.post(f"/api/items/{item_id}/{act}", json=body)
    assert answer.status_code == status, answer.text


def a_failed_job(api: AnApi) -> str:
    job_id = api.submit()
    with api.of.sessions.begin() as session:
        died = {"state": ItemState.DEAD, "ended_at": datetime.now(UTC), "reason": "poison"}
        session.execute(update(Item).values(died))
        session.execute(update(Job).values(status=JobStatus.FAILED, finished_at=datetime.now(UTC)))
    return job_id


def test_a_waiting_item_has_a_position(api: AnApi) -> None:
    first, second = (the_item(api, api.submit()) for _ in range(2))
    place = api.get(f"/api/items/{second}")["place"]
    assert (place["state"], place["index"], place["position"]) == ("waiting", "waiting:normal", 2)
    assert api.get(f"/api/items/{first}")["place"]["position"] == 1
    assert api.get(f"/api/items/{first}")["file"] == "patients.csv"


def test_a_running_item_has_a_worker_and_a_lease_and_is_released(api: AnApi) -> None:
    item_id = the_item(api, api.submit())
    tell(api, item_id, "release", 409)
    assert api.queue.claim([(item_id, "claim1")], "w1", 60_000)[0].answer == "ok"
    place = api.get(f"/api/items/{item_id}")["place"]
    assert (place["state"], place["worker_id"], place["position"]) == ("running", "w1", None)
    assert 0 < place["lease_s"] <= 60
    tell(api, item_id, "release", 202)
    assert api.get(f"/api/items/{item_id}")["place"]["state"] == "waiting"
    assert api.queue.renew("w1", 60_000, [(item_id, "claim1")]) == ["lost"]
    with api.of.reading() as session:
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.what == "item.release"))
    assert entry.target == item_id


def test_an_item_alone_is_cancelled(api: AnApi) -> None:
    one, other = api.items(api.submit(("a.csv", CSV), ("b.csv", CSV)))
    tell(api, one.id, "cancel", 202)
    states = [api.queue.item(item.id) for item in (one, other)]
    assert [found["state"] for found in states if found] == ["cancelled", "waiting"]


def test_a_cancel_of_an_item_survives_all_of_redis(world: World) -> None:
    job_id = world.submit(files=2)
    world.watch()
    world.relay()
    held = world.fetch()
    with world.parts.writing.begin() as session:
        assert cancel.want(session, held.item_id) == held.epoch
    world.queue.client.flushall()
    world.watch()
    world.reconciler.canceller.step()
    world.relay()
    world.reconcile()
    states = {item.id: (item.state, item.epoch) for item in world.items(job_id)}
    assert states.pop(held.item_id) == (ItemState.CANCELLED, held.epoch + 1)
    [(state, epoch)] = states.values()
    assert (state, epoch, len(world.outbox())) == (ItemState.WAITING, 2, 0)
    other = world.fetch()
    assert other.item_id in {item.id for item in world.items(job_id)} - {held.item_id}


def test_an_item_that_the_queue_lost_and_nobody_wants_ends(world: World) -> None:
    job_id = world.submit()
    world.relay()
    held = world.fetch()
    with world.parts.writing.begin() as session:
        cancel.want(session, held.item_id)
    world.queue.client.delete(world.queue.key(f"item:{held.item_id}"))
    world.sweep()
    world.reconcile()
    assert [item.state for item in world.items(job_id)] == [ItemState.CANCELLED]
    assert world.job(job_id).status is JobStatus.CANCELLED


def test_a_cancel_of_an_item_waits_for_no_redis(
    api: AnApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*of: object) -> None:
        raise RedisConnectionError

    item_id = the_item(api, api.submit())
    with monkeypatch.context() as patched:
        patched.setattr(type(api.queue), "cancel", away)
        tell(api, item_id, "cancel", 202)
    with api.of.reading() as session:
        [found] = cancel.unwanted_alone(session, "", 10)
        assert found.item_id == item_id
    tell(api, item_id, "requeue", 202)
    with api.of.reading() as session:
        assert not cancel.unwanted_alone(session, "", 10), "who asks for it again wants it"


def test_a_cancel_of_what_ended_in_the_queue_is_none(api: AnApi) -> None:
    item_id = the_item(api, api.submit())
    assert api.queue.claim([(item_id, "claim1")], "w1", 60_000)[0].answer == "ok"
    assert api.queue.complete([(item_id, "claim1", "{}")]) == ["ok"]
    tell(api, item_id, "cancel", 409)
    assert not api.items(api.get(f"/api/items/{item_id}")["job_id"])[0].cancel_wanted


def test_an_item_waits_with_another_priority(api: AnApi) -> None:
    job_id = api.submit()
    item_id = the_item(api, job_id)
    tell(api, item_id, "requeue", 202, priority="high")
    [item] = api.items(job_id)
    assert (item.priority, item.message["priority"], item.epoch) == (Priority.HIGH, "high", 2)
    assert api.get(f"/api/items/{item_id}")["place"] is None, "the queue has the dispatch before"
    with api.of.reading() as session:
        [due] = session.scalars(select(Outbox))
        assert (due.epoch, due.priority) == (2, Priority.HIGH)
    tell(api, item_id, "requeue", 400, priority="soon")


def test_a_dead_item_of_an_ended_job_runs_again_with_a_priority(api: AnApi) -> None:
    job_id = a_failed_job(api)
    item_id = the_item(api, job_id)
    assert api.get(f"/api/items/{item_id}")["place"] is None
    tell(api, item_id, "cancel", 409)
    tell(api, item_id, "requeue", 202, priority="low")
    assert api.get(f"/api/jobs/{job_id}/status")["status"] == "accepted"
    assert api.items(job_id)[0].priority is Priority.LOW


def test_what_runs_or_went_well_keeps_its_priority(api: AnApi) -> None:
    job_id = api.submit()
    for state in (ItemState.RUNNING, ItemState.SUCCEEDED):
        with api.of.sessions.begin() as session:
            session.execute(update(Item).values(state=state))
        tell(api, the_item(api, job_id), "requeue", 409)
    assert api.items(job_id)[0].epoch == 1


def test_an_item_that_does_not_exist(api: AnApi) -> None:
    assert api.get("/api/items/none", 404)["type"] == "/problems/not-found"


def test_dismissed_items_are_dead_and_not_told_of(api: AnApi) -> None:
    job_id = a_failed_job(api)
    refused = api.client.post("/api/failures/dismiss", json={"reason": "poison"})
    assert refused.get_json(force=True)["errors"][0]["field"] == "why"
    asked = {"reason": "poison", "why": "the file was removed at its source"}
    found = api.client.post("/api/failures/dismiss", json=asked).get_json()
    assert found == {"items": 1, "more": False}
    assert api.get("/api/failures")["failures"] == []
    assert api.get("/api/overview")["dead"] == 0
    with api.of.reading() as session:
        wanted = select(AuditEntry).where(AuditEntry.what == "failures.dismiss")
        [entry] = session.scalars(wanted)
    assert entry.detail["why"] == asked["why"]
    assert api.client.post(f"/api/jobs/{job_id}/retry").status_code == 202
    with api.of.sessions.begin() as session:
        session.execute(update(Item).values(state=ItemState.DEAD))
    assert len(api.get("/api/failures")["failures"]) == 1, "it died anew"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_is_run_again_at_this_moment_is_not_dismissed(api: AnApi) -> None:
    job_id = a_failed_job(api)
    asked = {"why": "the file was removed at its source"}
    with ThreadPoolExecutor(1) as beside, api.of.sessions.begin() as session:
        assert retry.retry(session, job_id, datetime.now(UTC)) == 1
        session.flush()
        dismissing = beside.submit(api.client.post, "/api/failures/dismiss", json=asked)
        api.until_somebody_waits()
        session.commit()
        assert dismissing.result().get_json() == {"items": 0, "more": False}
    assert api.items(job_id)[0].dismissed_at is None


def test_a_requeue_leaves_alone_what_was_run_again_and_cancelled_since(api: AnApi) -> None:
    job_id = a_failed_job(api)
    with api.of.reading() as session:
        [found] = dead.jobs_of(session, Wanted(), 2)
    now = datetime.now(UTC)
    with api.of.sessions.begin() as session:
        assert retry.retry(session, found, now) == 1
        session.execute(update(Item).values(state=ItemState.CANCELLED, ended_at=now))
        session.execute(update(Job).values(status=JobStatus.CANCELLED, finished_at=now))
    with api.of.sessions.begin() as session:
        assert dead.requeue(session, found, Wanted(), now) == 0
    assert api.get(f"/api/jobs/{job_id}")["status"] == "cancelled"


def test_a_dead_item_is_left_behind_when_parts_are_put_together(api: AnApi) -> None:
    [died, well] = api.items(api.submit(("a.csv", CSV), ("b.csv", CSV)))
    now = datetime.now(UTC)
    with api.of.sessions.begin() as session:
        for one, state in ((died, ItemState.DEAD), (well, ItemState.SUCCEEDED)):
            values = {"state": state, "ended_at": now}
            session.execute(update(Item).where(Item.id == one.id).values(values))
        last = Item(
            id=new_id(),
            job_id=died.job_id,
            kind=ItemKind.FINISH,
            priority=Priority.NORMAL,
            message={**died.message},
            created_at=now,
        )
        dispatch.add(session, last, now)
    tell(api, died.id, "requeue", 409)
    tell(api, last.id, "requeue", 202, priority="high")
    with api.of.sessions.begin() as session:
        session.execute(update(Job).values(retries=1))
    tell(api, last.id, "requeue", 409)
    tell(api, died.id, "requeue", 202)
