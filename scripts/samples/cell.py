"""One cell as it is written, and what is true."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """A cell of an extract.

    ``truth`` is the canonical value, "" when nobody can know it any more. ``kind`` says how
    ``written`` departs from it; "" when it is only the source's own, usual way of writing.
    """

    written: str
    truth: str
    kind: str = ""


def plain(value: str) -> Cell:
    """Return a cell that is written as it is true."""
    return Cell(value, value)
