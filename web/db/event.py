"""Events of the queue, as ``schemas/event.json`` describes one.

Read together and looked at column by column: a function called for each value of each event would
cost more than all else that is done with it here.
"""

import datetime
import json
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from pydantic_core import from_json

from web.db.models import CLAIM, ID, NAME, REASON, WORKER
from web.db.words import Event

_EVENTS = {event.value: event for event in Event}
_NUL = re.compile(rb"(?<!\\)(\\\\)*\\u0000")
MOST_COUNT = 2**31 - 1
_STARTED, _SUCCEEDED, _UNKNOWN = Event.STARTED, Event.SUCCEEDED, Event.UNKNOWN
_STARTED_RANK, _ENDED_RANK = 1, 2
_FIELDS: Callable[[Any], tuple[Any, ...]] = itemgetter(
    *("eid", "item_id", "event", "epoch", "delivery"),
    *("claim", "worker", "at", "reason", "result"),
)


class EventError(ValueError):
    """What was read is no event as ``schemas/event.json`` describes it."""


class ItemEvent(NamedTuple):
    """One event. ``epoch`` and ``delivery`` are 0 for ``unknown``, which has none."""

    eid: str
    item_id: str
    event: Event
    epoch: int
    delivery: int
    claim: str | None
    worker: str | None
    at: datetime.datetime
    reason: str | None
    result: dict[str, Any] | None
    manifest: str | None

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands among the events of its epoch: only a later place changes a row."""
        return self.delivery, _STARTED_RANK if self.event is _STARTED else _ENDED_RANK


def read_events(raw: Sequence[bytes]) -> list[ItemEvent]:
    """Return the events that elements of ``results`` are, in order.

    Raises:
        EventError: Among them is one that is none.
    """
    if not raw:
        return []
    try:
        found = [_FIELDS(from_json(one, cache_strings="keys")) for one in raw]
        eids, ids, words, epochs, deliveries, claims, workers, times, reasons, results = zip(
            *found, strict=True
        )
        events = [_EVENTS[word] for word in words]
        told = [
            _result(one, result) if event is _SUCCEEDED else None
            for one, event, result in zip(raw, events, results, strict=True)
        ]
        given = [one for one in told if one is not None]
        _counts([one.get("ranges", 0) for one in given], ())
        manifests = [None if one is None else one["manifest"] for one in told]
        for texts, kind in ((eids, NAME), (ids, ID)):
            _check(set(texts), kind.length)
        for optional, kind in ((claims, CLAIM), (workers, WORKER), (reasons, REASON)):
            _check(set(optional) - {None}, kind.length)
        _check({one["manifest"] for one in given})
        columns = (
            *(eids, ids, events, _counts(epochs, events), _counts(deliveries, events)),
            *(claims, workers, map(_moment, times), reasons, told, manifests),
        )
        return list(map(ItemEvent._make, zip(*columns, strict=True)))
    except (ValueError, KeyError, TypeError, OverflowError, OSError, RecursionError) as error:
        raise EventError("not an event of the queue") from error


def _check(texts: set[str], most: int | None = None) -> None:
    """Raise an error if one of these is no text that a column of ``most`` characters can hold."""
    lengths = set(map(len, texts))
    if 0 in lengths or (most and lengths and max(lengths) > most):
        raise ValueError("an empty text, or longer than its column")
    whole = "".join(texts)
    if "\0" in whole:
        raise ValueError("a NUL")
    if not whole.isascii():
        whole.encode()  # fails for half of a surrogate pair


def _counts(numbers: Sequence[Any], events: Sequence[Event]) -> Sequence[int]:
    """Return numbers that fit into a column; ``unknown`` has none."""
    if _UNKNOWN in events:
        pairs = zip(numbers, events, strict=True)
        numbers = [0 if event is _UNKNOWN else number for number, event in pairs]
    if numbers and (
        set(map(type, numbers)) != {int} or min(numbers) < 0 or max(numbers) > MOST_COUNT
    ):
        raise ValueError("no count")
    return numbers


def _result(raw: bytes, result: Any) -> dict[str, Any]:
    """Return the result of an event.

    Raises:
        ValueError, TypeError: It is not what the next step of a job reads, or cannot be stored.
    """
    if not isinstance(result, dict) or not isinstance(result.get("counts", {}), dict):
        raise TypeError("result or counts are no object")
    if b"\\u0000" in raw and _NUL.search(json.dumps(result, ensure_ascii=False).encode()):
        raise ValueError("a NUL")
    return result


@lru_cache(maxsize=1024)
def _moment(milliseconds: float) -> datetime.datetime:
    """Return the time; what workers do together happens in the same millisecond."""
    return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.UTC)
