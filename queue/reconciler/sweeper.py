"""Compares rows with Redis, item by item: slowly all the time, at once when the server changed.

The order of looking makes it safe: SQL says what was confirmed, then Redis what it has, then
``results`` what is on its way to SQL; whatever is changed then is changed only if SQL still says
the same. A wrong guess costs work, nothing else.
"""

import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

import structlog

from harmonizer_queue import Queue
from harmonizer_queue.reads import Live
from reconciler.differences import INDEXES, Difference, Kind, differences
from reconciler.parts import Parts, now
from web.db import compare, dispatch, generation
from web.db.compare import Dispatched

log = structlog.get_logger(__name__)

Ended = tuple[str, int, Live]
"""An item that has ended in SQL, its epoch there, and what Redis says of it."""

PAGE = 500
PAUSE_SECONDS = 5.0
NOTED_SECONDS = 60.0
"""How exactly it is noted when a pass ended in which nothing was to be put right."""
MOST_RESULTS = 5_000
"""With more events than this on their way to SQL nothing is compared: they may explain it all."""


class Sweeper:
    """One step compares one page of items; at the end of a pass also what Redis has too much."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._after = ""
        self._server = ""
        self._astray: set[Dispatched] = set()
        self._astray_before: set[Dispatched] = set()
        self._repairs: Counter[str] = Counter()
        self._noted = -NOTED_SECONDS

    def step(self) -> float:
        """Compare the next page."""
        queue = self._parts.link.queue()
        server = identity(queue)
        if server != self._server:
            # What was compared in this pass was perhaps compared with another server.
            self._server, self._after = server, ""
        if queue.results() > MOST_RESULTS:
            return PAUSE_SECONDS
        with self._parts.reading() as session:
            known = generation.known(session)
            page = compare.dispatched(session, self._after, PAGE)
        if known == generation.NOTHING:
            return PAUSE_SECONDS
        if page:
            self._compare(queue, page)
            self._after = page[-1].item_id
        else:
            self._end_pass(queue, known, server)
        return 0 if page and known.server != server else PAUSE_SECONDS

    def look_again(self, item_ids: Collection[str]) -> None:
        """Compare some items now, as those that a worker asked for in vain."""
        if not item_ids:
            return
        with self._parts.reading() as session:
            page = compare.dispatched(session, "", len(item_ids), item_ids)
        found = differences(self._parts.link.queue(), page)
        self._repair([one for one in found if one.kind is not Kind.ASTRAY])

    def _compare(self, queue: Queue, page: Sequence[Dispatched]) -> None:
        found = differences(queue, page)
        astray = {one.item for one in found if one.kind is Kind.ASTRAY}
        self._astray |= astray
        once = astray - self._astray_before
        self._repair([one for one in found if one.item not in once])

    def _repair(self, found: Sequence[Difference]) -> None:
        if not found:
            return
        seen = {one.item.item_id: (one.item.epoch, one.stored_epoch) for one in found}
        with self._parts.writing.begin() as session:
            changed = dispatch.again(session, seen, now())
        for one in found:
            if one.item.item_id in changed:
                self._count(one.kind, one.item.item_id)

    def _end_pass(self, queue: Queue, known: generation.Known, server: str) -> None:
        self._cancel_ended(queue)
        self._after = ""
        self._astray_before, self._astray = self._astray, set()
        if known.server != server:
            self._shrink_ended(queue)
            with self._parts.writing.begin() as session:
                generation.compared(session, known.generation, server)
            log.info("items compared with redis, its server is new")
        if self._repairs or time.monotonic() - self._noted > NOTED_SECONDS:
            self._note()

    def _note(self) -> None:
        """Note the end of a pass in SQL, where people look for it."""
        with self._parts.writing.begin() as session:
            generation.swept(session, now(), self._repairs)
        self._repairs.clear()
        self._noted = time.monotonic()

    def _cancel_ended(self, queue: Queue) -> None:
        """Cancel in Redis what has ended in SQL."""
        live = [i for names in INDEXES.values() for name in names for i in queue.indexed(name)]
        for page in self._ended(queue, live):
            self._cancel(queue, page)

    def _shrink_ended(self, queue: Queue) -> None:
        """Let Redis forget what ended in SQL, of which an older file may bring back the whole.

        What that file says to live, and no index holds, is cancelled: nothing else would find it.
        """
        for page in self._ended(queue, queue.item_ids()):
            shrunk = [(one, here.epoch) for one, _, here in page if here.state.terminal]
            if shrunk:
                queue.shrink(shrunk)
            self._cancel(queue, page)

    def _ended(self, queue: Queue, item_ids: Sequence[str]) -> Iterator[list[Ended]]:
        """Yield by pages what of these items has ended in SQL, and has no later epoch in Redis."""
        for start in range(0, len(item_ids), PAGE):
            with self._parts.reading() as session:
                ended = compare.ended(session, item_ids[start : start + PAGE])
            found = zip(ended.items(), queue.live(list(ended)), strict=True)
            yield [
                (item_id, epoch, here)
                for (item_id, epoch), here in found
                if here is not None and here.epoch <= epoch
            ]

    def _cancel(self, queue: Queue, ended: Sequence[Ended]) -> None:
        for item_id, epoch, here in ended:
            if not here.state.terminal:
                queue.cancel(item_id, epoch)
                self._count(Kind.ENDED_IN_SQL, item_id)

    def _count(self, kind: Kind, item_id: str) -> None:
        self._parts.metrics.repairs.labels(kind).inc()
        self._repairs[kind.value] += 1
        log.warning("difference between SQL and redis put right", item_id=item_id, reason=kind)


def identity(queue: Queue) -> str:
    """Return what is different after a restart or a failover of Redis."""
    server = queue.client.info("server")
    replication = queue.client.info("replication")
    return f"{server['run_id']} {replication.get('master_replid', '')}"
