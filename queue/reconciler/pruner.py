"""Forgets events that were recorded long ago."""

import datetime

from reconciler.parts import Parts, now
from web.db import events

KEPT = datetime.timedelta(days=7)
PAGE = 1000
IDLE_SECONDS = 3600.0


class Pruner:
    """One step forgets one page."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def step(self) -> float:
        """Forget some old events."""
        with self._parts.writing.begin() as session:
            forgotten = events.forget(session, now() - KEPT, PAGE)
        return 0 if forgotten == PAGE else IDLE_SECONDS
