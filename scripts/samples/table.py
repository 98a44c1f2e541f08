"""One extract in the making: rows of cells under the source's own headers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from samples.cell import Cell


@dataclass(frozen=True)
class Row:
    """One record. ``kind`` says why it is there when it is not simply one more, as "copy"."""

    person: int
    cells: Mapping[str, Cell]  # by canonical field
    kind: str = ""


@dataclass(frozen=True)
class Extract:
    """One file: its name, which table it is, its headers by canonical field, and its rows."""

    name: str
    table: str
    headers: Mapping[str, str]
    rows: Iterator[Row]
    form: str = "csv"
