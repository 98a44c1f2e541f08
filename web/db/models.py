"""The tables. Each says who writes what; ``submit`` is the transaction behind a 202.

``web`` inserts what a client sends and stores wishes. Whatever happens to items is written by the
reconciler alone, from events. The row of a job is the lock of everything about the job: whoever
changes items, files or outputs locks it first (``web.db.locks``).
"""

import datetime
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Date,
    ForeignKey,
    Index,
    MetaData,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from web.db.types import Json, RowNumber, UtcTime, word
from web.db.words import (
    RETRIED,
    FileStatus,
    ItemKind,
    ItemState,
    JobStatus,
    Outcome,
    Priority,
    Role,
)

__all__ = [
    "ApiKey",
    "Attempt",
    "AuditEntry",
    "Base",
    "EventSeen",
    "FileStatus",
    "IdempotencyKey",
    "IssueCount",
    "Item",
    "ItemKind",
    "ItemState",
    "Job",
    "JobFile",
    "JobStatus",
    "Outbox",
    "Outcome",
    "Output",
    "OwnerUsage",
    "Priority",
    "RedisState",
    "Role",
]

Document = dict[str, Any]

MOST_ID = 36
ID = String(MOST_ID)
NAME = String(255)
CLAIM = String(64)
WORKER = String(255)
REASON = String(255)
SHA256 = String(64)

TO_RETRY = f"status IN {tuple(map(str, RETRIED))} AND purged_at IS NULL"
"""Of a job: it can be run again. As it stands here a partial index has it, and questions must."""
DEAD_LETTER = f"state = '{ItemState.DEAD}' AND dismissed_at IS NULL"
"""Of an item: it is dead, and nobody has seen to that. Likewise."""
_NOT_SWEPT = "swept_at IS NULL AND (outcome IS NULL OR outcome <> 'succeeded')"


class Base(DeclarativeBase):
    """The base of all tables; names of constraints are fixed, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "%(table_name)s_%(column_0_N_name)s",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
            "pk": "%(table_name)s_pkey",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        Document: Json,
        datetime.datetime: UtcTime(),
        datetime.date: Date(),
        JobStatus: word(JobStatus),
        FileStatus: word(FileStatus),
        ItemKind: word(ItemKind),
        ItemState: word(ItemState),
        Priority: word(Priority),
        Outcome: word(Outcome),
        Role: word(Role),
    }


class Job(Base):
    """One submission: an operation over one or more files."""

    __tablename__ = "job"
    __table_args__ = (
        Index("job_by_time", "created_at", "id"),
        Index("job_by_status", "status", "created_at", "id"),
        Index("job_by_owner", "owner", "created_at", "id"),
        Index("job_by_operation", "operation", "created_at", "id"),
        Index("job_by_profile", "profile", "created_at", "id"),
        Index("job_by_end", "finished_at", "status", "owner"),
        Index(
            "job_to_retry",
            "status",
            "created_at",
            "id",
            sqlite_where=text(TO_RETRY),
            postgresql_where=text(TO_RETRY),
        ),
        Index(
            "job_in_flight",
            "owner",
            sqlite_where=text("finished_at IS NULL"),
            postgresql_where=text("finished_at IS NULL"),
        ),
        Index(
            "job_to_settle",
            "settle_at",
            sqlite_where=text("settle_at IS NOT NULL"),
            postgresql_where=text("settle_at IS NOT NULL"),
        ),
        Index(
            "job_to_cancel",
            "id",
            sqlite_where=text("cancel_wanted AND finished_at IS NULL"),
            postgresql_where=text("cancel_wanted AND finished_at IS NULL"),
        ),
        Index(
            "job_to_purge",
            "finished_at",
            sqlite_where=text("purged_at IS NULL"),
            postgresql_where=text("purged_at IS NULL"),
        ),
    )

    # web, at submission
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    operation: Mapped[str] = mapped_column(NAME)
    # of an owner's profile NAME@VERSION; its document then stands in the job's folder
    profile: Mapped[str] = mapped_column(NAME)
    # of the profile's document; NULL for jobs from before it was kept
    profile_sha256: Mapped[str | None] = mapped_column(SHA256)
    priority: Mapped[Priority]
    today: Mapped[datetime.date]
    options: Mapped[Document]
    plan_uri: Mapped[str | None]
    # None where nobody has to show a key
    owner: Mapped[str | None] = mapped_column(NAME)
    # the endpoint that hears of its end beside those that hear of all; it may be gone by then
    webhook_id: Mapped[str | None] = mapped_column(ID)
    created_at: Mapped[datetime.datetime]

    # web, a wish; only a retry of the job, when it has ended, takes it back
    cancel_wanted: Mapped[bool] = mapped_column(default=False, server_default=false())

    # web: how often what failed was run again after the end of the job (web.db.retry), and when
    # it last was
    retries: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    retried_at: Mapped[datetime.datetime | None]

    # reconciler; web only inserts ``accepted``
    status: Mapped[JobStatus] = mapped_column(default=JobStatus.ACCEPTED)
    started_at: Mapped[datetime.datetime | None]
    # Set in the transaction that records the end of the last item: the job's next step is due.
    settle_at: Mapped[datetime.datetime | None]

    # reconciler, when the job ends
    finished_at: Mapped[datetime.datetime | None]
    manifest_uri: Mapped[str | None]
    counts: Mapped[Document | None]
    reason: Mapped[str | None] = mapped_column(REASON)

    # web: a legal hold, during which nothing of the job's files is deleted, and what it is for
    held_at: Mapped[datetime.datetime | None]
    held_why: Mapped[str | None]

    # tasks or web, when inputs and outputs were deleted
    purged_at: Mapped[datetime.datetime | None]


class JobFile(Base):
    """One input file of a job."""

    __tablename__ = "job_file"

    # web, at submission; ``name`` is the client's name of the file and stays out of logs
    job_id: Mapped[str] = mapped_column(ID, ForeignKey(Job.id), primary_key=True)
    file_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    source: Mapped[str]
    uri: Mapped[str]
    sha256: Mapped[str] = mapped_column(SHA256)
    bytes: Mapped[int] = mapped_column(BigInteger)
    media: Mapped[str] = mapped_column(NAME)

    # web, when the client named the table; else the reconciler, from the manifest
    table: Mapped[str | None] = mapped_column(NAME)

    # reconciler, when the job ends, from the manifest
    status: Mapped[FileStatus | None]
    reason: Mapped[str | None] = mapped_column(REASON)
    counts: Mapped[Document | None]


class Item(Base):
    """One unit of work for a worker."""

    __tablename__ = "item"
    __table_args__ = (
        Index("item_by_job", "job_id", "state"),
        Index("item_by_state", "state", "ended_at"),
        Index(
            "item_dead",
            *("state", "kind", "reason", "ended_at", "id", "job_id", "file_no", "range_no"),
            sqlite_where=text(DEAD_LETTER),
            postgresql_where=text(DEAD_LETTER),
        ),
        Index(
            "item_live",
            "id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "item_to_cancel",
            "id",
            sqlite_where=text("cancel_wanted AND ended_at IS NULL"),
            postgresql_where=text("cancel_wanted AND ended_at IS NULL"),
        ),
        # One item of a kind for each file, or for each range of it; one finish (or link) item for
        # a job, and one more for each retry of it; of link one more for each shard. NULL is 0 here.
        UniqueConstraint("job_id", "kind", "file_no", "range_no", "shard_no"),
    )

    # whoever makes the item: web at submission, the reconciler for the steps after it.
    # ``file_no`` is 0 for an item that is about all files. ``range_no`` counts the ranges of a
    # divided file from 1; of a finish (or link) item it is the retry of the job it belongs to.
    # ``shard_no`` counts the link items that only compare a shard from 1 (web.db.shards).
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    job_id: Mapped[str] = mapped_column(ID, ForeignKey(Job.id))
    kind: Mapped[ItemKind]
    file_no: Mapped[int] = mapped_column(default=0)
    range_no: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    shard_no: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    priority: Mapped[Priority]
    message: Mapped[Document]
    created_at: Mapped[datetime.datetime]

    # +1 at each new dispatch, always together with a row in ``outbox`` (web.db.dispatch)
    epoch: Mapped[int] = mapped_column(default=1)

    # reconciler, from events of the current epoch
    state: Mapped[ItemState] = mapped_column(default=ItemState.WAITING)
    delivery: Mapped[int] = mapped_column(default=0)
    event_rank: Mapped[int] = mapped_column(SmallInteger, default=0)
    failures: Mapped[int] = mapped_column(default=0)
    losses: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str | None] = mapped_column(CLAIM)
    worker: Mapped[str | None] = mapped_column(WORKER)
    reason: Mapped[str | None] = mapped_column(REASON)
    started_at: Mapped[datetime.datetime | None]

    # reconciler, with the first terminal event of the epoch; ``ended_at`` is NULL while it lives
    ended_at: Mapped[datetime.datetime | None]
    result: Mapped[Document | None]
    manifest_uri: Mapped[str | None]
    # web: somebody has seen that it is dead and that is all, or the files of its job were deleted;
    # until it is dispatched again
    dismissed_at: Mapped[datetime.datetime | None]
    # web, a wish about this item alone; a new dispatch by a person takes it back
    cancel_wanted: Mapped[bool] = mapped_column(default=False, server_default=false())
    # A plan has ended whose ranges are still to be made items (web.db.settle).
    to_divide: Mapped[bool] = mapped_column(default=False, server_default=false())


class Attempt(Base):
    """One claim of an item by a worker. The reconciler writes, from events; tasks sweep up."""

    __tablename__ = "attempt"
    __table_args__ = (
        Index(
            "attempt_to_sweep",
            "item_id",
            sqlite_where=text(_NOT_SWEPT),
            postgresql_where=text(_NOT_SWEPT),
        ),
    )

    item_id: Mapped[str] = mapped_column(ID, ForeignKey(Item.id), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    claim: Mapped[str] = mapped_column(CLAIM, primary_key=True)
    delivery: Mapped[int]
    worker: Mapped[str | None] = mapped_column(WORKER)
    started_at: Mapped[datetime.datetime | None]
    ended_at: Mapped[datetime.datetime | None]
    outcome: Mapped[Outcome | None]
    reason: Mapped[str | None] = mapped_column(REASON)

    # tasks, when what the attempt wrote into the store was deleted: it lost, or its part is joined
    swept_at: Mapped[datetime.datetime | None]


class Outbox(Base):
    """A dispatch that the queue has not confirmed. Written with the item's epoch, by its writer.

    The row goes when the relay hears that the queue has (item, epoch), or with its first event.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_by_priority", "priority", "due_at"),
        Index("outbox_by_time", "created_at"),
    )

    item_id: Mapped[str] = mapped_column(ID, ForeignKey(Item.id), primary_key=True)
    epoch: Mapped[int]
    priority: Mapped[Priority]
    created_at: Mapped[datetime.datetime]
    # From when on the relay pushes it: web leaves itself a second to do so after its commit.
    due_at: Mapped[datetime.datetime]


class EventSeen(Base):
    """An event that is in SQL already. The reconciler inserts it, and prunes old ones."""

    __tablename__ = "event_seen"
    __table_args__ = (Index("event_seen_by_time", "seen_at"),)

    eid: Mapped[str] = mapped_column(NAME, primary_key=True)
    seen_at: Mapped[datetime.datetime]


class IssueCount(Base):
    """How often a rule was broken in a field of a file. The reconciler, when the job ends."""

    __tablename__ = "issue_count"
    __table_args__ = (Index("issue_count_by_job", "job_id", "rule_id"),)

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    job_id: Mapped[str] = mapped_column(ID, ForeignKey(Job.id))
    file: Mapped[str | None]
    table: Mapped[str | None] = mapped_column(NAME)
    field: Mapped[str | None]
    rule_id: Mapped[str] = mapped_column(NAME)
    severity: Mapped[str] = mapped_column(NAME)
    disposition: Mapped[str] = mapped_column(NAME)
    count: Mapped[int] = mapped_column(BigInteger)


class Output(Base):
    """One artefact of a job's result. The reconciler, when the job ends, from the manifest."""

    __tablename__ = "output"

    job_id: Mapped[str] = mapped_column(ID, ForeignKey(Job.id), primary_key=True)
    name: Mapped[str] = mapped_column(NAME, primary_key=True)
    kind: Mapped[str] = mapped_column(NAME)
    table: Mapped[str | None] = mapped_column(NAME)
    rows: Mapped[int | None] = mapped_column(BigInteger)
    bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(SHA256)
    uri: Mapped[str]


class IdempotencyKey(Base):
    """A client's key, bound to the job it made. web, in the job's own transaction."""

    __tablename__ = "idempotency_key"

    # ``owner`` is "" where nobody is logged in, so that keys of two owners never meet
    owner: Mapped[str] = mapped_column(NAME, primary_key=True)
    key: Mapped[str] = mapped_column(NAME, primary_key=True)
    request_sha256: Mapped[str] = mapped_column(SHA256)
    job_id: Mapped[str] = mapped_column(ID, ForeignKey(Job.id))
    created_at: Mapped[datetime.datetime]


class ApiKey(Base):
    """What a caller shows. Its secret was shown once; only the digest of it is kept. web."""

    __tablename__ = "api_key"
    __table_args__ = (Index("api_key_by_owner", "owner"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(NAME)
    owner: Mapped[str] = mapped_column(NAME)
    role: Mapped[Role]
    # the first characters of the secret, by which a person tells keys apart
    prefix: Mapped[str] = mapped_column(NAME)
    sha256: Mapped[str] = mapped_column(SHA256, unique=True)
    created_at: Mapped[datetime.datetime]
    expires_at: Mapped[datetime.datetime | None]
    revoked_at: Mapped[datetime.datetime | None]
    # to the hour
    used_at: Mapped[datetime.datetime | None]
    # limits (web.db.keys.Limits): None is what the setting says, 0 without a limit
    requests_per_minute: Mapped[int | None]
    max_jobs_in_flight: Mapped[int | None]
    max_bytes_stored: Mapped[int | None] = mapped_column(BigInteger)


class OwnerUsage(Base):
    """How many bytes an owner has in the store. Whoever stores or deletes counts (web.db.usage)."""

    __tablename__ = "owner_usage"

    owner: Mapped[str] = mapped_column(NAME, primary_key=True)
    bytes_stored: Mapped[int] = mapped_column(BigInteger)


class AuditEntry(Base):
    """Who did what. Appended with what was done, then sealed, and never changed.

    The reconciler seals (``web.db.seals``): it numbers entries and chains their digests.
    """

    __tablename__ = "audit_log"
    __table_args__ = (
        Index("audit_log_by_time", "at"),
        Index(
            "audit_log_to_seal",
            "id",
            sqlite_where=text("seal_no IS NULL"),
            postgresql_where=text("seal_no IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    at: Mapped[datetime.datetime]
    who: Mapped[str] = mapped_column(NAME)
    what: Mapped[str] = mapped_column(NAME)
    target: Mapped[str | None] = mapped_column(NAME)
    address: Mapped[str | None] = mapped_column(NAME)
    detail: Mapped[Document]
    key_id: Mapped[str | None] = mapped_column(ID)
    seal_no: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    previous_sha256: Mapped[str | None] = mapped_column(SHA256)
    sha256: Mapped[str | None] = mapped_column(SHA256)


class Pause(Base):
    """What is paused: a copy of the queue's, which may lose it."""

    __tablename__ = "pause"

    scope: Mapped[str] = mapped_column(NAME, primary_key=True)
    since: Mapped[datetime.datetime]


class RedisState(Base):
    """Which content of Redis SQL believes in: one row, number 1. Only the reconciler writes."""

    __tablename__ = "redis_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    generation: Mapped[str] = mapped_column(NAME)
    # run_id and master_replid of the server that was last compared with SQL item by item
    server: Mapped[str] = mapped_column(NAME)
    changed_at: Mapped[datetime.datetime]
    # when every item had been compared, to the minute; what was put right since the beginning, by
    # kind, and when last
    swept_at: Mapped[datetime.datetime | None]
    repairs: Mapped[Document | None]
    repaired_at: Mapped[datetime.datetime | None]
    # when the invariants of the contract were looked at, and how many items broke one
    checked_at: Mapped[datetime.datetime | None]
    violations: Mapped[int | None]
