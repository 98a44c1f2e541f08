"""What a job made: outputs, findings, changed cells, its log."""

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from web.api.answers.kinds import Id, Reference, Sha256


class IssueSample(TypedDict):
    """Where a finding is, and how the cell looks: 9 for a digit, A and a for letters."""

    record_no: int
    source_line: int | None
    raw_masked: str | None


class IssueDocument(TypedDict):
    """How often a rule was broken in a field of a file; with samples if they were asked for."""

    file: str | None
    table: str | None
    field: str | None
    rule_id: str
    severity: str
    disposition: str
    count: int
    samples: NotRequired[list[IssueSample]]


class Issues(TypedDict):
    """A page of counted findings; ``count`` is over all pages."""

    job_id: Id
    count: int
    issues: list[IssueDocument]
    next_cursor: str | None


class LogLine(TypedDict):
    """One line of a job's log; ``fields`` are counts, and names of files and outputs."""

    line: int
    level: str
    msg: str
    fields: dict[str, Any]


class Logs(TypedDict):
    """A page of a job's log."""

    job_id: Id
    lines: list[LogLine]
    next_cursor: str | None


class ChangeDocument(TypedDict):
    """A changed cell; one that is ``suggested`` stands as ``before``, and perhaps is ``after``.

    ``column`` is the column that made the row, in files whose records make several.
    """

    file: str
    table: str
    record_no: int
    source_line: int
    column: str | None
    field: str
    rules: list[str]
    before: str
    after: str
    suggested: bool


class Changes(TypedDict):
    """A page of changed cells; ``read`` of the ``bytes`` of all were looked through for them."""

    job_id: Id
    changes: list[ChangeDocument]
    read: int
    bytes: int
    next_cursor: str | None


class OutputDocument(TypedDict):
    """One thing a job made."""

    name: str
    kind: str
    table: str | None
    format: str | None
    rows: int | None
    bytes: int
    sha256: Sha256
    media: str
    href: Reference


class Exporting(TypedDict):
    """A result that is being made in another format."""

    job_id: Id
    format: str
    status: Literal["exporting"]
