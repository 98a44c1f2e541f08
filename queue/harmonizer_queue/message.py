"""The message of an item: everything a worker is told, fixed when the item is made."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from harmonizer_queue.words import Kind, Priority

VERSION = 1
MAX_BYTES = 16 * 1024

_ID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    r"|[0-7][0-9A-HJKMNP-TV-Z]{25}"
)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_KINDS, _PRIORITIES = frozenset(Kind), frozenset(Priority)

HEAD = ("v", "item_id", "job_id", "kind", "priority")
"""What a message begins with: there the scripts find job and priority without decoding it."""


class MessageError(ValueError):
    """A message that ``schemas/item.json`` does not allow, or that is larger than 16 KiB."""


class Range(msgspec.Struct, frozen=True):
    """Bytes ``start <= i < end`` of an input."""

    start: int
    end: int


class Input(msgspec.Struct, frozen=True):
    """What an item reads: a reference relative to the store, with its digest and size."""

    uri: str
    sha256: str
    bytes: int
    media: str
    range: Range | None = None


class Backoff(msgspec.Struct, frozen=True):
    """Delay after the n-th failure: random between 0 and ``min(cap_ms, base_ms * 2**(n-1))``."""

    base_ms: int = 1_000
    cap_ms: int = 300_000


class Message(msgspec.Struct, frozen=True, tag_field="v", tag=VERSION):
    """One item's message, as ``schemas/item.json`` describes it, its fields in that order.

    ``created_at`` is in milliseconds since 1970 UTC, ``timeout_ms`` bounds one attempt,
    ``params`` holds what the kind needs, ``trace`` at most ``traceparent`` and ``tracestate``.

    Raises:
        MessageError: A field is not what the schema allows.
    """

    item_id: str
    job_id: str
    kind: Kind
    priority: Priority
    created_at: int
    input: Input
    params: Mapping[str, Any]
    timeout_ms: int = 6 * 3600 * 1000
    max_failures: int = 3
    max_losses: int = 4
    backoff: Backoff = Backoff()
    trace: Mapping[str, str] = {}

    def __post_init__(self) -> None:
        for name in ("item_id", "job_id"):
            if not _ID.fullmatch(getattr(self, name)):
                raise MessageError(f"{name} is neither a UUIDv7 nor a ULID")
        if self.kind not in _KINDS or self.priority not in _PRIORITIES:
            raise MessageError("kind or priority is not a word of the contract")
        if not self.input.uri or not self.input.media:
            raise MessageError("the input has no uri or no media type")
        if not _SHA256.fullmatch(self.input.sha256):
            raise MessageError("the input's sha256 is not 64 hexadecimal digits")
        positive = (
            self.timeout_ms,
            self.max_failures,
            self.max_losses,
            self.backoff.base_ms,
            self.backoff.cap_ms,
        )
        natural = [self.created_at, self.input.bytes]
        if self.input.range:
            natural += [self.input.range.start, self.input.range.end]
        if min(positive) < 1 or min(natural) < 0:
            raise MessageError("a count, size or time is too small")
        if not set(self.trace) <= {"traceparent", "tracestate"}:
            raise MessageError("trace has a key that is not of W3C trace context")

    def to_json(self) -> str:
        """Return the message as compact JSON.

        Raises:
            MessageError: It is larger than 16 KiB, so something stands in it that should be
                in the store; or a text in it is none.
        """
        try:
            text = _encode(self)
        except (ValueError, TypeError, OverflowError) as error:
            raise MessageError(f"the message of item {self.item_id} is no JSON") from error
        if len(text) > MAX_BYTES:
            raise MessageError(f"the message of item {self.item_id} is larger than 16 KiB")
        return text.decode()


_encode = msgspec.json.Encoder().encode
