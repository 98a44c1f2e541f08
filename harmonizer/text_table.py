"""Tables for a terminal, in plain characters."""

from collections.abc import Sequence

WIDEST_CELL = 34


def text_table(
    heads: Sequence[str], rows: Sequence[Sequence[str | int]], widest: int = WIDEST_CELL
) -> list[str]:
    """Return the lines of a table; numbers stand right, long text is cut with an ellipsis."""
    cells = [[_short(one, widest) for one in row] for row in rows]
    widths = [max([len(head), *(len(row[at]) for row in cells)]) for at, head in enumerate(heads)]
    right = [
        bool(rows) and all(isinstance(row[at], int) for row in rows) for at in range(len(heads))
    ]

    def line(row: Sequence[str]) -> str:
        return "  ".join(
            cell.rjust(width) if flush else cell.ljust(width)
            for cell, width, flush in zip(row, widths, right, strict=True)
        ).rstrip()

    return [line(heads), "  ".join("-" * width for width in widths), *map(line, cells)]


def _short(value: str | int, widest: int) -> str:
    text = f"{value:,}" if isinstance(value, int) else " ".join(value.split())
    return text if len(text) <= widest else f"{text[: widest - 1]}…"
