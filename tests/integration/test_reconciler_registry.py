"""The registry of persons: what a link item is told, and what becomes of what it tells."""

from typing import Any

import pytest
from sqlalchemy import select

from queue_world import PROFILE, Held, World
from web.db.models import ItemKind, JobStatus
from web.db.person_models import Person, PersonEvent, PersonRecord, ReviewPair
from web.db.words import PersonAct

DELIVERY = {"delivery": {"source": "east", "file": "1.csv", "sha256": "0" * 64}}


def record(uid: int, person: str) -> dict[str, Any]:
    told = {"uid": f"{uid:032x}", "person": person, "no": uid, "match": {"ssn": "1"}}
    return {"record": told | {"more": {"race": "x"}, "method": "exact", "score": 1.0}}


def linking(world: World, operation: str = "link") -> tuple[str, Held]:
    """Return a job whose file is done, and its item of kind link, claimed."""
    job_id = world.submit(operation=operation)
    world.relay()
    world.complete(world.fetch())
    world.reconcile()
    held = world.fetch()
    assert held.message["kind"] == ItemKind.LINK
    return job_id, held


def persons(world: World) -> dict[str, str | None]:
    with world.parts.reading() as session:
        return {one.id: one.merged_into for one in session.scalars(select(Person))}


def owners(world: World) -> list[str]:
    """Return the persons of all records, in their order."""
    with world.parts.reading() as session:
        wanted = select(PersonRecord.person_id).order_by(PersonRecord.row_uid)
        return list(session.scalars(wanted))


def history(world: World) -> list[tuple[PersonAct, str, str | None]]:
    with world.parts.reading() as session:
        events = session.scalars(select(PersonEvent).order_by(PersonEvent.id))
        return [(one.what, one.person_id, one.other_id) for one in events]


def test_what_a_job_finds_the_next_one_is_told(world: World) -> None:
    job_id, held = linking(world, "deduplicate")
    assert world.snapshot(held) == [{"v": 1, "version": 0, "profile": "", "profile_version": ""}]
    world.link(held, DELIVERY, record(1, "A"), record(2, "B"))
    world.reconcile()
    assert world.job(job_id).status is JobStatus.SUCCEEDED
    assert not list(world.parts.store.list(f"jobs/{job_id}/registry"))
    _, held = linking(world)
    head, delivery, *records = world.snapshot(held)
    assert head == {"v": 1, "version": 1, **PROFILE}
    assert delivery == DELIVERY
    assert [one["record"] for one in records] == [
        {"uid": f"{n:032x}", "person": id_, "since": n, "no": n, "match": {"ssn": "1"}}
        for n, id_ in ((1, "A"), (2, "B"))
    ]


def test_of_two_jobs_at_once_the_second_is_linked_again(world: World) -> None:
    first, one = linking(world)
    second, two = linking(world)
    world.link(one, DELIVERY, record(1, "A"))
    world.link(two, DELIVERY, record(2, "B"))
    world.reconcile()
    ended = {world.job(job_id).status for job_id in (first, second)}
    assert ended == {JobStatus.SUCCEEDED, JobStatus.RUNNING}
    again = world.fetch()
    assert (again.epoch, len(world.snapshot(again))) == (2, 3)
    assert len(persons(world)) == 1
    world.link(again, DELIVERY, record(3, "C"))
    world.reconcile()
    assert {world.job(job_id).status for job_id in (first, second)} == {JobStatus.SUCCEEDED}
    assert len(persons(world)) == 2


def test_persons_that_turn_out_to_be_one_and_two_again(world: World) -> None:
    _, held = linking(world)
    world.link(held, DELIVERY, record(1, "A"), record(2, "B"))
    world.reconcile()
    _, held = linking(world)
    move = {"moved": {"uid": f"{2:032x}", "person": "A"}}
    world.link(held, move, {"alias": {"from": "B", "to": "A"}}, DELIVERY, record(3, "A"))
    world.reconcile()
    assert (persons(world), owners(world)) == ({"A": None, "B": "A"}, ["A", "A", "A"])
    _, held = linking(world)
    world.link(held, {"moved": {"uid": f"{2:032x}", "person": "B"}})
    world.reconcile()
    assert (persons(world), owners(world)) == ({"A": None, "B": None}, ["A", "B", "A"])
    found, join, move_, merge = PersonAct.FOUND, PersonAct.JOIN, PersonAct.MOVE, PersonAct.MERGE
    assert sorted(history(world), key=str) == sorted(
        [
            (found, "A", None),
            (found, "B", None),
            (join, "A", None),
            (move_, "A", "B"),
            (merge, "A", "B"),
            (move_, "B", "A"),
        ],
        key=str,
    )


def test_pairs_to_review_are_those_of_the_last_job(world: World) -> None:
    def pair(a: int, b: int, score: float) -> dict[str, Any]:
        told = {"a": f"{a:032x}", "b": f"{b:032x}", "score": score, "reason": "twins"}
        return {"review": told | {"why": "Perhaps.", "fields": [["ssn", "differs"]]}}

    _, held = linking(world)
    records = [record(n, f"P{n}") for n in (1, 2, 3)]
    world.link(held, DELIVERY, *records, pair(2, 1, 0.7), pair(1, 3, 0.6))
    world.reconcile()
    _, held = linking(world)
    world.link(held, pair(1, 2, 0.8))
    world.reconcile()
    with world.parts.reading() as session:
        [left] = session.scalars(select(ReviewPair))
    assert (int(left.a, 16), int(left.b, 16), left.score) == (1, 2, 0.8)
    _, held = linking(world)
    assert world.snapshot(held)[0]["version"] == 1, "what is to be reviewed is nothing to link by"


def test_every_owner_has_a_registry_of_his_own(world: World) -> None:
    _, held = linking(world)
    world.link(held, DELIVERY, record(1, "A"))
    world.reconcile()
    job_id = world.submit(operation="link", owner="somebody")
    world.relay()
    world.complete(world.fetch())
    world.reconcile()
    held = world.fetch()
    assert len(world.snapshot(held)) == 1
    world.link(held, DELIVERY, record(1, "A"))
    world.reconcile()
    assert world.job(job_id).status is JobStatus.SUCCEEDED
    assert owners(world) == ["A", "A"]


@pytest.mark.parametrize("lines", [[{"record": {}}], [DELIVERY, {"record": {"uid": "1"}}]])
def test_a_delta_that_is_none_changes_nothing(world: World, lines: list[dict[str, Any]]) -> None:
    job_id, held = linking(world)
    world.link(held, DELIVERY, record(1, "A"), *lines)
    world.reconcile()
    assert world.job(job_id).reason == "manifest_invalid"
    assert persons(world) == {}


def test_many_lines_are_one_change(world: World) -> None:
    _, held = linking(world)
    world.link(held, DELIVERY, *(record(n, f"P{n % 700}") for n in range(1200)))
    world.reconcile()
    assert len(persons(world)) == 700
    assert {what for what, _, _ in history(world)} == {PersonAct.FOUND}
    assert len(history(world)) == 700
    _, held = linking(world)
    assert world.snapshot(held)[0]["version"] == 1
