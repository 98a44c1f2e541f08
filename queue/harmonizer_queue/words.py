"""The contract's words. The same spelling stands in Lua, Go, SQL and JSON; vectors prove it."""

from enum import StrEnum


class Priority(StrEnum):
    """How soon an item is served; ``feed`` walks H H N H H N H H N L."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


SHARES = {Priority.HIGH: 6, Priority.NORMAL: 3, Priority.LOW: 1}
"""How many of ten turns of ``feed`` are a priority's; what has nothing waiting leaves its own."""


class Kind(StrEnum):
    """What a worker does with an item."""

    FILE = "file"
    PLAN = "plan"
    TRANSFORM = "transform"
    FINISH = "finish"
    LINK = "link"


_ENDS = frozenset(("succeeded", "dead", "cancelled"))


class State(StrEnum):
    """Where an item is in Redis. ``terminal``: nothing follows it within the same epoch."""

    WAITING = "waiting"
    DELAYED = "delayed"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    DEAD = "dead"
    CANCELLED = "cancelled"

    terminal: bool

    def __init__(self, word: str) -> None:
        self.terminal = word in _ENDS


class Event(StrEnum):
    """What the list ``results`` tells the reconciler. ``terminal``: the item ended with it."""

    STARTED = "started"
    RETRY = "retry"
    RELEASED = "released"
    DEFERRED = "deferred"
    LOST = "lost"
    SUCCEEDED = "succeeded"
    DEAD = "dead"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"

    terminal: bool

    def __init__(self, word: str) -> None:
        self.terminal = word in _ENDS


class Scope(StrEnum):
    """What ``pause`` and ``resume`` act on: one priority, or everything."""

    ALL = "*"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"
