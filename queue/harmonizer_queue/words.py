"""The contract's words. The same spelling stands in Lua, Go, SQL and JSON; vectors prove it."""

from enum import StrEnum


class Priority(StrEnum):
    """How soon an item is served; ``feed`` walks H H N H H N H H N L."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Kind(StrEnum):
    """What a worker does with an item."""

    FILE = "file"
    PLAN = "plan"
    TRANSFORM = "transform"
    FINISH = "finish"
    LINK = "link"


class State(StrEnum):
    """Where an item is in Redis."""

    WAITING = "waiting"
    DELAYED = "delayed"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    DEAD = "dead"
    CANCELLED = "cancelled"

    @property
    def terminal(self) -> bool:
        """Whether nothing follows this state within the same epoch."""
        return self in (State.SUCCEEDED, State.DEAD, State.CANCELLED)


class Event(StrEnum):
    """What the list ``results`` tells the reconciler."""

    STARTED = "started"
    RETRY = "retry"
    RELEASED = "released"
    DEFERRED = "deferred"
    LOST = "lost"
    SUCCEEDED = "succeeded"
    DEAD = "dead"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"

    @property
    def terminal(self) -> bool:
        """Whether the item ended with this event."""
        return self in (Event.SUCCEEDED, Event.DEAD, Event.CANCELLED)


class Scope(StrEnum):
    """What ``pause`` and ``resume`` act on: one priority, or everything."""

    ALL = "*"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"
