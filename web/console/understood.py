"""What a worker understood of a file, laid out for a page."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from web.console.corrections import DATE_ORDER, UNIT
from web.console.formats import NO_TABLE
from web.profiles import Profile

Document = Mapping[str, Any]

ORDERS = {"month_first": "month first", "day_first": "day first", "mixed": "both"}

_CORRECTED = (DATE_ORDER, UNIT)


@dataclass(frozen=True)
class Cell:
    """A cell before and after; ``after`` is None when the row has no single row after."""

    before: str
    after: str | None
    rules: Sequence[str]

    @property
    def changed(self) -> bool:
        """Whether the value is not what arrived."""
        return self.after is not None and self.after != self.before


@dataclass(frozen=True)
class Row:
    """A record; ``added`` are cells of fields that no column of the file has."""

    record_no: int
    line: int
    cells: Sequence[Cell]
    added: Sequence[str]
    becomes: int
    quarantined: Sequence[str]


@dataclass(frozen=True)
class Column:
    """A column of the file, what it was taken for, and what else it could be."""

    header: str
    field: str
    score: float | None
    why: str
    decisions: Sequence[Document]
    fields: Sequence[str]
    order: Document | None
    unit: Document | None

    @property
    def unknown(self) -> bool:
        """Whether the column passes as it is."""
        return self.field.startswith("x_")


@dataclass(frozen=True)
class Table:
    """A table of the file; ``section`` is the number of its section in the plan."""

    document: Document
    section: int
    columns: Sequence[Column]
    added: Sequence[str]
    rows: Sequence[Row]

    @property
    def uninterpreted(self) -> bool:
        """Whether no table is known, so that all of it passes as it is."""
        return bool(self.document["table"] == NO_TABLE)

    @property
    def about_all(self) -> list[str]:
        """Return the rules that something about the whole table broke."""
        found = self.document["issues"] or ()
        return [
            one["rule_id"] for one in found if not one["field"] and one["severity"] == "warning"
        ]

    @property
    def changed(self) -> int:
        """Return how many cells of the rows shown change."""
        return sum(cell.changed for row in self.rows for cell in row.cells)


def tables(preview: Document, profile: Profile) -> list[Table]:
    """Return the tables of a preview."""
    found: list[Table] = []
    section = 0
    for document in preview["tables"]:
        found.append(_table(document, section, profile))
        section += not document.get("reason")
    return found


def _table(document: Document, section: int, profile: Profile) -> Table:
    fields: Sequence[str] = document["fields"] or []
    columns = [_column(one, document["table"], profile) for one in document["columns"] or ()]
    places = [_place(one, fields) for one in columns]
    taken = {fields[at] for at in places if at is not None}
    found: Sequence[Document] = document["rows"] or ()
    once = [row["after"][0] for row in found if row["after"]]
    added = [
        at
        for at, field in enumerate(fields)
        if field not in taken and any(values[at] for values in once)
    ]
    rows = [_row(row, columns, places, added) for row in found]
    return Table(document, section, columns, [fields[at] for at in added], rows)


def _place(column: Column, fields: Sequence[str]) -> int | None:
    """Return where a column stands after; where no table is known it keeps its header."""
    name = column.field if column.field in fields or not column.unknown else column.header
    return fields.index(name) if name in fields else None


def _row(
    row: Document, columns: Sequence[Column], places: Sequence[int | None], added: Sequence[int]
) -> Row:
    after = row["after"][0] if row["after"] else None
    rules: Mapping[str, Sequence[str]] = row.get("rules", {})
    cells = [
        Cell(
            before,
            after[place] if after and place is not None else None,
            rules.get(column.field, ()),
        )
        for before, column, place in zip(row["before"], columns, places, strict=False)
    ]
    return Row(
        row["record_no"],
        row["source_line"],
        cells,
        [after[at] if after else "" for at in added],
        len(row["after"]),
        row.get("quarantined") or (),
    )


def _column(one: Document, table: str, profile: Profile) -> Column:
    decisions = one.get("decisions") or []
    by_name = {decision["name"]: decision for decision in decisions}
    untouched = f"x_{re.sub('[^a-z0-9]+', '_', one['header'].lower()).strip('_') or 'column'}"
    fields = [one["field"], *profile.fields.get(table, ()), untouched]
    return Column(
        one["header"],
        one["field"],
        one.get("score"),
        one.get("why", ""),
        [decision for decision in decisions if decision["name"] not in _CORRECTED],
        list(dict.fromkeys(fields)),
        by_name.get(DATE_ORDER),
        by_name.get(UNIT),
    )
