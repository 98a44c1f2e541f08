"""Compares rows with Redis, item by item: slowly all the time, at once when the server changed.

Each difference is a row of the table in ``queue/README.md``. The order of looking makes it safe:
SQL says what was confirmed, then Redis what it has, then ``results`` what is on its way to SQL;
whatever is changed then is changed only if SQL still says the same. A wrong guess costs work.
"""

import json
from collections.abc import Collection, Sequence
from typing import Any

import structlog

from harmonizer_queue import Event, Live, Priority, Queue
from reconciler.parts import Parts, now
from web.db import compare, dispatch, generation
from web.db.compare import Dispatched

log = structlog.get_logger(__name__)

PAGE = 500
PAUSE_SECONDS = 5.0
MOST_RESULTS = 5_000
"""With more events than this on their way to SQL nothing is compared: they may explain it all."""

INDEXES = (*(f"waiting:{priority}" for priority in Priority), "leases", "delayed")


class Sweeper:
    """One step compares one page of items; at the end of a pass also what Redis has too much."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._after = ""
        self._server = ""

    def step(self) -> float:
        """Compare the next page."""
        queue = self._parts.link.queue()
        server = identity(queue)
        with self._parts.reading() as session:
            known = generation.known(session)
            if server != self._server:
                # What was compared in this pass was perhaps compared with another server.
                self._after, self._server = "", server
            page = compare.dispatched(session, self._after, PAGE)
        if queue.results() > MOST_RESULTS:
            return PAUSE_SECONDS
        if page:
            self._compare(queue, page)
            self._after = page[-1].item_id
        else:
            self._cancel_ended(queue)
            self._after = ""
            if known.server != server:
                self._note(known.generation, server)
        return 0 if known.server != server else PAUSE_SECONDS

    def look_again(self, item_ids: Collection[str]) -> None:
        """Compare some items now, as those that a worker asked for in vain."""
        if not item_ids:
            return
        with self._parts.reading() as session:
            page = compare.dispatched(session, "", len(item_ids), item_ids)
        self._compare(self._parts.link.queue(), page)

    def _compare(self, queue: Queue, page: Sequence[Dispatched]) -> None:
        here = queue.live([item.item_id for item in page])
        suspects = [
            (item, found, kind)
            for item, found in zip(page, here, strict=True)
            if (kind := _difference(item, found)) is not None
        ]
        if not suspects:
            return
        coming = _ends(queue)
        seen = {
            item.item_id: (item.epoch, found.epoch if found else 0)
            for item, found, _ in suspects
            if (item.item_id, item.epoch) not in coming
        }
        with self._parts.writing.begin() as session:
            repaired = dispatch.again(session, seen, now())
        for item, _, kind in suspects:
            if item.item_id in repaired:
                self._count(kind, item.item_id)

    def _cancel_ended(self, queue: Queue) -> None:
        """Cancel in Redis what has ended in SQL."""
        live = [item_id for name in INDEXES for item_id in queue.indexed(name)]
        for start in range(0, len(live), PAGE):
            chunk = live[start : start + PAGE]
            with self._parts.reading() as session:
                ended = compare.ended(session, chunk)
            here = queue.live(list(ended))
            for (item_id, epoch), found in zip(ended.items(), here, strict=True):
                if found is not None and not found.state.terminal and found.epoch <= epoch:
                    queue.cancel(item_id, epoch)
                    self._count("ended_in_sql", item_id)

    def _note(self, known: str, server: str) -> None:
        with self._parts.writing.begin() as session:
            generation.compared(session, known, server)
        log.info("items compared with redis, its server is new")

    def _count(self, kind: str, item_id: str) -> None:
        self._parts.metrics.repairs.labels(kind).inc()
        log.warning("difference between SQL and redis put right", item_id=item_id, reason=kind)


def identity(queue: Queue) -> str:
    """Return what is different after a restart or a failover of Redis."""
    return f"{queue.client.info('server')['run_id']} {_replid(queue)}"


def _replid(queue: Queue) -> str:
    return str(queue.client.info("replication").get("master_replid", ""))


def _difference(item: Dispatched, here: Live | None) -> str | None:
    if here is None:
        return "missing"
    if here.epoch != item.epoch:
        return "other_epoch"
    return "event_lost" if here.state.terminal else None


def _ends(queue: Queue) -> set[tuple[str, int]]:
    """Return (item, epoch) of every terminal event that is on its way to SQL."""
    ends = set()
    for raw in queue.read_results(2 * MOST_RESULTS):
        event = _event(raw)
        if event.get("event") in _ENDS:
            ends.add((event["item_id"], event["epoch"]))
    return ends


_ENDS = frozenset(event for event in Event if event.terminal)


def _event(raw: bytes) -> dict[str, Any]:
    """Return an event, or an empty one: what is none is the recorder's business."""
    try:
        found = json.loads(raw)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
