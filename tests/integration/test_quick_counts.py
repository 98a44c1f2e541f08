"""Counts over all that failed are read from an index that holds nothing else (SQLite)."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from an_api import AnApi
from web.db import dead, job_lists
from web.db.dead import Wanted
from web.db.job_lists import Filter
from web.db.models import ItemKind
from web.db.words import Act


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Return SQLite alone: PostgreSQL reads a table that has no rows as a whole."""
    return sqlite_url


TIMEOUTS = Wanted(ItemKind.FILE, "timeout")
QUESTIONS: dict[str, tuple[str, Callable[[Session], object]]] = {
    "causes": ("item_dead", lambda session: dead.groups(session, Wanted())),
    "jobs of a cause": ("item_dead", lambda session: dead.jobs_of(session, TIMEOUTS, 10)),
    "a cause dismissed": ("item_dead", lambda session: dead.count(session, TIMEOUTS, 0)),
    "to run again": (
        "job_to_retry",
        lambda session: job_lists.count_all(session, Filter(open_to=Act.RETRY)),
    ),
    "to run again, with a text": (
        "job_to_retry",
        lambda session: job_lists.count_all(session, Filter(open_to=Act.RETRY, text="north")),
    ),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_index_holds_what_is_counted(api: AnApi, name: str) -> None:
    index, ask = QUESTIONS[name]
    asked: list[tuple[str, Any]] = []
    with api.of.reading() as session:
        connection = session.connection()
        event.listen(
            connection,
            "before_cursor_execute",
            lambda _1, _2, statement, told, _3, _4: asked.append((statement, told)),
        )
        ask(session)
        [(statement, told)] = asked
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", told).all()
    assert any(f"INDEX {index} " in row[-1] for row in plan), plan
