"""How a try of a task fails when it knows why."""

import datetime


class TaskError(Exception):
    """A failure with a reason: a word without any value. Another try may go well.

    ``wait``: the least to wait before it.
    """

    def __init__(self, reason: str, wait: datetime.timedelta = datetime.timedelta()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait


class HopelessError(TaskError):
    """A failure that no other try would change."""
