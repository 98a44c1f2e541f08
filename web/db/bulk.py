"""Many rows in one statement: one parameter, a JSON array, which the database unpacks.

The text of a statement is the same whatever the number of rows, so it is made and prepared once;
and what a driver does for each value of each row falls away.
"""

import datetime
import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Enum,
    FromClause,
    String,
    Subquery,
    bindparam,
    cast,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql import column
from sqlalchemy.types import JSON

ROWS = "rows"
"""The name of the parameter."""

POSTGRESQL = "postgresql"
_DIALECTS: dict[str, Any] = {POSTGRESQL: postgresql, "sqlite": sqlite}


def dialect_of(session: Session) -> str:
    """Return which database a session is about, ``postgresql`` or ``sqlite``."""
    return session.get_bind().dialect.name


def insert_into(dialect: str, table: Any) -> Any:
    """Return the database's own INSERT, which knows ON CONFLICT."""
    return _DIALECTS[dialect].insert(table)


def packed(dialect: str, rows: Iterable[Any]) -> dict[str, str]:
    """Return rows as the parameter of a statement: lists of values, or texts for ``texts``."""
    when = _utc if dialect == POSTGRESQL else _as_sqlite_keeps_it
    return {ROWS: json.dumps(list(rows), separators=(",", ":"), default=when)}


def texts(dialect: str) -> FromClause:
    """Return a table with the column ``value``: the texts of the parameter."""
    if dialect == POSTGRESQL:
        rows = cast(bindparam(ROWS), JSONB)
        return func.jsonb_array_elements_text(rows).table_valued("value").render_derived()
    return func.json_each(bindparam(ROWS)).table_valued("value")


def among(dialect: str, one: Any) -> ColumnElement[bool]:
    """Return the condition that a column is one of the texts of the parameter."""
    found: ColumnElement[bool] = one.in_(select(texts(dialect).c.value))
    return found


def records(dialect: str, columns: Sequence[Column[Any]]) -> Subquery:
    """Return a table with these columns: the rows of the parameter, each a list of values."""
    if dialect == POSTGRESQL:
        rows = func.jsonb_array_elements(cast(bindparam(ROWS), JSONB))
        each = rows.table_valued(column("value", JSONB)).render_derived()
        return select(*(_field(each.c.value, i, c) for i, c in enumerate(columns))).subquery("new")
    each = func.json_each(bindparam(ROWS)).table_valued("value")
    values = (func.json_extract(each.c.value, f"$[{i}]") for i in range(len(columns)))
    labelled = (v.label(c.name) for v, c in zip(values, columns, strict=True))
    return select(*labelled).subquery("new")


def packed_insert(session: Session, of: type[Any], columns: Sequence[str], **same: Any) -> Any:
    """Return what inserts the rows of the parameter: values of these columns.

    All rows have the other values, by column, alike.
    """
    dialect, table = dialect_of(session), of.__table__
    new = records(dialect, [table.c[name] for name in columns])
    alike = [literal(value, table.c[name].type) for name, value in same.items()]
    # WHERE, or SQLite takes ON CONFLICT for the condition of a join.
    rows = select(*new.c, *alike).where(true())
    return insert_into(dialect, table).from_select([*columns, *same], rows, include_defaults=False)


def insert_packed(
    session: Session, of: type[Any], columns: Sequence[str], rows: str, **same: Any
) -> None:
    """Insert packed rows, all by one statement."""
    session.connection().execute(packed_insert(session, of, columns, **same), {ROWS: rows})


def _field(row: ColumnElement[Any], number: int, of: Column[Any]) -> ColumnElement[Any]:
    if isinstance(of.type, JSON):
        return func.nullif(row.op("->")(number), cast("null", JSONB)).label(of.name)
    value: ColumnElement[Any] = row.op("->>", return_type=String())(number)
    if not isinstance(of.type, String | Enum):
        # Text is not cast: that would cut what is too long, which is to be refused.
        value = cast(value, of.type)
    return value.label(of.name)


@lru_cache(maxsize=1024)
def _utc(at: datetime.datetime) -> str:
    return at.isoformat()


@lru_cache(maxsize=1024)
def _as_sqlite_keeps_it(at: datetime.datetime) -> str:
    return at.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
