"""How a try of a task fails when it knows why."""


class TaskError(Exception):
    """A failure with a reason: a word without any value. Another try may go well."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class HopelessError(TaskError):
    """A failure that no other try would change."""
