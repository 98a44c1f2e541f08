"""Many rows in one statement, whose text is the same whatever their number: it is made once.

Rows to look for are one parameter, a JSON array, which the database unpacks. So are rows to write
to PostgreSQL, which would answer each of them otherwise. SQLite is no server, and to read a row out
of JSON costs it as much as to write it: ``write`` gives it the rows themselves, past SQLAlchemy.
"""

import datetime
import json
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

import msgspec
from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Enum,
    FromClause,
    Select,
    String,
    Subquery,
    Table,
    Update,
    any_,
    bindparam,
    cast,
    func,
    literal,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql import column
from sqlalchemy.types import JSON

ROWS = "rows"
"""The name of the parameter."""

POSTGRESQL = "postgresql"
Writing = Callable[[str], Any]
_DIALECTS: dict[str, Any] = {POSTGRESQL: postgresql, "sqlite": sqlite}


def dialect_of(session: Session) -> str:
    """Return which database a session is about, ``postgresql`` or ``sqlite``."""
    return session.get_bind().dialect.name


def insert_into(dialect: str, table: Any) -> Any:
    """Return the database's own INSERT, which knows ON CONFLICT."""
    return _DIALECTS[dialect].insert(table)


def packed(dialect: str, rows: Iterable[Any]) -> dict[str, str]:
    """Return rows as the parameter of a statement: lists of values, or texts for ``texts``."""
    return {ROWS: _PACKERS[dialect](list(rows))}


def write(session: Session, statement: Writing, rows: Iterable[Sequence[Any]]) -> None:
    """Run a statement that writes rows.

    Args:
        session: Open session; this function does not commit.
        statement: Makes the statement of a dialect. Kept, so it is one for all calls.
        rows: A value for each of its columns, in their order.
    """
    dialect, connection = dialect_of(session), session.connection()
    if dialect == POSTGRESQL:
        connection.execute(statement(dialect), packed(dialect, rows))
    else:
        plain = list(zip(*map(_as_sqlite_binds, zip(*rows, strict=True)), strict=True))
        connection.exec_driver_sql(_text(statement), plain)


@cache
def _text(statement: Writing) -> str:
    return str(statement("sqlite").compile(dialect=sqlite.dialect()))


def update_by_id(dialect: str, table: Table, names: Sequence[str]) -> Update:
    """Return the statement that sets columns of rows by ``id``, for ``write``.

    A row to write is the values of ``names``, then the id.
    """
    if dialect == POSTGRESQL:
        new = records(dialect, [table.c[name] for name in (*names, "id")])
        return update(table).where(table.c.id == new.c.id).values({n: new.c[n] for n in names})
    values: list[tuple[str, Any]] = [(name, bindparam(f"new_{name}")) for name in names]
    return update(table).where(table.c.id == bindparam("of")).ordered_values(*values)


def texts(dialect: str) -> FromClause:
    """Return a table with the column ``value``: the texts of the parameter."""
    if dialect == POSTGRESQL:
        rows = cast(bindparam(ROWS), JSONB)
        return func.jsonb_array_elements_text(rows).table_valued("value").render_derived()
    return func.json_each(bindparam(ROWS)).table_valued("value")


def among(dialect: str, one: Any) -> ColumnElement[bool]:
    """Return the condition that a column is one of the texts of the parameter.

    PostgreSQL makes one array of them first, which it looks up by the index whatever it believes of
    the table: joined with the texts, a table that was never analyzed is read once for each of them.
    """
    value = select(texts(dialect).c.value)
    found: ColumnElement[bool] = (
        one == any_(array_of(value)) if dialect == POSTGRESQL else one.in_(value)
    )
    return found


def array_of(values: Select[Any]) -> Any:
    """Return PostgreSQL's array of the texts that a query finds: it is made before all else."""
    return func.array(values.scalar_subquery(), type_=ARRAY(String()))


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


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


@lru_cache(maxsize=1024)
def _as_sqlite_keeps_it(at: datetime.datetime) -> str:
    return at.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _as_sqlite_binds(column: Sequence[Any]) -> Sequence[Any]:
    """Return the values of a column as the driver takes them: most are so already."""
    if _NATIVE.issuperset(map(type, column)):
        return column
    return [
        one if one.__class__ in _NATIVE else _BINDERS.get(type(one), str)(one) for one in column
    ]


_NATIVE = frozenset({type(None), int, str})
_BINDERS: dict[type, Callable[[Any], str]] = {
    datetime.datetime: _as_sqlite_keeps_it,
    dict: _json,
}
# SQLite keeps times as texts of its own.
_PACKERS: dict[str, Callable[[list[Any]], str]] = {
    POSTGRESQL: _json,
    "sqlite": json.JSONEncoder(separators=(",", ":"), default=_as_sqlite_keeps_it).encode,
}
