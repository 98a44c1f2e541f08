"""Read the lineage of a job from any place on: packed members, each a chunk of the job's rows.

The engine packs each chunk into a gzip member of its own (ADR 0042), so a place in the file is the
first byte of a member, and what stands before it is never read. One chunk is in memory at a time.
Values of patients stand in it.
"""

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from web.api.answers.results import ChangeDocument

MOST_UNPACKED = 256 * 1024 * 1024
"""A member that is longer is none of the engine's: its chunks are of about a megabyte."""

_READ = 64 * 1024
_GZIP = 16 + zlib.MAX_WBITS


class NoMemberError(Exception):
    """Where one was looked for no member of a lineage begins."""


@dataclass(frozen=True, order=True)
class Place:
    """A cell: where its member begins, and how many cells of the member stand before it."""

    byte: int
    cell: int = 0


@dataclass(frozen=True)
class Wanted:
    """Which changes to look for; "" is any."""

    field: str = ""
    rule: str = ""
    file: str = ""

    def takes(self, field: str, rules: list[str]) -> bool:
        """Return whether changes of a field by these rules are looked for."""
        return self.field in ("", field) and (not self.rule or self.rule in rules)

    def may_be_in(self, text: bytes) -> bool:
        """Return whether a member may hold one: unread text is searched much faster."""
        return all(f'"{one}"'.encode() in text for one in (self.field, self.rule) if one)


def members(file: BinaryIO, byte: int) -> Iterator[tuple[int, int, bytes]]:
    """Yield the members from a place on: first byte, first byte behind it, content.

    Raises:
        NoMemberError: The place, or what stands behind a member, is no beginning of one.
    """
    file.seek(byte)
    left = b""
    while left := left or file.read(_READ):
        begin, unpacking, text = byte, zlib.decompressobj(_GZIP), bytearray()
        try:
            while not unpacking.eof:
                if not left:
                    raise NoMemberError
                text += unpacking.decompress(left, MOST_UNPACKED + 1 - len(text))
                if len(text) > MOST_UNPACKED:
                    raise NoMemberError
                byte += len(left) - len(unpacking.unconsumed_tail) - len(unpacking.unused_data)
                left = unpacking.unused_data
                if not unpacking.eof:
                    left = unpacking.unconsumed_tail or file.read(_READ)
        except zlib.error as error:
            raise NoMemberError from error
        yield begin, byte, bytes(text)


def changes(text: bytes, wanted: Wanted) -> Iterator[tuple[int, ChangeDocument]]:
    """Yield the wanted changes of a member, each with how many cells stand before it."""
    if not wanted.may_be_in(text):
        return
    cell = 0
    for line in text.splitlines():
        document = json.loads(line)
        for told, rows in (("changes", "rows"), ("suggestions", "suggested")):
            numbered = _numbered(document.get(told, ()))
            for row in document.get(rows, ()):
                numbers = [one for one in row[2:] if isinstance(one, int)]
                for at, number in enumerate(numbers, cell):
                    field, rules, before, after = numbered[number]
                    if wanted.takes(field, rules) and wanted.file in ("", document["file"]):
                        yield (
                            at,
                            {
                                "file": document["file"],
                                "table": document["table"],
                                "record_no": row[0],
                                "source_line": row[1],
                                "column": _column(row),
                                "field": field,
                                "rules": rules,
                                "before": before,
                                "after": after,
                                "suggested": told == "suggestions",
                            },
                        )
                cell += len(numbers)


def _numbered(told: Any) -> list[tuple[str, list[str], str, str]]:
    return [(one["field"], one["rules"], *pair) for one in told for pair in one["values"]]


def _column(row: list[Any]) -> str | None:
    return next((one for one in row[2:] if isinstance(one, str)), None)
