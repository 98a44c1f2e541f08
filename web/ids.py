"""Identifiers: UUIDv7, so that they sort by the time they were made (RFC 9562, section 5.7)."""

import re
import secrets
import time

_UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def new_id() -> str:
    """Return a new identifier of 36 characters: 48 bits of milliseconds, then 74 random bits."""
    bits = (
        (time.time_ns() // 1_000_000) << 80
        | 0x7 << 76
        | secrets.randbits(12) << 64
        | 0b10 << 62
        | secrets.randbits(62)
    )
    text = f"{bits:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def is_id(text: str) -> bool:
    """Return whether a text is an identifier as ``new_id`` makes them."""
    return _UUID7.fullmatch(text) is not None


def made_at_ms(identifier: str) -> int:
    """Return when an identifier was made, in milliseconds since 1970 UTC."""
    return int(identifier[:8] + identifier[9:13], 16)
