"""What a submission asks for, checked: operation, profile, tables, options."""

import csv
import datetime
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harmonizer_queue import Priority
from web.api.body import NO_JSON, is_writable, read_json
from web.api.upload import StoredFile, Submission, is_printable
from web.db.words import LINKING
from web.errors import FieldError, InvalidRequestError
from web.profiles import Profile, built_in

TEXT_PARTS = frozenset(
    ("operation", "profile", "priority", "source", "table", "plan", "options", "webhook_url")
)
OPERATIONS = ("harmonize", "standardize", "clean", "validate", *LINKING)
FORMATS = ("csv", "ndjson", "json", "parquet", "fhir")
Find = Callable[[str], Profile | None]
GOLD_COLUMNS = ["file_a", "record_a", "file_b", "record_b", "same"]
"""Of known pairs; without the last one all pairs are the same person."""
MAX_SOURCE = 200

_NUMBER = re.compile(r"[0-9]{1,18}")

_TEXT = {"type": "string"}
_FILE = {"type": "string", "format": "binary"}
FORM = {
    "type": "object",
    "required": ["file"],
    "additionalProperties": False,
    "properties": {
        "file": {"type": "array", "minItems": 1, "items": _FILE},
        "operation": _TEXT | {"enum": list(OPERATIONS), "default": OPERATIONS[0]},
        "profile": _TEXT | {"default": "us-core"},
        "priority": _TEXT | {"enum": [one.value for one in Priority], "default": "normal"},
        "source": {"type": "array", "items": _TEXT},
        "table": {"type": "array", "items": _TEXT},
        "plan": _FILE,
        "options": _TEXT | {"contentMediaType": "application/json"},
        "webhook_url": _TEXT | {"format": "uri"},
    },
}
"""The form of a submission as the API's document tells it; what decides is ``check``."""


@dataclass(frozen=True)
class Wanted:
    """A job as asked for. ``sources`` and ``tables`` are in the order of the files.

    ``gold_pairs`` is the text of a CSV file of pairs whose truth is known, ``webhook_url`` "" where
    none is given.
    """

    operation: str
    profile: Profile
    priority: Priority
    today: datetime.date
    options: Mapping[str, Any]
    sources: Sequence[str]
    tables: Sequence[str | None]
    gold_pairs: str | None
    webhook_url: str


def check(got: Submission, today: datetime.date, find: Find | None = None) -> Wanted:
    """Return what a submission asks for, defaults filled in.

    Args:
        got: The parts as received.
        today: The day of submission in UTC, the default of the option of that name.
        find: Returns a profile by what it is called; by default the built-in ones.

    Raises:
        InvalidRequestError: Names every field that cannot be used, with the reason.
    """
    wrong: list[FieldError] = []
    operation = _one(got, "operation", "harmonize", wrong)
    if operation not in OPERATIONS:
        wrong.append(FieldError("operation", f"must be one of {', '.join(OPERATIONS)}"))
    profile = (find or built_in().get)(_one(got, "profile", "us-core", wrong))
    if profile is None:
        known = ", ".join(built_in())
        wrong.append(FieldError("profile", f"must be one of {known}, or NAME or NAME@VERSION"))
    priority = _one(got, "priority", Priority.NORMAL, wrong)
    if priority not in list(Priority):
        wrong.append(FieldError("priority", f"must be one of {', '.join(Priority)}"))
    _check_files(got.files, wrong)
    sources = _sources(got, wrong)
    tables = _tables(got, profile, wrong)
    options = _options(got, wrong)
    gold_pairs = options.pop("gold_pairs", None)
    if gold_pairs is not None and operation not in LINKING:
        wrong.append(FieldError("options.gold_pairs", f"goes with {' and '.join(LINKING)}"))
    unique = options.get("source_unique", [])
    if "source_unique" in options and operation not in LINKING:
        wrong.append(FieldError("options.source_unique", f"goes with {' and '.join(LINKING)}"))
    elif _source_unique(unique) is None and not set(unique) <= set(sources):
        wrong.append(FieldError("options.source_unique", "names a source that no file is from"))
    webhook_url = _one(got, "webhook_url", "", wrong)
    if "plan" in got.texts:
        wrong.append(FieldError("plan", "must be a file; that of an earlier job is named in JSON"))
    if wrong or profile is None:
        raise InvalidRequestError("The submission cannot be accepted as it is.", wrong)
    given = options.pop("today", None)
    return Wanted(
        operation=operation,
        profile=profile,
        priority=Priority(priority),
        today=datetime.date.fromisoformat(given) if given else today,
        options=options,
        sources=sources,
        tables=tables,
        gold_pairs=gold_pairs,
        webhook_url=webhook_url,
    )


def _one(got: Submission, name: str, default: str, wrong: list[FieldError]) -> str:
    given = got.texts.get(name, [])
    if len(given) > 1:
        wrong.append(FieldError(name, "is given more than once"))
    return (given[0].strip() if given else "") or default


def _check_files(files: Sequence[StoredFile], wrong: list[FieldError]) -> None:
    if not files:
        wrong.append(FieldError("file", "is missing"))
    elif not any(one.bytes for one in files):
        wrong.append(FieldError("file", "is empty" if len(files) == 1 else "every one is empty"))


def _per_file(got: Submission, name: str, wrong: list[FieldError]) -> list[str]:
    """Return the values of a part that repeats in the order of the files, "" where none is."""
    given = [one.strip() for one in got.texts.get(name, [])]
    if len(given) > len(got.files):
        wrong.append(FieldError(name, "is given more often than file"))
    return (given + [""] * len(got.files))[: len(got.files)]


def _sources(got: Submission, wrong: list[FieldError]) -> list[str]:
    given = _per_file(got, "source", wrong)
    if any(len(one) > MAX_SOURCE or not is_printable(one) for one in given):
        wrong.append(FieldError("source", f"must be at most {MAX_SOURCE} printable characters"))
    return [source or file.stem[:MAX_SOURCE] for source, file in zip(given, got.files, strict=True)]


def _tables(got: Submission, profile: Profile | None, wrong: list[FieldError]) -> list[str | None]:
    given = [one.lower() for one in _per_file(got, "table", wrong)]
    if profile is None:
        return [None] * len(given)
    known = profile.tables
    if any(one and one not in known for one in given):
        canonical = ", ".join(dict.fromkeys(known.values()))
        wrong.append(FieldError("table", f"must be one of {canonical}, or an alias of one"))
    return [known.get(one) if one else None for one in given]


def _options(got: Submission, wrong: list[FieldError]) -> dict[str, Any]:
    text = _one(got, "options", "{}", wrong)
    try:
        options = read_json(text)
    except ValueError:
        wrong.append(FieldError("options", NO_JSON))
        return {}
    if not isinstance(options, dict):
        wrong.append(FieldError("options", "must be a JSON object"))
        return {}
    if not is_writable(options):
        wrong.append(FieldError("options", "holds a character that no text has"))
        return {}
    for name, value in options.items():
        reason = _OPTIONS[name](value) if name in _OPTIONS else "no such option"
        if reason:
            wrong.append(FieldError(f"options.{name[:64]}", reason))
    return options


def _day(value: Any) -> str | None:
    try:
        right = isinstance(value, str) and str(datetime.date.fromisoformat(value)) == value
    except ValueError:
        right = False
    return None if right else "must be a day, YYYY-MM-DD"


def _format(value: Any) -> str | None:
    return None if value in FORMATS else f"must be one of {', '.join(FORMATS)}"


def _switch(value: Any) -> str | None:
    return None if isinstance(value, bool) else "must be true or false"


def _percent(value: Any) -> str | None:
    right = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 100
    return None if right else "must be a number from 0 to 100"


def _gold_pairs(value: Any) -> str | None:
    try:
        head, *rows = csv.reader(io.StringIO(value.removeprefix("\ufeff")), strict=True)
        right = head in (GOLD_COLUMNS, GOLD_COLUMNS[:-1]) and all(
            len(row) == len(head) and _NUMBER.fullmatch(row[1]) and _NUMBER.fullmatch(row[3])
            for row in rows
        )
    except (AttributeError, ValueError, csv.Error):
        right = False
    return None if right else f"must be CSV text with the columns {', '.join(GOLD_COLUMNS)}"


def _registry(value: Any) -> str | None:
    return None if value in ("on", "off") else "must be on or off"


def _source_unique(value: Any) -> str | None:
    right = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return None if right else "must be a list of sources"


_OPTIONS = {
    "today": _day,
    "format": _format,
    "provenance": _switch,
    "max_reject_pct": _percent,
    "gold_pairs": _gold_pairs,
    "csv_safe": _switch,
    "again": _switch,
    "registry": _registry,
    "source_unique": _source_unique,
}
