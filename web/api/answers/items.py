"""Units of work: every attempt at them, and where they are now."""

from typing_extensions import TypedDict

from web.api.answers.kinds import Counts, Id, Moment
from web.db.models import ItemKind, ItemState, JobStatus, Outcome, Priority


class AttemptDocument(TypedDict):
    """One try of a worker at an item."""

    worker_id: str | None
    started_at: Moment | None
    ended_at: Moment | None
    outcome: Outcome | None
    reason: str | None


class ItemDocument(TypedDict):
    """One unit of work."""

    item_id: Id
    kind: ItemKind
    file_no: int | None
    range_no: int | None
    shard_no: int | None
    state: ItemState
    failures: int
    losses: int
    reason: str | None
    started_at: Moment | None
    ended_at: Moment | None
    attempts: list[AttemptDocument]


class ItemPlace(TypedDict):
    """Where Redis has a unit of work: in which index, at which place, or who runs it.

    ``lease_s`` is how long its worker may be silent yet, ``due_in_s`` when it is tried again.
    """

    state: ItemState
    index: str | None
    position: int | None
    worker_id: str | None
    lease_s: float | None
    due_in_s: float | None
    progress: Counts
    cancel_wanted: bool


class ItemWhole(ItemDocument):
    """One unit of work, and where it is now."""

    job_id: Id
    job_status: JobStatus
    file: str | None
    priority: Priority
    epoch: int
    created_at: Moment
    place: ItemPlace | None


class ItemTold(TypedDict):
    """A unit of work that something was told about."""

    item_id: Id
