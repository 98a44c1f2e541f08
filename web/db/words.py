"""The words that stand in columns. Those about items are the queue contract's."""

from enum import StrEnum

from harmonizer_queue.words import Event, Priority
from harmonizer_queue.words import Kind as ItemKind
from harmonizer_queue.words import State as ItemState

__all__ = [
    "LINKING",
    "Event",
    "FileStatus",
    "ItemKind",
    "ItemState",
    "JobStatus",
    "Outcome",
    "Priority",
    "Role",
]

LINKING = ("deduplicate", "link")
"""Operations that find out who is who, in one more item over all files of the job."""


class JobStatus(StrEnum):
    """How far a job is. It only ever moves down this list, to one of the last four."""

    ACCEPTED = "accepted"
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def terminal(self) -> bool:
        """Whether the job has ended."""
        return self not in (JobStatus.ACCEPTED, JobStatus.QUEUED, JobStatus.RUNNING)


RETRIED = (JobStatus.FAILED, JobStatus.PARTIAL, JobStatus.CANCELLED)
"""How a job has ended that can be run again."""


class FileStatus(StrEnum):
    """What became of one file of a job, as the manifest says."""

    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"


class Outcome(StrEnum):
    """How an attempt ended: the event that said so."""

    SUCCEEDED = "succeeded"
    RETRY = "retry"
    RELEASED = "released"
    DEFERRED = "deferred"
    LOST = "lost"
    DEAD = "dead"
    CANCELLED = "cancelled"


class Role(StrEnum):
    """What a caller may do; each role may also do what stands above it."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"

    def may(self, needed: "Role") -> bool:
        """Return whether this role is enough where another one is needed."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


class TaskKind(StrEnum):
    """What the tasks process does."""

    BULK = "bulk"
    DELIVERY = "delivery"
    EXPORT = "export"
    PURGE = "purge"
    SWEEP = "sweep"


class Act(StrEnum):
    """What can be done to many jobs at once."""

    CANCEL = "cancel"
    RETRY = "retry"


class DeliveryState(StrEnum):
    """How far the delivery of an event is."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class PersonAct(StrEnum):
    """What became of a person, or what somebody said about two."""

    FOUND = "found"
    JOIN = "join"
    MOVE = "move"
    MERGE = "merge"
    UNLINK = "unlink"
    MATCH = "match"
    NO_MATCH = "no-match"
    UNDO = "undo"
