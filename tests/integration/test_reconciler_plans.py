"""What the reconciler asks PostgreSQL for is found by an index, whatever it knows of the tables."""

import datetime
import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, Select, String, cast, event, func, insert, literal, select, text

from web.db import advance, event_rows, events, locks
from web.db.bulk import POSTGRESQL, ROWS
from web.db.models import Item, ItemKind, Job, Priority
from web.db.session import engine_for

NOW = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
MANY = 20_000


@pytest.fixture
def never_analyzed(postgres_url: str) -> Iterator[Engine]:
    """A database with many jobs of one item, of which PostgreSQL has counted nothing."""
    engine = engine_for(postgres_url)
    number = func.lpad(cast(func.generate_series(1, MANY), String), 36, "0")
    same = {"priority": Priority.NORMAL, "created_at": NOW}
    job = {"operation": "harmonize", "profile": "us-core", "today": NOW.date(), "options": {}}
    item = {"kind": ItemKind.FILE, "message": {}, "file_no": 0}
    with engine.begin() as connection:
        for of, ids, others in ((Job, ["id"], job), (Item, ["id", "job_id"], item)):
            table: Any = of.__table__
            connection.execute(text(f"ALTER TABLE {table.name} SET (autovacuum_enabled = false)"))
            values = same | others
            alike = (literal(value, table.c[name].type) for name, value in values.items())
            rows = select(*(number for _ in ids), *alike)
            connection.execute(insert(table).from_select([*ids, *values], rows))
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        advance._open(POSTGRESQL),
        locks._owners(),
        event_rows._read(POSTGRESQL),
        events._pending(POSTGRESQL),
    ],
    ids=["open jobs", "owners", "items", "outbox"],
)
def test_rows_of_a_batch_are_looked_up(never_analyzed: Engine, statement: Select[Any]) -> None:
    """No table is read as a whole, nor once for each text of the parameter."""
    some = json.dumps([f"{number:036d}" for number in range(250)])
    plan = ""

    def explain(_1: Any, _2: Any, query: str, told: Any, _3: Any, _4: Any) -> tuple[str, Any]:
        return f"EXPLAIN {query}", told

    def keep(_1: Any, cursor: Any, *_: Any) -> None:
        nonlocal plan
        plan = "\n".join(line for (line,) in cursor.fetchall())

    with never_analyzed.begin() as connection:
        event.listen(connection, "before_cursor_execute", explain, retval=True)
        event.listen(connection, "after_cursor_execute", keep)
        connection.execute(statement, {ROWS: some})
    assert "Index Cond: ((id)::text = ANY" in plan or "Index Cond: ((item_id)::text = ANY" in plan
    assert "Seq Scan" not in plan
    assert "Join" not in plan
