"""Read CSV that a job wrote from any row on, and find lines in it without reading it as CSV."""

import csv
from collections.abc import Iterator
from typing import BinaryIO

LONGEST_CELL = 16 * 1024 * 1024
"""A cell may be as long as a whole row; the module's own limit is lower."""
CHUNK = 1024 * 1024

csv.field_size_limit(LONGEST_CELL)


def rows(file: BinaryIO, byte: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows from a place on, each with the first byte behind it.

    Raises:
        ValueError: No line begins there.
    """
    file.seek(max(0, byte - 1))
    if byte and file.read(1) != b"\n":
        raise ValueError("no line begins there")
    end = byte

    def lines() -> Iterator[str]:
        nonlocal end
        for line in file:
            end += len(line)
            yield line.decode()

    for row in csv.reader(lines()):
        yield end, row


def lines_with(file: BinaryIO, wanted: bytes) -> Iterator[bytes]:
    """Yield the lines from where a file stands on that hold ``wanted``, which is within a line."""
    left = b""
    while chunk := file.read(CHUNK):
        whole, cut, left = (left + chunk).rpartition(b"\n")
        yield from _found(whole + cut, wanted)
    yield from _found(left, wanted)


def _found(text: bytes, wanted: bytes) -> Iterator[bytes]:
    at = text.find(wanted)
    while at >= 0:
        end = text.find(b"\n", at)
        end = len(text) if end < 0 else end
        yield text[text.rfind(b"\n", 0, at) + 1 : end]
        at = text.find(wanted, end)
