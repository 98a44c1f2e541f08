"""One event of the queue, as ``schemas/event.json`` describes it."""

import datetime
import json
import re
from functools import lru_cache
from operator import gt
from typing import Any, NamedTuple

from web.db.models import CLAIM, ID, NAME, REASON, WORKER
from web.db.words import Event

_EVENTS = {event.value: event for event in Event}
_NUL = re.compile(rb"(?<!\\)(\\\\)*\\u0000")
_DECODER = json.JSONDecoder()
MOST_COUNT = 2**31 - 1
_STARTED_RANK, _ENDED_RANK = 1, 2
_MOST = tuple(of.length or MOST_COUNT for of in (NAME, ID, CLAIM, WORKER, REASON))
"""How long the ids of event and item, claim, worker and reason may be."""


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
        return self.delivery, _STARTED_RANK if self.event is Event.STARTED else _ENDED_RANK

    @classmethod
    def from_json(cls, raw: bytes) -> "ItemEvent":
        """Return the event that an element of ``results`` is.

        Raises:
            EventError: It is none.
        """
        try:
            text = raw.decode()
            found, end = _DECODER.raw_decode(text)
            if end != len(text):
                raise ValueError("more than an event")
            event = _EVENTS[found["event"]]
            result = dict(found["result"]) if event is Event.SUCCEEDED else None
            manifest: str | None = None if result is None else result["manifest"]
            told = event is not Event.UNKNOWN
            eid, item_id = found["eid"], found["item_id"]
            claim, worker, reason = found["claim"], found["worker"], found["reason"]
            _check((eid, item_id, "-" if result is None else manifest), claim, worker, reason)
            if result is not None:
                _check_result(raw, result)
            return cls(
                eid,
                item_id,
                event,
                _count(found["epoch"]) if told else 0,
                _count(found["delivery"]) if told else 0,
                claim,
                worker,
                _moment(found["at"]),
                reason,
                result,
                manifest,
            )
        except (ValueError, KeyError, TypeError, OverflowError, OSError, RecursionError) as error:
            raise EventError("not an event of the queue") from error


def _count(number: Any) -> int:
    """Return a number that fits into a column."""
    if type(number) is not int or not 0 <= number <= MOST_COUNT:
        raise ValueError("no count")
    return number


def _check_result(raw: bytes, result: dict[str, Any]) -> None:
    """Raise an error if a result is not what the next step of a job reads, or cannot be stored."""
    _count(result.get("ranges", 0))
    if not isinstance(result.get("counts", {}), dict):
        raise TypeError("counts are no object")
    if b"\\u" in raw and _NUL.search(json.dumps(result, ensure_ascii=False).encode()):
        raise ValueError("a NUL")


@lru_cache(maxsize=1024)
def _moment(milliseconds: float) -> datetime.datetime:
    """Return the time; what workers do together happens in the same millisecond."""
    return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.UTC)


def _check(texts: tuple[Any, ...], *optional: Any) -> None:
    """Raise an error if one of these is no text that its column can hold.

    They are the id of the event, that of the item and the manifest; and claim, worker and reason.
    """
    given = ["" if text is None else text for text in optional]
    all_of_it = "".join((*texts, *given))
    if "" in texts or "" in optional or "\0" in all_of_it:
        raise ValueError("an empty text, or a NUL")
    if any(map(gt, map(len, (*texts[:2], *given)), _MOST)):
        raise ValueError("a text is longer than its column")
    if not all_of_it.isascii():
        all_of_it.encode()  # fails for half of a surrogate pair
