"""The manifest of a job's result, as far as rows are made from it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from web.db.words import FileStatus, JobStatus

Counts = dict[str, int]
T = TypeVar("T")


class ManifestError(ValueError):
    """What was read is no manifest that rows could be made from."""


@dataclass(frozen=True)
class FileEntry:
    """What became of one input file, or of one table of an input that holds several."""

    sha256: str
    table: str | None
    status: FileStatus
    reason: str | None
    counts: Counts


@dataclass(frozen=True)
class OutputEntry:
    """One written file; it stands in the manifest's folder."""

    name: str
    kind: str
    table: str | None
    rows: int | None
    bytes: int
    sha256: str


@dataclass(frozen=True)
class IssueEntry:
    """How often a rule was broken in a field of a file."""

    file: str | None
    table: str | None
    field: str | None
    rule_id: str
    severity: str
    disposition: str
    count: int


@dataclass(frozen=True)
class Manifest:
    """A manifest. ``status`` is what it says about the job."""

    counts: Counts
    files: tuple[FileEntry, ...]
    outputs: tuple[OutputEntry, ...]
    issues: tuple[IssueEntry, ...]

    @property
    def status(self) -> JobStatus:
        """Succeeded, unless all files failed or some did."""
        failed = [file for file in self.files if file.status is FileStatus.FAILED]
        if not failed:
            return JobStatus.SUCCEEDED
        return JobStatus.FAILED if len(failed) == len(self.files) else JobStatus.PARTIAL

    @property
    def reason(self) -> str | None:
        """Why the first file failed, when all did."""
        return self.files[0].reason if self.status is JobStatus.FAILED else None

    @classmethod
    def from_json(cls, document: bytes) -> "Manifest":
        """Return the manifest that a document is.

        Raises:
            ManifestError: It is none.
        """
        try:
            found = json.loads(document)
            return cls(
                counts=_counts(found["counts"]),
                files=_each(found["files"], _file),
                outputs=_each(found["outputs"], _output),
                issues=_each(found.get("issues"), _issue),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ManifestError("not a manifest") from error


def _each(entries: Any, read: Callable[[dict[str, Any]], T]) -> tuple[T, ...]:
    return tuple(read(entry) for entry in entries or ())


def _file(entry: dict[str, Any]) -> FileEntry:
    return FileEntry(
        sha256=_text(entry["sha256"]),
        table=_optional(entry.get("table")),
        status=FileStatus(entry["status"]),
        reason=_optional(entry.get("reason")),
        counts=_counts(entry.get("counts")),
    )


def _output(entry: dict[str, Any]) -> OutputEntry:
    rows = entry.get("rows")
    return OutputEntry(
        name=_text(entry["name"]),
        kind=_text(entry["kind"]),
        table=_optional(entry.get("table")),
        rows=None if rows is None else int(rows),
        bytes=int(entry["bytes"]),
        sha256=_text(entry["sha256"]),
    )


def _issue(entry: dict[str, Any]) -> IssueEntry:
    return IssueEntry(
        file=_optional(entry.get("file")),
        table=_optional(entry.get("table")),
        field=_optional(entry.get("field")),
        rule_id=_text(entry["rule_id"]),
        severity=_text(entry["severity"]),
        disposition=_text(entry["disposition"]),
        count=int(entry["count"]),
    )


def _counts(found: Any) -> Counts:
    return {_text(name): int(count) for name, count in (found or {}).items()}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _optional(value: Any) -> str | None:
    """Return a text, or None when there is none: Go writes such a one as empty."""
    return None if value is None or value == "" else _text(value)
