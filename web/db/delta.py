"""A delta of the registry of persons, made ready for the database before its transaction begins.

On SQLite nobody else writes during that transaction, so what takes long is done before it: lines
are read and packed by the thousand, as the statements take them (``web.db.bulk``), into a
temporary file. No file grows as large as the memory: one part is read at a time.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any

Line = Mapping[str, Any]

AT_A_TIME = 1000

RECORD = (
    "row_uid",
    "person_id",
    "first_person_id",
    "source",
    "source_file",
    "file_sha256",
    "record_no",
    "source_id",
    "method",
    "score",
    "compared",
    "others",
)
"""The columns of ``person_record`` that a delta fills."""

REVIEW = ("a", "b", "score", "reason", "why", "fields")
"""Those of ``review_pair``."""


class DeltaError(ValueError):
    """What was read is no delta."""


@dataclass
class Part:
    """Some lines: new records with their persons, and what changes of known ones.

    ``records`` and ``reviews`` are packed rows of RECORD and REVIEW, None where there are none.
    """

    gained: dict[str, list[str]] = field(default_factory=dict)
    moved: list[Line] = field(default_factory=list)
    aliases: list[Line] = field(default_factory=list)
    records: str | None = None
    reviews: str | None = None


class Delta:
    """What a job changes in the registry."""

    def __init__(self, profile: tuple[str, str], spool: IO[str]) -> None:
        self.profile = profile
        self._spool = spool

    def parts(self) -> Iterator[Part]:
        """Yield its parts, in their order; from the first one each time."""
        self._spool.seek(0)
        while line := self._spool.readline():
            records, reviews = (self._spool.readline().rstrip("\n") for _ in range(2))
            gained, moved, aliases = json.loads(line)
            yield Part(gained, moved, aliases, records or None, reviews or None)


@contextmanager
def prepared(lines: Iterator[Line]) -> Iterator[Delta]:
    """Give the delta that lines of the form of ``go-worker/internal/registry`` are.

    Raises:
        DeltaError: They are none.
    """
    with TemporaryFile("w+", encoding="utf-8") as spool:
        try:
            head = next(lines)
            profile = head["profile"], head["profile_version"]
            delivery: Line = {}
            while some := list(islice(lines, AT_A_TIME)):
                delivery = _spool(spool, some, delivery)
        except (LookupError, TypeError, StopIteration) as error:
            raise DeltaError("not a delta") from error
        yield Delta(profile, spool)


def _spool(spool: IO[str], lines: list[Line], delivery: Line) -> Line:
    """Append a part; return the delivery that records behind it are from."""
    part = Part()
    records: list[list[Any]] = []
    reviews: list[list[Any]] = []
    for line in lines:
        if "delivery" in line:
            delivery = line["delivery"]
        elif "record" in line:
            told = line["record"]
            part.gained.setdefault(told["person"], []).append(told["uid"])
            records.append(_record(told, delivery))
        elif "moved" in line:
            part.moved.append(line["moved"])
        elif "alias" in line:
            part.aliases.append(line["alias"])
        elif "review" in line:
            reviews.append(_review(line["review"]))
    for one in ([part.gained, part.moved, part.aliases], records, reviews):
        # No line feed stands in JSON but as \n.
        spool.write((json.dumps(one, separators=(",", ":")) if one else "") + "\n")
    return delivery


def _record(told: Line, delivery: Line) -> list[Any]:
    return [
        told["uid"],
        told["person"],
        told["person"],
        delivery["source"],
        delivery["file"],
        delivery["sha256"],
        told["no"],
        told.get("id"),
        told.get("method"),
        told.get("score"),
        told["match"],
        told.get("more", {}),
    ]


def _review(told: Line) -> list[Any]:
    a, b = sorted((told["a"], told["b"]))
    return [a, b, round(told["score"], 4), told["reason"], told["why"], told["fields"]]
