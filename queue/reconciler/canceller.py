"""Carries the wish to cancel a job to its items."""

from collections.abc import Sequence

from reconciler.parts import Parts, now
from web.db import cancel
from web.db.cancel import Unwanted

PAGE = 500
IDLE_SECONDS = 1.0


class Canceller:
    """One step looks at every item whose cancel is wanted.

    Those that run are told again each second, until their worker stops: what a crash of Redis
    forgot is told anew.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def step(self) -> float:
        """Cancel what lives and is not wanted any more."""
        after = ""
        while True:
            with self._parts.reading() as session:
                page = cancel.unwanted(session, after, PAGE)
            if not page:
                return IDLE_SECONDS
            self._cancel(page)
            after = page[-1].item_id

    def _cancel(self, page: Sequence[Unwanted]) -> None:
        queue = self._parts.link.queue()
        here = queue.live([item.item_id for item in page])
        never = [
            item for item, found in zip(page, here, strict=True) if item.pending and found is None
        ]
        if never:
            with self._parts.writing.begin() as session:
                cancel.end_undispatched(session, never, now())
        for item in page:
            if item not in never:
                queue.cancel(item.item_id, item.epoch)
