"""Jobs: lists, one whole, how far it is; acts on one and on many."""

from typing import Any

from typing_extensions import TypedDict

from web.api.answers.items import ItemDocument
from web.api.answers.kinds import Counts, Day, Id, Moment, Reference, Sha256
from web.db.models import FileStatus, JobStatus, Priority
from web.db.words import Act


class Links(TypedDict):
    """Where everything about a job is."""

    self: Reference
    status: Reference
    events: Reference
    result: Reference
    outputs: Reference
    issues: Reference
    logs: Reference
    cancel: Reference
    retry: Reference


class Accepted(TypedDict):
    """A job that was accepted: durable, and nothing more."""

    job_id: Id
    status: JobStatus
    links: Links


class JobLinks(TypedDict):
    """A job, and where everything about it is."""

    job_id: Id
    links: Links


class Retried(JobLinks):
    """A job that lives again; ``items`` is how many items run again."""

    items: int


class JobSummary(TypedDict):
    """A job as lists show it."""

    job_id: Id
    status: JobStatus
    operation: str
    profile: str
    priority: Priority
    owner: str | None
    first_file: str
    file_count: int
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment | None
    purged_at: Moment | None
    cancel_wanted: bool
    retries: int
    reason: str | None
    counts: Counts | None
    links: Links


class Jobs(TypedDict):
    """A page of jobs, the newest first; when not exact, ``count`` is the least there are.

    With a text a page may have fewer jobs than asked for, and still a next one.
    """

    jobs: list[JobSummary]
    count: int
    count_is_exact: bool
    next_cursor: Id | None


class BulkCount(TypedDict):
    """To how many jobs something can be done now, exactly."""

    act: Act
    count: int


class Bulk(TypedDict):
    """An act on all jobs of a filter: how many there were, and to how many it was done yet."""

    bulk_id: Id
    act: Act
    filter: dict[str, str]
    count: int
    done: int
    who: str
    asked_at: Moment
    ended_at: Moment | None


class Bulks(TypedDict):
    """Acts on many jobs, the newest first."""

    acts: list[Bulk]


class Timings(TypedDict):
    """Seconds."""

    waited_s: float | None
    ran_s: float | None


class FileDocument(TypedDict):
    """One file of a job."""

    file_no: int
    name: str
    source: str
    table: str | None
    media: str
    bytes: int
    sha256: Sha256
    status: FileStatus | None
    reason: str | None
    counts: Counts | None


class HoldDocument(TypedDict):
    """A legal hold: nothing deletes the files of its job."""

    since: Moment
    why: str


class Held(TypedDict):
    """Whether the files of a job are under a legal hold."""

    job_id: Id
    hold: HoldDocument | None


class Purged(TypedDict):
    """A job whose files nobody can read any more."""

    job_id: Id
    purged_at: Moment


class JobDocument(JobSummary):
    """Everything about a job."""

    profile_sha256: Sha256 | None
    today: Day
    options: dict[str, Any]
    plan: bool
    webhook_id: Id | None
    hold: HoldDocument | None
    timings: Timings
    files: list[FileDocument]
    items: list[ItemDocument]


class FileProgress(TypedDict):
    """How far the work on a file is."""

    file_no: int
    stage: str
    rows: int
    bytes: int
    percent: float | None


class ProgressDocument(TypedDict):
    """How far the work is; ``files`` are those that are being worked on now."""

    stage: str
    rows: int
    bytes: int
    percent: float | None
    files: list[FileProgress]


class JobError(TypedDict):
    """Why a file, or the job as a whole (no file), failed."""

    file_no: int | None
    file: str | None
    reason: str
    message: str


class Status(TypedDict):
    """How far a job is."""

    job_id: Id
    status: JobStatus
    progress: ProgressDocument
    queue_position: int | None
    counts: Counts | None
    estimate_s: float | None
    errors: list[JobError]
