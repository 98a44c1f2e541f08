"""Webhooks: endpoints, events, deliveries; what arrives is verified as receivers do it."""

import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from standardwebhooks import WebhookVerificationError

from a_receiver import Receiver, a_receiver
from an_api import CSV, AnApi, an_api
from web.config import Settings
from web.db import keys, webhooks
from web.db.models import AuditEntry, Job, JobStatus, Role
from web.db.task_models import Task
from web.db.webhook_models import Webhook, WebhookDelivery
from web.db.words import TaskKind
from web.tasks import deliver, retention
from web.tasks.attempt import WORK, run

BASE = "/api/webhooks"


@pytest.fixture
def api(settings: Settings) -> Iterator[AnApi]:
    own = dataclasses.replace(settings, webhook_networks="127.0.0.0/8", webhook_http=True)
    with an_api(own) as api:
        yield api


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with a_receiver() as receiver:
        yield receiver


def made(api: AnApi, url: str, **more: Any) -> dict[str, Any]:
    answer = api.client.post(BASE, json={"url": url, **more})
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.get_json()
    return document


def end(api: AnApi, status: JobStatus = JobStatus.SUCCEEDED, **fields: Any) -> str:
    """Let a job end as the reconciler does."""
    job_id = api.submit(**fields)
    api.end(job_id, status, outputs={}, counts={"rows_in": 2})
    with api.of.sessions.begin() as session:
        webhooks.announce(session, session.get_one(Job, job_id), datetime.now(UTC))
    return job_id


def work(api: AnApi) -> int:
    """Do what waits, due or not; return how much that was."""
    with api.of.reading() as session:
        wanted = select(Task).where(Task.kind == TaskKind.DELIVERY).order_by(Task.id)
        found = list(session.scalars(wanted))
    for one in found:
        run(api.of, one.id, one.tries)
    return len(found)


def at(webhook: dict[str, Any]) -> str:
    return f"{BASE}/{webhook['webhook_id']}"


def deliveries(api: AnApi, webhook: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(f"{at(webhook)}/deliveries")["deliveries"]
    return found


def redeliver(api: AnApi, webhook: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    path = f"{at(webhook)}/deliveries/{told['delivery_id']}/redeliver"
    answer = api.client.post(path)
    assert answer.status_code == 202
    document: dict[str, Any] = answer.get_json()
    return document


def test_an_event_arrives_signed_with_references_and_counts(api: AnApi, receiver: Receiver) -> None:
    webhook = made(api, receiver.url)
    job_id = end(api)
    assert work(api) == 1
    [event] = receiver.events(webhook["secret"])
    assert (event["type"], event["data"]["job_id"]) == ("job.succeeded", job_id)
    assert event["data"]["counts"] == {"rows_in": 2}
    assert "patients" not in json.dumps(event), "the name of a file"
    for link in event["data"]["links"].values():
        assert api.client.get(link).status_code != 404
    [told] = deliveries(api, webhook)
    assert told["delivery_id"] == receiver.ids()[0]
    assert (told["state"], told["status"], told["reason"]) == ("delivered", 204, None)
    assert told["next_at"] is None
    assert work(api) == 0


def test_which_endpoint_hears_of_what(api: AnApi, receiver: Receiver) -> None:
    failed = made(api, f"{receiver.url}&of=failed", events=["job.failed"])
    named = made(api, f"{receiver.url}&of=named", events=[])
    off = made(api, f"{receiver.url}&of=off")
    api.client.post(f"{at(off)}/disable")
    end(api)
    end(api, JobStatus.FAILED)
    job_id = end(api, JobStatus.CANCELLED, webhook_url=named["url"])
    assert [one["event"] for one in deliveries(api, failed)] == ["job.failed"]
    assert [one["job_id"] for one in deliveries(api, named)] == [job_id]
    assert deliveries(api, off) == []
    assert api.get(f"/api/jobs/{job_id}")["webhook_id"] == named["webhook_id"]


def test_a_webhook_url_is_an_endpoint_of_the_owner(api: AnApi) -> None:
    answer = api.post(("patients.csv", CSV), webhook_url="https://lab.example/")
    assert answer.status_code == 400
    errors = answer.get_json(force=True)["errors"]
    assert [one["field"] for one in errors] == ["webhook_url"]
    assert list(api.of.store.folders("jobs")) == []


def test_an_end_that_is_taken_back_tells_nobody(api: AnApi, receiver: Receiver) -> None:
    webhook = made(api, receiver.url)
    job_id = api.submit()
    with api.of.sessions() as session:
        job = session.get_one(Job, job_id)
        job.status = JobStatus.FAILED
        webhooks.announce(session, job, datetime.now(UTC))
        session.rollback()
    assert deliveries(api, webhook) == []
    assert work(api) == 0


def test_a_failure_is_tried_again_under_the_same_id(api: AnApi, receiver: Receiver) -> None:
    webhook = made(api, receiver.url)
    end(api)
    receiver.statuses, receiver.headers = [500, 302, 503, 200], {"Retry-After": "9000"}
    waits = []
    for status in (500, 302, 503):
        work(api)
        [told] = deliveries(api, webhook)
        assert (told["state"], told["status"]) == ("pending", status)
        assert told["reason"] == f"status_{status}"
        next_at, tried_at = (datetime.fromisoformat(told[one]) for one in ("next_at", "tried_at"))
        waits.append((next_at - tried_at).total_seconds())
    assert 4 <= waits[0] < waits[1] < waits[2]
    assert waits[1] >= 240
    assert waits[2] >= 9000, "as long as the endpoint asked for"
    assert work(api) == 1
    [told] = deliveries(api, webhook)
    assert (told["state"], told["tries"]) == ("delivered", 4)
    assert len(receiver.got) == 4
    assert len(set(receiver.ids())) == 1
    assert len({body for _, body in receiver.got}) == 1
    assert len(receiver.events(webhook["secret"])) == 4


def test_gone_disables_at_once(api: AnApi, receiver: Receiver) -> None:
    webhook = made(api, receiver.url)
    end(api)
    end(api)
    receiver.statuses = [410]
    work(api)
    assert len(receiver.got) == 1, "the second one is not tried"
    shown = api.get(at(webhook))
    assert (shown["enabled"], shown["disabled_why"]) == (False, "gone")
    assert {one["reason"] for one in deliveries(api, webhook)} == {"gone", "disabled"}
    assert {one["state"] for one in deliveries(api, webhook)} == {"failed"}
    end(api)
    assert len(deliveries(api, webhook)) == 2
    with api.of.reading() as session:
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.what == "webhook.disable"))
        assert (entry.who, entry.detail) == ("tasks", {"why": "gone"})
    receiver.statuses = [200]
    enabled = api.client.post(f"{at(webhook)}/enable").get_json()
    assert (enabled["enabled"], enabled["disabled_why"]) == (True, None)
    [_, told] = deliveries(api, webhook)
    assert redeliver(api, webhook, told)["state"] == "pending"
    work(api)
    assert receiver.ids()[-1] == told["delivery_id"]
    assert deliveries(api, webhook)[1]["state"] == "delivered"


def test_who_does_not_answer_for_days_is_disabled(api: AnApi, receiver: Receiver) -> None:
    webhook = made(api, receiver.url)
    end(api)
    receiver.statuses = [500]
    tries = 0
    while work(api):
        tries += 1
        assert tries < 20
    assert tries == WORK[TaskKind.DELIVERY].most == 10
    [told] = deliveries(api, webhook)
    assert (told["state"], told["reason"], told["tries"]) == ("failed", "status_500", 10)
    shown = api.get(at(webhook))
    assert (shown["enabled"], shown["disabled_why"]) == (False, "unreachable")


def test_one_failure_among_others_disables_nothing(api: AnApi, receiver: Receiver) -> None:
    webhook = made(api, receiver.url)
    end(api)
    [told] = deliveries(api, webhook)
    end(api)
    with api.of.reading() as session:
        tasks = {one.target: one for one in session.scalars(select(Task)) if one.target}
    first = tasks.pop(told["delivery_id"])
    [second] = tasks.values()
    run(api.of, second.id, 0)
    receiver.statuses = [500]
    for tries in range(10):
        run(api.of, first.id, tries)
    assert deliveries(api, webhook)[1]["state"] == "failed"
    assert api.get(at(webhook))["enabled"]


def test_pauses_add_up_to_about_three_days() -> None:
    total = sum((deliver.pause(tries) for tries in range(1, 10)), timedelta())
    assert timedelta(days=2) < total < timedelta(days=4)
    assert deliver.pause(1) < timedelta(seconds=7)


def test_both_secrets_sign_while_they_overlap(api: AnApi, receiver: Receiver) -> None:
    webhook = made(api, receiver.url)
    rotated = api.client.post(f"{at(webhook)}/rotate").get_json()
    assert rotated["old_secret_until"] is not None
    end(api)
    work(api)
    old, new = webhook["secret"], rotated["secret"]
    assert old != new
    assert receiver.events(old) == receiver.events(new)
    at_once = api.client.post(f"{at(webhook)}/rotate", json={"overlap_hours": 0}).get_json()
    assert at_once["old_secret_until"] is None
    receiver.got.clear()
    end(api)
    work(api)
    assert len(receiver.events(at_once["secret"])) == 1
    for secret in (old, new):
        with pytest.raises(WebhookVerificationError):
            receiver.events(secret)
    retention.sweep(api.of, "", datetime.now(UTC))
    with api.of.reading() as session:
        assert session.scalars(select(Webhook.old_secret)).all() == [None]


def test_the_life_of_an_endpoint(api: AnApi, receiver: Receiver) -> None:
    webhook = made(api, receiver.url, events=["job.failed", "job.succeeded"])
    secret = webhook.pop("secret")
    assert webhook["events"] == ["job.succeeded", "job.failed"]
    assert api.get(BASE) == {"webhooks": [webhook]}
    assert api.get(at(webhook)) == webhook
    for path in (BASE, at(webhook), "/api/audit"):
        assert secret not in api.client.get(path).text
    again = api.client.post(BASE, json={"url": receiver.url})
    assert (again.status_code, again.get_json(force=True)["errors"][0]["field"]) == (400, "url")
    for _ in range(3):
        end(api)
    work(api)
    path = f"{at(webhook)}/deliveries"
    first = api.get(f"{path}?limit=2")
    rest = api.get(f"{path}?limit=2&cursor={first['next_cursor']}")
    ids = [one["delivery_id"] for one in first["deliveries"] + rest["deliveries"]]
    assert ids == sorted(receiver.ids(), reverse=True)
    assert rest["next_cursor"] is None
    api.get(f"{path}?cursor=x", 400)
    end(api)
    assert api.client.delete(at(webhook)).status_code == 204
    api.get(at(webhook), 404)
    assert work(api) == 0
    end(api)
    with api.of.reading() as session:
        acts = session.scalars(select(AuditEntry.what).where(AuditEntry.what.like("webhook.%")))
        assert list(acts) == ["webhook.make", "webhook.delete"]


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({}, "url"),
        ({"url": "https://10.0.0.1/"}, "url"),
        ({"url": "ftp://lab.example/"}, "url"),
        ({"url": "https://lab.example/", "events": ["job.started"]}, "events"),
        ({"url": "https://lab.example/", "events": ["job.failed", "job.failed"]}, "events"),
        ({"url": "https://lab.example/", "events": [1]}, "events"),
        ({"url": "https://lab.example/", "events": [{}]}, "events"),
        ({"url": "https://lab.example/", "secret": "x"}, "secret"),
    ],
)
def test_endpoints_that_cannot_be_made(api: AnApi, wanted: dict[str, Any], field: str) -> None:
    answer = api.client.post(BASE, json=wanted)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.get_json(force=True)["errors"]] == [field]


def test_an_owner_has_so_many_endpoints(api: AnApi) -> None:
    for number in range(webhooks.MOST):
        made(api, f"https://lab.example/{number}")
    assert api.client.post(BASE, json={"url": "https://lab.example/"}).status_code == 400


def test_endpoints_of_others_are_neither_seen_nor_named(settings: Settings) -> None:
    with an_api(dataclasses.replace(settings, auth="keys")) as api:
        with api.of.sessions.begin() as session:
            now = datetime.now(UTC)
            secrets = {
                (owner, role): keys.make(session, name="k", owner=owner, role=role, now=now)[1]
                for owner in ("north", "south")
                for role in Role
            }

        def ask(method: str, path: str, owner: str, role: Role, **more: Any) -> Any:
            headers = {"Authorization": f"Bearer {secrets[owner, role]}"}
            return api.client.open(path, method=method, headers=headers, **more)

        wanted = {"url": "https://lab.example/"}
        webhook = ask("POST", BASE, "north", Role.OPERATOR, json=wanted).get_json()
        assert webhook["owner"] == "north"
        path = at(webhook)
        for method, where in [
            ("GET", path),
            ("DELETE", path),
            ("GET", f"{path}/deliveries"),
            *(("POST", f"{path}/{act}") for act in ("rotate", "enable", "disable")),
            ("POST", f"{path}/deliveries/{webhook['webhook_id']}/redeliver"),
        ]:
            assert ask(method, where, "south", Role.OPERATOR).status_code == 404, where
        assert ask("GET", BASE, "south", Role.VIEWER).get_json() == {"webhooks": []}
        assert len(ask("GET", BASE, "south", Role.ADMIN).get_json()["webhooks"]) == 1
        assert ask("POST", f"{path}/rotate", "north", Role.VIEWER).status_code == 403
        headers = {"Authorization": f"Bearer {secrets['south', Role.OPERATOR]}"}
        other = api.post(("a.csv", CSV), headers=headers, webhook_url=wanted["url"])
        assert other.status_code == 400
        assert ask("POST", BASE, "south", Role.OPERATOR, json=wanted).status_code == 201


def test_old_deliveries_are_forgotten(api: AnApi, receiver: Receiver) -> None:
    webhook = made(api, receiver.url)
    end(api)
    work(api)
    end(api)
    with api.of.sessions.begin() as session:
        old = datetime.now(UTC) - timedelta(days=40)
        session.execute(update(WebhookDelivery).values(created_at=old))
    retention.sweep(api.of, "", datetime.now(UTC))
    assert [one["state"] for one in deliveries(api, webhook)] == ["pending"]
