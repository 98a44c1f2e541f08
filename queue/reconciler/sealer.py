"""Seals the audit log, so that a change of it can be seen."""

from reconciler.parts import Parts
from web.db import seals

PAGE = 500
IDLE_SECONDS = 2.0


class Sealer:
    """One step seals one page."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def step(self) -> float:
        """Seal some entries."""
        with self._parts.reading() as session:
            if not seals.waiting(session):
                return IDLE_SECONDS
        with self._parts.writing.begin() as session:
            sealed = seals.seal(session, PAGE)
        return 0 if sealed == PAGE else IDLE_SECONDS
