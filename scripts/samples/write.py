"""Write extracts in their forms, and the truth beside them."""

import contextlib
import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

from samples.table import Extract, Row

DAMAGE = ("file", "record_no", "header", "field", "kind", "written", "truth")
PERSONS = ("file", "record_no", "person", "kind")


def write(extracts: list[Extract], folder: Path) -> None:
    """Write each extract into a folder, ``persons.csv`` and ``damage.csv`` into its ``truth/``."""
    truth = folder / "truth"
    truth.mkdir(parents=True, exist_ok=True)
    with (
        _table(truth / "persons.csv", PERSONS) as person,
        _table(truth / "damage.csv", DAMAGE) as cell,
    ):
        for extract in extracts:
            with (folder / extract.name).open("w", encoding=_encoding(extract), newline="") as out:
                _FORMS[extract.form](out, extract, _told(extract, person, cell))


def _encoding(extract: Extract) -> str:
    return "cp1252" if extract.form == "semicolon" else "utf-8"


@contextlib.contextmanager
def _table(path: Path, header: tuple[str, ...]) -> Iterator[Callable[[tuple[object, ...]], Any]]:
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(header)
        yield table.writerow


def _told(
    extract: Extract,
    person: Callable[[tuple[object, ...]], Any],
    cell: Callable[[tuple[object, ...]], Any],
) -> Iterator[Row]:
    """Yield the rows, and write down what is true of each."""
    for number, row in enumerate(extract.rows, 1):
        person((extract.name, number, row.person, row.kind))
        for field, one in row.cells.items():
            if one.kind:
                header = extract.headers[field]
                cell((extract.name, number, header, field, one.kind, one.written, one.truth))
        yield row


def _csv(out: TextIO, extract: Extract, rows: Iterator[Row], delimiter: str = ",") -> int:
    table = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    table.writerow(extract.headers.values())
    count = 0
    for row in rows:
        table.writerow([row.cells[field].written for field in extract.headers])
        count += 1
    return count


def _semicolon(out: TextIO, extract: Extract, rows: Iterator[Row]) -> None:
    _csv(out, extract, rows, ";")


def _report(out: TextIO, extract: Extract, rows: Iterator[Row]) -> None:
    """Write a CSV as a report program prints it: a title above, a total below."""
    out.write("Mercy General Hospital\nActive prescriptions, all departments\n\n")
    out.write(f"Total rows: {_csv(out, extract, rows)}\n")


def _record(extract: Extract, row: Row) -> str:
    record = {extract.headers[field]: one.written for field, one in row.cells.items()}
    return json.dumps(record, ensure_ascii=False)


def _json(out: TextIO, extract: Extract, rows: Iterator[Row]) -> None:
    out.write("[")
    for nth, row in enumerate(rows):
        out.write(f"{',' if nth else ''}\n{_record(extract, row)}")
    out.write("\n]\n")


def _ndjson(out: TextIO, extract: Extract, rows: Iterator[Row]) -> None:
    for row in rows:
        out.write(f"{_record(extract, row)}\n")


_FORMS: dict[str, Callable[[TextIO, Extract, Iterator[Row]], object]] = {
    "csv": _csv,
    "semicolon": _semicolon,
    "report": _report,
    "json": _json,
    "ndjson": _ndjson,
}
