"""Identifiers: UUIDv7, so that they sort by the time they were made (RFC 9562, section 5.7)."""

import re
import secrets
import time
from datetime import UTC, datetime
from hashlib import sha256

FORM = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
"""A regular expression of what ``new_id`` makes."""

_UUID7 = re.compile(FORM)
_NO_DATE_FROM_MS = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp() * 1000)
"""An identifier has room for times up to the year 10889, a date has not."""


def new_id() -> str:
    """Return a new identifier of 36 characters: 48 bits of milliseconds, then 74 random bits."""
    return _uuid7(time.time_ns() // 1_000_000, secrets.randbits(74))


def _uuid7(milliseconds: int, rest: int) -> str:
    """Return a UUIDv7 with the lower 74 bits of ``rest``."""
    high, low = rest >> 62 & 0xFFF, rest & (1 << 62) - 1
    text = f"{milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def derived_id(identifier: str, name: str) -> str:
    """Return the identifier of something that an identified thing has once, always the same.

    Its time is that of ``identifier``; its other bits come from both arguments.
    """
    digest = sha256(f"{identifier}/{name}".encode()).digest()
    return _uuid7(made_at_ms(identifier), int.from_bytes(digest[:10], "big"))


def is_id(text: str) -> bool:
    """Return whether a text is an identifier as ``new_id`` makes them."""
    return _UUID7.fullmatch(text) is not None and made_at_ms(text) < _NO_DATE_FROM_MS


def made_at_ms(identifier: str) -> int:
    """Return when an identifier was made, in milliseconds since 1970 UTC."""
    return int(identifier[:8] + identifier[9:13], 16)


def made_at(identifier: str) -> datetime:
    """Return when an identifier was made, in UTC."""
    return datetime.fromtimestamp(made_at_ms(identifier) / 1000, UTC)
