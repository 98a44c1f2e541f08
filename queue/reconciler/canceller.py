"""Carries the wish to cancel a job to its items, and that to cancel an item to the queue."""

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from reconciler.parts import Parts, now
from web.db import cancel, dispatch
from web.db.cancel import Unwanted

PAGE = 500
IDLE_SECONDS = 1.0

Find = Callable[[Session, str, int], Sequence[Unwanted]]
"""Returns so many unwanted items after an id."""


class Canceller:
    """One step looks at every item whose cancel is wanted.

    Those that run are told again each second, until their worker stops: what a crash of Redis
    forgot is told anew.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def step(self) -> float:
        """Cancel what lives and is not wanted any more."""
        for unwanted in (cancel.unwanted, cancel.unwanted_alone):
            after = ""
            while page := self._page(unwanted, after):
                self._cancel(page)
                after = page[-1].item_id
        return IDLE_SECONDS

    def _page(self, unwanted: Find, after: str) -> Sequence[Unwanted]:
        with self._parts.reading() as session:
            return unwanted(session, after, PAGE)

    def _cancel(self, page: Sequence[Unwanted]) -> None:
        """Cancel some items.

        Nobody relays a dispatch that is to be cancelled. So one that waits in the outbox
        ends here when the queue has not got it, and is confirmed when it has: from then on the
        queue's events tell its end, or the sweeper that they were lost.
        """
        queue = self._parts.link.queue()
        here = queue.live([item.item_id for item in page])
        never: list[Unwanted] = []
        there: set[tuple[str, int]] = set()
        for item, found in zip(page, here, strict=True):
            if item.pending and (found is None or found.epoch < item.epoch):
                never.append(item)
            elif item.pending and found is not None:
                there.add((item.item_id, item.epoch))
        if never or there:
            with self._parts.writing.begin() as session:
                cancel.end_undispatched(session, never, now())
                dispatch.confirm(session, there, now())
        for item in page:
            if item not in never:
                queue.cancel(item.item_id, item.epoch)
