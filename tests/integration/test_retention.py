"""Retention: what is over goes, what is not stays."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from an_api import AnApi
from web.db import retention
from web.db.models import (
    Attempt,
    AuditEntry,
    Item,
    ItemKind,
    ItemState,
    Job,
    JobStatus,
    Outcome,
    Priority,
)
from web.db.task_models import Task
from web.ids import new_id
from web.store import StoreError
from web.store.local import LocalStore
from web.tasks.attempt import run
from web.tasks.due import find_due
from web.tasks.retention import purge, sweep_attempts, sweep_folders, sweep_parts, sweep_strays

NOW = datetime.now(UTC)
OLD = NOW - timedelta(days=31)
OUTPUT = {"patient.clean.csv": ("clean", "patient", b"x\n")}


def test_a_job_is_purged_when_its_time_is_over(api: AnApi) -> None:
    old, young, live = api.submit(), api.submit(), api.submit()
    api.end(old, outputs=OUTPUT, at=OLD)
    api.end(young, outputs=OUTPUT, at=NOW - timedelta(days=29))
    assert [purge(api.of, job_id, NOW) for job_id in (old, young, live, new_id())] == [
        True,
        False,
        False,
        False,
    ]
    assert sorted(api.of.store.folders("jobs")) == sorted([young, live])
    assert api.client.get(f"/api/jobs/{old}/result").status_code == 410
    assert api.get(f"/api/jobs/{old}/status")["status"] == "succeeded"
    assert purge(api.of, old, NOW) is True, "it deletes what another one left"
    with api.of.reading() as session:
        purges = list(session.scalars(select(AuditEntry).where(AuditEntry.what == "job.purge")))
    assert [one.target for one in purges] == [old]


def test_what_a_purge_that_broke_off_left_is_swept(
    api: AnApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = api.submit()
    api.end(old, outputs=OUTPUT, at=OLD)
    with monkeypatch.context() as patched:
        patched.setattr(type(api.of.store), "delete", broken_off)
        with pytest.raises(StoreError):
            purge(api.of, old, NOW)
    assert api.client.get(f"/api/jobs/{old}/result").status_code == 410
    assert sweep_folders(api.of, NOW + timedelta(hours=25)) == 1
    assert list(api.of.store.folders("jobs")) == []


def broken_off(store: object, uri: str) -> None:
    raise StoreError("away")


def test_a_job_is_retried_before_its_purge_or_not_at_all(
    api: AnApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = api.submit(), api.submit()
    for job_id in (first, second):
        api.end(job_id, JobStatus.FAILED, at=OLD)
    delete, answers = type(api.of.store).delete, []

    def retried(store: LocalStore, uri: str) -> None:
        answers.append(api.client.post(f"/api/jobs/{first}/retry").status_code)
        delete(store, uri)

    monkeypatch.setattr(type(api.of.store), "delete", retried)
    assert purge(api.of, first, NOW) is True
    assert answers == [410], "its files are on their way out"
    assert api.client.post(f"/api/jobs/{second}/retry").status_code == 202
    assert purge(api.of, second, NOW) is False


@dataclass
class Parted:
    """A job of two files whose first has a part; it has ended without a result."""

    api: AnApi
    job_id: str
    part: Item
    uri: str

    def retry(self) -> int:
        answer = self.api.client.post(f"/api/jobs/{self.job_id}/retry")
        assert answer.status_code == 202
        return int(answer.get_json()["items"])


@pytest.fixture
def parted(api: AnApi) -> Parted:
    job_id = api.submit(("a.csv", b"a\n1\n"), ("b.csv", b"a\n2\n"))
    [part, other] = api.items(job_id)
    api.end(job_id, JobStatus.CANCELLED, at=NOW)
    uri = f"jobs/{job_id}/{part.id}/claim1/manifest.json"
    api.write(uri, b"{}")
    with api.of.sessions.begin() as session:
        session.execute(update(Item).where(Item.id == part.id).values(manifest_uri=uri))
        session.execute(
            update(Item).where(Item.id == other.id).values(state=ItemState.CANCELLED, claim=None)
        )
        session.add(
            Attempt(item_id=part.id, epoch=1, claim="claim1", delivery=1, outcome=Outcome.SUCCEEDED)
        )
    return Parted(api, job_id, part, uri)


def test_a_retry_while_parts_are_swept_makes_them_again(
    parted: Parted, monkeypatch: pytest.MonkeyPatch
) -> None:
    delete, again = LocalStore.delete, []

    def retried(store: LocalStore, uri: str) -> None:
        again.append(parted.retry())
        delete(store, uri)

    monkeypatch.setattr(LocalStore, "delete", retried)
    assert sweep_parts(parted.api.of, NOW + timedelta(minutes=61)) == 1
    assert again == [2], "the part too: it is on its way out"


def test_the_parts_of_a_job_that_was_just_retried_stay(
    parted: Parted, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = retention.parts_to_sweep
    asked: list[int] = []

    def retried(*arguments: Any) -> Sequence[retention.Lost]:
        found = find(*arguments)
        if not asked:
            asked.append(parted.retry())
        return found

    monkeypatch.setattr(retention, "parts_to_sweep", retried)
    assert sweep_parts(parted.api.of, NOW + timedelta(minutes=61)) == 0
    assert asked == [1]
    assert parted.api.of.store.size(parted.uri) == 2


def test_what_a_sweep_that_broke_off_left_is_swept_a_day_later(
    parted: Parted, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(LocalStore, "delete", broken_off)
        with pytest.raises(StoreError):
            sweep_parts(parted.api.of, NOW + timedelta(minutes=61))
    assert parted.api.of.store.size(parted.uri) == 2
    assert sweep_strays(parted.api.of, NOW + timedelta(hours=25)) == 1
    assert parted.api.of.store.size(parted.uri) is None


def test_a_new_attempt_of_a_job_that_was_just_retried_is_no_stray(
    parted: Parted, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = f"jobs/{parted.job_id}/{parted.part.id}/claim2"
    folders = LocalStore.folders

    def retried(store: LocalStore, uri: str) -> Iterator[str]:
        if uri.endswith(parted.part.id):
            parted.retry()
            parted.api.write(f"{later}/part.csv", b"x")
        return folders(store, uri)

    monkeypatch.setattr(LocalStore, "folders", retried)
    assert sweep_strays(parted.api.of, NOW + timedelta(hours=25)) == 0
    assert parted.api.of.store.size(f"{later}/part.csv") == 1


def test_the_key_of_a_purged_job_makes_a_new_one(api: AnApi) -> None:
    key = {"Idempotency-Key": "k"}
    old = api.post(("a.csv", b"a\n1\n"), headers=key).get_json()["job_id"]
    api.end(old, at=OLD)
    purge(api.of, old, NOW)
    assert api.post(("a.csv", b"a\n1\n"), headers=key).get_json()["job_id"] != old


def test_only_what_lost_attempts_wrote_is_swept(api: AnApi) -> None:
    job_id, running = api.submit(), api.submit()
    ended = NOW - timedelta(days=2)
    winner = api.end(job_id, outputs=OUTPUT, at=ended)
    [item], [other] = api.items(job_id), api.items(running)
    base = f"jobs/{job_id}/{item.id}"
    api.write(f"{base}/claim0/part.csv", b"lost")
    api.write(f"jobs/{running}/{other.id}/claim0/part.csv", b"lost, and its item still lives")
    with api.of.sessions.begin() as session:
        for item_id, claim, outcome in (
            (item.id, "claim0", Outcome.LOST),
            (item.id, "claim1", Outcome.SUCCEEDED),
            (item.id, "claim2", None),
            (other.id, "claim0", Outcome.LOST),
        ):
            session.add(Attempt(item_id=item_id, epoch=1, claim=claim, delivery=1, outcome=outcome))
    assert sweep_attempts(api.of, ended + timedelta(hours=23)) == 0
    assert sweep_attempts(api.of, NOW) == 2
    assert list(api.of.store.folders(base)) == ["claim1"]
    assert api.of.store.size(f"{winner}/patient.clean.csv") == 2
    assert list(api.of.store.folders(f"jobs/{running}/{other.id}")) == ["claim0"]
    assert sweep_attempts(api.of, NOW) == 0


def test_a_winner_whose_end_is_not_in_its_attempt_yet_stays(api: AnApi) -> None:
    job_id = api.submit()
    api.end(job_id, outputs=OUTPUT, at=NOW - timedelta(days=2))
    [item] = api.items(job_id)
    with api.of.sessions.begin() as session:
        session.add(Attempt(item_id=item.id, epoch=1, claim="claim1", delivery=1))
    assert sweep_attempts(api.of, NOW) == 0
    with api.of.sessions.begin() as session:
        session.execute(update(Item).values(state=ItemState.DEAD))
    assert sweep_attempts(api.of, NOW) == 1


def test_the_parts_of_a_result_are_swept_an_hour_after_it(api: AnApi) -> None:
    several = api.submit(("a.csv", b"a\n1\n"), ("b.csv", b"a\n2\n"))
    parts = api.items(several)
    with api.of.sessions.begin() as session:
        session.add(
            Item(
                id=new_id(),
                job_id=several,
                kind=ItemKind.FINISH,
                priority=Priority.NORMAL,
                message={},
                created_at=NOW,
            )
        )
    result = api.end(several, outputs=OUTPUT, at=NOW)
    alone = api.submit()
    only = api.end(alone, outputs=OUTPUT, at=NOW)
    before_a_retry = Item(
        id=new_id(),
        job_id=several,
        kind=ItemKind.FINISH,
        range_no=1,
        priority=Priority.NORMAL,
        message={},
        created_at=NOW,
        state=ItemState.SUCCEEDED,
        claim="claim1",
        ended_at=NOW,
    )
    parts.append(before_a_retry)
    with api.of.sessions.begin() as session:
        session.add(before_a_retry)
    with api.of.sessions.begin() as session:
        for part in parts:
            uri = f"jobs/{several}/{part.id}/claim1/manifest.json"
            api.write(uri, b"{}")
            session.execute(update(Item).where(Item.id == part.id).values(manifest_uri=uri))
        for item in api.items(several) + api.items(alone):
            session.add(
                Attempt(
                    item_id=item.id,
                    epoch=1,
                    claim="claim1",
                    delivery=1,
                    outcome=Outcome.SUCCEEDED,
                )
            )
    assert sweep_parts(api.of, NOW + timedelta(minutes=59)) == 0
    assert sweep_parts(api.of, NOW + timedelta(minutes=61)) == 3
    assert sweep_parts(api.of, NOW + timedelta(minutes=61)) == 0
    for part in parts:
        assert list(api.of.store.folders(f"jobs/{several}/{part.id}")) == []
    for job_id, folder in ((several, result), (alone, only)):
        assert api.of.store.size(f"{folder}/patient.clean.csv") == 2
        with api.client.get(f"/api/jobs/{job_id}/result?table=patient") as answer:
            assert (answer.status_code, answer.data) == (200, b"x\n")
    assert api.of.store.size(f"jobs/{several}/input/2") == 4


def test_what_a_job_without_a_result_made_is_swept_like_other_parts(parted: Parted) -> None:
    of = parted.api.of
    assert sweep_parts(of, NOW + timedelta(minutes=61)) == 1
    assert of.store.size(parted.uri) is None


def test_attempts_that_sql_never_heard_of_are_swept_a_day_later(api: AnApi) -> None:
    job_id = api.submit()
    [item] = api.items(job_id)
    won = api.end(job_id, outputs=OUTPUT, at=NOW)
    stray = f"jobs/{job_id}/{item.id}/claim2"
    api.write(f"{stray}/patient.clean.csv", b"x\n")
    live = api.submit()
    [running] = api.items(live)
    api.write(f"jobs/{live}/{running.id}/claim3/patient.clean.csv", b"x\n")
    assert sweep_strays(api.of, NOW + timedelta(hours=23)) == 0
    assert sweep_strays(api.of, NOW + timedelta(hours=25)) == 1
    assert list(api.of.store.list(stray)) == []
    assert api.of.store.size(f"{won}/patient.clean.csv") == 2
    assert list(api.of.store.folders(f"jobs/{live}/{running.id}")) == ["claim3"]


def test_folders_that_no_row_names_are_swept_a_day_later(api: AnApi) -> None:
    kept, crashed = api.submit(), new_id()
    api.write(f"jobs/{crashed}/input/1", b"half an upload")
    api.write("jobs/not-an-id/x", b"somebody's own")
    assert sweep_folders(api.of, NOW + timedelta(hours=23)) == 0
    assert sweep_folders(api.of, NOW + timedelta(hours=25)) == 1
    assert sorted(api.of.store.folders("jobs")) == sorted([kept, "not-an-id"])


def problem(api: AnApi, method: str, path: str, **more: Any) -> tuple[int, str]:
    answer = api.client.open(path, method=method, **more)
    return answer.status_code, answer.get_json(force=True)["type"]


def test_files_are_deleted_when_it_is_asked_for(api: AnApi) -> None:
    job_id = api.submit(headers={"Idempotency-Key": "monday"})
    path = f"/api/jobs/{job_id}"
    assert problem(api, "DELETE", path) == (409, "/problems/job-live")
    api.end(job_id, outputs=OUTPUT, counts={"rows_in": 2})
    answer = api.client.delete(path)
    assert answer.status_code == 202
    assert answer.get_json()["purged_at"] == api.get(path)["purged_at"]
    assert problem(api, "GET", f"{path}/result") == (410, "/problems/purged")
    work(api)
    assert list(api.of.store.folders("jobs")) == []
    assert problem(api, "DELETE", path) == (410, "/problems/purged")
    shown = api.get(path)
    assert (shown["status"], shown["counts"]) == ("succeeded", {"rows_in": 2})
    assert shown["files"][0]["bytes"] > 0
    with api.of.reading() as session:
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.what == "job.purge"))
        assert (entry.target, entry.who) == (job_id, "anonymous")
    assert api.submit(headers={"Idempotency-Key": "monday"}) != job_id


def work(api: AnApi) -> None:
    """Do everything that is due."""
    find_due(api.of, datetime.now(UTC))
    with api.of.reading() as session:
        found = list(session.scalars(select(Task)))
    for one in found:
        run(api.of, one.id, one.tries)


def test_under_a_legal_hold_nothing_is_deleted(api: AnApi) -> None:
    job_id = api.submit()
    path = f"/api/jobs/{job_id}"
    assert api.get(path)["hold"] is None
    held = api.client.put(f"{path}/hold", json={"why": " case 7 "})
    assert (held.status_code, held.get_json()["hold"]["why"]) == (200, "case 7")
    api.end(job_id, outputs=OUTPUT, at=OLD)
    assert problem(api, "DELETE", path) == (409, "/problems/held")
    again = api.client.put(f"{path}/hold", json={"why": "case 8"}).get_json()["hold"]
    assert again == {"since": held.get_json()["hold"]["since"], "why": "case 8"}
    assert api.get(path)["hold"] == again
    assert purge(api.of, job_id, NOW) is False
    work(api)
    assert api.client.get(f"{path}/result", buffered=True).status_code == 200
    assert api.client.delete(f"{path}/hold").get_json() == {"job_id": job_id, "hold": None}
    work(api)
    assert problem(api, "GET", f"{path}/result") == (410, "/problems/purged")
    for method, more in (("PUT", {"json": {"why": "x"}}), ("DELETE", {})):
        assert problem(api, method, f"{path}/hold", **more) == (410, "/problems/purged")
    with api.of.reading() as session:
        acts = session.scalars(
            select(AuditEntry.what).where(AuditEntry.target == job_id).order_by(AuditEntry.id)
        )
        assert list(acts) == ["job.submit", "job.hold", "job.hold", "job.release", "job.purge"]


def test_what_attempts_left_is_kept_under_a_hold(api: AnApi, parted: Parted) -> None:
    with api.of.sessions.begin() as session:
        session.execute(update(Job).values(held_at=NOW))
    later = NOW + timedelta(days=3)
    assert sweep_parts(api.of, later) + sweep_attempts(api.of, later) == 0
    with api.of.sessions.begin() as session:
        session.execute(update(Job).values(held_at=None))
    assert sweep_parts(api.of, later) == 1


@pytest.mark.parametrize("why", [None, "", " ", "a\nb", "x" * 201])
def test_a_hold_has_a_reason(api: AnApi, why: str | None) -> None:
    body = {} if why is None else {"why": why}
    assert api.client.put(f"/api/jobs/{api.submit()}/hold", json=body).status_code == 400
