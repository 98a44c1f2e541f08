"""How cells come to look the way they do: each function writes a true value as a source would.

Some damage can be repaired from the file itself; what cannot has ``truth`` "", and the product
is expected to say so, not to guess.
"""

import datetime
import random
from collections.abc import Sequence
from decimal import Decimal

from samples.cell import Cell
from samples.people import SUFFIXES

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NULLS = ("N/A", "NULL", "unknown", "-", "none", "#N/A")


def happens(rng: random.Random, chance: float) -> bool:
    """Return whether something of this chance (0 to 1) happens."""
    return rng.random() < chance


def name(rng: random.Random, value: str, *, upper: bool) -> Cell:
    """Return a name in the source's case, sometimes with damage."""
    written = value.upper() if upper else value
    if happens(rng, 0.04):
        return Cell(f"  {written} ", value, "spaces")
    if happens(rng, 0.03):
        return Cell(value.lower(), value, "case")
    if not value.isascii() and happens(rng, 0.2):
        # UTF-8 taken for Windows-1252. Bytes without a letter there would be lost for good.
        garbled = value.encode().decode("cp1252", "replace")
        if "\ufffd" not in garbled:
            return Cell(garbled, value, "mojibake")
    if "'" in value and happens(rng, 0.5):
        return Cell(written.replace("'", "\u2019"), value, "curly quote")
    return Cell(written, value)


def typo(rng: random.Random, value: str) -> Cell:
    """Return a name with a letter doubled: true of nobody, but near enough to be found."""
    at = rng.randrange(1, len(value))
    return Cell(value[:at] + value[at - 1].lower() + value[at:], "", "typo")


def date(rng: random.Random, value: datetime.date, *, day_first: bool) -> Cell:
    """Return a date in one of five ways; those with numbers alone keep the column's order."""
    truth = value.isoformat()
    first, second = (value.day, value.month) if day_first else (value.month, value.day)
    ways = [
        (60, "", f"{first:02d}/{second:02d}/{value.year}"),
        (12, "", f"{first}/{second}/{value.year}"),
        (8, "iso date", truth),
        (6, "written month", f"{value.day:02d}-{MONTHS[value.month - 1]}-{value.year}"),
        (5, "compact date", f"{value:%Y%m%d}"),
    ]
    if happens(rng, 0.01):
        return Cell("31/02/1980" if day_first else "02/31/1980", "", "impossible date")
    if happens(rng, 0.02):
        return Cell(rng.choice(NULLS), "", "null word")
    if happens(rng, 0.01):
        return Cell("9999-12-31" if happens(rng, 0.5) else "1900-01-01", "", "placeholder date")
    _, kind, written = rng.choices(ways, [way[0] for way in ways])[0]
    return Cell(written, truth, kind)


def moment(rng: random.Random, value: datetime.datetime, *, day_first: bool) -> Cell:
    """Return a date with a time of day, to the minute."""
    truth = f"{value:%Y-%m-%dT%H:%M}:00"
    if happens(rng, 0.1):
        return Cell(f"{value:%Y-%m-%d %H:%M}:00", truth, "iso date")
    order = "%d/%m/%Y" if day_first else "%m/%d/%Y"
    if day_first:
        return Cell(value.strftime(f"{order} %H:%M"), truth)
    hour = value.hour % 12 or 12
    half = "AM" if value.hour < 12 else "PM"
    return Cell(f"{value.strftime(order)} {hour}:{value:%M} {half}", truth)


def phone(rng: random.Random, value: str) -> Cell:
    """Return a US number the way people write it."""
    area, exchange, line = value[2:5], value[5:8], value[8:]
    if happens(rng, 0.04):
        return Cell(f"{area}{exchange}{line}.0", value, "float export")
    if happens(rng, 0.02):
        return Cell(rng.choice(("000-000-0000", "999-999-9999")), "", "placeholder")
    if happens(rng, 0.03):
        return Cell(rng.choice(NULLS), "", "null word")
    written = rng.choice(
        (
            f"({area}) {exchange}-{line}",
            f"{area}-{exchange}-{line}",
            f"{area}.{exchange}.{line}",
            f"1-{area}-{exchange}-{line}",
            f"{area}{exchange}{line}",
        )
    )
    return Cell(written, value)


def zip_code(rng: random.Random, value: str) -> Cell:
    """Return a ZIP code; a spreadsheet takes leading zeros away."""
    if value.startswith("0") and happens(rng, 0.3):
        return Cell(value.lstrip("0"), value, "lost zeros")
    return Cell(value, value)


def address(rng: random.Random, value: str) -> Cell:
    """Return a street address in its usual case, the suffix often written out."""
    number, street, suffix = value.split(" ")
    long = SUFFIXES[suffix] if happens(rng, 0.6) else suffix.title() + rng.choice(("", "."))
    return Cell(f"{number} {street.title()} {long}", value)


def word(rng: random.Random, value: str, words: Sequence[str], chance: float = 0.03) -> Cell:
    """Return a coded value as one of the source's words; sometimes as a word for none."""
    if happens(rng, chance):
        return Cell(rng.choice(NULLS[:2]), "", "null word")
    return Cell(rng.choice(words), value)


def identifier(rng: random.Random, value: str) -> Cell:
    """Return an identifier, sometimes with a space or in the wrong case; it always comes back."""
    if happens(rng, 0.03):
        return Cell(f" {value}", value, "spaces")
    if value != value.lower() and happens(rng, 0.03):
        return Cell(value.lower(), value, "case")
    return Cell(value, value)


def owner(rng: random.Random, value: str) -> Cell:
    """Return whose record it is; now and then nobody filled it in, and the row is of no use."""
    if happens(rng, 0.02):
        return Cell(rng.choice(("", "N/A")), "", "no patient")
    return identifier(rng, value)


def scaled(value: Decimal, factor: str, places: int) -> str:
    """Return a number times a factor, rounded half up to so many decimals."""
    step = Decimal(1).scaleb(-places)
    return str((value * Decimal(factor)).quantize(step, rounding="ROUND_HALF_UP"))
