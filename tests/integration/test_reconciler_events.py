"""Laws of events: however often, in however many pieces they come, rows end the same."""

import datetime
import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, func, select

from web.db import events
from web.db.event import EventError, read_events
from web.db.models import (
    Attempt,
    EventSeen,
    Item,
    ItemKind,
    ItemState,
    Job,
    JobStatus,
    Outbox,
    Priority,
)
from web.db.session import engine_for, writing_sessions
from web.db.words import Event

NOW = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
EPOCH = 2
ITEMS = ("i1", "i2")
ENDED = [event for event in Event if event.terminal]


def event(
    what: Event, item_id: str = "i1", epoch: int = EPOCH, delivery: int = 1, at: int = 1_000
) -> dict[str, Any]:
    """Return an event of the attempt with that number."""
    unknown = what is Event.UNKNOWN
    claim = f"c{delivery}"
    return {
        "v": 1,
        "eid": f"{item_id}/-/{claim}/unknown" if unknown else f"{item_id}/{epoch}/{claim}/{what}",
        "item_id": item_id,
        "job_id": None if unknown else "j1",
        "event": what,
        "epoch": None if unknown else epoch,
        "delivery": None if unknown else delivery,
        "claim": claim,
        "worker": None if unknown else "w1",
        "at": at,
        "reason": None if what is Event.SUCCEEDED else "why",
        "result": {"manifest": f"m/{claim}", "counts": {}} if what is Event.SUCCEEDED else None,
    }


anything = st.builds(
    event,
    what=st.sampled_from(Event),
    item_id=st.sampled_from([*ITEMS, "of another database"]),
    epoch=st.sampled_from([EPOCH - 1, EPOCH, EPOCH + 1]),
    delivery=st.integers(1, 3),
)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = engine_for(database_url)
    yield engine
    engine.dispose()


def begin_again(engine: Engine) -> None:
    """Leave one running job with two items, both dispatched for the second time."""
    with writing_sessions(engine).begin() as session:
        for table in (Attempt, Outbox, EventSeen, Item, Job):
            session.execute(delete(table))
        session.add(
            Job(
                id="j1",
                operation="harmonize",
                profile="us-core",
                priority=Priority.NORMAL,
                today=NOW.date(),
                options={},
                created_at=NOW,
            )
        )
        session.flush()
        session.add_all(
            Item(
                id=item_id,
                job_id="j1",
                kind=ItemKind.FILE,
                file_no=number,
                priority=Priority.NORMAL,
                message={},
                created_at=NOW,
                epoch=EPOCH,
            )
            for number, item_id in enumerate(ITEMS, 1)
        )


def tell(engine: Engine, told: Sequence[dict[str, Any]]) -> events.Applied:
    parsed = read_events([json.dumps(one).encode() for one in told])
    with writing_sessions(engine).begin() as session:
        return events.apply(session, parsed, NOW)


def rows(engine: Engine) -> list[list[dict[str, Any]]]:
    """Return everything that stands in the tables."""
    with writing_sessions(engine)() as session:
        return [
            [
                {column.name: getattr(row, column.name) for column in table.__table__.columns}
                for row in session.scalars(select(table).order_by(*table.__mapper__.primary_key))
            ]
            for table in (Job, Item, Attempt, EventSeen)
        ]


def state_of(engine: Engine, item_id: str) -> Item:
    with writing_sessions(engine)() as session:
        return session.get_one(Item, item_id)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(told=st.lists(anything, max_size=12), data=st.data())
def test_any_prefix_twice_is_the_same_as_once(
    engine: Engine, told: list[dict[str, Any]], data: st.DataObject
) -> None:
    begin_again(engine)
    tell(engine, told)
    once = rows(engine)
    begin_again(engine)
    done = 0
    while done < len(told):
        more = data.draw(st.integers(done + 1, len(told)), label="read up to")
        again = data.draw(st.integers(0, done), label="read again from")
        tell(engine, told[again:more])
        done = more
    assert rows(engine) == once


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(told=st.lists(anything, max_size=12))
@example(told=[event(Event.LOST, delivery=3), event(Event.SUCCEEDED, delivery=1)])
def test_the_first_end_of_the_current_epoch_always_applies(
    engine: Engine, told: list[dict[str, Any]]
) -> None:
    begin_again(engine)
    tell(engine, told)
    for item_id in ITEMS:
        of_item = [
            one
            for one in told
            if one["item_id"] == item_id and one["epoch"] == EPOCH and one["event"] != "unknown"
        ]
        ends = [one for one in of_item if Event(one["event"]).terminal]
        item = state_of(engine, item_id)
        if ends:
            first = ends[0]
            assert item.state == first["event"]
            assert (item.claim, item.reason) == (first["claim"], first["reason"])
            assert item.ended_at is not None
            manifest = first["result"]["manifest"] if first["result"] else None
            assert item.manifest_uri == manifest
        else:
            latest = max(
                of_item, key=lambda one: (one["delivery"], one["event"] != "started"), default=None
            )
            assert item.delivery == (latest["delivery"] if latest else 0)
            assert item.ended_at is None
            assert item.failures == len({o["eid"] for o in of_item if o["event"] == "retry"})
            assert item.losses == len({o["eid"] for o in of_item if o["event"] == "lost"})


@pytest.mark.parametrize("end", ENDED)
def test_nothing_applies_to_an_item_that_has_ended(engine: Engine, end: Event) -> None:
    begin_again(engine)
    tell(engine, [event(Event.STARTED), event(end)])
    before = state_of(engine, "i1").state
    tell(engine, [event(one, delivery=2) for one in Event])
    assert state_of(engine, "i1").state is before
    assert state_of(engine, "i1").claim == "c1"


def test_events_of_another_epoch_tell_about_attempts_only(engine: Engine) -> None:
    begin_again(engine)
    tell(engine, [event(Event.STARTED, epoch=1), event(Event.SUCCEEDED, epoch=1)])
    assert state_of(engine, "i1").state is ItemState.WAITING
    with writing_sessions(engine)() as session:
        [attempt] = session.scalars(select(Attempt))
        assert (attempt.epoch, attempt.outcome) == (1, "succeeded")


def test_a_job_is_settled_when_its_last_item_ends(engine: Engine) -> None:
    begin_again(engine)
    tell(engine, [event(Event.STARTED), event(Event.SUCCEEDED)])
    with writing_sessions(engine)() as session:
        job = session.get_one(Job, "j1")
        assert (job.status, job.settle_at) == (JobStatus.RUNNING, None)
    applied = tell(engine, [event(Event.DEAD, "i2")])
    assert applied.ended == [("i2", EPOCH)]
    with writing_sessions(engine)() as session:
        assert session.get_one(Job, "j1").settle_at == NOW


def test_an_event_confirms_its_dispatch_and_no_other(engine: Engine) -> None:
    begin_again(engine)
    with writing_sessions(engine).begin() as session:
        session.add_all(
            Outbox(
                item_id=item_id,
                epoch=EPOCH,
                priority=Priority.NORMAL,
                created_at=NOW,
                due_at=NOW,
            )
            for item_id in ITEMS
        )
    tell(engine, [event(Event.STARTED), event(Event.STARTED, "i2", epoch=1)])
    with writing_sessions(engine)() as session:
        assert session.scalars(select(Outbox.item_id)).all() == ["i2"]


def test_old_events_are_forgotten_page_by_page(engine: Engine) -> None:
    begin_again(engine)
    tell(engine, [event(Event.STARTED, delivery=number) for number in (1, 2, 3)])
    later = NOW + datetime.timedelta(days=1)
    with writing_sessions(engine).begin() as session:
        assert events.forget(session, NOW, 10) == 0
        assert [events.forget(session, later, 2) for _ in range(3)] == [2, 1, 0]
        assert session.scalar(select(func.count()).select_from(EventSeen)) == 0


WRONG: list[dict[str, Any]] = [
    {"event": "exploded"},
    {"epoch": None},
    {"at": "yesterday"},
    {"at": 10**30},
    {"result": None},
    {"result": {"counts": {}}},
    {"item_id": ""},
    {"eid": 7},
    {"worker": {}},
]


@pytest.mark.parametrize("change", WRONG)
def test_what_is_not_quite_an_event(change: dict[str, Any]) -> None:
    right = event(Event.SUCCEEDED)
    assert read_events([json.dumps(right).encode()])[0].result == right["result"]
    with pytest.raises(EventError):
        read_events([json.dumps(right | change).encode()])


@pytest.mark.parametrize("raw", [b"", b"\xff", b"null", b"[]", b"{}"])
def test_what_is_no_event_at_all(raw: bytes) -> None:
    with pytest.raises(EventError):
        read_events([raw])
