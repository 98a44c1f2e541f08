"""Where Redis does not have an item as SQL thinks that it has."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from harmonizer_queue import Event, Live, Priority, Queue, State
from web.db.compare import Dispatched

WAITING = tuple(f"waiting:{priority}" for priority in Priority)
INDEXES = {State.WAITING: WAITING, State.RUNNING: ("leases",), State.DELAYED: ("delayed",)}
"""By state, the indexes of which a live item stands in one."""


class Kind(StrEnum):
    """What is wrong with an item."""

    MISSING = "missing"
    OTHER_EPOCH = "other_epoch"
    EVENT_LOST = "event_lost"
    ASTRAY = "astray"
    ENDED_IN_SQL = "ended_in_sql"


@dataclass(frozen=True)
class Difference:
    """One item; ``stored_epoch`` is what Redis has, 0 when it has none."""

    item: Dispatched
    kind: Kind
    stored_epoch: int


def differences(queue: Queue, page: Sequence[Dispatched]) -> list[Difference]:
    """Return which of the items Redis does not have as it should.

    An end is none when its event is on its way to SQL. One that is astray, in no index of its
    state, may only have been between two states: believe what two looks see.
    """
    here = queue.live([item.item_id for item in page])
    found = [
        Difference(item, kind, live.epoch if live else 0)
        for item, live in zip(page, here, strict=True)
        if (kind := _kind(item, live)) is not None
    ]
    coming = _ends(queue) if found else set()
    found = [one for one in found if (one.item.item_id, one.item.epoch) not in coming]
    right = [
        (item, live)
        for item, live in zip(page, here, strict=True)
        if live is not None and _kind(item, live) is None
    ]
    return found + [Difference(item, Kind.ASTRAY, item.epoch) for item in _astray(queue, right)]


def _kind(item: Dispatched, here: Live | None) -> Kind | None:
    if here is None:
        return Kind.MISSING
    if here.epoch != item.epoch:
        return Kind.OTHER_EPOCH
    return Kind.EVENT_LOST if here.state.terminal else None


def _astray(queue: Queue, live: Sequence[tuple[Dispatched, Live]]) -> list[Dispatched]:
    pipeline = queue.client.pipeline(transaction=False)
    asked: list[Dispatched] = []
    for item, found in live:
        for index in INDEXES[found.state]:
            pipeline.zscore(queue.key(index), item.item_id)
            asked.append(item)
    scores = pipeline.execute() if asked else []
    indexed = {item for item, score in zip(asked, scores, strict=True) if score is not None}
    return [item for item, _ in live if item not in indexed]


def _ends(queue: Queue) -> set[tuple[str, int]]:
    """Return (item, epoch) of every terminal event that is on its way to SQL."""
    events = (_event(raw) for raw in queue.read_results(queue.results() + 1))
    return {
        (str(event.get("item_id")), int(event["epoch"]))
        for event in events
        if event.get("event") in _ENDS and isinstance(event.get("epoch"), int)
    }


_ENDS = [event.value for event in Event if event.terminal]  # a list: anything may be looked for


def _event(raw: bytes) -> dict[str, Any]:
    """Return an event, or an empty one: what is none is the recorder's business."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
