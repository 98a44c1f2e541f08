"""How numbers, times and states look on pages."""

import datetime
import re

from markupsafe import Markup, escape

from web import reasons
from web.api.progress import seconds_left
from web.console.blueprint import bp

MEANINGS = {
    "harmonize": "clean, and leave repeated rows out",
    "clean": "standardize, and set bad rows aside",
    "standardize": "rewrite values, keep every row",
    "validate": "only say what is wrong",
    "deduplicate": "clean, one row for each person",
    "link": "clean, and find each person in all files",
}
"""What each operation does."""
NO_TABLE = "generic"
"""What the engine calls a table that is none of those it knows."""
_UNITS = ("bytes", "kB", "MB", "GB", "TB")
_KILO = 1000
_ENOUGH_PERCENT = 2
_CODE = re.compile(r"(`+)(.+?)\1")
_STEPS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))

_MARKS = {
    "succeeded": "✓",
    "ok": "✓",
    "partial": "◐",
    "failed": "✕",
    "dead": "✕",
    "lost": "✕",
    "cancelled": "⊘",
    "skipped": "⊘",
    "running": "▶",
}


@bp.app_template_filter()
def mark(state: str) -> str:
    """Return a sign that stands before a state's word."""
    return _MARKS.get(state, "○")


@bp.app_template_filter()
def table_name(name: str) -> str:
    """Return what a table is called; one that is none of those that are known says so."""
    return "no known table" if name == NO_TABLE else name


@bp.app_template_filter()
def aim(operation: str) -> str:
    """Return what an operation does, in a few words."""
    return MEANINGS[operation]


@bp.app_template_filter()
def with_code(text: str) -> Markup:
    """Return a text with the words between its backticks as code."""
    return Markup(_CODE.sub(r"<code>\2</code>", str(escape(text))))


@bp.app_template_filter()
def whole(number: int | None) -> str:
    """Return a count with its thousands apart; nothing is a dash."""
    return "–" if number is None else f"{number:,}"


@bp.app_template_filter()
def size(number: int) -> str:
    """Return how many bytes in the unit that leaves at most three digits."""
    value, units = float(number), list(_UNITS)
    while value >= _KILO and len(units) > 1:
        value, units = value / _KILO, units[1:]
    digits = 0 if value >= 10 or units[0] == "bytes" else 1
    return f"{value:.{digits}f} {units[0]}"


@bp.app_template_filter()
def seconds(number: float | None) -> str:
    """Return a length of time in its two largest units; below ten seconds with a decimal."""
    if number is None:
        return "–"
    if number < 10:
        return f"{number:.1f} s"
    left, parts = int(number), []
    for length, unit in _STEPS:
        if left >= length:
            parts.append(f"{left // length} {unit}")
            left %= length
    return " ".join(parts[:2])


@bp.app_template_filter()
def moment(text: str) -> str:
    """Return a time of the API to the second, in UTC."""
    return text[:19].replace("T", " ")


@bp.app_template_filter()
def ago(text: str) -> str:
    """Return how long ago a time of the API was, in its largest unit."""
    left = int(_passed(text))
    for length, unit in _STEPS:
        if left >= length:
            return f"{left // length} {unit} ago"
    return "now"


def _passed(since: str) -> float:
    """Return the seconds since a time of the API."""
    passed = datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(since)
    return max(0.0, passed.total_seconds())


@bp.app_template_filter()
def between(start: str, end: str | None) -> str:
    """Return the length of time between two times of the API; until now when it has no end."""
    until = datetime.datetime.fromisoformat(end) if end else datetime.datetime.now(datetime.UTC)
    return seconds(max(0.0, (until - datetime.datetime.fromisoformat(start)).total_seconds()))


@bp.app_template_global()
def pace(started_at: str | None, read: int, percent: float | None) -> dict[str, float | None]:
    """Return how many bytes a second a job has read since it began, and how long it goes on so.

    ``left_s`` is a guess from the share that is done; None before there is enough to guess from.
    """
    if started_at is None:
        return {"rate": None, "left_s": None}
    passed = _passed(started_at)
    known = percent is not None and percent >= _ENOUGH_PERCENT and passed >= 1
    left = seconds_left(passed, percent) if known and percent else None
    return {"rate": read / passed if passed else None, "left_s": left}


@bp.app_template_filter()
def share(score: dict[str, int]) -> float | None:
    """Return which part of a score's cells are good, 0 to 1; None when there are none."""
    return score["good"] / score["of"] if score["of"] else None


@bp.app_template_filter()
def percent(part: float | None) -> str:
    """Return a share in percent; only all is 100 %, only none is 0 %."""
    if part is None:
        return "–"
    if 0 < part < 1:
        part = min(max(part, 0.001), 0.999)
    return f"{part * 100:.{1 if 0.99 < part < 1 or 0 < part < 0.01 else 0}f} %"


@bp.app_template_filter()
def mask(value: str) -> str:
    """Return the shape of a value: its letters as x or X, its digits as 9, all else as it is."""
    return "".join(
        "9" if one.isdigit() else "X" if one.isupper() else "x" if one.isalnum() else one
        for one in value
    )


@bp.app_template_filter()
def title(rule: str) -> str:
    """Return what a rule is called."""
    return reasons.title(rule)


@bp.app_template_filter()
def meaning(reason: str) -> str:
    """Return what a reason code or a rule means, in a sentence."""
    return reasons.message(reason)


@bp.app_template_filter()
def is_past(text: str) -> bool:
    """Return whether a time of the API is over."""
    return datetime.datetime.fromisoformat(text) <= datetime.datetime.now(datetime.UTC)
