"""Events of the queue, as ``schemas/event.json`` describes one.

An event is decoded into its fields, and these are checked, in one call of a library: a function
called for each value would cost more than all else that is done with it here.
"""

import datetime
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from web.db.models import CLAIM, ID, NAME, REASON, WORKER
from web.db.words import Event

MOST_COUNT = 2**31 - 1
_LAST_YEAR_MS = 253_402_300_799_999
_STARTED, _SUCCEEDED, _UNKNOWN = Event.STARTED, Event.SUCCEEDED, Event.UNKNOWN
_STARTED_RANK, _ENDED_RANK = 1, 2
_NUL_WRITTEN = b"\\u0000"
_NUL = re.compile(rb"(?<!\\)(\\\\)*\\u0000")

_Count = Annotated[int, Meta(ge=0, le=MOST_COUNT)]
_Name = Annotated[str, Meta(min_length=1, max_length=NAME.length)]
_Id = Annotated[str, Meta(min_length=1, max_length=ID.length)]
_Claim = Annotated[str, Meta(min_length=1, max_length=CLAIM.length)]
_Worker = Annotated[str, Meta(min_length=1, max_length=WORKER.length)]
_Reason = Annotated[str, Meta(min_length=1, max_length=REASON.length)]
_Milliseconds = Annotated[float, Meta(ge=0, le=_LAST_YEAR_MS)]


class EventError(ValueError):
    """What was read is no event as ``schemas/event.json`` describes it."""


class ItemEvent(msgspec.Struct, gc=False):
    """One event. ``epoch`` and ``delivery`` are 0 for ``unknown``, which has none."""

    eid: _Name
    item_id: _Id
    event: Event
    epoch: _Count
    delivery: _Count
    claim: _Claim | None
    worker: _Worker | None
    at_ms: _Milliseconds = msgspec.field(name="at")
    reason: _Reason | None
    result: dict[str, Any] | None

    @property
    def at(self) -> datetime.datetime:
        """When it happened, by the clock of Redis."""
        return _moment(self.at_ms)

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands among the events of its epoch: only a later place changes a row."""
        return self.delivery, _STARTED_RANK if self.event is _STARTED else _ENDED_RANK


class _Unknown(msgspec.Struct):
    """What differs in an event about an item that Redis does not know."""

    eid: _Name
    item_id: _Id
    event: Literal["unknown"]
    claim: _Claim | None
    worker: _Worker | None
    at: _Milliseconds
    reason: _Reason | None


_decode = msgspec.json.Decoder(ItemEvent).decode
_decode_unknown = msgspec.json.Decoder(_Unknown).decode


def read_events(raw: Sequence[bytes]) -> list[ItemEvent]:
    """Return the events that elements of ``results`` are, in order.

    Raises:
        EventError: Among them is one that is none.
    """
    try:
        return [_read(one) for one in raw]
    except (msgspec.MsgspecError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise EventError("not an event of the queue") from error


def _read(raw: bytes) -> ItemEvent:
    try:
        event = _decode(raw)
    except msgspec.ValidationError:
        event = _read_unknown(raw)
    if event.event is _SUCCEEDED:
        _check(event.result)
    else:
        event.result = None
    if _NUL_WRITTEN in raw and _NUL.search(msgspec.json.encode(event)):
        raise ValueError("a NUL, which PostgreSQL cannot store")
    return event


def _read_unknown(raw: bytes) -> ItemEvent:
    of = _decode_unknown(raw)
    told = of.eid, of.item_id, _UNKNOWN, 0, 0, of.claim, of.worker, of.at, of.reason, None
    return ItemEvent(*told)


def _check(result: Any) -> None:
    """Raise an error if a result is not what the next step of a job reads."""
    manifest, counts = result["manifest"], result.get("counts", {})
    ranges = result.get("ranges", 0)
    if type(manifest) is not str or not manifest or not isinstance(counts, dict):
        raise TypeError("the manifest is no text, or counts are no object")
    if type(ranges) is not int or not 0 <= ranges <= MOST_COUNT:
        raise ValueError("ranges are no count")


@lru_cache(maxsize=1024)
def _moment(milliseconds: float) -> datetime.datetime:
    """Return the time; what workers do together happens in the same millisecond."""
    return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.UTC)
